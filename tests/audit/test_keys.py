"""Keys of the log follow one another: both sign for a while, and whoever knows one of them can follow to the next."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.audit.checks import Report, verify
from app.audit.home import HaltedError
from app.audit.notary import Notary
from app.audit.notes import Signer, new_signer, read_checkpoint
from app.audit.verify import NoteError, Vkey
from tests.audit.conftest import BENCHES, Park

ROOT = Path(__file__).resolve().parents[2]


def add_key(park: Park) -> Signer:
    """Lay a new key beside the others, and enter it."""
    signer = new_signer(park.home.origin)
    park.home.keep(signer)
    enter(park, "key.added", signer.vkey)
    return signer


def enter(park: Park, act: str, vkey: Vkey) -> None:
    with park.acting() as session:
        park.log(session, act, {}, vkey=str(vkey))


def signed_over(park: Park, size: int) -> str:
    return park.ask("SELECT note FROM log_checkpoints WHERE size = :size", size=size)[0][0]


def signers_of(note: str, *vkeys: Vkey) -> list[bool]:
    return [reads(note, vkey) for vkey in vkeys]


def reads(note: str, vkey: Vkey) -> bool:
    try:
        return bool(read_checkpoint(note, vkey))
    except NoteError:
        return False


def found_with(park: Park, vkey: Vkey, **how: object) -> Report:
    return verify(park.engine, park.home, vkey, tables=[BENCHES], **how)


class Rotated:
    """A log whose first key was replaced: one checkpoint by the old, two by both, then one by the new."""

    def __init__(self, park: Park) -> None:
        park.place(1, "Mill Street")
        park.sequence()
        self.old = park.vkey
        self.new = add_key(park).vkey
        park.sequence()
        park.place(2, "Mill Street")
        enter(park, "key.retired", self.old)
        park.sequence()
        park.place(3, "Mill Street")
        park.sequence()


@pytest.fixture
def rotated(park: Park) -> Rotated:
    return Rotated(park)


@pytest.mark.parametrize(
    ("size", "signed"), [(1, [True, False]), (2, [True, True]), (4, [True, True]), (5, [False, True])]
)
def test_both_keys_sign_from_the_entry_of_the_one_to_that_of_the_other(
    park: Park, rotated: Rotated, size: int, signed: list[bool]
) -> None:
    assert signers_of(signed_over(park, size), rotated.old, rotated.new) == signed


def test_who_knows_only_the_first_key_can_follow_to_the_last(park: Park, rotated: Rotated) -> None:
    report = found_with(park, rotated.old)
    assert [str(one) for one in report.found] == []
    assert report.checkpoints == 4


def test_who_knows_only_the_last_key_can_check_the_whole_tree(park: Park, rotated: Rotated) -> None:
    assert [str(one) for one in found_with(park, rotated.new).found] == []


def test_a_key_of_nobody_checks_nothing(park: Park, rotated: Rotated) -> None:
    report = found_with(park, new_signer(park.home.origin).vkey)
    assert report.count == 5  # each checkpoint, and that in the file
    assert "cannot be trusted" in str(report.found[0])


def test_a_retired_key_signs_nothing_more(park: Park, rotated: Rotated) -> None:
    old = next(one for vkey, one in park.home.signers().items() if vkey == str(rotated.old))
    new = next(one for vkey, one in park.home.signers().items() if vkey == str(rotated.new))
    root = read_checkpoint(signed_over(park, 5), rotated.new).root
    report = found_with(park, rotated.old, kept={"old.txt": old.checkpoint(5, root)})
    assert [str(one) for one in report.found] == [
        f"The checkpoint kept in old.txt cannot be trusted: it is not signed by {park.home.origin} with this key."
    ]
    assert found_with(park, rotated.old, kept={"new.txt": new.checkpoint(5, root)}).whole


@pytest.mark.parametrize("key", ["old", "new"])
def test_no_changed_letter_of_any_signature_goes_unseen(park: Park, rotated: Rotated, key: str) -> None:
    note = signed_over(park, 4)
    assert found_with(park, getattr(rotated, key), kept={"kept.txt": note}).whole
    start = note.rindex("\u2014") if key == "new" else note.index("\u2014")
    for at in (start + len(f"\u2014 {park.home.origin} ") + 3, start + len(f"\u2014 {park.home.origin} ") + 40):
        changed = note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]
        assert not found_with(park, getattr(rotated, key), kept={"kept.txt": changed}).whole


def test_the_retired_key_may_be_taken_off_the_machine(park: Park, rotated: Rotated) -> None:
    assert park.home.destroy(str(rotated.old))
    assert not park.home.key_file.exists()
    park.place(4, "Mill Street")
    assert park.sequence() == 1
    assert signers_of(signed_over(park, 6), rotated.old, rotated.new) == [False, True]
    assert not park.home.destroy(str(rotated.old))


def test_no_new_first_key_is_made_where_the_first_was_retired(park: Park, rotated: Rotated) -> None:
    park.home.destroy(str(rotated.old))
    park.place(4, "Mill Street")
    park.sequence()
    assert list(park.home.signers()) == [str(rotated.new)]


def test_the_keys_that_sign_are_shown_newest_first(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    new = add_key(park)
    assert list(park.home.public_keys()) == [str(park.vkey)]
    park.sequence()
    assert list(park.home.public_keys()) == [str(new.vkey), str(park.vkey)]
    enter(park, "key.retired", park.vkey)
    park.sequence()
    assert list(park.home.public_keys()) == [str(new.vkey)]


def test_the_keys_shown_are_caught_up_with_after_a_kill(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    before, shown = park.home.checkpoint_file.read_text(), park.home.vkey_file.read_text()
    new = add_key(park)
    park.sequence()
    park.home.checkpoint_file.write_text(before)
    park.home.vkey_file.write_text(shown)
    assert park.sequence() == 0
    assert list(park.home.public_keys()) == [str(new.vkey), str(park.vkey)]


def test_a_key_without_its_entry_signs_nothing(park: Park) -> None:
    """The file is laid down before the act, so a kill in between leaves one."""
    park.place(1, "Mill Street")
    park.sequence()
    left = new_signer(park.home.origin)
    park.home.keep(left)
    park.place(2, "Mill Street")
    park.sequence()
    assert signers_of(signed_over(park, 2), park.vkey, left.vkey) == [True, False]


def test_a_key_whose_file_is_missing_halts_the_log_and_is_named(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    new = add_key(park)
    park.home.destroy(str(new.vkey))
    with pytest.raises(HaltedError, match=rf"Put keys/log-{new.vkey.key_id.hex()}\.key back"):
        park.sequence()
    park.home.keep(new)
    assert park.sequence() == 1


def test_a_key_that_came_and_went_within_one_batch_signs_once(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    new = add_key(park)
    enter(park, "key.retired", new.vkey)
    park.sequence()
    park.place(2, "Mill Street")
    park.sequence()
    assert signers_of(signed_over(park, 3), park.vkey, new.vkey) == [True, True]
    assert signers_of(signed_over(park, 4), park.vkey, new.vkey) == [True, False]
    assert found_with(park, park.vkey).whole


def test_an_entry_about_keys_that_was_changed_halts_the_log(park: Park, rotated: Rotated) -> None:
    park.unlock()
    park.tamper("UPDATE log_entries SET body = :body WHERE act = 'key.added'", body=b'{"act":"key.added"}')
    park.place(4, "Mill Street")
    with pytest.raises(HaltedError, match="about the log’s keys cannot be read"):
        park.sequence()


def test_kills_at_random_instants_of_rotations_leave_a_log_that_the_first_key_leads_through(
    park: Park, database: str
) -> None:
    chance = random.Random(1913)
    park.place(1, "Mill Street")
    park.sequence()
    first = park.vkey
    for life in range(4):
        command = [
            sys.executable,
            "-m",
            "tests.audit.busy_keys",
            database,
            str(park.home.folder),
            str(1000 * life + 1000),
        ]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as worker:
            assert worker.stdout.readline(), worker.stderr.read()
            time.sleep(chance.uniform(0.05, 0.4))
            assert worker.poll() is None, worker.stderr.read()
            worker.kill()
    park.sequence()
    park.place(2, "Quay")
    park.sequence()
    report = found_with(park, first)
    assert [str(one) for one in report.found] == []
    assert park.ask("SELECT count(*) FROM log_entries WHERE act = 'key.retired'")[0][0] >= 1


def test_the_restore_guard_holds_over_a_rotation(park: Park, rotated: Rotated) -> None:
    """The database of before the rotation is put back; the file speaks of a tree that both keys signed."""
    signers = park.home.signers()
    ahead = signers[str(rotated.new)].checkpoint(9, bytes(32))
    park.home.publish(ahead)
    park.place(4, "Mill Street")
    with pytest.raises(HaltedError, match="backup"):
        park.sequence()


def test_signatures_of_others_are_ignored_beside_those_of_both_keys(park: Park, rotated: Rotated) -> None:
    note = signed_over(park, 4)
    stranger = new_signer("library.example/w")
    note += stranger.line(note.rpartition("\n\n")[0] + "\n")
    assert signers_of(note, rotated.old, rotated.new) == [True, True]


def test_a_notary_knows_who_signs_after_any_number_of_rotations(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    first = str(park.vkey)
    second, third = add_key(park), add_key(park)
    park.sequence()
    enter(park, "key.retired", second.vkey)
    park.sequence()
    with park.engine.connect() as connection, Session(connection):
        assert Notary.of(connection, park.home).signing == [first, str(third.vkey)]
    assert found_with(park, park.vkey).whole
