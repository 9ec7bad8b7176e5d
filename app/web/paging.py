"""One page of a long list (PURE): which items, which number, and which other numbers to offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PER_PAGE = 25
DEEPEST = 100_000
"""The highest page number taken seriously: beyond it an offset only costs the database."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Items of page `number` (from 1) out of `total` items."""

    items: Sequence[T]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def place(self) -> Page[int]:
        """The same page without its items, only with how many they are: all that a pager says anything about."""
        return Page(range(len(self.items)), self.number, self.total, self.per_page)

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def has_prev(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    @property
    def first(self) -> int:
        """The place in the whole list of this page's first item, from 1; 0 on an empty page."""
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def window(self) -> list[int | None]:
        """The page numbers to offer: the first, the last, this one and its neighbours; None stands for a gap."""
        near = range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)
        shown = sorted({1, self.pages, *near})
        offered: list[int | None] = []
        for number in shown:
            before = offered[-1] if offered else None
            if before is not None and number == before + 2:
                offered.append(before + 1)  # a gap of one page is no gap
            elif before is not None and number > before + 2:
                offered.append(None)
            offered.append(number)
        return offered


def page_number(said: str | None) -> int:
    """The page asked for in an address: a number from 1, and 1 for anything else."""
    if said is None or not (said.isascii() and said.isdigit() and len(said) <= len(str(DEEPEST))):
        return 1
    return min(max(1, int(said)), DEEPEST)


def place_in_list(said: str | None) -> int | None:
    """The number of the item beyond which a list goes on, as an address says it; None for anything else."""
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < len(str(2**63)) else None


def offset(number: int, per_page: int = PER_PAGE) -> int:
    """How many items come before page `number`."""
    return (number - 1) * per_page


def page_href(href: str, number: int) -> str:
    """`href` (which names no page) for page `number`. The first page has no number, so that it has one address."""
    if number == 1:
        return href
    return f"{href}{'&' if '?' in href else '?'}page={number}"
