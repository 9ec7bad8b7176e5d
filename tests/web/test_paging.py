from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.paging import Page, offset, page_href, page_number


def page(number: int, total: int, per_page: int = 25) -> Page[int]:
    start = offset(number, per_page)
    return Page(range(start, min(start + per_page, total)), number, total, per_page)


def test_a_list_of_no_items_has_one_empty_page() -> None:
    empty = page(1, 0)
    assert (empty.pages, empty.first, empty.last, empty.has_next, empty.has_prev) == (1, 0, 0, False, False)


def test_the_last_page_holds_the_rest() -> None:
    last = page(435, 10_860)
    assert (last.pages, last.first, last.last) == (435, 10_851, 10_860)
    assert last.has_prev
    assert not last.has_next


@pytest.mark.parametrize(
    ("number", "window"),
    [
        (1, [1, 2, None, 435]),
        (2, [1, 2, 3, None, 435]),
        (3, [1, 2, 3, 4, None, 435]),
        (4, [1, 2, 3, 4, 5, None, 435]),
        (7, [1, None, 6, 7, 8, None, 435]),
        (435, [1, None, 434, 435]),
    ],
)
def test_a_pager_offers_the_ends_and_the_neighbours(number: int, window: list[int | None]) -> None:
    assert page(number, 10_860).window == window


@given(total=st.integers(0, 3000), per_page=st.integers(1, 100), data=st.data())
def test_every_page_offers_itself_in_order_and_gaps_that_are_gaps(
    total: int, per_page: int, data: st.DataObject
) -> None:
    pages = max(1, -(-total // per_page))
    one = page(data.draw(st.integers(1, pages)), total, per_page)
    numbers = [number for number in one.window if number is not None]
    assert one.number in numbers
    assert numbers == sorted(set(numbers))
    for before, gap, after in zip(one.window, one.window[1:], one.window[2:], strict=False):
        if gap is None:
            assert before is not None
            assert after is not None
            assert after - before > 2


@pytest.mark.parametrize("said", [None, "", "0", "-3", "abc", "1.5", "²", "9" * 50, " 7"])
def test_a_page_number_that_is_none_means_the_first(said: str | None) -> None:
    assert page_number(said) == 1


def test_a_page_number_is_read_as_it_stands() -> None:
    assert page_number("7") == 7


def test_pages_beyond_reason_are_not_asked_of_the_database() -> None:
    assert page_number("999999") == 100_000


def test_the_first_page_has_one_address_only() -> None:
    assert page_href("/proposals?sort=new", 1) == "/proposals?sort=new"
    assert page_href("/proposals?sort=new", 2) == "/proposals?sort=new&page=2"
    assert page_href("/proposals", 2) == "/proposals?page=2"
