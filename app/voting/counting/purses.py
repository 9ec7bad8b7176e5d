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
NEAR = 1 + 1e-9
"""Two prices that differ by no more than this factor are compared exactly. Whoever has the price to the last digit may
be taken for poor or not by floats; up to ten million of them move the price by less than this."""
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
        self._when = [0, 0]
        """How often the unit had been made finer when this was put into the purse: it is rewritten for nobody."""
        self._finer = [1]
        """For each time that the unit was made finer, and before the first: by how much altogether since then."""
        self._purse = [1] * groups
        self.large = groups >= LARGE
        self._rough = [float(each)] * groups if self.large else []
        """What each group has, in units of currency, rounded; kept in large elections only."""

    @staticmethod
    def full_payers(offer: Offer) -> int:
        """How many pay the full price, those for whom it is all they have included."""
        return sum(people for has, points, people, _ in offer.payers if has * offer.strength >= offer.owed * points)

    def money_of(self, backers: Backers) -> Fraction:
        """What an option's supporters have left together, in units of currency."""
        return Fraction(sum(has * people for has, _, people, _ in self._payers(backers)), self.unit)

    def rough_price(self, backers: Backers, cost: int, least: float, most: float) -> tuple[float, float] | None:
        """What a point costs at least and at most, as far as floats can tell, knowing that it is `least` or more.

        Infinite when it cannot be paid, None when that must be found out exactly. As soon as it must cost more than
        `most`, no end is known.
        """
        have = list(map(self._rough.__getitem__, backers.groups))
        if backers.points is not None:
            have = list(map(truediv, have, backers.points))
        strengths = None
        if backers.points is not None or backers.weights is not None:
            strengths = [weight * points for _, weight, points in backers.each()]
        price, before = least, -1
        while True:
            # Whoever has no more than the price pays all, the others share the rest. Whoever is taken for poor here,
            # the price that follows is never more than the true one.
            paid, gone = _paid(have, strengths, price)
            able = backers.total - gone
            if not able:
                return (inf, inf) if cost - paid > DOUBT * cost else None
            now, doubt = (cost - paid) / able, DOUBT * cost / able
            if now - doubt > most:
                return now - doubt, inf
            if now <= price and gone == before:
                return now - doubt, (now + doubt) * NEAR
            price, before = max(now, price), gone

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
        price = (owed, strength) if last is None else (last.owed * (unit // last.unit), last.strength)
        while able:
            # Whoever has less than the price pays all, the others share the rest, until nobody new is too poor.
            still, short, weak = [], 0, 0
            limit = (price[0] - 1) // price[1]
            for one in able:
                has, points, people, _ = one
                if has <= limit if points == 1 else has * price[1] < price[0] * points:
                    short += has * people
                    weak += points * people
                else:
                    still.append(one)
            if not weak and price == (owed, strength):
                return Offer(option, owed, strength, unit, payers)
            owed -= short
            strength -= weak
            able = still
            if able and owed / (strength * unit) > most:
                return Offer(option, owed, strength, unit, payers, final=False)
            price = (owed, strength)
        return None

    def pay(self, offer: Offer, backers: Backers) -> None:
        """Take from each supporter the price, or all where that is less."""
        common = gcd(offer.owed, offer.strength)
        price, finer = offer.owed // common, offer.strength // common
        if finer != 1:
            self.unit *= finer
            self._finer = [one * finer for one in self._finer] + [1]
        purse = self._purse
        if backers.points is None:
            alike = {before: self._put(has * finer - price) for has, _, _, before in offer.payers}
            now = [alike[purse[group]] for group in backers.groups]
        else:
            after = {(one, points): self._put(has * finer - price * points) for has, points, _, one in offer.payers}
            now = [after[purse[group], points] for group, _, points in backers.each()]
        for group, one in zip(backers.groups, now, strict=True):
            purse[group] = one
        if self._rough:
            rough, left = self._rough, {one: self._money[one] / self.unit for one in set(now)}
            for group, one in zip(backers.groups, now, strict=True):
                rough[group] = left[one]

    def _put(self, left: int) -> int:
        """The purse of those who have this left after they have paid."""
        if left <= 0:
            return EMPTY
        self._money.append(left)
        self._when.append(len(self._finer) - 1)
        return len(self._money) - 1

    def _payers(self, backers: Backers) -> Payers:
        """The supporters by what they have and give."""
        money, when, finer, purse = self._money, self._when, self._finer, self._purse
        if backers.points is None:
            alike = Counter(map(purse.__getitem__, backers.single))
            for group, weight in backers.heavy:
                alike[purse[group]] += weight
            return [(money[one] * finer[when[one]], 1, people, one) for one, people in alike.items()]
        found: Counter[tuple[int, int]] = Counter()
        for group, weight, points in backers.each():
            found[purse[group], points] += weight
        return [(money[one] * finer[when[one]], points, people, one) for (one, points), people in found.items()]


def _paid(have: Sequence[float], strengths: Sequence[int] | None, price: float) -> tuple[float, int]:
    """What those pay who have no more than the price for each point, and all their points."""
    if strengths is None:
        poor = [one for one in have if one <= price]
        return fsum(poor), len(poor)
    pairs = [(one, points) for one, points in zip(have, strengths, strict=True) if one <= price]
    return fsum([one * points for one, points in pairs]), sum([points for _, points in pairs])
