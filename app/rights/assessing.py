"""A full assessment as it stands: what is asked, what is missing, how severe each harm is, what may become of it. PURE.

    full = checklist.load("full")
    so_far = Assessing(full, Answers.of({"A1": "home", "E1": "icescr-11", "E2.icescr-11": "-2"}))
    so_far.asked("E")                # the questions of section E, for each right that was chosen
    so_far.severity("icescr-11")     # 0 to 3
    so_far.errors()                  # {"A2": [Words("Choose at least one answer.")], ...}

Severity follows principles 14 and 24 of the UN Guiding Principles on Business and Human Rights: scale, scope, whether
it can be put right. No gain makes up for a harm, and nothing is added up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from urllib.parse import urlsplit

from app.charter.words import N_, Words
from app.rights.catalogue import Catalogue
from app.rights.catalogue import load as load_catalogue
from app.rights.checklist import Checklist, Suggestion
from app.rights.questions import AnswerKind, Answers, Condition, Each, Flag, Question
from app.rights.tags import MITIGATION_MOST, Direction, Tag

WORST = 3
SEVERITY_WORDS = (N_("No harm"), N_("Low"), N_("Medium"), N_("High"))
GOING_ON = frozenset({"go_on", "go_on_safer"})
"""Outcomes that a red line rules out."""
PAST_WRONGS = "yes"


class SectionState(StrEnum):
    EMPTY = "empty"
    BEGUN = "begun"
    DONE = "done"


SECTION_WORDS: dict[SectionState, str] = {
    SectionState.EMPTY: N_("Not begun"),
    SectionState.BEGUN: N_("Begun"),
    SectionState.DONE: N_("Done"),
}


@dataclass(frozen=True)
class Asked:
    """A question, and of what it is asked: a group, an article, a row; nothing where it is asked once."""

    question: Question
    of: str = ""

    @property
    def key(self) -> str:
        return f"{self.question.id}.{self.of}" if self.of else self.question.id


class Assessing:
    """The answers that somebody gave to a checklist so far, and what follows from them.

    An answer counts only while its question is asked: who unticks “home” leaves what they said of evictions behind.
    """

    def __init__(self, checklist: Checklist, answers: Answers, rights: Catalogue | None = None) -> None:
        self.checklist = checklist
        self.given = answers
        self.catalogue = rights or load_catalogue()

    # ------------------------------------------------------------ what is asked

    def asked(self, section: str | None = None) -> list[Asked]:
        """The questions that the answers so far call for, in order; of one section, or all."""
        return [
            Asked(question, of)
            for question in self.checklist.questions
            if section in (None, question.section)
            for of in self._instances(question)
            if self._is_asked(question, of)
        ]

    def _instances(self, question: Question) -> tuple[str, ...]:
        match question.each:
            case None:
                return ("",)
            case Each.GROUP:
                return self.given.to(self._part("groups"))
            case Each.RIGHT:
                return self.rights
            case Each.HARM:
                return self.harms
            case Each.ROW:
                return tuple(str(row) for row in range(1, question.rows + 1))

    def _is_asked(self, question: Question, of: str) -> bool:
        return not question.show_if or any(self._holds(condition, question, of) for condition in question.show_if)

    def _holds(self, condition: Condition, question: Question, of: str) -> bool:
        earlier = self.checklist.question(condition.question)
        if earlier is None:
            return False
        same = of if earlier.each else ""
        answered = self.given.to(Asked(earlier, same).key)
        return bool(set(answered) & set(condition.among)) and self._is_asked(earlier, same)

    def _part(self, name: str) -> str:
        return self.checklist.parts.get(name, "")

    @property
    def rights(self) -> tuple[str, ...]:
        """The articles that are looked at, as far as the catalogue has them."""
        return tuple(one for one in self.given.to(self._part("rights")) if one in self.catalogue)

    @property
    def harms(self) -> tuple[str, ...]:
        """The articles that get weaker."""
        return tuple(one for one in self.rights if self.effect(one) < 0)

    # ------------------------------------------------------------ what counts

    @cached_property
    def answers(self) -> Answers:
        """Those answers whose questions are asked."""
        keys = {one.key for one in self.asked()}
        return Answers({key: values for key, values in self.given.given.items() if key in keys})

    def effect(self, article: str) -> int:
        """From -2, much weaker, to 2, much stronger; 0 while nobody has said."""
        return self._number("effect", article)

    def severity(self, article: str) -> int:
        """How severe the harm to a right is, from 0 to 3.

        The larger of how bad it is for one person and how little it can be put right; one more where most will feel it
        or where past wrongs weigh in. How likely it is makes nothing milder.
        """
        if article not in self.harms:
            return 0
        level = max(self._number("scale", article), self._number("remedy", article))
        if level == 0:
            return 0
        past = PAST_WRONGS in self.given.to(self._part("history"))
        return min(WORST, level + (past or self._number("scope", article) == WORST))

    def left(self, article: str) -> int:
        """How bad the harm is that the mitigation leaves, from 0 to 3."""
        return self._number("left", article)

    def whom(self, article: str) -> tuple[str, ...]:
        """The groups for whom the right gets weaker or stronger."""
        return self.answers.to(f"{self._part('whom')}.{article}")

    def _number(self, part: str, article: str) -> int:
        said = next(iter(self.given.to(f"{self._part(part)}.{article}")), "0")
        return int(said) if said.lstrip("-").isdecimal() and said.isascii() else 0

    # ------------------------------------------------------------ what follows

    @property
    def flags(self) -> list[Flag]:
        return self.checklist.flags(self.answers)

    @property
    def red_lines(self) -> list[Flag]:
        """What no gain outweighs: then the idea can only be changed or stopped."""
        return [flag for flag in self.flags if flag.red_line]

    @property
    def engaged(self) -> list[Suggestion]:
        """The articles that the answers bring up, those with the most reasons first."""
        return self.checklist.suggest(self.answers)

    @property
    def tags(self) -> list[Tag]:
        """What the assessment says of each right: stronger, or weaker with what lessens the harm."""
        return [self._tag(article) for article in self.rights if self.effect(article)]

    def _tag(self, article: str) -> Tag:
        direction = Direction.ENDANGERS if self.effect(article) < 0 else Direction.ADVANCES
        measure = next(iter(self.answers.to(f"{self._part('measure')}.{article}")), "")
        return Tag(article, direction, self.whom(article), measure[:MITIGATION_MOST] if direction.harms else "")

    # ------------------------------------------------------------ what is missing

    def errors(self, section: str | None = None, *, required: bool = True) -> dict[str, list[Words]]:
        """What is wrong or missing, by question and instance. `required=False`: only what is wrong, as in a draft."""
        found = {one.key: list(self._problems(one, required)) for one in self.asked(section)}
        return {key: problems for key, problems in found.items() if problems}

    def _problems(self, one: Asked, required: bool) -> Iterator[Words]:
        given = self.given.to(one.key)
        yield from one.question.problems(given, required=required)
        if one.question.kind is AnswerKind.RIGHTS:
            for article in given:
                if article not in self.catalogue:
                    yield Words(N_("There is no article “%(article)s” in the catalogue."), {"article": article})
        if one.question.id == self._part("link"):
            yield from (problem for address in given if (problem := _fault_of_link(address)))
        if one.question.id == self._part("outcome") and self.red_lines and set(given) & GOING_ON:
            yield Words(N_("A line is crossed that nobody may cross. Choose to change the idea, or not to go on."))

    @property
    def complete(self) -> bool:
        """Every question that is asked has a sound answer, each right that was chosen has its effect, each harm its
        severity and what lessens it, and no red line is passed over."""
        return not self.errors()

    def state(self, section: str) -> SectionState:
        """How far a section has come. One that asks nothing which must be answered is done once it was looked at."""
        asked = self.asked(section)
        if not any(self.given.to(one.key) for one in asked):
            return SectionState.EMPTY
        return SectionState.BEGUN if self.errors(section) else SectionState.DONE


def _fault_of_link(address: str) -> Words | None:
    """Only what a browser can open safely, and whole: others are to follow it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("https", "http") and parts.netloc and not any(letter.isspace() for letter in address):
        return None
    return Words(N_("Give a whole web address, such as https://city.example/report."))
