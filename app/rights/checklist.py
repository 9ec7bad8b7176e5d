"""The rights checklist: its questions, what answers to them are sound, and which articles and flags they raise. PURE.

from app.rights import checklist

quick = checklist.load("quick")
answers = checklist.Answers.of({"A1": ["home", "water"], "A4": "yes"})
quick.errors(answers)       # {"A2": [Words("Choose an answer.")], ...}
quick.suggest(answers)      # [Suggestion("icescr-11", because=(Reason("A1", "home"), ...)), ...]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from app.charter.words import N_, Words
from app.rights import files, tags
from app.rights.catalogue import Catalogue
from app.rights.catalogue import load as load_catalogue
from app.rights.text import Text

FOLDER = files.HERE / "checklist"


class AnswerKind(StrEnum):
    """How a question is answered: one option, several, or in one's own words."""

    ONE = "one"
    MANY = "many"
    TEXT = "text"


@dataclass(frozen=True)
class Flag:
    """Something that an answer raises beyond single articles."""

    id: str
    label: Text
    meaning: Text
    """What it asks of people."""


@dataclass(frozen=True)
class Option:
    """One possible answer, and what it brings up."""

    value: str
    label: Text
    articles: tuple[str, ...] = ()
    flag: Flag | None = None


@dataclass(frozen=True)
class Question:
    """A question of the checklist. `most`: at most so many options, or characters of text."""

    id: str
    text: Text
    help: Text | None
    kind: AnswerKind
    required: bool
    most: int | None
    options: tuple[Option, ...]
    draws_on: str
    """Which existing instrument of assessment it learned from."""

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)

    def problems(self, given: Sequence[str], *, required: bool) -> Iterator[Words]:
        """What is wrong with what was given to this question."""
        if not given:
            if required and self.required:
                yield self._asks_for_an_answer()
        elif self.kind is AnswerKind.TEXT:
            if self.most is not None and len("\n".join(given)) > self.most:
                yield Words(N_("Use at most %(most)s characters."), {"most": self.most})
        else:
            yield from self._problems_of_choice(given)

    def _problems_of_choice(self, given: Sequence[str]) -> Iterator[Words]:
        for value in given:
            if self.option(value) is None:
                yield Words(N_("“%(answer)s” is not one of the answers. Choose from the list."), {"answer": value})
        if self.kind is AnswerKind.ONE and len(given) > 1:
            yield Words(N_("Choose only one answer."))
        if self.kind is AnswerKind.MANY and self.most is not None and len(given) > self.most:
            yield Words(N_("Choose at most %(most)s. You chose %(chosen)s."), {"most": self.most, "chosen": len(given)})

    def _asks_for_an_answer(self) -> Words:
        return Words(
            {
                AnswerKind.ONE: N_("Choose an answer."),
                AnswerKind.MANY: N_("Choose at least one answer."),
                AnswerKind.TEXT: N_("Write an answer."),
            }[self.kind]
        )


@dataclass(frozen=True)
class Answers:
    """What somebody answered, by question: chosen values, or one text. Questions without an answer are not in it."""

    given: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, raw: Mapping[str, str | Sequence[str]]) -> Answers:
        """From a form or from storage. Spaces around, empty answers and repetitions are dropped."""
        given = {}
        for question, value in raw.items():
            values = [value] if isinstance(value, str) else list(value)
            if kept := tuple(dict.fromkeys(one.strip() for one in values if one.strip())):
                given[question] = kept
        return cls(given)

    def to(self, question: str) -> tuple[str, ...]:
        return self.given.get(question, ())

    def as_stored(self) -> dict[str, list[str]]:
        """Plain JSON, which `of` reads back."""
        return {question: list(values) for question, values in self.given.items()}


@dataclass(frozen=True)
class Reason:
    """The answer that led to a suggestion."""

    question: str
    option: str


@dataclass(frozen=True)
class Suggestion:
    """An article that answers bring up. A person decides whether the proposal is tagged to it."""

    article_id: str
    because: tuple[Reason, ...]


@dataclass(frozen=True)
class Checklist:
    """One version of a checklist. Versions are kept, so that old answers stay readable."""

    id: str
    version: int
    title: Text
    intro: Text
    flag_kinds: tuple[Flag, ...]
    """Every flag that some answer can raise."""
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)

    def number(self, question: Question) -> int:
        """Its place on the page, from 1."""
        return self.questions.index(question) + 1

    def errors(self, answers: Answers, *, required: bool = True) -> dict[str, list[Words]]:
        """What is wrong, by question, in plain words; empty when all is sound.

        `required=False` is for drafts: what was answered must be sound, what was not may wait.
        """
        found: dict[str, list[Words]] = {}
        for question in self.questions:
            if problems := list(question.problems(answers.to(question.id), required=required)):
                found[question.id] = problems
        for question_id in answers.given:
            if self.question(question_id) is None:
                found[question_id] = [Words(N_("This checklist has no such question."))]
        return found

    def complete(self, answers: Answers) -> bool:
        """True when every question that must be answered has a sound answer."""
        return not self.errors(answers)

    def suggest(self, answers: Answers) -> list[Suggestion]:
        """The articles that the answers bring up, those with the most reasons first."""
        reasons: dict[str, list[Reason]] = defaultdict(list)
        for question, option in self._chosen(answers):
            for article in option.articles:
                reasons[article].append(Reason(question.id, option.value))
        ordered = sorted(reasons.items(), key=lambda one: -len(one[1]))
        return [Suggestion(article, tuple(because)) for article, because in ordered]

    def flags(self, answers: Answers) -> list[Flag]:
        """The flags that the answers raise, each once, in the checklist's own order."""
        raised = {option.flag.id for _, option in self._chosen(answers) if option.flag}
        return [flag for flag in self.flag_kinds if flag.id in raised]

    def _chosen(self, answers: Answers) -> Iterator[tuple[Question, Option]]:
        for question in self.questions:
            for value in answers.to(question.id):
                if option := question.option(value):
                    yield question, option


class NoSuchChecklist(LookupError):
    """No checklist has that id, or none in that version."""


@cache
def versions(checklist_id: str, folder: Path = FOLDER) -> tuple[int, ...]:
    """The numbers of the versions there are, the newest last; none for an unknown checklist."""
    found = folder.glob(f"{checklist_id}-*.json")
    return tuple(sorted(int(number) for path in found if (number := path.stem.rpartition("-")[2]).isdigit()))


@cache
def load(checklist_id: str = "quick", version: int | None = None, folder: Path = FOLDER) -> Checklist:
    """A version of a checklist, or its newest. Raises NoSuchChecklist, or files.BadData for a damaged file."""
    known = versions(checklist_id, folder)
    if not known or (version is not None and version not in known):
        raise NoSuchChecklist(f"{checklist_id} {version or ''}".strip())
    path = folder / f"{checklist_id}-{version or known[-1]}.json"
    data = files.read(path, "checklist")
    found = _checklist(data)
    if faults := [*_misnamed(found, path), *_undefined_flags(data), *_lost_articles(found, load_catalogue())]:
        raise files.BadData(path.name, faults)
    files.refuse_repeated(path.name, [question.id for question in found.questions])
    return found


def _checklist(data: Any) -> Checklist:
    flags = {one["id"]: Flag(one["id"], Text.of(one["label"]), Text.of(one["meaning"])) for one in data["flags"]}
    return Checklist(
        id=data["id"],
        version=data["version"],
        title=Text.of(data["title"]),
        intro=Text.of(data["intro"]),
        flag_kinds=tuple(flags.values()),
        questions=tuple(_question(one, flags) for one in data["questions"]),
    )


def _question(data: Any, flags: Mapping[str, Flag]) -> Question:
    shared = {group.id: group.label for group in tags.groups()} if "options_are" in data else {}
    return Question(
        id=data["id"],
        text=Text.of(data["text"]),
        help=Text.of(data["help"]) if "help" in data else None,
        kind=AnswerKind(data["kind"]),
        required=data["required"],
        most=data.get("most"),
        options=tuple(
            Option(
                value=one["value"],
                label=Text.of(one["label"]) if "label" in one else shared[one["value"]],
                articles=tuple(one.get("articles", ())),
                flag=flags.get(one.get("flag", "")),
            )
            for one in data["options"]
        ),
        draws_on=data["draws_on"],
    )


def _misnamed(found: Checklist, path: Path) -> Iterator[str]:
    if path.stem != f"{found.id}-{found.version}":
        yield f"it is {found.id} {found.version}, the file is called {path.stem}"


def _undefined_flags(data: Any) -> Iterator[str]:
    defined = {flag["id"] for flag in data["flags"]}
    for question in data["questions"]:
        for option in question["options"]:
            if "flag" in option and option["flag"] not in defined:
                yield f"{question['id']} {option['value']}: no flag {option['flag']}"


def _lost_articles(found: Checklist, catalogue: Catalogue) -> Iterator[str]:
    for question in found.questions:
        for option in question.options:
            for article in option.articles:
                if article not in catalogue:
                    yield f"{question.id} {option.value}: no article {article}"
