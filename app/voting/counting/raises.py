"""How far shares can be raised before a run of equal shares can go any other way. Pure, exact, in whole numbers.

What a voter has left after some payments, and the price of the project that is paid next, are straight lines in the
share, as long as the same projects are paid in the same order and the same supporters are too poor for the full price.
A line is kept as two numbers: what it is at this share, and how much it grows for each unit more. A run goes the same
way until one of these changes its sign, and each of them is the difference of two lines, or bounded by one:

- for each supporter of what is paid: what they have, less the price. It says who is poor.
- for each project that is not the next: its cost, less what its supporters would pay at the rate of the next. Each
  of them would pay the smaller of two lines; the one that is smaller now is never less than that, so where the sum of
  these stays below the cost, the project stays behind. Where it is the cost, the two are tied, and all must stay so.
- for each project that is never paid: its cost, less what its supporters have left.
- for each two payments in a row, the difference of their rates, since it says whether a tie is still the same.

So the nearest zero of these lines bounds a stretch of shares with the same run, ties included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import gcd

from app.voting.counting.support import Backers, Support

Line = tuple[int, int]
"""What it is now, and what it grows by, both in parts of the unit."""
Payers = list[tuple[Line, int, int, int]]
"""The supporters of an option: what is in a purse, the points that its owners give, how many they are, which purse."""


STEADY, SLOW = 10_000, 1_000
"""So often does add1 raise shares by one unit. Then it doubles the raise, and again after each so many: few voters and
dear projects would otherwise keep it busy for hours."""
LOOK = 200
"""From so many raises on, it pays to find out how long nothing changes; that takes as long as a few runs. Most large
elections are through by then."""


class Raises:
    """How much add1 raises shares each time, and over how many raises at once nothing changes."""

    def __init__(self, unit: int) -> None:
        self._unit = unit
        self._look = LOOK
        self._wait = 1

    def next(self, raised: int) -> int:
        """What comes on top after so many raises."""
        return int(self._unit * 2 ** max(0, (raised - STEADY) // SLOW))

    def worth_a_look(self, raised: int) -> bool:
        """Whether to ask for the `room` now: seldom where there was none the last times."""
        return raised >= self._look

    def within(self, share: Fraction, raised: int, room: Fraction | None) -> Iterator[Fraction]:
        """The shares that follow and with which the run is the same; `room` is what there is before it changes."""
        begun = raised
        end = None if room is None else share + room
        while end is not None and (share := share + self.next(raised)) < end:
            yield share
            raised += 1
        self._wait = 1 if raised > begun + 1 else 2 * self._wait
        self._look = raised + self._wait


def room(
    support: Support, costs: Mapping[int, int], worth: Mapping[int, int], share: Fraction, paid: Iterable[int]
) -> Fraction | None:
    """How much more the share must be, at least, before a run can differ from the one that paid these one by one.

    With any raise below that, the run is the same. 0 where even the smallest raise may change it, None where none
    does. `worth` names the projects that cost something and are supported; `paid` are those of them that were paid.
    """
    stretch = _Stretch(support, costs, worth, share)
    for option in paid:
        stretch.pay(option)
        if stretch.room == 0:
            return stretch.room
    stretch.end()
    return stretch.room


class _Stretch:
    def __init__(self, support: Support, costs: Mapping[int, int], worth: Mapping[int, int], share: Fraction) -> None:
        self.room: Fraction | None = None
        self._backers = support.backers
        self._costs = costs
        self._worth = worth
        self._left = set(worth)
        self._unit = share.denominator
        self._money: list[Line] = [(0, 0), (share.numerator, share.denominator)]
        self._purse = [1] * support.groups
        self._rate: tuple[Line, int] | None = None
        """Of the payment before: a line, and in how many parts of one unit of currency."""

    def pay(self, option: int) -> None:
        """The run pays this one next."""
        payers = self._payers(self._backers[option])
        owed, strength = self._price(payers, self._costs[option] * self._unit)
        self._left.discard(option)
        for has, points, _, _ in payers:
            self._keep(has[0] * strength - owed[0] * points, has[1] * strength - owed[1] * points)
        # The rate is `owed` in so many parts of the unit.
        parts = strength * self._worth[option]
        for other in self._left:
            self._behind(other, owed, parts)
        rate = parts * self._unit
        if self._rate is not None:
            (now, growth), former = self._rate
            self._keep(owed[0] * former - now * rate, owed[1] * former - growth * rate)
        self._rate = owed, rate
        self._take(option, payers, owed, strength)

    def end(self) -> None:
        """The run pays nothing more."""
        for option in self._left:
            payers = self._payers(self._backers[option])
            has = sum(line[0] * people for line, _, people, _ in payers)
            growth = sum(line[1] * people for line, _, people, _ in payers)
            self._keep(self._costs[option] * self._unit - has, -growth)

    def _keep(self, now: int, growth: int) -> None:
        """This line must keep its sign."""
        if not growth or now * growth > 0:
            return
        if self.room is None or abs(now) * self.room.denominator < self.room.numerator * abs(growth):
            self.room = Fraction(abs(now), abs(growth))

    def _price(self, payers: Payers, cost: int) -> tuple[Line, int]:
        """What those who can pay the full price owe together, and their points."""
        able, now, growth = payers, cost, 0
        strength = sum(points * people for _, points, people, _ in payers)
        while short := [one for one in able if one[0][0] * strength < now * one[1]]:
            able = [one for one in able if one[0][0] * strength >= now * one[1]]
            now -= sum(has[0] * people for has, _, people, _ in short)
            growth -= sum(has[1] * people for has, _, people, _ in short)
            strength -= sum(points * people for _, points, people, _ in short)
        return (now, growth), strength

    def _behind(self, option: int, owed: Line, parts: int) -> None:
        """This one must stay as far behind the one that is paid, or tied with it."""
        worth = self._worth[option]
        price = owed[0] * worth, owed[1] * worth
        now, growth = self._costs[option] * self._unit * parts, 0
        payers = self._payers(self._backers[option])
        for has, points, people, _ in payers:
            poor = has[0] * parts < price[0] * points
            now -= people * (has[0] * parts if poor else price[0] * points)
            growth -= people * (has[1] * parts if poor else price[1] * points)
        self._keep(now, growth)
        if not now:
            for has, points, _, _ in payers:
                self._keep(has[0] * parts - price[0] * points, has[1] * parts - price[1] * points)

    def _take(self, option: int, payers: Payers, owed: Line, strength: int) -> None:
        """Take from each supporter the price, or all where that is less."""
        common = gcd(*owed, strength)
        now, growth, finer = owed[0] // common, owed[1] // common, strength // common
        self._unit *= finer
        self._money = [(one[0] * finer, one[1] * finer) for one in self._money]
        after = {}
        for _, points, _, purse in payers:
            has = self._money[purse]
            left = has[0] - now * points, has[1] - growth * points
            after[purse, points] = len(self._money) if left[0] > 0 else 0
            if left[0] > 0:
                self._money.append(left)
        for group, _, points in self._backers[option].each():
            self._purse[group] = after[self._purse[group], points]

    def _payers(self, backers: Backers) -> Payers:
        """The supporters by what they have and give."""
        found: Counter[tuple[int, int]] = Counter()
        for group, weight, points in backers.each():
            found[self._purse[group], points] += weight
        return [(self._money[purse], points, people, purse) for (purse, points), people in found.items()]
