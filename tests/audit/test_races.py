"""Two acts upon the same thing at the same time: both are judged by what the other left, and the log knows both."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import acts
from app.accounts import acts as accounts
from app.accounts.models import Account
from app.audit import sequencer
from app.audit.checks import verify
from app.audit.home import Home
from app.charter.rounds import RoundKind
from app.charter.rules import Refused
from app.database import db
from app.discussion import acts as discussion
from app.discussion.models import Comment, Reason
from tests import given

LONGEST_WAIT = 2.0
"""Seconds that an act waits for the other to have passed the rules too; one that is held by the other never will."""


@pytest.fixture(autouse=True)
def two_writers(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, so acts cannot meet")


@pytest.fixture
def at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Exception]]:
    """Do acts at once, each as far through its check as it gets before any of them changes something."""
    both_checked = threading.Barrier(2)
    check = acts.require_by_rule

    def check_and_wait(*args: Any) -> None:
        check(*args)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other is held: go on alone
            both_checked.wait(LONGEST_WAIT)

    def run(*doings: Callable[[], object]) -> list[Exception]:
        monkeypatch.setattr(acts, "require_by_rule", check_and_wait)
        trouble: list[Exception] = []
        threads = [threading.Thread(target=_alone, args=(app, doing, trouble)) for doing in doings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return trouble

    return run


def _alone(app: Flask, doing: Callable[[], object], trouble: list[Exception]) -> None:
    with app.app_context():
        try:
            doing()
        except Exception as error:  # whatever it is, the test wants to see it
            trouble.append(error)
        finally:
            db.session.remove()


def what_verify_finds(app: Flask) -> list[str]:
    home = Home.of(app.config["FOLKMOOT"])
    sequencer.run(db.engine, home)
    return [str(finding) for finding in verify(db.engine, home, home.signer(may_make=False).vkey).found]


def person(account_id: int) -> Account:
    return db.session.get_one(Account, account_id)


def test_the_log_knows_a_row_that_two_acts_change_at_once(app: Flask, at_once: Callable[..., list[Exception]]) -> None:
    ada, anna = given.resident("Ada").id, given.administrator("Anna").id
    db.session.commit()
    trouble = at_once(
        lambda: accounts.rename(person(ada), person(ada), name="Adele"),
        lambda: accounts.suspend(person(anna), person(ada)),
    )
    assert all(isinstance(error, Refused) for error in trouble), trouble  # a suspended person no longer renames
    assert what_verify_finds(app) == []


def test_erasing_and_hiding_one_comment_at_once_do_not_lock_each_other(
    app: Flask, at_once: Callable[..., list[Exception]]
) -> None:
    ada, femi = given.resident("Ada"), given.facilitator("Femi")
    said = given.comment(given.proposal(given.deliberation(round=RoundKind.PROPOSE), by=ada), by=ada).id
    ada_id, femi_id = ada.id, femi.id
    db.session.commit()
    trouble = at_once(
        lambda: discussion.erase(person(ada_id), db.session.get_one(Comment, said)),
        lambda: discussion.hide(
            person(femi_id), db.session.get_one(Comment, said), reason=Reason.SPAM, explanation="Twice the same."
        ),
    )
    assert all(isinstance(error, Refused) for error in trouble), trouble  # an erased comment is no longer hidden
    assert what_verify_finds(app) == []
