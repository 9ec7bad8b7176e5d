"""Comments in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from app.discussion.tree import in_reading_order


@dataclass(frozen=True)
class Said:
    id: int
    parent_id: int | None = None


def ordered(*comments: Said) -> list[tuple[int, int]]:
    read = in_reading_order(comments, tops=lambda one: one.id, answers=lambda one: one.id)
    return [(one.id, depth) for one, depth in read]


def test_every_answer_stands_below_what_it_answers() -> None:
    assert ordered(Said(1), Said(2), Said(3, 1), Said(4, 3), Said(5, 1)) == [(1, 0), (3, 1), (4, 2), (5, 1), (2, 0)]


def test_an_answer_to_something_missing_counts_as_a_top() -> None:
    assert ordered(Said(2, 99), Said(1)) == [(1, 0), (2, 0)]


def test_comments_that_answer_each_other_in_a_ring_are_not_lost() -> None:
    assert sorted(number for number, _ in ordered(Said(1, 2), Said(2, 1), Said(3, 3))) == [1, 2, 3]


def test_a_thread_may_be_deeper_than_the_stack() -> None:
    deep = [Said(1), *(Said(n, n - 1) for n in range(2, 5000))]
    assert ordered(*deep)[-1] == (4999, 4998)


@given(st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=12))
def test_each_comment_is_read_exactly_once(parents: list[int | None]) -> None:
    comments = [Said(number, parent) for number, parent in enumerate(parents)]
    assert sorted(number for number, _ in ordered(*comments)) == list(range(len(parents)))
