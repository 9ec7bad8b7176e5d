"""What officials do with deliberations and rounds, and what the record and the log keep of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from app import clock
from app.acts import CITY, CLOCK, Conflict
from app.charter.roles import Role
from app.charter.rounds import Eligibility, RoundKind, RoundState, state_at
from app.charter.rules import Refused
from app.database import db
from app.deliberations import acts, openings, queries
from app.deliberations.acts import Plan
from app.deliberations.models import ChangeKind, Deliberation, Round
from app.writing import OutsideAnAct
from tests import given
from tests.entries import entries

pytestmark = pytest.mark.usefixtures("app", "frozen")

HOUR = timedelta(hours=1)
REASON = "The flyers came late."


@pytest.fixture
def femi(app):
    return given.facilitator("Femi")


@pytest.fixture
def trees(femi) -> Deliberation:
    return given.deliberation(by=femi)


def changes(round_: Round) -> list[queries.Change]:
    return queries.changes(db.session(), round_.deliberation_id, round_.id)


def state(round_: Round) -> RoundState:
    return state_at(round_.facts(), clock.now())


# ---------------------------------------------------------------- deliberations


def test_a_deliberation_enters_the_log_by_its_fingerprint_and_without_its_words(femi) -> None:
    made = acts.create(femi, CITY, question="Trees?", background="Hot.", promise="We plant.", lang="en")

    [entry] = entries("deliberation.created")
    assert entry["facts"] == {"lang": "en"}
    assert entry["object"] == f"deliberations/{made.id}"
    assert entry["process"] == f"deliberations/{made.id}"
    assert entry["rows"].keys() == {f"deliberations/{made.id}"}


def test_two_deliberations_on_one_question_have_two_addresses(femi) -> None:
    people = (femi, given.facilitator("Fay"), given.administrator())
    assert [given.deliberation("Trees?", by=one).slug for one in people] == ["trees", "trees-2", "trees-3"]


def test_a_facilitator_of_another_deliberation_facilitates_the_one_they_start(trees) -> None:
    other = given.facilitator("Gus", of=trees)
    made = given.deliberation("Homes?", by=other)

    assert queries.facilitators(db.session(), made.id) == ["Gus"]
    assert entries("deliberation.created")[-1]["facts"]["role"] == Role.FACILITATOR.value
    acts.plan_round(other, made, kind=RoundKind.INFORM, plan=Plan())


def test_a_resident_cannot_start_a_deliberation() -> None:
    with pytest.raises(Refused):
        given.deliberation(by=given.resident("Ada"))


def test_the_log_says_which_words_changed_and_commits_to_the_new_ones(femi, trees) -> None:
    slug = trees.slug
    before = entries("deliberation.created")[-1]["rows"]
    acts.edit(femi, trees, question=trees.question, background="Hotter.", promise="We plant 40.", lang="en")

    [entry] = entries("deliberation.edited")
    assert entry["facts"] == {"changed": ["background", "promise"], "lang": "en"}
    assert entry["rows"].keys() == before.keys()
    assert entry["rows"] != before
    assert trees.slug == slug


# ---------------------------------------------------------------- planning


def test_rounds_are_planned_one_after_another(femi, trees) -> None:
    planned = [given.planned_round(trees, kind, by=femi) for kind in (RoundKind.PROPOSE, RoundKind.VOTE)]

    assert [round_.position for round_ in planned] == [1, 2]
    assert [entry["facts"]["kind"] for entry in entries("round.planned")] == ["propose", "vote"]
    assert planned[1].question == trees.question, "a vote without a question of its own asks the deliberation's"


@pytest.mark.parametrize(
    ("opens", "closes"), [(-1, None), (None, -1), (2, 1), (1, 1)], ids=["past", "ended", "backwards", "no time"]
)
def test_a_round_whose_times_make_no_sense_is_not_planned(femi, trees, opens, closes) -> None:
    at = [None if hours is None else clock.now() + hours * HOUR for hours in (opens, closes)]
    with pytest.raises(Conflict):
        given.planned_round(trees, RoundKind.PROPOSE, by=femi, opens_at=at[0], closes_at=at[1])
    assert queries.rounds_of(db.session(), trees.id) == []


def test_a_misspelt_eligibility_is_not_planned(femi, trees) -> None:
    with pytest.raises(Conflict, match="Choose who may take part"):
        given.planned_round(trees, RoundKind.PROPOSE, by=femi, settings={"eligibility": "everbody"})


def test_a_changed_plan_keeps_what_was_planned_before(femi, trees) -> None:
    round_ = given.planned_round(trees, RoundKind.PROPOSE, by=femi, closes_at=clock.now() + HOUR)
    acts.edit_round(femi, round_, plan=Plan(title="Autumn", closes_at=clock.now() + 2 * HOUR))

    [change] = changes(round_)
    assert change.kind is ChangeKind.EDITED
    assert change.moved("closes_at") == (clock.now() + HOUR, clock.now() + 2 * HOUR)
    [entry] = entries("round.edited")
    assert change.after["title"] == "Autumn"
    assert entry["facts"]["changed"] == ["closes_at", "title"]
    assert entry["facts"]["after"] == {"opens_at": None, "closes_at": "2026-05-04T11:00:00Z", "settings": {}}
    assert f"rounds/{round_.id}" in entry["rows"]


def test_an_open_round_cannot_be_planned_anew(femi, trees) -> None:
    round_ = given.open_round(trees, RoundKind.PROPOSE, by=femi)
    with pytest.raises(Refused, match="Only a planned round"):
        acts.edit_round(femi, round_, plan=Plan())


# ---------------------------------------------------------------- opening


def test_opening_freezes_the_charter_into_the_log(femi, trees) -> None:
    given.resident("Ada")
    given.unverified("Uma")
    closes = clock.now() + HOUR
    round_ = given.planned_round(
        trees, RoundKind.PROPOSE, by=femi, closes_at=closes, settings={"proposals_per_resident": 3}
    )
    acts.open_round(femi, round_)

    [entry] = entries("round.opened")
    assert round_.charter is not None
    assert entry["facts"]["charter"] | {"question": trees.question} == round_.charter
    assert f"rounds/{round_.id}" in entry["rows"], "which commits to the question too"
    assert round_.charter["question"] == trees.question
    assert round_.charter["electorate"] == {"who": "verified", "size": 1}
    assert round_.charter["settings"] == {"proposals_per_resident": 3}
    assert round_.charter["closes_at"] == "2026-05-04T10:00:00Z"
    assert entry["facts"]["before"]["opened_at"] is None
    assert entry["facts"]["after"]["opened_at"] == "2026-05-04T09:00:00Z"
    assert entry["by"]["role"] == "facilitator"
    assert state(round_) is RoundState.OPEN


def test_a_round_for_everyone_counts_everyone_with_an_address(femi, trees) -> None:
    given.resident("Ada")
    given.unverified("Uma")
    given.newcomer("Ned")
    confirmed = queries.electorate(db.session(), round_eligibility := Eligibility.EVERYONE)
    round_ = given.open_round(trees, RoundKind.PROPOSE, by=femi, eligibility=round_eligibility.value)
    assert round_.charter is not None
    assert round_.charter["electorate"] == {"who": "everyone", "size": confirmed}
    assert confirmed == 4, "Femi, Ada, the clerk who verified Ada, Uma"


def test_a_round_whose_closing_time_has_passed_is_not_opened(femi, trees) -> None:
    round_ = given.planned_round(trees, RoundKind.PROPOSE, by=femi, closes_at=clock.now() + HOUR)
    clock.travel(2 * HOUR)
    with pytest.raises(Conflict, match="which is past"):
        acts.open_round(femi, round_)
    assert state(round_) is RoundState.PLANNED


def test_what_cannot_be_made_ready_does_not_open_and_leaves_no_trace(femi, trees, monkeypatch) -> None:
    from app.charter.words import Words

    def refuse(_round: Round) -> dict[str, object]:
        raise Conflict(Words("There is no second place for the key."))

    monkeypatch.setitem(openings._OPENINGS, RoundKind.VOTE, refuse)
    round_ = given.planned_round(trees, RoundKind.VOTE, by=femi)
    with pytest.raises(Conflict, match="second place"):
        acts.open_round(femi, round_)
    assert round_.opened_at is None
    assert round_.charter is None
    assert changes(round_) == []
    assert entries("round.opened") == []


def test_a_resident_runs_no_rounds(trees) -> None:
    round_ = given.planned_round(trees, RoundKind.PROPOSE)
    with pytest.raises(Refused, match="run by the deliberation's facilitators"):
        acts.open_round(given.resident("Ada"), round_)


def test_a_facilitator_of_another_deliberation_runs_no_rounds_here(femi, trees) -> None:
    other = given.facilitator("Gus", of=given.deliberation("Homes?", by=femi))
    round_ = given.planned_round(trees, RoundKind.PROPOSE, by=femi)
    with pytest.raises(Refused):
        acts.open_round(other, round_)


# ---------------------------------------------------------------- changes


@pytest.fixture
def open_round(femi, trees) -> Round:
    """Open since nine, closes at ten."""
    round_ = given.planned_round(trees, RoundKind.PROPOSE, by=femi, closes_at=clock.now() + HOUR)
    return acts.open_round(femi, round_)


def test_closing_early_needs_a_reason(femi, open_round) -> None:
    with pytest.raises(Conflict, match="Give a reason"):
        acts.close_round(femi, open_round, reason="  ")
    acts.close_round(femi, open_round, reason=REASON)
    assert state(open_round) is RoundState.CLOSED
    assert open_round.closed_at == clock.now()


def test_a_round_with_an_open_end_closes_without_a_reason(femi, trees) -> None:
    round_ = given.open_round(trees, RoundKind.PROPOSE, by=femi)
    acts.close_round(femi, round_)
    assert state(round_) is RoundState.CLOSED


def test_an_extension_tells_the_old_time_and_the_new_one_and_keeps_the_reason_out_of_the_log(femi, open_round) -> None:
    acts.extend_round(femi, open_round, closes_at=clock.now() + 3 * HOUR, reason=REASON)

    [entry] = entries("round.extended")
    assert entry["facts"]["before"]["closes_at"] == "2026-05-04T10:00:00Z"
    assert entry["facts"]["after"]["closes_at"] == "2026-05-04T12:00:00Z"
    assert REASON not in json.dumps(entry)
    change = changes(open_round)[0]
    assert (change.reason, change.who, change.role) == (REASON, "Femi", Role.FACILITATOR)


def test_every_change_states_all_public_times_so_that_strangers_can_replay_them(femi, open_round) -> None:
    acts.pause_round(femi, open_round, reason=REASON)
    acts.resume_round(femi, open_round)
    acts.close_round(femi, open_round, reason=REASON)
    acts.reopen_round(femi, open_round, closes_at=None, reason=REASON)
    acts.cancel_round(femi, open_round, reason=REASON)

    replayed = [entry["facts"] for entry in entries(of=open_round.reference)][1:]
    assert len(replayed) == 6
    for earlier, later in pairwise(replayed):
        assert later["before"] == earlier["after"]
    assert replayed[-1]["after"] == dict(acts.opening.times_of(open_round.facts()))


def test_a_time_that_is_not_later_is_no_extension(femi, open_round) -> None:
    for hours in (-1, 0.5, 1):
        with pytest.raises(Conflict):
            acts.extend_round(femi, open_round, closes_at=clock.now() + hours * HOUR, reason=REASON)


def test_a_paused_round_lets_nobody_propose_until_it_is_resumed(femi, trees, open_round) -> None:
    ada = given.resident("Ada")
    acts.pause_round(femi, open_round, reason=REASON)
    with pytest.raises(Refused, match="paused"):
        given.proposal(trees, by=ada)
    acts.resume_round(femi, open_round)
    given.proposal(trees, by=ada)


def test_a_reopened_round_shows_that_it_was_closed(femi, open_round) -> None:
    acts.close_round(femi, open_round, reason=REASON)
    clock.travel(HOUR)
    acts.reopen_round(femi, open_round, closes_at=clock.now() + HOUR, reason=REASON)

    assert state(open_round) is RoundState.OPEN
    assert [change.kind for change in changes(open_round)] == ["reopened", "closed", "opened"]
    [entry] = entries("round.reopened")
    assert entry["facts"]["before"]["closed_at"] == "2026-05-04T09:00:00Z"
    assert entry["facts"]["after"]["closed_at"] is None


def test_what_is_cancelled_stays_cancelled(femi, open_round) -> None:
    acts.cancel_round(femi, open_round, reason=REASON)
    assert state(open_round) is RoundState.CANCELLED
    for again in (acts.cancel_round, acts.pause_round):
        with pytest.raises(Refused):
            again(femi, open_round, reason=REASON)
    with pytest.raises(Refused):
        acts.reopen_round(femi, open_round, closes_at=None, reason=REASON)


@pytest.mark.parametrize("change", [acts.pause_round, acts.cancel_round, acts.close_round])
def test_without_a_reason_nothing_is_changed(femi, open_round, change) -> None:
    with pytest.raises(Conflict, match="Give a reason"):
        change(femi, open_round, reason="")
    assert state(open_round) is RoundState.OPEN
    assert len(changes(open_round)) == 1


def test_the_clock_opens_nothing_before_its_time(femi, trees) -> None:
    round_ = given.planned_round(trees, RoundKind.PROPOSE, by=femi, opens_at=clock.now() + HOUR)
    with pytest.raises(Conflict):
        acts.open_round(CLOCK, round_)
    assert state(round_) is RoundState.PLANNED


def test_the_clock_does_not_close_what_was_extended_just_before(femi, open_round) -> None:
    acts.extend_round(femi, open_round, closes_at=clock.now() + 3 * HOUR, reason=REASON)
    clock.travel(HOUR)
    with pytest.raises(Conflict):
        acts.close_round(CLOCK, open_round)
    assert state(open_round) is RoundState.OPEN


def test_rounds_are_changed_by_acts_only(open_round) -> None:
    open_round.closes_at = datetime(2030, 1, 1, tzinfo=UTC)
    with pytest.raises(OutsideAnAct):
        db.session.flush()
