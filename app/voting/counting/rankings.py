"""Rankings, packed: one byte for each option of each ballot, and counted without looking at ballots one by one.

Pure. A strict ranking over n options is a row of n bytes: the ranked options in their order, then the others with the
high bit set. Every row names every option, so deleting an option shortens every row by one byte, and the first choices
among those that stand are every n-th byte. Both are single calls of `bytes`, so that a million ballots are counted
about as fast as their first choices alone are tallied by a loop, in n bytes a ballot.

Equal ballots are not looked for. A ballot that comes with a weight lies in one pile for each binary digit of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.voting.counting.outcome import BallotError, Choices
from app.voting.counting.profile import Ballots, weighted

MOST_RANKED = 128
_UNRANKED = 0x80
_AS_UNRANKED = bytes(code | _UNRANKED for code in range(256))

Places = tuple[tuple[int, ...], ...]
"""A ranking with equals: the options at first place, at second place, and so on."""


@dataclass(frozen=True)
class Rows:
    """Strict rankings with some options left, in piles by how often each row counts."""

    options: tuple[int, ...]
    codes: Mapping[int, int]
    """option -> its byte"""
    piles: Mapping[int, bytes | bytearray]

    @property
    def total(self) -> int:
        """How many ballots there are, exhausted ones included."""
        return sum(times * len(rows) for times, rows in self.piles.items()) // max(len(self.options), 1)

    def votes(self) -> dict[int, int]:
        """On how many ballots each option stands first among those that are left."""
        width = len(self.options)
        firsts = {times: rows[::width] for times, rows in self.piles.items()}
        return {
            option: sum(times * first.count(self.codes[option]) for times, first in firsts.items())
            for option in self.options
        }

    def without(self, gone: Iterable[int]) -> Rows:
        """The same ballots after these options have dropped out."""
        out = set(gone)
        deleted = bytes(code | high for option in out for code in [self.codes[option]] for high in (0, _UNRANKED))
        left = tuple(option for option in self.options if option not in out)
        return Rows(left, self.codes, {times: rows.translate(None, deleted) for times, rows in self.piles.items()})

    def split(self) -> dict[int | None, Rows]:
        """The ballots apart by their first choice; None for those that name no option that is left."""
        width = len(self.options)
        option_of = {code: option for option, code in self.codes.items()}
        parts: dict[int | None, dict[int, bytearray]] = defaultdict(lambda: defaultdict(bytearray))
        for times, rows in self.piles.items():
            apart: dict[int, bytearray] = defaultdict(bytearray)
            for at in range(0, len(rows), width or 1):
                apart[rows[at]] += rows[at : at + width]
            for code, some in apart.items():
                parts[option_of.get(code)][times] += some
        return {first: Rows(self.options, self.codes, dict(piles)) for first, piles in parts.items()}


class Rankings:
    """All ballots of a ranked vote.

    :raises ValueError: when there are more options than can be ranked.
    """

    def __init__(self, options: Sequence[int]) -> None:
        if len(options) > MOST_RANKED:
            raise ValueError(f"at most {MOST_RANKED} options can be ranked")
        self.options = tuple(options)
        self.total = 0
        self.equals: dict[Places, int] = {}
        """Ballots with several options at one place, each with its weight."""
        self._codes = {option: code for code, option in enumerate(self.options)}
        self._unranked = bytes(code | _UNRANKED for code in self._codes.values())
        self._marks = [str(place) for place in range(1, len(options) + 1)]
        self._piles: dict[int, bytearray] = defaultdict(bytearray)

    @classmethod
    def of(cls, ballots: Ballots, options: Sequence[int]) -> Rankings:
        """Read the ballots, once.

        :raises BallotError: when one is no ranking of these options.
        """
        rankings = cls(options)
        for choices, weight in weighted(ballots):
            rankings.add(choices, weight)
        return rankings

    def add(self, choices: Choices, weight: int = 1) -> None:
        """Put in a ballot that was cast so often. Raises BallotError."""
        self.total += weight
        try:
            ranked = [choices[mark] for mark in self._marks[: len(choices)]]
            row = bytes([self._codes[option] for place in ranked for option in place])
        except KeyError:
            raise BallotError(f"ballot {self.total} is no ranking: its places or its options are unknown") from None
        if len(ranked) != len(choices) or len(set(row)) != len(row) or not all(ranked):
            raise BallotError(f"ballot {self.total} leaves out a place, or names an option twice")
        if len(row) != len(ranked):
            places = tuple(tuple(place) for place in ranked)
            self.equals[places] = self.equals.get(places, 0) + weight
            return
        if len(row) < len(self.options):
            row += self._unranked.translate(None, row.translate(_AS_UNRANKED))
        for digit in range(weight.bit_length()):
            if weight >> digit & 1:
                self._piles[1 << digit] += row

    def strict(self) -> Rows:
        """The rankings for a count that knows no equals.

        :raises BallotError: when somebody ranked two options at the same place.
        """
        if self.equals:
            raise BallotError("a ballot has several options at one place, which this method cannot count")
        return Rows(self.options, self._codes, self._piles)

    def named(self) -> frozenset[int]:
        """The options that at least one ballot ranks. Nobody else can win."""
        found = {option for places in self.equals for place in places for option in place}
        for option, code in self._codes.items():
            if any(code in rows for rows in self._piles.values()):
                found.add(option)
        return frozenset(found)

    def above(self) -> dict[tuple[int, int], int]:
        """For each pair (a, b): on how many ballots a stands above b. Who is not ranked stands below who is."""
        found: dict[tuple[int, int], int] = {}
        rows = Rows(self.options, self._codes, self._piles)
        self._compare(rows, found)
        for places, weight in self.equals.items():
            for a, b in _pairs_of(places, self.options):
                found[a, b] += weight
        return found

    def _compare(self, rows: Rows, found: dict[tuple[int, int], int]) -> None:
        """Fill in every pair of these options, leaving ever more of the others out on the way."""
        if not rows.options:
            return
        first, *others = rows.options
        for other in others:
            votes = rows.without(set(rows.options) - {first, other}).votes()
            found[first, other], found[other, first] = votes[first], votes[other]
        self._compare(rows.without([first]), found)


def _pairs_of(places: Places, options: Sequence[int]) -> Iterable[tuple[int, int]]:
    ranked = {option for place in places for option in place}
    last = tuple(option for option in options if option not in ranked)
    for at, place in enumerate(places):
        lower = [option for below in places[at + 1 :] for option in below]
        for option in place:
            yield from ((option, other) for other in (*lower, *last))
