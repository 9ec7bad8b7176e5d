"""The money of equal shares: what everybody still has, and what an option would cost each of its supporters.

Pure and exact: all money is in whole numbers over one common denominator, which grows as shares are divided. In large
elections floats stand beside it and say where not to look: whatever they cannot rule out is computed exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import fsum, gcd, inf
from operator import truediv
from typing import NamedTuple

from app.voting.counting.support import Backers

LARGE = 20_000
"""From so many groups on, floats are faster than counting who is how rich."""
DOUBT = 1e-12
"""Of an option's cost. What rounding does to the sum of what the poor pay is far below it: each float is off by 2^-53
of itself, and `fsum` rounds once."""
PASSES = 3
"""So often do floats look for who is too poor before all is left to exact numbers."""
EMPTY = 0
"""The purse of everybody who has nothing left."""

Payers = list[tuple[int, int, int, int]]
"""The supporters of an option: what is in a purse, the points that its owners give, how many they are, which purse."""


class Offer(NamedTuple):
    """A price: those who can pay it owe `owed` together, `owed / strength` for each point; whoever has less gives all.

    When `final` is false, the price is only known to be no lower.
    """

    option: int
    owed: int
    """In parts of the `unit` that the purses had when this was computed."""
    strength: int
    """All points of those who can pay."""
    unit: int
    payers: Payers
    final: bool = True

    @property
    def price(self) -> Fraction:
        """What a point costs, in units of currency."""
        return Fraction(self.owed, self.strength * self.unit)

    @property
    def rough(self) -> float:
        """The price as a float, rounded once."""
        return self.owed / (self.strength * self.unit)


class Purses:
    """One purse for all who have paid alike so far; each group of ballots knows its purse."""

    def __init__(self, groups: int, each: Fraction) -> None:
        self.unit = each.denominator
        """Money is counted in parts of which so many make one unit of currency."""
        self._money = [0, each.numerator]
        self._purse = [1] * groups
        self._rough = [float(each)] * groups if groups >= LARGE else []
        """What each group has, in units of currency, rounded; kept in large elections only."""

    @staticmethod
    def full_payers(offer: Offer) -> int:
        """How many pay the full price, those for whom it is all they have included."""
        return sum(people for has, points, people, _ in offer.payers if has * offer.strength >= offer.owed * points)

    def money_of(self, backers: Backers) -> Fraction:
        """What an option's supporters have left together, in units of currency."""
        return Fraction(sum(has * people for has, _, people, _ in self._payers(backers)), self.unit)

    def dearer(self, backers: Backers, cost: int, least: float, most: float) -> float | None:
        """Whether floats can tell that a point costs more than `most`, knowing that it costs `least` or more.

        The price it costs at least if so, infinity if it cannot be paid at all, None if that must be computed exactly.
        """
        if not self._rough:
            return None
        have = list(map(self._rough.__getitem__, backers.groups))
        if backers.points is not None:
            have = list(map(truediv, have, backers.points))
        strengths = None
        if backers.points is not None or backers.weights is not None:
            strengths = [weight * points for _, weight, points in backers.each()]
        price = least
        for _ in range(PASSES):
            # Whoever has no more than the price pays all, the others share the rest. Whoever is taken for poor here,
            # the price that follows is never more than the true one.
            paid, gone = _paid(have, strengths, price)
            owed = cost - paid - DOUBT * cost
            if gone == backers.total:
                return inf if owed > 0 else None
            price = owed / (backers.total - gone)
            if price > most:
                return price
        return None

    def offer(
        self, option: int, backers: Backers, cost: int, last: Offer | None = None, most: float = inf
    ) -> Offer | None:
        """Exactly what a point costs; None when the supporters have not enough.

        `last` is what this said of the same option before: its price never falls. As soon as it is clear that a point
        costs more than `most`, what is known so far is enough: that offer is not final.
        """
        able = payers = self._payers(backers)
        unit = self.unit
        owed, strength = cost * unit, backers.total
        if last is not None:
            least = last.owed * (unit // last.unit) // last.strength
            able = [one for one in payers if one[0] >= least * one[1]]
            if len(able) < len(payers):
                for has, points, people, _ in payers:
                    if has < least * points:
                        owed -= has * people
                        strength -= points * people
        while able:
            if owed / (strength * unit) > most:
                return Offer(option, owed, strength, unit, payers, final=False)
            still, short, weak = [], 0, 0
            for one in able:
                if one[0] * strength < owed * one[1]:
                    short += one[0] * one[2]
                    weak += one[1] * one[2]
                else:
                    still.append(one)
            if not weak:
                return Offer(option, owed, strength, unit, payers)
            owed -= short
            strength -= weak
            able = still
        return None

    def pay(self, offer: Offer, backers: Backers) -> None:
        """Take from each supporter the price, or all where that is less."""
        common = gcd(offer.owed, offer.strength)
        price, finer = offer.owed // common, offer.strength // common
        if finer != 1:
            self.unit *= finer
            self._money = [one * finer for one in self._money]
        after = {(purse, points): self._poorer(purse, price * points) for _, points, _, purse in offer.payers}
        purse = self._purse
        if backers.points is None:
            alike = {before: now for (before, _), now in after.items()}
            for group in backers.groups:
                purse[group] = alike[purse[group]]
        else:
            for group, points in zip(backers.groups, backers.points, strict=True):
                purse[group] = after[purse[group], points]
        if self._rough:
            left = {one: self._money[one] / self.unit for one in after.values()}
            for group in backers.groups:
                self._rough[group] = left[purse[group]]

    def _poorer(self, purse: int, paid: int) -> int:
        """The purse of those who had this one and have paid."""
        left = self._money[purse] - paid
        if left <= 0:
            return EMPTY
        self._money.append(left)
        return len(self._money) - 1

    def _payers(self, backers: Backers) -> Payers:
        """The supporters by what they have and give."""
        money, purse, points, weights = self._money, self._purse, backers.points, backers.weights
        if points is not None:
            found: dict[tuple[int, int], int] = {}
            for group, weight, given in backers.each():
                key = (purse[group], given)
                found[key] = found.get(key, 0) + weight
            return [(money[one], given, people, one) for (one, given), people in found.items()]
        alike: dict[int, int] = {}
        if weights is None:
            alike = Counter(map(purse.__getitem__, backers.groups))
        else:
            get = alike.get
            for group, weight in zip(backers.groups, weights, strict=True):
                one = purse[group]
                alike[one] = get(one, 0) + weight
        return [(money[one], 1, people, one) for one, people in alike.items()]


def _paid(have: Sequence[float], strengths: Sequence[int] | None, price: float) -> tuple[float, int]:
    """What those pay who have no more than the price for each point, and all their points."""
    if strengths is None:
        poor = [one for one in have if one <= price]
        return fsum(poor), len(poor)
    pairs = [(one, points) for one, points in zip(have, strengths, strict=True) if one <= price]
    return fsum([one * points for one, points in pairs]), sum([points for _, points in pairs])
