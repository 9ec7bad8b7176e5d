"""Approval, against a count that tries every possible set of winners."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.voting.counting import approval
from app.voting.counting.limits import Quorum
from app.voting.counting.outcome import BallotError, Decision, Outcome

OPTIONS = (11, 12, 13, 14, 15)
one_ballot = st.sets(st.sampled_from(OPTIONS)).map(lambda chosen: {"approve": sorted(chosen)})
boxes = st.lists(one_ballot, max_size=12)
places = st.integers(1, len(OPTIONS) + 1)

Box = list[dict[str, list[int]]]


def counted(box: Box, seats: int = 1, quorum: Quorum | None = None, roll: int = 100) -> Outcome:
    return approval.count(box, options=OPTIONS, seats=seats, quorum=quorum or Quorum(), roll=roll)


def by_trying_all(box: Box, seats: int) -> dict[int, Decision]:
    """Of all sets that fill the places with approved options, take those with the most approvals."""
    support = {option: len([1 for ballot in box if option in ballot["approve"]]) for option in OPTIONS}
    approved = [option for option in OPTIONS if support[option]]
    sets = list(combinations(approved, min(seats, len(approved))))
    most = max(sum(support[option] for option in one) for one in sets)
    best = [one for one in sets if sum(support[option] for option in one) == most]
    found = {}
    for option in OPTIONS:
        times = len([1 for one in best if option in one])
        found[option] = Decision.CARRIED if times == len(best) else Decision.TIED if times else Decision.REJECTED
    return found


@given(boxes, places)
def test_the_count_agrees_with_trying_every_set_of_winners(box: Box, seats: int) -> None:
    outcome = counted(box, seats)
    assert {result.option: result.decision for result in outcome.results} == by_trying_all(box, seats)


@given(boxes, places, st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_changes_nothing(box: Box, seats: int, chance: random.Random) -> None:
    shuffled = list(box)
    chance.shuffle(shuffled)
    assert counted(shuffled, seats) == counted(box, seats)


@given(boxes, places, st.permutations(OPTIONS))
def test_other_names_for_the_options_only_rename_the_result(box: Box, seats: int, names: list[int]) -> None:
    new = dict(zip(OPTIONS, names, strict=True))
    renamed = [{"approve": sorted(new[option] for option in ballot["approve"])} for ballot in box]
    was, now = counted(box, seats), counted(renamed, seats)
    assert all(now.of(new[option]).decision is was.of(option).decision for option in OPTIONS)


@given(boxes, places, st.sampled_from(OPTIONS))
def test_one_more_approval_never_hurts(box: Box, seats: int, option: int) -> None:
    rank = {Decision.REJECTED: 0, Decision.TIED: 1, Decision.CARRIED: 2}
    before = counted(box, seats).of(option).decision
    after = counted([*box, {"approve": [option]}], seats).of(option).decision
    assert rank[after] >= rank[before]


@given(boxes, places)
def test_never_more_are_carried_than_there_are_places(box: Box, seats: int) -> None:
    outcome = counted(box, seats)
    assert len(outcome.carried) <= seats
    assert not outcome.tied or len(outcome.carried) + len(outcome.tied) > seats


@given(boxes, places)
def test_an_outcome_survives_being_written_down(box: Box, seats: int) -> None:
    outcome = counted(box, seats)
    assert Outcome.from_data(outcome.as_data()) == outcome


def test_a_tie_for_the_last_place_is_reported_and_not_broken() -> None:
    outcome = counted([{"approve": [11, 12, 13]}, {"approve": [11]}], seats=2)

    assert outcome.carried == (11,)
    assert outcome.tied == (12, 13)
    assert "This is a tie" in str(outcome.steps[-1].said)


def test_equals_share_a_place() -> None:
    outcome = counted([{"approve": [11, 12, 13]}, {"approve": [13]}])

    assert [outcome.of(option).place for option in OPTIONS] == [2, 2, 1, 4, 4]


def test_an_option_that_nobody_approves_is_not_carried_even_if_places_are_left() -> None:
    outcome = counted([{"approve": [11]}], seats=5)

    assert outcome.carried == (11,)
    assert not outcome.tied


def test_below_the_quorum_nothing_is_decided() -> None:
    box: Box = [{"approve": [11]}] * 9
    assert counted(box, quorum=Quorum(number=10)).of(11).decision is Decision.NO_QUORUM
    assert counted([*box, {"approve": []}], quorum=Quorum(number=10)).carried == (11,)


@pytest.mark.parametrize(
    "ballot", [{"approve": [11, 11]}, {"approve": [99]}, {"yes": [11]}], ids=["twice", "unknown option", "unknown mark"]
)
def test_a_ballot_that_cannot_be_counted_stops_the_count(ballot: dict[str, list[int]]) -> None:
    with pytest.raises(BallotError):
        counted([{"approve": [11]}, ballot])


def test_a_vote_for_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one place"):
        counted([], seats=0)


def test_the_account_names_every_option_with_its_approvals() -> None:
    outcome = counted([{"approve": [11, 14]}, {"approve": [14]}])

    said = {step.option: str(step.said) for step in outcome.steps if step.option}
    assert said[14] == "Place 1, with 2 approvals."
    assert said[11] == "Place 2, with 1 approvals."
    assert set(said) == set(OPTIONS)
