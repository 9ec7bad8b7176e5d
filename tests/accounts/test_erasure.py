"""Erasing an account destroys what was private, wherever it was, and leaves the texts and the log."""

from __future__ import annotations

import pytest
from sqlalchemy import func, inspect, select

from app.accounts import acts, erasure, names, queries, sessions
from app.accounts.models import Credential, Residency, SignIn
from app.acts import Conflict
from app.audit.models import PersonAlias
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.charter.rules import Refused
from app.database import Model, db
from app.notifications.models import Mail, Notice
from app.proposals.models import Draft, Proposal
from app.writing import private_write
from tests import given


def _count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def trees(app):
    return given.deliberation(round=RoundKind.PROPOSE)


@pytest.fixture
def ada(trees):
    """Somebody who has left a trace in every private table that there is."""
    ada = given.unverified("Ada")
    acts.verify_resident(given.clerk(), ada, evidence="letter", district="Old Harbour")
    sessions.token_for(ada)
    with private_write() as session:
        session.add(Draft(account_id=ada.id, deliberation_id=trees.id, content={"title": "Half a thought"}))
        session.add(Notice(account_id=ada.id, kind="verified", facts={}))
        session.add(Mail(account_id=ada.id, recipient="ada@example.org", subject="Hello", text="Hello Ada"))
    return ada


def test_nothing_private_is_left(ada):
    acts.erase(ada, ada)

    tables = {column.table for column in erasure.private_references()}
    assert {"credentials", "sign_ins", "drafts", "notices", "mails"} <= {table.name for table in tables}
    for column in erasure.private_references():
        left = db.session.scalar(select(func.count()).select_from(column.table).where(column == ada.id))
        assert left == 0, column


def test_the_name_and_the_district_are_gone_and_so_are_the_salts_that_could_confirm_a_guess(ada):
    residency = db.session.scalars(select(Residency)).one()
    salts = (ada.salt, residency.salt)

    acts.erase(ada, ada)

    assert ada.display_name == names.ERASED
    assert ada.verified_at is None
    assert (residency.district, residency.ended_reason) == ("", None)
    assert residency.ended_at is not None
    assert ada.salt != salts[0]
    assert residency.salt != salts[1]


def test_the_log_no_longer_knows_who_it_was(ada, trees):
    given.proposal(trees, by=ada)
    assert _aliases(ada) > 0
    acts.erase(ada, ada)
    assert _aliases(ada) == 0


def _aliases(person) -> int:
    return db.session.scalar(select(func.count()).select_from(PersonAlias).where(PersonAlias.person_id == person.id))


def test_texts_stay_under_nobodys_name(ada, trees, client):
    proposal = given.proposal(trees, by=ada)
    acts.erase(ada, ada)

    assert db.session.get(Proposal, proposal.id).author_id == ada.id
    page = client.get(f"/people/{ada.public_id}")
    assert page.status_code == 200
    assert "Ada" not in page.get_data(as_text=True)
    assert "Erased person" in page.get_data(as_text=True)


def test_others_lose_nothing(ada):
    bo = given.unverified("Bo")
    before = _count(Credential)
    sessions.token_for(bo)

    acts.erase(ada, ada)

    assert _count(Credential) == before - 1
    assert [one.account_id for one in db.session.scalars(select(SignIn))] == [bo.id]
    assert bo.display_name == "Bo"


def test_an_erased_account_can_do_nothing_more(ada):
    acts.erase(ada, ada)
    with pytest.raises(Refused):
        acts.rename(ada, ada, name="Ada again")


def test_an_erased_account_gets_no_office_and_no_verification(ada):
    acts.erase(ada, ada)
    with pytest.raises(Conflict):
        acts.grant_role(given.administrator(), ada, role=Role.CLERK)
    with pytest.raises(Conflict):
        acts.verify_resident(given.clerk("Cora"), ada, evidence="letter")


def test_an_office_ends_with_the_account_and_its_dates_stay(ada):
    anna = given.administrator()
    acts.grant_role(anna, ada, role=Role.REVIEWER)

    acts.erase(ada, ada)

    row = queries.roles_of(db.session(), ada.id)[0]
    assert row.revoked_at is not None
    assert row.display_name == names.ERASED


def test_the_last_administrator_hands_over_before_leaving(app):
    anna = given.administrator()
    with pytest.raises(Conflict):
        acts.erase(anna, anna)
    assert anna.display_name == "Anna"
    given.administrator("Alma")
    acts.erase(anna, anna)


def test_an_administrator_erases_an_account_for_somebody_who_asks(ada):
    acts.erase(given.administrator(), ada)
    assert ada.erased_at is not None


def test_nobody_else_can_erase_an_account(ada):
    with pytest.raises(Refused):
        acts.erase(given.unverified("Bo"), ada)


def test_the_address_is_free_again(ada):
    acts.erase(ada, ada)
    assert given.unverified("Ada").id != ada.id


def test_whatever_private_table_is_kept_is_kept_for_a_reason(app):
    tables = set(inspect(db.engine).get_table_names())
    assert set(erasure.KEPT) <= tables & set(Model.metadata.tables)
    assert all(reason for reason in erasure.KEPT.values())
