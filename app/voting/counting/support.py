"""Who supports what: ballots turned around, by option and in arrays, as methods that spend a budget need them.

Pure. Equal ballots become one group with a weight wherever that makes the arrays shorter, so that what is held grows
with what was marked and never has an object for each ballot.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, repeat
from operator import mul

from app.voting.counting.outcome import BallotError
from app.voting.counting.profile import Ballots, weighted

REMEMBERED = 50_000
"""So many different ballots are recognised when they come again; what is new after them stays by itself."""


@dataclass(frozen=True)
class Backers:
    """The groups that support one option. `weights` is None where each is one ballot, `points` where all give 1."""

    groups: Sequence[int]
    weights: Sequence[int] | None
    points: Sequence[int] | None
    people: int
    total: int
    """All points. Where a ballot only approves, the number of approvals."""

    @cached_property
    def single(self) -> Sequence[int]:
        """The groups of one ballot: by far the most."""
        if self.weights is None:
            return self.groups
        return [group for group, weight in zip(self.groups, self.weights, strict=True) if weight == 1]

    @cached_property
    def heavy(self) -> Sequence[tuple[int, int]]:
        """The groups of several ballots, with how many."""
        if self.weights is None:
            return ()
        return [(group, weight) for group, weight in zip(self.groups, self.weights, strict=True) if weight > 1]

    def each(self) -> Iterator[tuple[int, int, int]]:
        """Group, weight, points."""
        return zip(self.groups, self.weights or repeat(1), self.points or repeat(1), strict=False)


@dataclass(frozen=True)
class Support:
    """All supporters of all options. Groups of equal ballots are numbered from 0."""

    ballots: int
    groups: int
    backers: Mapping[int, Backers]

    def satisfied(self, funded: Iterable[int]) -> list[int]:
        """For each group the points it gave to what was funded."""
        points = [0] * self.groups
        for option in funded:
            for group, _, given in self.backers[option].each():
                points[group] += given
        return points

    def weights(self) -> list[int]:
        """How many ballots each group stands for; a group that supports nothing counts for 0."""
        found = [0] * self.groups
        for backers in self.backers.values():
            for group, weight, _ in backers.each():
                found[group] = weight
        return found


def support_of(ballots: Ballots, options: Sequence[int], mark: str) -> Support:
    """The support that one mark stands for.

    :raises BallotError: when a ballot marks an option twice, an unknown one, or with another mark.
    """
    turned = Turned(options)
    for choices, weight in weighted(ballots):
        for other in choices:
            if other != mark:
                raise BallotError(f"ballot {turned.ballots + 1} has the unknown mark {other!r}")
        turned.add(choices.get(mark, ()), weight=weight)
    return turned.support()


class Turned:
    """Takes ballots one by one and turns them around."""

    def __init__(self, options: Iterable[int]) -> None:
        self.ballots = 0
        self._places = {option: place for place, option in enumerate(options)}
        self._groups = [array("L") for _ in self._places]
        self._append = [groups.append for groups in self._groups]
        self._points = [array("q") for _ in self._places]
        self._weights = array("Q")
        self._seen: dict[bytes, int] = {}
        self._key = bytes if len(self._places) <= 256 else _wide
        """Equal ballots have equal keys, as short as can be: there is one for each different ballot."""

    def add(self, marked: Sequence[int], points: Sequence[int] | None = None, weight: int = 1) -> None:
        """Take one ballot, or so many equal ones: the options that it marks, and the points it gives them.

        Either all ballots give points or none.

        :raises BallotError: when it marks an option twice, or an unknown one.
        """
        self.ballots += weight
        try:
            places = [self._places[option] for option in marked]
        except KeyError as unknown:
            raise BallotError(f"ballot {self.ballots}: option {unknown} is unknown") from None
        key = self._key(sorted(places)) if points is None else _pairs(places, points)
        group = self._seen.get(key)
        if group is not None:
            self._weights[group] += weight
            return
        if len(set(places)) < len(places):
            raise BallotError(f"ballot {self.ballots} marks an option twice")
        group = len(self._weights)
        if group < REMEMBERED:
            self._seen[key] = group
        self._weights.append(weight)
        append = self._append
        for place in places:
            append[place](group)
        if points is not None:
            for place, given in zip(places, points, strict=True):
                self._points[place].append(given)

    def support(self) -> Support:
        """What has come so far. Groups stay together only where they make fewer of many."""
        together = 2 * len(self._weights) <= self.ballots
        groups = len(self._weights) if together else self.ballots
        alone = together or groups == len(self._weights)
        first = None if alone else list(accumulate(self._weights, initial=0))
        backers = {option: self._backers(place, together, first) for option, place in self._places.items()}
        return Support(self.ballots, groups, backers)

    def _backers(self, place: int, together: bool, first: Sequence[int] | None) -> Backers:
        """`first`: the number of each group's first ballot, where each ballot gets a number of its own."""
        groups = self._groups[place]
        points = self._points[place] if any(one != 1 for one in self._points[place]) else None
        if not together and first is None:
            return Backers(groups, None, points, len(groups), sum(points or repeat(1, len(groups))))
        weights = list(map(self._weights.__getitem__, groups))
        people = sum(weights)
        total = sum(map(mul, weights, points)) if points else people
        if first is None:
            return Backers(groups.tolist(), weights, points, people, total)
        numbers, given = array("L", map(first.__getitem__, groups)), points and points[:]
        for place, weight in enumerate(weights):
            if weight > 1:
                numbers.extend(range(numbers[place] + 1, numbers[place] + weight))
                if given:
                    given.extend(repeat(given[place], weight - 1))
        return Backers(numbers, None, given, people, total)


def _wide(places: Sequence[int]) -> bytes:
    return array("L", places).tobytes()


def _pairs(places: Sequence[int], points: Sequence[int]) -> bytes:
    return array("q", chain.from_iterable(sorted(zip(places, points, strict=True)))).tobytes()
