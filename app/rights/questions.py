"""The parts of a checklist: questions, their options and flags, and what somebody answered. PURE.

A question that is asked of each group, right, harm or row has an answer for each: `B1.women`, `E2.icescr-11`, `B4.1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.charter.words import N_, Words
from app.rights.text import Text


class AnswerKind(StrEnum):
    """How a question is answered: one option, several, in one's own words, or by articles of the catalogue."""

    ONE = "one"
    MANY = "many"
    TEXT = "text"
    RIGHTS = "rights"


class Each(StrEnum):
    """Of what a question is asked once more: each group chosen, each right looked at, each harm found, each row."""

    GROUP = "group"
    RIGHT = "right"
    HARM = "harm"
    ROW = "row"


@dataclass(frozen=True)
class Flag:
    """Something that an answer raises beyond single articles."""

    id: str
    label: Text
    meaning: Text
    """What it asks of people."""
    red_line: bool = False
    """Whether it can't be outweighed: then the proposal can only be changed or stopped."""


@dataclass(frozen=True)
class Option:
    """One possible answer, and what it brings up."""

    value: str
    label: Text
    articles: tuple[str, ...] = ()
    flag: Flag | None = None


@dataclass(frozen=True)
class Condition:
    """That a question was answered by one of these options."""

    question: str
    among: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A page of questions."""

    id: str
    title: Text
    intro: Text


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
    section: str = ""
    each: Each | None = None
    rows: int = 0
    show_if: tuple[Condition, ...] = ()
    """It is asked where one of these is true; always, where there are none."""

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
            if self.kind is not AnswerKind.RIGHTS and self.option(value) is None:
                yield Words(N_("“%(answer)s” is not one of the answers. Choose from the list."), {"answer": value})
        if self.kind is AnswerKind.ONE and len(given) > 1:
            yield Words(N_("Choose only one answer."))
        if self.kind is not AnswerKind.ONE and self.most is not None and len(given) > self.most:
            yield Words(N_("Choose at most %(most)s. You chose %(chosen)s."), {"most": self.most, "chosen": len(given)})

    def _asks_for_an_answer(self) -> Words:
        return Words(
            {
                AnswerKind.ONE: N_("Choose an answer."),
                AnswerKind.MANY: N_("Choose at least one answer."),
                AnswerKind.TEXT: N_("Write an answer."),
                AnswerKind.RIGHTS: N_("Choose at least one right."),
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

    def with_instances(self, question: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The answers to a question and to each of its instances (`B1.women`), by key."""
        for key, values in self.given.items():
            if key.partition(".")[0] == question:
                yield key, values

    def as_stored(self) -> dict[str, list[str]]:
        """Plain JSON, which `of` reads back."""
        return {question: list(values) for question, values in self.given.items()}
