"""Where a deliberation stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from app.charter.opening import VERIFICATION_OFF
from app.charter.rounds import Agenda, RoundFacts, RoundKind, RoundState, state_at
from app.charter.standing import DELIBERATION_STATE_WORDS, DeliberationState, banners, where
from tests.charter.strategies import NOON, agendas, moments

HOUR = timedelta(hours=1)
PLANNED = RoundFacts(id=1, kind=RoundKind.PROPOSE, position=1)
OPEN = replace(PLANNED, id=2, position=2, opened_at=NOON - HOUR)
CLOSED = replace(PLANNED, id=3, position=3, opened_at=NOON - HOUR, closed_at=NOON)
PAUSED = replace(OPEN, id=4, position=4, paused_at=NOON)
CANCELLED = replace(PLANNED, id=5, position=5, cancelled_at=NOON)
UNCOUNTED = replace(CLOSED, id=8, position=8, kind=RoundKind.VOTE)
SEALED = replace(UNCOUNTED, sealed_at=NOON)
LATE = replace(PLANNED, id=6, position=6, kind=RoundKind.VOTE, opens_at=NOON - HOUR)


@pytest.mark.parametrize(
    ("rounds", "state"),
    [
        ([], DeliberationState.EMPTY),
        ([PLANNED], DeliberationState.PLANNED),
        ([OPEN, CLOSED, PAUSED], DeliberationState.OPEN),
        ([CLOSED, PAUSED, PLANNED], DeliberationState.PAUSED),
        ([CLOSED, PLANNED], DeliberationState.BETWEEN),
        ([CLOSED, LATE], DeliberationState.BETWEEN),
        ([CLOSED, UNCOUNTED], DeliberationState.COUNT),
        ([UNCOUNTED, OPEN], DeliberationState.OPEN),
        ([UNCOUNTED, PLANNED], DeliberationState.COUNT),
        ([SEALED], DeliberationState.OVER),
        ([CLOSED], DeliberationState.OVER),
        ([CLOSED, CANCELLED], DeliberationState.OVER),
        ([CANCELLED], DeliberationState.OVER),
    ],
)
def test_a_deliberation_in_one_word(rounds: list[RoundFacts], state: DeliberationState) -> None:
    assert where(Agenda(1, "trees", rounds), NOON).state is state


def test_what_comes_next_is_the_dated_round_before_the_undated() -> None:
    dated = replace(PLANNED, id=7, position=7, opens_at=NOON + HOUR)
    found = where(Agenda(1, "trees", [PLANNED, dated]), NOON)
    assert found.next is not None
    assert found.next.id == dated.id


def test_a_round_that_could_not_open_is_not_what_comes_next() -> None:
    found = where(Agenda(1, "trees", [LATE]), NOON)
    assert found.next is None
    assert [one.id for one in found.late] == [LATE.id]


def test_a_closed_vote_waits_for_its_count_until_it_is_sealed() -> None:
    assert [one.id for one in where(Agenda(1, "trees", [UNCOUNTED, CLOSED]), NOON).unsealed] == [UNCOUNTED.id]
    assert where(Agenda(1, "trees", [SEALED, CLOSED]), NOON).unsealed == ()


def test_verification_that_is_off_is_said_only_while_such_a_round_is_open() -> None:
    everyone = {"eligibility": "everyone"}
    assert banners(Agenda(1, "trees", [replace(OPEN, settings=everyone)]), NOON) == (VERIFICATION_OFF,)
    assert banners(Agenda(1, "trees", [replace(PLANNED, settings=everyone), OPEN]), NOON) == ()


@given(agendas(), moments)
def test_what_is_shown_is_what_the_rules_go_by(agenda: Agenda, now) -> None:
    found = where(agenda, now)
    assert sorted(one.id for one in found.rounds) == sorted(plan.id for plan in agenda.rounds)
    for one in found.rounds:
        plan = agenda.round(one.id)
        assert plan is not None
        assert one.state is state_at(plan, now)
    assert {one.id for one in found.open} == {plan.id for plan in agenda.open_rounds(now)}
    assert (found.state is DeliberationState.OPEN) == bool(found.open)
    if found.next is not None:
        assert found.next.state is RoundState.PLANNED


def test_every_state_of_a_deliberation_has_its_word() -> None:
    assert DELIBERATION_STATE_WORDS.keys() == set(DeliberationState)
