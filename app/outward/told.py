"""What residents here proposed and what became of it, as reports and the pages of a right tell it. PURE.

Nobody's name is in it: neither of authors nor of officials, and names that stand in a text are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.rights.tags import Direction
from app.voting.counting.outcome import Decision

LEFT_OUT = "[…]"
"""Stands in place of a person's name."""
SHORTEST_NAME = 4
"""A shorter name is a word more often than a name."""


@dataclass(frozen=True)
class Tied:
    """An article that a proposal was tied to. `met`: something is recorded that lessens the danger."""

    article: str
    direction: Direction
    met: bool


@dataclass(frozen=True)
class Ballots:
    """How a vote on it ended. `counts` are by mark, such as `approve`."""

    decision: Decision
    counts: tuple[tuple[str, int], ...]
    ballots: int
    roll: int


@dataclass(frozen=True)
class CityAnswer:
    """What the city answered: a verdict, the reasons in Markdown, and when."""

    verdict: str
    text: str
    lang: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """A public proposal with all that reports say of it."""

    id: int
    title: str
    lang: str
    deliberation: str
    """Its address: the slug."""
    question: str
    endorsements: int
    tied: tuple[Tied, ...]
    vote: Ballots | None = None
    answer: CityAnswer | None = None

    @property
    def articles(self) -> frozenset[str]:
        return frozenset(one.article for one in self.tied)

    def works(self, articles: Iterable[str]) -> tuple[bool, bool]:
        """Whether it advances, and whether it endangers, any of these articles."""
        wanted = set(articles)
        said = [one.direction for one in self.tied if one.article in wanted]
        return any(one is not Direction.ENDANGERS for one in said), any(one.harms for one in said)

    def nameless(self, names: Names) -> Told:
        """The same, with these names left out of every text."""
        answer = self.answer and replace(self.answer, text=names.left_out(self.answer.text))
        return replace(self, title=names.left_out(self.title), question=names.left_out(self.question), answer=answer)


_WORD = re.compile(r"\w+")
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Sr|Sra|Srta|Don|Doña|Prof)\b\.?\s+(?:[A-ZÁÉÍÓÚÑ][\w’'-]+)(?:\s+[A-ZÁÉÍÓÚÑ][\w’'-]+)*"
)
"""A form of address with the name after it, whoever that is."""


class Names:
    """People's names, to be found in texts where they stand as words of their own, however many there are.

    A family name counts by itself where it is written with a capital letter; so does whoever is addressed as Mr. or
    Sra. Rather a street loses its name than a person stays in.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: defaultdict[str, list[list[str]]] = defaultdict(list)
        self._family: set[str] = set()
        for name in names:
            words = _WORD.findall(name.casefold())
            if words and len(name.strip()) >= SHORTEST_NAME:
                self._by_first[words[0]].append(words)
                self._family.update(word for word in words[1:] if len(word) >= SHORTEST_NAME)

    def left_out(self, text: str) -> str:
        """The text with every such name left out, and seen to be."""
        text = _TITLED.sub(LEFT_OUT, text)
        words = list(_WORD.finditer(text))
        said = [word.group().casefold() for word in words]
        pieces, at, place = [], 0, 0
        while place < len(words):
            length = self._length_at(said, place) or self._is_family(words[place].group())
            if length:
                pieces += [text[at : words[place].start()], LEFT_OUT]
                at = words[place + length - 1].end()
            place += length or 1
        return "".join([*pieces, text[at:]])

    def _length_at(self, said: Sequence[str], place: int) -> int:
        """How many words of a whole name begin here; 0 for none."""
        found = [name for name in self._by_first.get(said[place], ()) if list(said[place : place + len(name)]) == name]
        return max(map(len, found), default=0)

    def _is_family(self, word: str) -> int:
        return int(word[0].isupper() and word.casefold() in self._family)
