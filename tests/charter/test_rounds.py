"""What the clock makes of a schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charter.rounds import (
    KIND_PURPOSE,
    KIND_WORDS,
    NEXT,
    PREPARED,
    STATE_WORDS,
    Agenda,
    Eligibility,
    RoundFacts,
    RoundKind,
    RoundState,
    due,
    moves,
    overdue,
    state_at,
)
from tests.charter.strategies import NOON, moments, plans

HOUR = timedelta(hours=1)
PROPOSE = RoundFacts(id=1, kind=RoundKind.PROPOSE, position=1)
VOTE = replace(PROPOSE, kind=RoundKind.VOTE)


def test_a_round_without_dates_waits_for_a_hand() -> None:
    assert state_at(PROPOSE, NOON) is RoundState.PLANNED
    assert due(PROPOSE, NOON) == ()


@pytest.mark.parametrize("kind", [kind for kind in RoundKind if kind not in PREPARED])
def test_a_round_opens_and_closes_on_the_second_of_its_schedule(kind: RoundKind) -> None:
    plan = replace(PROPOSE, kind=kind, opens_at=NOON, closes_at=NOON + HOUR)
    second = timedelta(seconds=1)
    assert state_at(plan, NOON - second) is RoundState.PLANNED
    assert state_at(plan, NOON) is RoundState.OPEN
    assert state_at(plan, NOON + HOUR - second) is RoundState.OPEN
    assert state_at(plan, NOON + HOUR) is RoundState.CLOSED


def test_a_vote_is_open_only_once_its_opening_is_on_record() -> None:
    plan = replace(VOTE, opens_at=NOON, closes_at=NOON + HOUR)
    assert state_at(plan, NOON) is RoundState.PLANNED
    assert due(plan, NOON) == (RoundState.OPEN,)
    assert overdue(plan, NOON)
    assert state_at(replace(plan, opened_at=NOON), NOON) is RoundState.OPEN


def test_a_vote_whose_time_went_by_unprepared_is_not_opened_to_be_closed_at_once() -> None:
    plan = replace(VOTE, opens_at=NOON, closes_at=NOON + HOUR)
    assert due(plan, NOON + HOUR) == ()
    assert state_at(plan, NOON + HOUR) is RoundState.PLANNED
    assert overdue(plan, NOON + HOUR)


def test_a_round_that_nobody_looked_at_all_the_time_was_opened_and_closed() -> None:
    plan = replace(PROPOSE, opens_at=NOON, closes_at=NOON + HOUR)
    assert due(plan, NOON + 5 * HOUR) == (RoundState.OPEN, RoundState.CLOSED)


def test_an_open_end_stays_open() -> None:
    plan = replace(PROPOSE, opens_at=NOON)
    assert state_at(plan, NOON + 10_000 * HOUR) is RoundState.OPEN


def test_a_pause_does_not_move_the_closing_time() -> None:
    plan = replace(PROPOSE, opened_at=NOON, paused_at=NOON, closes_at=NOON + HOUR)
    assert state_at(plan, NOON) is RoundState.PAUSED
    assert state_at(plan, NOON + HOUR) is RoundState.CLOSED
    assert due(plan, NOON + HOUR) == (RoundState.CLOSED,)


def test_a_sealed_round_moves_nowhere() -> None:
    sealed = replace(VOTE, opened_at=NOON, closed_at=NOON, sealed_at=NOON)
    assert moves(sealed, NOON) == frozenset()
    assert moves(replace(sealed, sealed_at=None), NOON) == {RoundState.OPEN}


def test_what_is_shown_are_the_times_at_which_it_really_began_and_ended() -> None:
    plan = replace(PROPOSE, opens_at=NOON, closes_at=NOON + 2 * HOUR)
    assert (plan.began_at, plan.ended_at) == (NOON, NOON + 2 * HOUR)
    by_hand = replace(plan, opened_at=NOON - HOUR, closed_at=NOON + HOUR)
    assert (by_hand.began_at, by_hand.ended_at) == (NOON - HOUR, NOON + HOUR)


def test_every_kind_and_state_has_its_words() -> None:
    assert KIND_WORDS.keys() == KIND_PURPOSE.keys() == set(RoundKind)
    assert STATE_WORDS.keys() == NEXT.keys() == set(RoundState)


@given(plans(), moments)
def test_a_round_is_always_in_exactly_one_state_and_moves_only_as_told(plan: RoundFacts, now) -> None:
    state = state_at(plan, now)
    assert moves(plan, now) == (frozenset() if plan.sealed_at else NEXT[state])
    assert overdue(plan, now) <= (state is RoundState.PLANNED)


@given(plans(), moments, st.integers(0, 500))
def test_time_alone_never_opens_again_what_it_closed(plan: RoundFacts, now, hours) -> None:
    order = [RoundState.PLANNED, RoundState.OPEN, RoundState.CLOSED]
    before, after = state_at(plan, now), state_at(plan, now + timedelta(hours=hours))
    if before is RoundState.PAUSED or before is RoundState.CANCELLED:
        assert after in (before, RoundState.CLOSED)
    else:
        assert after is RoundState.PAUSED or order.index(after) >= order.index(before)


@given(plans(), moments)
def test_recording_what_is_due_leaves_nothing_due_and_changes_no_state(plan: RoundFacts, now) -> None:
    """Whether or not somebody has written the entries, people see the same: only a vote begins with its entry."""
    recorded = plan
    for move in due(plan, now):
        if move is RoundState.OPEN:
            recorded = replace(recorded, opened_at=now if plan.kind in PREPARED else plan.opens_at)
        else:
            recorded = replace(recorded, closed_at=plan.closes_at, paused_at=None)
    assert due(recorded, now) == ()
    if plan.kind not in PREPARED or plan.opened_at is not None:
        assert state_at(recorded, now) is state_at(plan, now)


@given(plans(), moments)
def test_what_is_cancelled_or_closed_is_left_alone(plan: RoundFacts, now) -> None:
    assert due(replace(plan, cancelled_at=now), now) == ()
    assert due(replace(plan, closed_at=now), now) == ()


def test_an_agenda_finds_what_is_open_and_what_comes_next() -> None:
    first = replace(PROPOSE, opened_at=NOON)
    undated = replace(PROPOSE, id=2, position=2)
    later = replace(PROPOSE, id=3, position=3, opens_at=NOON + 2 * HOUR)
    sooner = replace(PROPOSE, id=4, position=4, opens_at=NOON + HOUR)
    agenda = Agenda(1, "trees", [first, undated, later, sooner])
    kinds = frozenset({RoundKind.PROPOSE})
    assert agenda.open_rounds(NOON) == [first]
    assert agenda.open_of(kinds, NOON) == first
    assert agenda.next_of(kinds, NOON) == sooner
    assert agenda.open_of(frozenset({RoundKind.VOTE}), NOON) is None
    assert agenda.round(3) == later
    assert agenda.round(9) is None


def test_settings_that_say_nothing_narrow_nothing_and_keep_verification_on() -> None:
    assert PROPOSE.eligibility is Eligibility.VERIFIED
    assert PROPOSE.setting_number("proposals_per_resident") is None
    limited = replace(PROPOSE, settings={"proposals_per_resident": 3, "longest_text": True})
    assert limited.setting_number("proposals_per_resident") == 3
    assert limited.setting_number("longest_text") is None
