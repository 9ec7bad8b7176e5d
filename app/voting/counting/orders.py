"""Counts that go step by step, and the ties on their way.

Pure. A tie between two options matters only where it changes what is funded in the end: two projects that are equally
backed and can both be paid are funded whichever comes first. So a tie is followed in every order. What is funded in
each of them is carried; what is funded in some and not in others is tied, and the tie is reported. Where the vote's
rule draws lots, the lot gives the one order in which the count goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar

from app.voting.counting.ties import Ties

MOST_ORDERS = 64
"""So many orders are followed. Whoever needs more has an election of ties, and should draw lots."""


@dataclass(frozen=True)
class Tie:
    """A tie that mattered: the options between which there was nothing to choose, and which one went first."""

    options: tuple[int, ...]
    first: int


@dataclass(frozen=True)
class Order:
    """Who goes first where there is nothing to choose: whom an earlier choice put first, then the lowest rank."""

    rank: dict[int, int]
    before: frozenset[tuple[int, int]] = frozenset()

    def free(self, tied: Sequence[int]) -> list[int]:
        """Those of the tied options that no choice so far put behind another of them."""
        if not self.before:
            return list(tied)
        return [one for one in tied if not any((other, one) in self.before for other in tied)]

    def first(self, free: Iterable[int]) -> int:
        return min(free, key=self.rank.__getitem__)

    def put_first(self, first: int, others: Iterable[int]) -> Order:
        return Order(self.rank, self.before | {(first, other) for other in others if other != first})


class Way:
    """What is done about ties on one way through a count."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._free: tuple[int, ...] = ()
        self._first = 0
        self._rank = Fraction(0)
        self._waiting: set[int] = set()
        self.ties: list[Tie] = []

    @property
    def open(self) -> bool:
        """Whether options of a tie are still waiting to be chosen."""
        return bool(self._waiting)

    def choose(self, tied: Sequence[int], rank: Fraction) -> int:
        """Which of these options that stand first, all at the same rank, goes first.

        To be asked at each step at which several stand first or a tie is open. A tie turns out not to matter when all
        of its options are chosen one after the other and each of them is still at the rank at which they tied.
        """
        if self._waiting and not (self._waiting <= set(tied) and rank == self._rank):
            self.end()
        if self._waiting:
            first = self._order.first(self._order.free(sorted(self._waiting)))
            self._waiting.discard(first)
            return first
        free = self._order.free(tied)
        first = self._order.first(free)
        self._free, self._first, self._rank, self._waiting = tuple(free), first, rank, set(free) - {first}
        return first

    def end(self) -> None:
        """Nothing more is chosen: options of a tie that are still waiting lost by it."""
        if self._waiting:
            self.ties.append(Tie(self._free, self._first))
            self._waiting = set()


Result = TypeVar("Result")


@dataclass(frozen=True)
class Ways(Generic[Result]):
    """The results of a count, one for each order of its ties that was followed; the first is the one to tell of."""

    results: tuple[Result, ...]
    ties: tuple[Tie, ...] = ()
    """The ties of the first one that mattered."""
    all_followed: bool = True
    by_lot: bool = field(default=False)


def every_way(
    count: Callable[[Order], tuple[Result, Sequence[Tie]]], options: Sequence[int], ties: Ties
) -> Ways[Result]:
    """Count in the order of the lot, or in every order in which ties can be taken."""
    ranked = ties.order(options) if ties.by_lot else options
    start = Order({option: place for place, option in enumerate(ranked)})
    if ties.by_lot:
        result, mattered = count(start)
        return Ways((result,), tuple(mattered), by_lot=True)
    waiting, results = [start], list[Result]()
    told: tuple[Tie, ...] = ()
    while waiting and len(results) < MOST_ORDERS:
        order = waiting.pop()
        result, mattered = count(order)
        told = told if results else tuple(mattered)
        results.append(result)
        waiting += _other_orders(order, mattered)
    return Ways(tuple(results), told, all_followed=not waiting)


def _other_orders(order: Order, ties: Iterable[Tie]) -> Iterable[Order]:
    """The orders that go as far as each of the ties as this one did, and then another way."""
    for tie in ties:
        free = order.free(tie.options)
        for other in free:
            if other != tie.first and len(free) > 1:
                yield order.put_first(other, free)
        order = order.put_first(tie.first, free)
