"""What is frozen when a round opens."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.audit.canonical import canonical
from app.charter import opening
from app.charter.rounds import RoundFacts, RoundKind
from tests.charter.strategies import NOON, plans

VOTE = RoundFacts(
    id=1,
    kind=RoundKind.VOTE,
    position=1,
    opened_at=NOON,
    closes_at=NOON + timedelta(days=7),
    settings={"method": "approval"},
)


def test_a_vote_freezes_its_question_electorate_visibility_ties_and_end() -> None:
    charter = opening.charter_of(VOTE, question="Which trees?", electorate=120)
    assert charter["question"] == "Which trees?"
    assert charter["electorate"] == {"who": "verified", "size": 120}
    assert charter["visible"] == "after_seal"
    assert charter["tie_break"] == "reported"
    assert charter["closes_at"] == "2026-05-11T12:00:00Z"
    assert charter["settings"] == {"method": "approval"}
    paper = ["paper.checked_in", "paper.issued"]
    assert charter["permits"] == ["ballot.cast", *paper, "roll.added", "roll.struck"]


def test_only_rounds_that_admit_an_electorate_name_one() -> None:
    named = {kind for kind in RoundKind if opening.has_electorate(kind)}
    assert named == {RoundKind.PROPOSE, RoundKind.DISCUSS, RoundKind.REVISE, RoundKind.VOTE}


def test_an_open_end_is_frozen_as_such() -> None:
    plan = RoundFacts(id=1, kind=RoundKind.DISCUSS, position=1, opened_at=NOON)
    assert opening.charter_of(plan, question="?", electorate=1)["closes_at"] is None


@given(plans(), st.text(max_size=200).filter(lambda text: text.isprintable()), st.none() | st.integers(0, 10**7))
def test_every_charter_can_stand_in_an_entry(plan: RoundFacts, question: str, electorate) -> None:
    canonical(opening.charter_of(plan, question=question, electorate=electorate))
    canonical(dict(opening.times_of(plan)))


@given(plans())
def test_public_times_are_said_whole_and_heard_again(plan: RoundFacts) -> None:
    said = opening.times_of(plan)
    assert {name: opening.heard_time(value) for name, value in said.items()} == {
        name: getattr(plan, name) for name in said
    }
    assert opening.heard_time(None) is None


def test_every_word_of_a_charter_can_be_told_to_people() -> None:
    assert opening.VISIBILITY_WORDS.keys() == set(opening.Visibility)
    settings = ({}, {"by_name": True}, {"by_name": "yes"})
    seen = {opening.visibility_of(kind, some) for kind in RoundKind for some in settings}
    assert seen == set(opening.Visibility)
    assert opening.visibility_of(RoundKind.VOTE, {"by_name": "yes"}) is opening.Visibility.AFTER_SEAL
