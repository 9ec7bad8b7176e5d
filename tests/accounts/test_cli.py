"""`flask accounts …`, as an operator types it."""

from __future__ import annotations

import pytest

from app.accounts import acts, passwords, queries
from app.charter.roles import Role
from app.database import db
from tests import given
from tests.entries import entries

STRONG = "violet anchor pepper dune"


@pytest.fixture
def run(app):
    def run(*args: str, typed: str = f"{STRONG}\n", fails: bool = False) -> str:
        done = app.test_cli_runner().invoke(args=["accounts", *args], input=typed)
        assert (done.exit_code != 0) == fails, done.output
        return done.output

    return run


def _create(run, *more: str, **how) -> str:
    return run("create", "--email", "Anna@example.org", "--name", "Anna", "--password-stdin", *more, **how)


def test_the_first_administrator_is_made_at_the_command_line(app, run):
    assert "Anna <anna@example.org> can sign in" in _create(run, "--role", "administrator")

    credential = queries.credential_by_email(db.session(), "anna@example.org")
    assert credential.email_confirmed_at is not None
    assert passwords.matches(STRONG, credential.password_hash)
    assert queries.standing(db.session(), credential.account_id).holds(Role.ADMINISTRATOR)


def test_the_log_says_that_the_operator_did_it(app, run):
    _create(run, "--role", "administrator", "--role", "clerk")
    said = entries()
    assert sorted(one["act"] for one in said) == ["account.registered", "role.granted", "role.granted"]
    assert {one["by"]["role"] for one in said} == {"operator"}


def test_a_password_is_asked_for_twice_and_not_shown(app, run):
    said = run("create", "--email", "a@example.org", "--name", "Anna", typed=f"{STRONG}\n{STRONG}\n")
    assert STRONG not in said
    said = run("create", "--email", "b@example.org", "--name", "Bo", typed=f"{STRONG}\nanother one\n", fails=True)
    assert "not the same" in said
    assert queries.credential_by_email(db.session(), "b@example.org") is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [("short\n", "at least 10"), ("password1234\n", "many people use"), ("\n", "at least 10")],
)
def test_a_weak_password_is_refused_here_too(app, run, typed, said):
    assert said in _create(run, typed=typed, fails=True)


def test_what_is_wrong_is_said_in_words(app, run):
    given.unverified("Anna")
    assert "already" in _create(run, fails=True)
    assert "cannot be an e-mail" in run("create", "--email", "x", "--name", "Bo", "--password-stdin", fails=True)
    said = run("create", "--email", "b@example.org", "--name", "City Clerk", "--password-stdin", fails=True)
    assert "office" in said


def test_nobody_is_verified_without_a_clerk_who_saw_them(app, run):
    assert "--by" in _create(run, "--verified", fails=True)
    assert queries.credential_by_email(db.session(), "anna@example.org") is None

    given.unverified("Bo")
    assert "clerk" in _create(run, "--verified", "--by", "bo@example.org", fails=True)


def test_a_clerks_finding_can_be_entered(app, run):
    cleo = given.clerk()
    _create(run, "--verified", "--by", "cleo@example.org")
    anna = queries.credential_by_email(db.session(), "anna@example.org").account
    assert anna.verified_at is not None
    assert queries.residencies(db.session(), anna.id)[0].verified_by_id == cleo.id


def test_all_accounts_can_be_listed(app, run):
    cleo, ada, ned = given.clerk(), given.resident("Ada"), given.newcomer("Ned")
    gone = given.unverified("Bo")
    acts.erase(gone, gone)
    lines = {line.split()[0]: line for line in run("list").splitlines()}
    assert "clerk" in lines[cleo.public_id]
    assert "verified" in lines[ada.public_id]
    assert "<ada@example.org>" in lines[ada.public_id]
    assert "unconfirmed" in lines[ned.public_id]
    assert "erased" in lines[gone.public_id]
