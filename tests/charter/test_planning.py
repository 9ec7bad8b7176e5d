"""What makes the times of a round sensible."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charter import planning
from app.charter.actions import Action
from app.charter.rounds import RoundFacts, RoundKind
from tests.charter.strategies import NOON, maybe, moments, plans

HOUR = timedelta(hours=1)
PLANNED = RoundFacts(id=1, kind=RoundKind.PROPOSE, position=1)
OPEN = replace(PLANNED, opened_at=NOON - HOUR, closes_at=NOON + HOUR)


def test_a_round_without_any_time_is_sensible() -> None:
    assert planning.faults_of_times(None, None, NOON) == {}


def test_a_round_that_opens_now_and_closes_later_is_sensible() -> None:
    assert planning.faults_of_times(NOON, NOON + HOUR, NOON) == {}


@pytest.mark.parametrize(
    ("opens", "closes", "fields"),
    [
        (-1, None, {"opens_at"}),
        (-2, -1, {"opens_at", "closes_at"}),
        (None, 0, {"closes_at"}),
        (2, 1, {"closes_at"}),
        (2, 2, {"closes_at"}),
    ],
)
def test_times_that_make_no_sense_are_named_by_their_field(opens, closes, fields) -> None:
    at = [None if hours is None else NOON + hours * HOUR for hours in (opens, closes)]
    assert planning.faults_of_times(at[0], at[1], NOON).keys() == fields


@given(maybe, maybe, moments)
def test_a_round_without_faults_opens_before_it_closes_and_not_in_the_past(opens_at, closes_at, now) -> None:
    if planning.faults_of_times(opens_at, closes_at, now):
        return
    assert opens_at is None or opens_at >= now
    assert closes_at is None or closes_at > (opens_at or now)


def test_what_breaks_an_announcement_needs_a_reason() -> None:
    reasoned = {action for action in Action if planning.needs_reason(action, OPEN, NOON)}
    assert reasoned == {
        Action.CLOSE_ROUND,
        Action.EXTEND_ROUND,
        Action.PAUSE_ROUND,
        Action.REOPEN_ROUND,
        Action.CANCEL_ROUND,
        Action.ASK_TO_REOPEN,
    }


def test_closing_what_has_an_open_end_or_is_due_needs_none() -> None:
    assert not planning.needs_reason(Action.CLOSE_ROUND, replace(OPEN, closes_at=None), NOON)
    assert not planning.needs_reason(Action.CLOSE_ROUND, OPEN, NOON + HOUR)


def test_an_extension_is_later_than_the_present_end() -> None:
    assert planning.fault_of_extension(OPEN, NOON + 2 * HOUR, NOON) is None
    assert "after 2026-05-04 13:00" in str(planning.fault_of_extension(OPEN, NOON + HOUR, NOON))
    assert "past" in str(planning.fault_of_extension(OPEN, NOON, NOON))


def test_an_open_end_may_be_given_a_closing_time() -> None:
    assert planning.fault_of_extension(replace(OPEN, closes_at=None), NOON + HOUR, NOON) is None


def test_a_round_is_reopened_until_a_time_to_come_or_with_an_open_end() -> None:
    assert planning.fault_of_reopening(None, NOON) is None
    assert planning.fault_of_reopening(NOON + HOUR, NOON) is None
    assert planning.fault_of_reopening(NOON, NOON) is not None


def test_nothing_is_opened_whose_closing_time_is_past() -> None:
    assert planning.fault_of_opening(replace(PLANNED, closes_at=NOON), NOON) is not None
    assert planning.fault_of_opening(replace(PLANNED, closes_at=NOON + HOUR), NOON) is None
    assert planning.fault_of_opening(PLANNED, NOON) is None


def test_rounds_that_follow_each_other_do_not_overlap() -> None:
    first = replace(PLANNED, opens_at=NOON, closes_at=NOON + HOUR)
    second = replace(PLANNED, id=2, opens_at=NOON + HOUR, closes_at=NOON + 2 * HOUR)
    assert planning.overlapping(first, [first, second], NOON) == []


def test_rounds_open_at_the_same_time_are_found_from_both_sides() -> None:
    first = replace(PLANNED, opened_at=NOON)
    second = replace(PLANNED, id=2, opens_at=NOON + 9 * HOUR, closes_at=NOON + 10 * HOUR)
    assert planning.overlapping(first, [first, second], NOON) == [second]
    assert planning.overlapping(second, [first, second], NOON) == [first]


def test_what_is_over_or_without_a_date_overlaps_with_nothing() -> None:
    mine = replace(PLANNED, opened_at=NOON)
    others = [
        replace(PLANNED, id=2),
        replace(PLANNED, id=3, opened_at=NOON - HOUR, closed_at=NOON),
        replace(PLANNED, id=4, opens_at=NOON, cancelled_at=NOON),
    ]
    assert planning.overlapping(mine, others, NOON) == []


@given(st.lists(plans(), max_size=6), moments)
def test_overlapping_is_mutual(found, now) -> None:
    rounds = [replace(plan, id=number) for number, plan in enumerate(found)]
    pairs = {(one.id, other.id) for one in rounds for other in planning.overlapping(one, rounds, now)}
    assert pairs == {(b, a) for a, b in pairs}


def test_rounds_are_shown_in_order_of_time_and_an_undated_one_after_its_neighbour() -> None:
    inform = replace(PLANNED, position=1, opens_at=NOON)
    vote = replace(PLANNED, id=2, position=2, opens_at=NOON + 9 * HOUR)
    respond = replace(PLANNED, id=3, position=3)
    discuss = replace(PLANNED, id=4, position=4, opens_at=NOON + HOUR)
    assert planning.in_order([respond, discuss, vote, inform]) == [inform, discuss, vote, respond]


@given(st.lists(plans(), max_size=6))
def test_ordering_loses_no_round(found) -> None:
    rounds = [replace(plan, id=number, position=number) for number, plan in enumerate(found)]
    assert sorted(plan.id for plan in planning.in_order(rounds)) == [plan.id for plan in rounds]
