"""The rights checklist: its questions, what answers to them are sound, and which articles and flags they raise. PURE.

from app.rights import checklist

quick = checklist.load("quick")
answers = checklist.Answers.of({"A1": ["home", "water"], "A4": "yes"})
quick.errors(answers)       # {"A2": [Words("Choose an answer.")], ...}
quick.suggest(answers)      # [Suggestion("icescr-11", because=(Reason("A1", "home"), ...)), ...]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from app.charter.words import N_, Words
from app.rights import files, tags
from app.rights.catalogue import Catalogue
from app.rights.catalogue import load as load_catalogue
from app.rights.questions import (
    AnswerKind,
    Answers,
    Condition,
    Each,
    Flag,
    Option,
    Question,
    Section,
)
from app.rights.text import Text

__all__ = [
    "AnswerKind",
    "Answers",
    "Checklist",
    "Flag",
    "NoSuchChecklist",
    "Option",
    "Question",
    "Reason",
    "Section",
    "Suggestion",
    "load",
    "versions",
]

FOLDER = files.HERE / "checklist"


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
    sections: tuple[Section, ...] = ()
    """The pages of a long checklist; none where all questions stand on one."""
    parts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Which question asks for what the rules need (`effect`, `scale`, …), so that they hold for every version."""

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
            if self.question(question_id.partition(".")[0]) is None:
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
                if (reason := Reason(question.id, option.value)) not in reasons[article]:
                    reasons[article].append(reason)
        ordered = sorted(reasons.items(), key=lambda one: -len(one[1]))
        return [Suggestion(article, tuple(because)) for article, because in ordered]

    def flags(self, answers: Answers) -> list[Flag]:
        """The flags that the answers raise, each once, in the checklist's own order."""
        raised = {option.flag.id for _, option in self._chosen(answers) if option.flag}
        return [flag for flag in self.flag_kinds if flag.id in raised]

    def _chosen(self, answers: Answers) -> Iterator[tuple[Question, Option]]:
        for question in self.questions:
            for _, values in answers.with_instances(question.id):
                for value in values:
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
    lost = [*_undefined_flags(data), *_lost_articles(found, load_catalogue()), *_lost_questions(found)]
    if faults := [*_misnamed(found, path), *lost]:
        raise files.BadData(path.name, faults)
    files.refuse_repeated(path.name, [question.id for question in found.questions])
    return found


def _checklist(data: Any) -> Checklist:
    flags = {one["id"]: _flag(one) for one in data["flags"]}
    return Checklist(
        id=data["id"],
        version=data["version"],
        title=Text.of(data["title"]),
        intro=Text.of(data["intro"]),
        flag_kinds=tuple(flags.values()),
        questions=tuple(_question(one, flags) for one in data["questions"]),
        sections=tuple(
            Section(one["id"], Text.of(one["title"]), Text.of(one["intro"])) for one in data.get("sections", ())
        ),
        parts=data.get("parts", {}),
    )


def _flag(data: Any) -> Flag:
    return Flag(data["id"], Text.of(data["label"]), Text.of(data["meaning"]), data.get("red_line", False))


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
        section=data.get("section", ""),
        each=Each(data["each"]) if "each" in data else None,
        rows=data.get("rows", 0),
        show_if=tuple(Condition(one["question"], tuple(one["among"])) for one in data.get("show_if", ())),
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


def _lost_questions(found: Checklist) -> Iterator[str]:
    """Conditions and parts that name what is not there, so that nobody is asked, or judged, by nothing."""
    sections = {section.id for section in found.sections}
    for question in found.questions:
        if sections and question.section not in sections:
            yield f"{question.id}: no section {question.section}"
        for condition in question.show_if:
            asked = found.question(condition.question)
            if asked is None or any(asked.option(value) is None for value in condition.among):
                yield f"{question.id}: shown by an answer that cannot be given to {condition.question}"
    for part, question_id in found.parts.items():
        if found.question(question_id) is None:
            yield f"{part}: no question {question_id}"
