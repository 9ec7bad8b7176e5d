"""The log at the command line."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.audit.home import Home
from app.audit.models import LogPending
from app.config import Settings
from app.database import db
from tests import given


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Entries wait until somebody sequences them."""
    return replace(settings, sequencer="follow")


@pytest.fixture
def run(app: Flask):
    """Run a command; gives its exit code and what it said."""

    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["audit", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


def test_entries_get_their_place_by_hand(app, run) -> None:
    given.resident("Ada")
    code, said = run("sequence")
    assert (code, said) == (0, "4 entries got their place.\n")
    assert run("sequence") == (0, "Nothing waits.\n")


def test_a_follower_goes_on_until_it_is_told_to_stop(app, run) -> None:
    given.resident("Ada")
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    watch = threading.Thread(target=stop_when_nothing_waits, args=(app,))
    watch.start()
    try:
        code, said = run("sequence", "--follow", "--every", "0.02")
    finally:
        watch.join()
        for one, handler in before.items():
            signal.signal(one, handler)
    assert code == 0
    assert "Following the outbox" in said
    assert run("sequence") == (0, "Nothing waits.\n")


def stop_when_nothing_waits(app: Flask) -> None:
    with app.app_context():
        while db.session.scalar(select(func.count()).select_from(LogPending)):
            db.session.rollback()
            time.sleep(0.01)
        db.session.remove()
    os.kill(os.getpid(), signal.SIGTERM)


def test_the_key_and_the_checkpoint_can_be_printed(app, run, client) -> None:
    assert run("key")[0] == run("checkpoint")[0] == 1
    given.resident("Ada")
    run("sequence")
    assert run("key") == (0, client.get("/log/key").get_data(as_text=True))
    assert run("checkpoint") == (0, client.get("/log/checkpoint").get_data(as_text=True))


def test_a_whole_log_is_found_whole_with_the_key_that_was_printed(app, run) -> None:
    given.resident("Ada")
    run("sequence")
    given.clerk("Cy")
    code, said = run("verify", "--vkey", run("key")[1].strip())
    assert code == 0
    assert "Read 4 entries" in said
    assert "2 entries wait for their place" in said
    assert "Everything fits" in said


def test_the_machines_own_key_is_trusted_only_when_asked_and_said(app, run) -> None:
    given.resident("Ada")
    run("sequence")
    assert "could have replaced it" in run("verify", "--own-key")[1]
    code, said = run("verify")
    assert code == 2
    assert "--vkey" in said


@pytest.mark.parametrize("key", ["nonsense", "a+b+c"])
def test_a_key_that_was_miscopied_is_not_used(app, run, key: str) -> None:
    code, said = run("verify", "--vkey", key)
    assert code == 2
    assert "--vkey" in said


def test_the_first_thing_that_does_not_fit_is_told_in_words(app, run) -> None:
    ada = given.resident("Ada")
    run("sequence")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET display_name = 'Mallory' WHERE id = :id"), {"id": ada.id})
    code, said = run("verify", "--own-key")
    assert code == 1
    assert "NOT WHOLE. 1 things do not fit." in said
    assert f"accounts/{ada.public_id} was changed behind the log" in said
    assert "residency.verified" in said


def test_a_checkpoint_kept_outside_is_compared(app, run, tmp_path) -> None:
    given.resident("Ada")
    run("sequence")
    kept = tmp_path / "minutes.txt"
    signer = Home.of(app.config["FOLKMOOT"]).signer(may_make=False)
    kept.write_text(signer.checkpoint(2, bytes(32)))
    code, said = run("verify", "--own-key", "--checkpoint", str(kept))
    assert code == 1
    assert "The checkpoint kept in minutes.txt has another root" in said


def test_a_halted_log_is_told_with_its_reason(app, run) -> None:
    given.resident("Ada")
    run("sequence")
    given.clerk("Cy")
    home = Home.of(app.config["FOLKMOOT"])
    home.publish(home.signer(may_make=False).checkpoint(99, bytes(32)))
    code, said = run("sequence")
    assert code == 1
    assert "The log is halted. The database has 4 log entries, but 99 were signed" in said
