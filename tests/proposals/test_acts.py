"""What people can do with proposals, and what they cannot."""

from __future__ import annotations

import pytest

from app.accounts import acts as accounts
from app.acts import OPERATOR, Conflict
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.charter.rules import Refused
from app.database import db
from app.deliberations import acts as deliberations
from app.deliberations.models import Deliberation
from app.proposals import acts, queries
from app.proposals.models import Proposal, ProposalState
from tests import given
from tests.entries import bodies, entries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def trees(app) -> Deliberation:
    return given.deliberation(round=RoundKind.PROPOSE)


@pytest.fixture
def ada(app):
    return given.resident("Ada")


@pytest.fixture
def oaks(trees, ada) -> Proposal:
    return given.proposal(trees, by=ada)


def revise(ada, proposal: Proposal, title: str = "Plant limes on Mill Street") -> Proposal:
    return acts.revise(ada, proposal, title=title, body="They cope with salt.", lang="en", note="Oaks die of salt.")


def test_a_revision_keeps_the_earlier_words(ada, oaks) -> None:
    revise(ada, oaks)
    assert [one.title for one in queries.revisions(db.session(), oaks.id)] == [
        "Plant oaks on Mill Street",
        "Plant limes on Mill Street",
    ]
    assert entries()[-1]["facts"] == {"lang": "en", "revision": 2}


def test_nobody_revises_somebody_elses_proposal(oaks) -> None:
    with pytest.raises(Refused):
        revise(given.resident("Bo"), oaks)


def test_an_endorsement_names_the_revision_it_backs(ada, oaks) -> None:
    bo = given.resident("Bo")
    acts.endorse(bo, oaks, revision=1)
    revise(ada, oaks)
    backing = queries.backing(db.session(), oaks.id, bo.id)
    assert backing is not None
    assert (backing.revision, backing.outdated) == (1, True)


def test_nobody_endorses_words_they_have_not_read(ada, oaks) -> None:
    bo = given.resident("Bo")
    revise(ada, oaks)
    with pytest.raises(Conflict, match="revised since"):
        acts.endorse(bo, oaks, revision=1)


def test_endorsing_again_moves_the_endorsement_and_counts_once(ada, oaks) -> None:
    bo = given.resident("Bo")
    acts.endorse(bo, oaks, revision=1)
    revise(ada, oaks)
    acts.endorse(bo, oaks, revision=2)
    db.session.refresh(oaks)
    assert oaks.endorsements_count == 1
    assert queries.endorsements_by_revision(db.session(), oaks.id) == {2: 1}


def test_an_endorsement_can_be_withdrawn_and_given_again(oaks) -> None:
    bo = given.resident("Bo")
    acts.endorse(bo, oaks, revision=1)
    acts.withdraw_endorsement(bo, oaks)
    db.session.refresh(oaks)
    assert oaks.endorsements_count == 0
    with pytest.raises(Conflict):
        acts.withdraw_endorsement(bo, oaks)
    acts.endorse(bo, oaks, revision=1)
    db.session.refresh(oaks)
    assert oaks.endorsements_count == 1


def test_a_withdrawn_proposal_stays_readable_and_cannot_be_endorsed(ada, trees, oaks) -> None:
    acts.withdraw(ada, oaks, reason="Bo's is better.")
    with pytest.raises(Refused):
        acts.endorse(given.resident("Bo"), oaks, revision=1)
    shown = queries.show(db.session(), trees.id, oaks.id)
    assert shown is not None
    assert (shown.state, shown.title) == (ProposalState.WITHDRAWN, "Plant oaks on Mill Street")
    db.session.refresh(trees)
    assert trees.proposals_count == 0


def test_a_hidden_proposal_can_be_restored_and_found_again(trees, oaks) -> None:
    femi = given.facilitator("Femi")
    acts.hide(femi, oaks, reason="It names a private person.")
    assert queries.count(db.session(), trees.id, queries.Filters(query="oaks")) == 0
    acts.restore(femi, oaks, reason="The name was a street's.")
    assert queries.count(db.session(), trees.id, queries.Filters(query="oaks")) == 1


def test_a_round_may_limit_proposals_per_resident(ada) -> None:
    cooler = given.deliberation(round=RoundKind.PROPOSE, proposals_per_resident=1)
    first = given.proposal(cooler, by=ada)
    with pytest.raises(Conflict, match="1 proposals"):
        given.proposal(cooler, by=ada)
    acts.withdraw(ada, first, reason="A better idea came.")
    assert given.proposal(cooler, by=ada).id


def test_nobody_proposes_after_the_round_has_closed(trees, ada) -> None:
    deliberations.close_round(given.facilitator(), trees.rounds[0], reason="Enough for one summer.")
    with pytest.raises(Refused) as refused:
        given.proposal(trees, by=ada)
    assert "closed on" in str(refused.value.verdict.reason)


def test_no_word_of_a_proposal_stands_in_the_log(oaks) -> None:
    everything = b"".join(bodies())
    assert b"oaks" not in everything
    assert b"Ada" not in everything


def test_a_moderator_does_not_restore_their_own_proposal(trees) -> None:
    clerk = given.clerk("Cleo")
    femi = given.resident("Femi", verified_by=clerk)
    accounts.grant_role(OPERATOR, femi, role=Role.FACILITATOR)
    limes = given.proposal(trees, by=femi, title="Plant limes")
    acts.hide(clerk, limes, reason="It names a neighbour.")
    with pytest.raises(Refused, match="for themself"):
        acts.restore(femi, limes, reason="It is mine.")
