"""The one path to the public record: nothing else writes to it, and it writes all or nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select, update

from app import acts
from app.acts import CITY
from app.audit.models import LogEntry, LogPending
from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.charter.rules import Refused
from app.database import db
from app.deliberations.models import Deliberation
from app.proposals import acts as proposals
from app.proposals.models import Proposal, Revision
from app.writing import OutsideAnAct, private_write
from tests import given
from tests.entries import entries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def trees(app) -> Deliberation:
    return given.deliberation(round=RoundKind.PROPOSE)


def said_so_far() -> int:
    waiting = db.session.scalar(select(func.count(LogPending.id))) or 0
    return waiting + (db.session.scalar(select(func.count(LogEntry.idx))) or 0)


def test_a_title_changed_outside_an_act_is_refused(trees) -> None:
    proposal = given.proposal(trees)
    proposal.current.title = "Cut the oaks down"
    with pytest.raises(OutsideAnAct):
        db.session.commit()
    db.session.rollback()
    assert db.session.scalar(select(Revision.title)) == "Plant oaks on Mill Street"


@pytest.mark.parametrize(
    "statement",
    [
        update(Proposal).values(state="hidden"),
        update(Revision.__table__).values(title="x"),
        insert(Deliberation.__table__).values(slug="x", question="x", background="", promise="", lang="en"),
    ],
)
def test_a_statement_on_the_public_record_is_refused_outside_an_act(trees, statement) -> None:
    given.proposal(trees)
    with pytest.raises(OutsideAnAct):
        db.session.execute(statement)
    db.session.rollback()


def test_a_private_write_cannot_touch_the_public_record(trees) -> None:
    with pytest.raises(OutsideAnAct), private_write():
        trees.question = "Something else?"
    db.session.rollback()


def test_a_connection_of_ones_own_is_guarded_too(trees) -> None:
    with db.engine.connect() as connection, pytest.raises(OutsideAnAct):
        connection.execute(update(Deliberation.__table__).values(question="x"))


def test_an_act_writes_its_entry_in_the_same_transaction(trees) -> None:
    before = said_so_far()
    given.proposal(trees, by=given.resident("Ada"))
    assert said_so_far() > before
    last = entries()[-1]
    assert last["act"] == Action.SUBMIT_PROPOSAL
    assert {name.split("/")[0] for name in last["rows"]} == {"proposals", "revisions"}


def test_an_act_that_fails_half_way_leaves_nothing(trees, monkeypatch) -> None:
    ada = given.resident("Ada")
    before = said_so_far()

    def broken(*_args: object) -> None:
        raise RuntimeError("the index is gone")

    monkeypatch.setattr("app.proposals.search.index", broken)
    with pytest.raises(RuntimeError):
        given.proposal(trees, by=ada)
    assert db.session.scalar(select(func.count(Proposal.id))) == 0
    assert said_so_far() == before


def test_an_act_cannot_be_performed_inside_another(trees, monkeypatch) -> None:
    ada, proposal = given.resident("Ada"), None

    def meddling(*_args: object) -> None:
        proposals.submit(ada, trees, title="Two", body="at once", lang="en")

    monkeypatch.setattr("app.proposals.search.index", meddling)
    with pytest.raises(OutsideAnAct):
        given.proposal(trees, by=ada)
    assert proposal is None


def test_the_rules_are_asked_again_when_the_act_is_done(trees) -> None:
    ada = given.resident("Ada")
    assert acts.may(ada, Action.SUBMIT_PROPOSAL, trees)
    from app.deliberations import acts as deliberations

    deliberations.close_round(given.facilitator(), trees.rounds[0], reason="The hall is flooded.")
    with pytest.raises(Refused) as refused:
        given.proposal(trees, by=ada)
    assert refused.value.verdict.reason is not None


def test_a_stranger_is_told_to_sign_in(trees) -> None:
    verdict = acts.may(None, Action.SUBMIT_PROPOSAL, trees)
    assert not verdict
    assert "Sign in" in str(verdict.reason)


def test_whoever_is_only_registered_may_comment_and_not_propose(trees) -> None:
    uma, proposal = given.unverified("Uma"), given.proposal(trees)
    assert acts.may(uma, Action.COMMENT, proposal)
    assert not acts.may(uma, Action.SUBMIT_PROPOSAL, trees)


def test_counters_may_be_kept_within_an_act_and_do_not_enter_the_log(trees) -> None:
    proposal = given.proposal(trees)
    given.comment(proposal)
    db.session.refresh(proposal)
    assert proposal.comments_count == 1
    assert f"proposals/{proposal.id}" not in entries()[-1]["rows"]


def test_the_city_is_a_subject_for_acts_that_concern_no_single_thing() -> None:
    assert acts.may(None, Action.REGISTER, CITY)


def test_a_stranger_is_refused_with_the_reason(trees) -> None:
    proposal = given.proposal(trees)
    before = said_so_far()
    with pytest.raises(Refused) as refused:
        proposals.withdraw_endorsement(None, proposal)
    assert str(refused.value.verdict.reason) == "Sign in first. Reading needs no account."
    assert said_so_far() == before
