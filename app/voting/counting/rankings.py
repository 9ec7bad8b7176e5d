"""Rankings, packed: counted all at once instead of ballot by ballot.

Pure. While ballots are read, a ranking is kept as one byte for each place. To count, they are turned round: for each
place and option, one whole number whose n-th binary digit says whether the n-th ballot has that option at that place.
Who a million ballots have first among the options that still stand is then a few dozen "and"s of such numbers, each
done by the processor thousands of ballots at a time. So a count in rounds takes about as long as a loop that tallies
first choices alone, with a few bytes a ballot.

Equal ballots are not looked for. A ballot may come with a weight, and then counts as if it had been cast so often.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.voting.counting.outcome import BallotError, Choices
from app.voting.counting.profile import Ballots, weighted

MOST_RANKED = 255
"""Each option has to fit into a byte, and one value says that nothing stands at a place."""

Bits = int
"""A set of ballots: the n-th binary digit stands for the n-th ballot."""
Places = tuple[tuple[int, ...], ...]
"""A ranking with equals: the options at first place, at second place, and so on."""


@dataclass(frozen=True)
class Strict:
    """Rankings without equals, turned round."""

    places: tuple[Mapping[int, Bits], ...]
    """For each place: option -> the ballots that have it there."""
    digits: tuple[Bits, ...]
    """For each binary digit of the weights: the ballots whose weight has it."""
    everybody: Bits
    total: int
    """How many ballots there are, weights and empty ballots included."""

    def count(self, ballots: Bits) -> int:
        """How often these ballots were cast."""
        return sum((ballots & digit).bit_count() << place for place, digit in enumerate(self.digits))

    def firsts(self, standing: Collection[int], ballots: Bits) -> dict[int, Bits]:
        """These ballots apart, by whom they have first among those that stand. Who names none of them is left out."""
        found = dict.fromkeys(standing, 0)
        for place in self.places:
            if not ballots:
                break
            for option in standing:
                if here := ballots & place.get(option, 0):
                    found[option] |= here
                    ballots ^= here
        return found


@dataclass(frozen=True)
class Standing:
    """A count in rounds on its way: the options that stand, each with the ballots that count for it."""

    ballots: Strict
    piles: Mapping[int, Bits]

    @classmethod
    def of(cls, ballots: Strict, options: Collection[int]) -> Standing:
        return cls(ballots, ballots.firsts(options, ballots.everybody))

    @property
    def options(self) -> tuple[int, ...]:
        return tuple(self.piles)

    def votes(self) -> dict[int, int]:
        """On how many ballots each option stands first among those that are left."""
        return {option: self.ballots.count(pile) for option, pile in self.piles.items()}

    def without(self, gone: Iterable[int]) -> Standing:
        """The count after these options have dropped out and their ballots have gone on."""
        out = set(gone)
        left = {option: pile for option, pile in self.piles.items() if option not in out}
        going = 0
        for option in out:
            going |= self.piles[option]
        going_to = self.ballots.firsts(left, going)
        return Standing(self.ballots, {option: pile | going_to[option] for option, pile in left.items()})


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
        self._codes = {option: code for code, option in enumerate(self.options, 1)}
        self._marks = [str(place) for place in range(1, len(options) + 1)]
        self._rows: dict[int, bytearray] = defaultdict(bytearray)
        self._weights: dict[int, array[int]] = defaultdict(lambda: array("Q"))

    @classmethod
    def of(cls, ballots: Ballots | Rankings, options: Sequence[int]) -> Rankings:
        """Read the ballots, once. What is read already is taken as it is.

        :raises BallotError: when one is no ranking of these options.
        """
        if isinstance(ballots, Rankings):
            return ballots
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
        self._rows[len(row)] += row
        self._weights[len(row)].append(weight)

    def refuse_equals(self) -> None:
        """For a count that knows no equals. Raises BallotError when there are some."""
        if self.equals:
            raise BallotError("a ballot has several options at one place, which this method cannot count")

    def strict(self) -> Strict:
        """The rankings without equals, turned round."""
        lengths = sorted(length for length in self._rows if length)
        ballots = sum(len(self._weights[length]) for length in lengths)
        everybody = (1 << ballots) - 1
        places = tuple(self._place(place, lengths, everybody) for place in range(max(lengths, default=0)))
        weights = array("Q")
        for length in lengths:
            weights.extend(self._weights[length])
        return Strict(places, _digits(weights, everybody), everybody, self.total)

    def _place(self, place: int, lengths: Sequence[int], everybody: Bits) -> dict[int, Bits]:
        """Who stands at one place: the column of bytes, bit by bit of its codes."""
        column = b"".join(
            self._rows[length][place::length] if place < length else bytes(len(self._weights[length]))
            for length in lengths
        )
        planes = [int(column.translate(table), 2) for table in _BIT_OF[: len(self.options).bit_length()]]
        found = {}
        for option, code in self._codes.items():
            here = everybody
            for digit, plane in enumerate(planes):
                here &= plane if code >> digit & 1 else everybody ^ plane
            if here:
                found[option] = here
        return found

    def named(self) -> frozenset[int]:
        """The options that at least one ballot ranks. Nobody else can win."""
        found = {option for places in self.equals for place in places for option in place}
        for option, code in self._codes.items():
            if any(code in rows for rows in self._rows.values()):
                found.add(option)
        return frozenset(found)

    def above(self) -> dict[tuple[int, int], int]:
        """For each pair (a, b): on how many ballots a stands above b. Who is not ranked stands below who is."""
        strict = self.strict()
        found = {(a, b): 0 for a in self.options for b in self.options if a != b}
        before: dict[int, Bits] = dict.fromkeys(self.options, 0)
        for place in strict.places:
            for a, here in place.items():
                times = strict.count(here)
                for b in self.options:
                    if b != a:
                        found[a, b] += times - strict.count(here & before[b])
            for a, here in place.items():
                before[a] |= here
        for places, weight in self.equals.items():
            for a, b in _pairs_of(places, self.options):
                found[a, b] += weight
        return found


_BIT_OF = [bytes(ord("1") if value >> digit & 1 else ord("0") for value in range(256)) for digit in range(8)]
"""For each binary digit of a byte, a table that turns bytes into that digit as text."""


def _digits(weights: array[int], everybody: Bits) -> tuple[Bits, ...]:
    """The weights, binary digit by binary digit, over all ballots; the first ballot is the highest digit."""
    most = max(weights, default=1)
    if most == 1:
        return (everybody,)
    return tuple(
        int(bytes(ord("0") + (weight >> digit & 1) for weight in weights), 2) for digit in range(most.bit_length())
    )


def _pairs_of(places: Places, options: Sequence[int]) -> Iterable[tuple[int, int]]:
    ranked = {option for place in places for option in place}
    last = tuple(option for option in options if option not in ranked)
    for at, place in enumerate(places):
        lower = [option for below in places[at + 1 :] for option in below]
        for option in place:
            yield from ((option, other) for other in (*lower, *last))
