"""One run of equal shares with a given share for everybody: which project is paid next, until none can be. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf

from app.voting.counting.orders import Way
from app.voting.counting.purses import NEAR, Offer, Purses
from app.voting.counting.support import Support


class Utility(StrEnum):
    """What a project is worth to its supporter."""

    COST = "cost"
    """What it costs, times the points: a project of twice the cost is worth twice as much."""
    POINTS = "points"
    """The points alone: every project that a ballot approves is worth the same to it."""


def worth_of(support: Support, costs: Mapping[int, int], utility: Utility) -> dict[int, int]:
    """What each project that costs something and is supported is worth, for each point."""
    wanted = (option for option, backers in support.backers.items() if backers.total and costs[option])
    return {option: costs[option] if utility is Utility.COST else 1 for option in wanted}


class Payments:
    """What is paid one after the other. Iterate over it once; each offer is told before it is paid."""

    def __init__(self, support: Support, costs: Mapping[int, int], each: Fraction, utility: Utility, way: Way) -> None:
        self.purses = Purses(support.groups, each)
        self._backers = support.backers
        self._costs = costs
        self._way = way
        wanted = [option for option, backers in support.backers.items() if backers.total]
        self._free = [option for option in wanted if not costs[option]]
        self._worth = worth_of(support, costs, utility)
        self._waiting = [
            (costs[option] / (support.backers[option].total * worth), option) for option, worth in self._worth.items()
        ]
        """A heap by rate: what a point costs for its worth, at least. It never falls, since money only gets less."""
        heapify(self._waiting)
        self._last: dict[int, Offer] = {}

    def __iter__(self) -> Iterator[Offer]:
        for option in self._free:
            yield Offer(option, 0, 1, 1, [])
        while (offer := self._next()) is not None:
            yield offer
            self.purses.pay(offer, self._backers[offer.option])
        self._way.end()

    def _next(self) -> Offer | None:
        """The offer with the lowest rate; what cannot be paid any more is dropped for good."""
        best: list[Offer] = []
        lowest, back = self._rough_lowest() if self.purses.large else inf, []
        while self._waiting and self._waiting[0][0] <= lowest * NEAR:
            least, option = heappop(self._waiting)
            worth = self._worth[option]
            offer = self.purses.offer(
                option, self._backers[option], self._costs[option], self._last.get(option), lowest * NEAR * worth
            )
            if offer is None:
                continue
            self._last[option] = offer
            rate = offer.rough / worth
            back.append((max(least, rate / NEAR), option))
            if offer.final:
                best = self._better(best, offer)
                lowest = min(lowest, rate)
        chosen = self._choose(best)
        for one in back:
            if one[1] != chosen:
                heappush(self._waiting, one)
        return next((offer for offer in best if offer.option == chosen), None)

    def _rough_lowest(self) -> float:
        """About the lowest rate, by floats: no higher than it is. What floats know of the others is kept."""
        lowest, back = inf, []
        while self._waiting and self._waiting[0][0] <= lowest:
            least, option = heappop(self._waiting)
            worth = self._worth[option]
            rough = self.purses.rough_price(self._backers[option], self._costs[option], least * worth, lowest * worth)
            if rough is None:
                back.append((least, option))
            elif rough[0] < inf:
                back.append((max(least, rough[0] / worth), option))
                lowest = min(lowest, rough[1] / worth)
        for one in back:
            heappush(self._waiting, one)
        return lowest

    def _choose(self, best: Sequence[Offer]) -> int | None:
        if len(best) == 1 and not self._way.open:
            return best[0].option
        if not best:
            return None
        return self._way.choose([offer.option for offer in best], best[0].price / self._worth[best[0].option])

    def _better(self, best: list[Offer], offer: Offer) -> list[Offer]:
        """Those with the lowest rate, compared exactly where floats are too near each other."""
        if not best:
            return [offer]
        rate, lowest = offer.rough / self._worth[offer.option], best[0].rough / self._worth[best[0].option]
        if rate > lowest * NEAR:
            return best
        if rate * NEAR < lowest:
            return [offer]
        exact = offer.price / self._worth[offer.option] - best[0].price / self._worth[best[0].option]
        return best if exact > 0 else [offer] if exact < 0 else [*best, offer]
