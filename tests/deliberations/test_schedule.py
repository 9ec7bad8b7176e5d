"""What the schedule has done gets its entry: late perhaps, but truly, and once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.acts import Conflict
from app.charter.rounds import RoundKind, RoundState, state_at
from app.charter.rules import Refused
from app.charter.words import Words
from app.database import db
from app.deliberations import acts, openings, queries, schedule
from app.deliberations.models import Deliberation, Round
from app.writing import private_write
from tests import given
from tests.entries import entries
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("frozen")
HOUR = timedelta(hours=1)


@pytest.fixture
def femi(app):
    return given.facilitator("Femi")


@pytest.fixture
def trees(femi) -> Deliberation:
    return given.deliberation(by=femi)


@pytest.fixture
def scheduled(femi, trees) -> Round:
    """Opens at ten, closes at twelve."""
    now = clock.now()
    return given.planned_round(trees, RoundKind.PROPOSE, by=femi, opens_at=now + HOUR, closes_at=now + 3 * HOUR)


def logged() -> list[str]:
    """The clock's acts, as the log has them."""
    return [entry["act"] for entry in entries("round.opened", "round.closed")]


def test_a_round_is_open_at_its_time_whether_or_not_anybody_has_entered_it(app, trees, scheduled) -> None:
    ada = given.resident("Ada")
    clock.travel(HOUR)
    assert logged() == []
    given.proposal(trees, by=ada)
    assert logged() == ["round.opened"], "whoever acts first has the clock's entry written before their own"


def test_the_entry_says_when_it_was_due_and_the_log_when_it_was_written(app, trees, scheduled) -> None:
    clock.travel(2 * HOUR)
    schedule.catch_up(trees.id)

    [change] = queries.changes(db.session(), trees.id)
    assert change.who is None
    assert change.at == clock.now()
    assert change.after["opened_at"] == "2026-05-04T10:00:00Z"
    assert scheduled.opened_at == scheduled.opens_at


def test_a_round_that_came_and_went_unseen_is_opened_and_closed_in_order(app, trees, scheduled) -> None:
    clock.travel(5 * HOUR)
    kept = schedule.catch_up(trees.id)

    assert [move for _, move in kept.moved] == [RoundState.OPEN, RoundState.CLOSED]
    assert logged() == ["round.opened", "round.closed"]
    assert scheduled.closed_at == scheduled.closes_at


def test_a_second_time_does_nothing(app, trees, scheduled) -> None:
    clock.travel(HOUR)
    assert schedule.catch_up(trees.id).moved
    assert schedule.catch_up(trees.id).moved == []
    assert logged() == ["round.opened"]


def test_when_nothing_is_due_it_costs_one_reading_that_the_page_needs_anyway(app, trees, scheduled) -> None:
    db.session.rollback()
    db.session.info.clear()
    with counted() as statements:
        schedule.catch_up(trees.id)
        schedule.catch_up(trees.id)
    assert len(statements) == 1


def test_a_vote_begins_with_its_entry_and_not_before(app, femi, trees, monkeypatch) -> None:
    monkeypatch.setitem(openings._OPENINGS, RoundKind.VOTE, lambda _round: {"roll": 12})
    vote = given.planned_round(trees, RoundKind.VOTE, by=femi, opens_at=clock.now() + HOUR)
    clock.travel(2 * HOUR)
    assert state_at(vote.facts(), clock.now()) is RoundState.PLANNED
    schedule.catch_up(trees.id)
    assert vote.opened_at == clock.now()
    assert vote.charter is not None
    assert vote.charter["electorate"] == {"who": "verified", "size": 12}


@pytest.fixture
def stuck(femi, trees, monkeypatch) -> Round:
    """A vote that was to open an hour ago and cannot."""

    def refuse(_round: Round) -> dict[str, object]:
        raise Conflict(Words("There is no second place for the key."))

    monkeypatch.setitem(openings._OPENINGS, RoundKind.VOTE, refuse)
    vote = given.planned_round(trees, RoundKind.VOTE, by=femi, opens_at=clock.now() + HOUR)
    clock.travel(2 * HOUR)
    return vote


def test_an_opening_that_fails_does_not_stop_the_others(app, femi, trees, scheduled, stuck) -> None:
    kept = schedule.catch_up(trees.id)
    assert [(plan.id, move) for plan, move in kept.moved] == [(scheduled.id, RoundState.OPEN)]
    assert [(plan.id, str(why)) for plan, why in kept.stuck] == [(stuck.id, "There is no second place for the key.")]
    given.proposal(trees, by=given.resident("Ada"))


def test_a_vote_that_could_not_open_can_be_planned_anew(app, femi, trees, stuck) -> None:
    acts.edit_round(femi, stuck, plan=acts.Plan(opens_at=clock.now() + HOUR))
    assert schedule.catch_up(trees.id).stuck == []


def test_tick_keeps_every_schedule_and_says_so(app, femi, trees, scheduled) -> None:
    homes = given.deliberation("Homes?", by=femi)
    given.planned_round(homes, RoundKind.INFORM, by=femi, opens_at=clock.now() + HOUR)
    given.deliberation("Not due?", by=femi)
    clock.travel(HOUR)

    told = app.test_cli_runner().invoke(args=["rounds", "tick"])
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        f"{trees.slug}: round {scheduled.id} (propose) opened",
        f"homes: round {scheduled.id + 1} (inform) opened",
    ]
    again = app.test_cli_runner().invoke(args=["rounds", "tick"])
    assert (again.exit_code, again.output) == (0, "")


def test_tick_fails_loudly_when_a_round_cannot_open(app, stuck) -> None:
    told = app.test_cli_runner().invoke(args=["rounds", "tick"])
    assert told.exit_code == 1
    assert "could not open. There is no second place for the key." in told.stderr


# ---------------------------------------------------------------- at the same time


def together(app, *jobs) -> list[Exception]:
    """Run each job in a thread and an application context of its own; return what they raised."""
    raised: list[Exception] = []
    start = threading.Barrier(len(jobs))

    def run(job) -> None:
        with app.app_context():
            start.wait(10)
            try:
                job()
            except Exception as error:
                raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "somebody waits for ever"
    return raised


def test_many_at_once_enter_it_once_and_none_of_them_fails(app, trees, scheduled) -> None:
    trees_id = trees.id
    db.session.rollback()
    clock.travel(5 * HOUR)
    assert together(app, *[lambda: schedule.catch_up(trees_id)] * 6) == []
    assert logged() == ["round.opened", "round.closed"]


def test_a_round_does_not_close_while_an_act_in_it_is_under_way(app, femi, trees, scheduled) -> None:
    """The act has asked the rules while the round was open: it commits first, and the close comes after it."""
    trees_id, round_id = trees.id, scheduled.id
    clock.travel(HOUR)
    schedule.catch_up(trees_id)
    db.session.rollback()
    order: list[str] = []
    holding = threading.Event()

    def act_under_way() -> None:
        with private_write() as session:  # as every act does, hold the rounds until the commit
            queries.hold(session, trees_id, exclusive=False)
            holding.set()
            threading.Event().wait(0.5)
            order.append("act")

    def close() -> None:
        holding.wait(10)
        acts.close_round(db.session.get_one(acts.Account, femi.id), db.session.get_one(Round, round_id), reason="Done.")
        order.append("close")

    assert together(app, act_under_way, close) == []
    assert order == ["act", "close"]


def test_two_acts_in_a_round_do_not_wait_for_each_other_on_postgresql(app, trees, scheduled) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite writers queue")
    trees_id = trees.id
    db.session.rollback()
    both = threading.Barrier(2)

    def act_under_way() -> None:
        with private_write() as session:
            queries.hold(session, trees_id, exclusive=False)
            both.wait(10)  # would time out, if the second could not hold while the first does

    assert together(app, act_under_way, act_under_way) == []


def test_whoever_comes_after_the_close_is_refused(app, femi, trees, scheduled) -> None:
    ada = given.resident("Ada")
    clock.travel(3 * HOUR)
    with pytest.raises(Refused, match="closed on"):
        given.proposal(trees, by=ada)
    assert logged() == ["round.opened", "round.closed"]


def test_two_who_plan_at_once_get_two_positions(app, femi, trees) -> None:
    ids = femi.id, trees.id
    db.session.rollback()

    def plan() -> None:
        person, of = db.session.get_one(acts.Account, ids[0]), db.session.get_one(Deliberation, ids[1])
        acts.plan_round(person, of, kind=RoundKind.INFORM, plan=acts.Plan())

    assert together(app, *[plan] * 4) == []
    positions = db.session.scalars(select(Round.position).where(Round.deliberation_id == ids[1]))
    assert sorted(positions) == [1, 2, 3, 4]
