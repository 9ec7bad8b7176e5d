"""What happens to accounts in public: each an act, with an entry that names nobody."""

from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts import acts, queries
from app.accounts.models import Account, Credential, Evidence, Residency, RoleGrant
from app.acts import CITY, OPERATOR, Conflict
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.charter.rules import Refused
from app.database import db
from app.writing import OutsideAnAct
from tests import given
from tests.entries import entries


def _register(name="Ada", email="ada@example.org"):
    return acts.register(acts.NEWCOMER, CITY, name=name, email=email, password_hash="x", locale="en")


# ---------------------------------------------------------------- registering


def test_registering_makes_an_account_and_its_private_credential_at_once(app):
    ada = _register()

    credential = db.session.scalars(select(Credential)).one()
    assert (credential.account_id, credential.email, credential.email_confirmed_at) == (ada.id, "ada@example.org", None)
    assert len(ada.public_id) == 12
    assert not queries.standing(db.session(), ada.id).confirmed


def test_the_entry_of_a_registration_tells_nothing_but_a_random_name(app):
    ada = _register(name="Ada Lovelace", email="ada.lovelace@example.org")

    entry = entries()[-1]
    assert entry["act"] == "account.registered"
    assert entry["object"] == f"accounts/{ada.public_id}"
    assert "facts" not in entry
    assert entry["by"]["p"].startswith("p:")
    said = json.dumps(entry).lower()
    assert not any(part in said for part in ("lovelace", "example.org", ada.public_id[::-1]))


def test_one_address_opens_one_account(app):
    _register()
    with pytest.raises(acts.EmailTaken):
        _register(name="Other Ada")
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def test_the_database_itself_refuses_a_second_account_with_an_address(app, monkeypatch):
    """As when two register with it at the same moment, and neither sees the other."""
    _register()
    monkeypatch.setattr(queries, "credential_by_email", lambda *_: None)
    with pytest.raises(IntegrityError):
        _register(name="Other Ada")
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def test_nobody_registers_as_an_office(app):
    with pytest.raises(Conflict):
        _register(name="City Clerk")
    assert db.session.scalar(select(func.count()).select_from(Credential)) == 0


def test_an_account_cannot_be_changed_outside_an_act(app):
    ada = given.unverified("Ada")
    ada.display_name = "Somebody else"
    with pytest.raises(OutsideAnAct):
        db.session.flush()


# ---------------------------------------------------------------- names


def test_only_oneself_can_change_ones_name(app):
    ada, bo = given.unverified("Ada"), given.unverified("Bo")
    acts.rename(ada, ada, name="Ada L.")
    assert ada.display_name == "Ada L."
    with pytest.raises(Refused):
        acts.rename(bo, ada, name="Bo's friend")


def test_a_new_name_comes_with_a_new_salt_so_that_the_old_one_cannot_be_guessed(app):
    ada = given.unverified("Ada")
    before = ada.salt
    acts.rename(ada, ada, name="Ada L.")
    assert ada.salt != before


def test_renaming_is_held_to_the_same_rules_as_registering(app):
    ada = given.unverified("Ada")
    with pytest.raises(Conflict):
        acts.rename(ada, ada, name="Administrator")


# ---------------------------------------------------------------- residency


def test_a_clerk_verifies_a_resident_and_the_log_says_only_that(app):
    cleo, ada = given.clerk(), given.unverified("Ada")

    acts.verify_resident(cleo, ada, evidence=Evidence.LETTER, district="Old Harbour")

    assert queries.standing(db.session(), ada.id).verified
    entry = entries()[-1]
    assert entry["act"] == "residency.verified"
    assert entry["by"]["role"] == "clerk"
    assert entry["object"] == f"accounts/{ada.public_id}"
    assert "facts" not in entry
    assert "Harbour" not in json.dumps(entry)
    assert "letter" not in json.dumps(entry)


def test_nobody_verifies_themself(app):
    cleo = given.clerk()
    with pytest.raises(Refused):
        acts.verify_resident(cleo, cleo, evidence=Evidence.LETTER)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FACILITATOR, Role.REVIEWER])
def test_only_clerks_verify(app, role):
    official, ada = given.official(role, "Olga"), given.unverified("Ada")
    with pytest.raises(Refused):
        acts.verify_resident(official, ada, evidence=Evidence.LETTER)


def test_who_is_verified_is_not_verified_again(app):
    cleo, ada = given.clerk(), given.resident("Ada")
    with pytest.raises(Conflict):
        acts.verify_resident(cleo, ada, evidence=Evidence.LETTER)


def test_two_clerks_at_once_verify_somebody_once(app):
    clerks, ada = [given.clerk(), given.clerk("Cora")], given.unverified("Ada")
    ready, ended = threading.Barrier(2), []

    def verify(clerk_id: int) -> None:
        with app.app_context():
            clerk, person = db.session.get(Account, clerk_id), queries.by_public_id(db.session(), ada.public_id)
            ready.wait()
            try:
                acts.verify_resident(clerk, person, evidence=Evidence.LETTER)
                ended.append("verified")
            except Conflict:
                ended.append("conflict")

    threads = [threading.Thread(target=verify, args=[clerk.id]) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == ["conflict", "verified"]
    assert len(queries.residencies(db.session(), ada.id)) == 1


def test_a_verification_can_be_ended_with_a_reason_that_the_log_does_not_hold(app):
    cleo, ada = given.clerk(), given.resident("Ada")

    acts.end_residency(cleo, ada, reason="Moved to another town.")

    assert not queries.standing(db.session(), ada.id).verified
    found = db.session.scalars(select(Residency).where(Residency.account_id == ada.id)).one()
    assert (found.ended_reason, found.ended_by_id) == ("Moved to another town.", cleo.id)
    assert "Moved" not in json.dumps(entries()[-1])
    with pytest.raises(Conflict):
        acts.end_residency(cleo, ada, reason="Again.")


def test_who_came_back_can_be_verified_again(app):
    cleo, ada = given.clerk(), given.resident("Ada")
    acts.end_residency(cleo, ada, reason="Moved away.")
    acts.verify_resident(cleo, ada, evidence=Evidence.VOUCHED)
    assert [one.ended_at is None for one in queries.residencies(db.session(), ada.id)] == [True, False]


# ---------------------------------------------------------------- roles


def test_an_administrator_gives_a_role_and_takes_it_back(app, frozen):
    anna, bo = given.administrator(), given.unverified("Bo")

    grant = acts.grant_role(anna, bo, role=Role.CLERK)
    assert queries.standing(db.session(), bo.id).holds(Role.CLERK)
    assert entries()[-1]["facts"] == {"role": "clerk"}
    assert entries()[-1]["by"]["role"] == "administrator"

    acts.revoke_role(anna, bo, grant_id=grant.id)
    assert not queries.standing(db.session(), bo.id).holds(Role.CLERK)
    kept = db.session.get(RoleGrant, grant.id)
    assert (kept.granted_by_id, kept.revoked_by_id, kept.revoked_at) == (anna.id, anna.id, clock.now())


def test_the_first_administrator_is_made_by_the_operator_and_the_log_says_so(app):
    bo = given.unverified("Bo")
    acts.grant_role(OPERATOR, bo, role=Role.ADMINISTRATOR)
    assert entries()[-1]["by"] == {"role": "operator"}


@pytest.mark.parametrize("role", [Role.CLERK, Role.FACILITATOR, Role.REVIEWER])
def test_only_administrators_give_roles(app, role):
    official, bo = given.official(role, "Olga"), given.unverified("Bo")
    with pytest.raises(Refused):
        acts.grant_role(official, bo, role=Role.CLERK)


def test_a_facilitator_can_be_named_for_one_deliberation_only(app):
    anna, femi = given.administrator(), given.unverified("Femi")
    trees, bridges = given.deliberation(round=RoundKind.PROPOSE), given.deliberation("Which bridge comes first?")

    acts.grant_role(anna, femi, role=Role.FACILITATOR, deliberation_id=trees.id)

    standing = queries.standing(db.session(), femi.id)
    assert standing.holds(Role.FACILITATOR, trees.id)
    assert not standing.holds(Role.FACILITATOR, bridges.id)
    assert entries()[-1]["facts"] == {"role": "facilitator", "deliberation": f"deliberations/{trees.id}"}


def test_other_roles_hold_everywhere_or_not_at_all(app):
    anna, bo, trees = given.administrator(), given.unverified("Bo"), given.deliberation()
    with pytest.raises(Conflict):
        acts.grant_role(anna, bo, role=Role.CLERK, deliberation_id=trees.id)


def test_a_role_is_not_given_twice(app):
    anna, cleo = given.administrator(), given.clerk()
    with pytest.raises(Conflict):
        acts.grant_role(anna, cleo, role=Role.CLERK)


def test_a_role_is_not_taken_back_twice(app):
    anna, cleo = given.administrator(), given.clerk()
    acts.revoke_role(anna, cleo, grant_id=cleo.roles[0].id)
    with pytest.raises(Conflict):
        acts.revoke_role(anna, cleo, grant_id=cleo.roles[0].id)


def test_a_role_is_taken_from_who_holds_it_and_from_nobody_else(app):
    anna, cleo, bo = given.administrator(), given.clerk(), given.unverified("Bo")
    with pytest.raises(Conflict):
        acts.revoke_role(anna, bo, grant_id=cleo.roles[0].id)
    assert queries.standing(db.session(), cleo.id).holds(Role.CLERK)


def test_there_is_always_an_administrator(app):
    anna = given.administrator()
    with pytest.raises(Conflict):
        acts.revoke_role(anna, anna, grant_id=anna.roles[0].id)
    given.administrator("Alma")
    acts.revoke_role(anna, anna, grant_id=anna.roles[0].id)
    assert not queries.standing(db.session(), anna.id).holds(Role.ADMINISTRATOR)


# ---------------------------------------------------------------- suspension


def test_who_is_suspended_can_do_nothing_until_it_is_lifted(app):
    anna, ada = given.administrator(), given.unverified("Ada")

    acts.suspend(anna, ada)
    with pytest.raises(Refused) as refused:
        acts.rename(ada, ada, name="Ada L.")
    assert "suspended" in str(refused.value.verdict.reason)

    acts.restore(anna, ada)
    acts.rename(ada, ada, name="Ada L.")


def test_an_administrator_cannot_suspend_themself(app):
    anna = given.administrator()
    with pytest.raises(Refused):
        acts.suspend(anna, anna)


def test_suspending_twice_or_restoring_without_cause_changes_nothing(app):
    anna, ada = given.administrator(), given.unverified("Ada")
    with pytest.raises(Conflict):
        acts.restore(anna, ada)
    acts.suspend(anna, ada)
    with pytest.raises(Conflict):
        acts.suspend(anna, ada)


def test_an_administrator_gives_themself_no_further_role(app):
    anna = given.administrator()
    with pytest.raises(Refused, match="for themself"):
        acts.grant_role(anna, anna, role=Role.CLERK)
