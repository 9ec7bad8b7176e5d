"""The operator's commands about the log's keys, and the checkpoint on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import acts as house
from app.acts import CITY, OPERATOR, Conflict
from app.audit import sequencer
from app.audit.checks import verify
from app.audit.home import Home
from app.audit.models import LogCheckpoint, LogKey
from app.audit.notes import new_signer, read_checkpoint
from app.audit.verify import NoteError, parse_vkey, split_note
from app.charter.actions import Action
from app.charter.rules import Refused
from app.cli.log_anchor import groups
from app.config import Settings
from app.custody import acts
from app.database import db
from app.notifications.models import Mail
from tests import given
from tests.entries import entries


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, sequencer="follow")


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, str]]:
    def run(*words: str) -> tuple[int, str]:
        db.session.rollback()
        done = app.test_cli_runner().invoke(args=["audit", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout + done.stderr

    return run


@pytest.fixture
def log(app: Flask) -> Home:
    """A log with a few entries."""
    given.resident("Ada")
    here = Home.of(app.config["FOLKMOOT"])
    sequencer.run(db.engine, here)
    return here


def newest() -> str:
    db.session.rollback()
    return db.session.scalars(select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)).one()


def signed_by(vkeys: list[str]) -> list[bool]:
    def reads(vkey: str) -> bool:
        try:
            return bool(read_checkpoint(newest(), parse_vkey(vkey)))
        except NoteError:
            return False

    return [reads(vkey) for vkey in vkeys]


# ---------------------------------------------------------------- keys


def test_a_key_is_followed_by_another_and_retired(run, log: Home) -> None:
    old = run("key")[1].strip()
    new = run("key", "add")[1].splitlines()[0]
    assert run("key")[1].split() == [old]
    run("sequence")
    assert run("key")[1].split() == [new, old]
    assert signed_by([old, new]) == [True, True]
    code, said = run("key", "retire", old)
    assert (code, "Its private half was destroyed here." in said) == (0, True)
    assert signed_by([old, new]) == [True, True]  # this checkpoint covers the retirement
    given.resident("Bo")
    run("sequence")
    assert signed_by([old, new]) == [False, True]
    assert run("key")[1].split() == [new]
    assert not log.key_file.exists()


@pytest.mark.parametrize("whose", ["first", "second"])
def test_the_whole_log_can_be_verified_with_either_key(run, log: Home, whose: str) -> None:
    keys = {"first": run("key")[1].strip(), "second": run("key", "add")[1].splitlines()[0]}
    run("sequence")
    run("key", "retire", keys["first"])
    given.resident("Bo")
    run("sequence")
    report = verify(db.engine, log, parse_vkey(keys[whose]))
    assert [str(one) for one in report.found] == []


def test_the_entries_name_the_keys_and_nobody(run, log: Home) -> None:
    old, new = run("key")[1].strip(), run("key", "add")[1].splitlines()[0]
    run("sequence")
    run("key", "retire", old)
    (added,) = entries(Action.ADD_KEY)
    (retired,) = entries(Action.RETIRE_KEY)
    assert (added["facts"], added["by"]) == ({"vkey": new}, {"role": "operator"})
    assert (retired["facts"], retired["by"]) == ({"vkey": old}, {"role": "operator"})


def test_a_key_may_be_named_by_its_digits(run, log: Home) -> None:
    old = run("key")[1].strip()
    run("key", "add")
    run("sequence")
    assert run("key", "retire", old.split("+")[1])[0] == 0


def test_the_only_key_is_not_retired(run, log: Home) -> None:
    old = run("key")[1].strip()
    code, said = run("key", "retire", old)
    assert (code, "This is the only key that signs the log." in said) == (1, True)
    new = run("key", "add")[1].splitlines()[0]
    run("sequence")
    assert run("key", "retire", old)[0] == 0
    code, said = run("key", "retire", new)
    assert (code, "This is the only key that signs the log." in said) == (1, True)
    assert signed_by([new]) == [True]


def test_a_key_that_nobody_knows_is_not_retired(run, log: Home) -> None:
    code, said = run("key", "retire", str(new_signer(log.origin).vkey))
    assert (code, "flask audit key list" in said) == (1, True)


def test_adding_a_key_again_after_an_interruption_takes_the_one_that_was_laid_down(run, log: Home) -> None:
    """The file comes first, the act second: a kill in between leaves a file that signs nothing."""
    left = new_signer(log.origin)
    log.keep(left)
    assert "in no entry" in run("key", "list")[1]
    assert run("key", "add")[1].splitlines()[0] == str(left.vkey)
    assert len(log.signers()) == 2


def test_retiring_again_after_an_interruption_destroys_the_file_that_was_left(run, log: Home) -> None:
    old = run("key")[1].strip()
    run("key", "add")
    run("sequence")
    acts.retire_key(OPERATOR, CITY, vkey=old)
    assert "its last signature is still to come" in run("key", "list")[1]
    code, said = run("key", "retire", old)
    assert (code, "was destroyed here" in said) == (0, True)
    assert "was not here" in run("key", "retire", old)[1]


def test_a_retired_key_is_kept_while_its_last_signature_is_still_to_come(run, log: Home) -> None:
    old = run("key")[1].strip()
    run("key", "add")
    run("sequence")
    log.publish(log.signers()[old].checkpoint(99, bytes(32)))  # halted, as after a restored backup
    code, said = run("key", "retire", old)
    assert (code, "backup" in said) == (1, True)
    assert log.key_file.exists()


def test_keys_are_listed_with_what_they_do(run, log: Home) -> None:
    old = run("key")[1].strip()
    assert f"{old}\n  signs the log; its private half lies on this machine" in run("key", "list")[1]
    new = run("key", "add")[1].splitlines()[0]
    assert f"{new}\n  signs from the next checkpoint on" in run("key", "list")[1]
    run("sequence")
    run("key", "retire", old)
    listed = run("key", "list")[1]
    assert re.search(
        re.escape(old) + r"\n  retired on \d{4}-\d\d-\d\d; its private half is not on this machine", listed
    )
    assert f"{new}\n  signs the log; its private half lies on this machine" in listed


def test_there_is_no_key_before_the_first_act(run) -> None:
    assert run("key")[0] == 1
    assert run("key", "add")[0] == 1


def test_both_keys_are_shown_at_their_address(run, client, log: Home) -> None:
    old, new = run("key")[1].strip(), run("key", "add")[1].splitlines()[0]
    run("sequence")
    assert client.get("/log/key").get_data(as_text=True) == f"{new}\n{old}\n"


@pytest.mark.parametrize("act", [acts.add_key, acts.retire_key])
def test_only_the_operator_changes_keys(app: Flask, act: Callable[..., object]) -> None:
    with pytest.raises(Refused, match="operator of this server"):
        act(given.administrator("Ana"), CITY, vkey="x")


def test_only_the_operator_names_witnesses(app: Flask) -> None:
    ana = given.administrator("Ana")
    with pytest.raises(Refused, match="operator of this server"):
        acts.add_witness(ana, CITY, name="x", vkey="x", url="x")
    witness = acts.add_witness(OPERATOR, CITY, name="Library", vkey="x", url="x")
    assert not house.may(ana, Action.REMOVE_WITNESS, witness)
    acts.remove_witness(OPERATOR, witness)
    with pytest.raises(Refused, match="removed already"):
        acts.remove_witness(OPERATOR, witness)


def test_the_same_key_is_not_added_twice(app: Flask, log: Home) -> None:
    first, second = (str(new_signer(log.origin).vkey) for _ in range(2))
    acts.add_key(OPERATOR, CITY, vkey=second, until_now=first)
    with pytest.raises(Conflict, match="added already"):
        acts.add_key(OPERATOR, CITY, vkey=second, until_now=first)
    assert db.session.scalars(select(LogKey.vkey).order_by(LogKey.id)).all() == [first, second]


# ---------------------------------------------------------------- anchors


def test_the_checkpoint_can_be_printed_for_the_minutes(run, log: Home) -> None:
    code, said = run("anchor")
    checkpoint = read_checkpoint(newest(), parse_vkey(log.public_keys()[0]))
    assert code == 0
    assert "Riverbend" in said
    assert f"Entries: {checkpoint.size}" in said
    digits = "".join(re.findall(r"^    ((?:[0-9a-f]{4} ?){8})$", said, re.MULTILINE)).replace(" ", "")
    assert bytes.fromhex(digits) == checkpoint.root
    assert log.public_keys()[0] in said
    assert "Cosigned by nobody outside." in said


def test_the_signed_checkpoint_can_be_cut_out_of_the_printed_text(run, log: Home, tmp_path: Path) -> None:
    text = run("anchor")[1]
    between = text.split("-" * 64 + "\n")[1]
    assert split_note(between)[0] == split_note(newest())[0]
    kept = tmp_path / "kept.txt"
    kept.write_text(between)
    code, said = run("verify", "--vkey", log.public_keys()[0], "--checkpoint", str(kept))
    assert code == 0, said


def test_the_checkpoint_can_be_mailed_to_several(run, app: Flask, log: Home) -> None:
    code, said = run("anchor", "--mail", "minutes@city.example", "--mail", "desk@courier.example", "--locale", "en")
    assert (code, "Mailed to 2 of 2." in said) == (0, True)
    db.session.rollback()
    assert db.session.scalars(select(Mail.recipient).order_by(Mail.id)).all() == [
        "minutes@city.example",
        "desk@courier.example",
    ]
    mails = sorted((Path(app.config["FOLKMOOT"].instance_path) / "mail").iterdir())
    assert len(mails) == 2
    assert groups(read_checkpoint(newest(), parse_vkey(log.public_keys()[0])).root.hex())[0] in mails[0].read_text()


def test_nothing_can_be_printed_before_the_first_entry(run) -> None:
    code, said = run("anchor")
    assert (code, "Nothing has been signed yet." in said) == (1, True)


def test_digits_are_grouped_so_that_people_can_compare_them() -> None:
    assert groups("0123456789abcdef" * 4) == ["0123 4567 89ab cdef 0123 4567 89ab cdef"] * 2


# ---------------------------------------------------------------- a restored backup


def test_a_restored_backup_accepts_acts_signs_nothing_and_says_so(app: Flask, run, page, log: Home) -> None:
    signer = log.signer(may_make=False)
    log.publish(signer.checkpoint(99, bytes(32)))
    before = newest()
    given.resident("Bo")
    code, said = run("sequence")
    assert (code, "Was a backup restored?" in said) == (1, True)
    assert newest() == before
    seen = page.get("/log")
    assert "The log is halted: nothing new is being signed." in seen
    assert "Was a backup restored?" in seen
    assert "Acts are still accepted" in seen
