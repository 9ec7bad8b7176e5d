"""Entries get their places once, in order, under checkpoints that never contradict one another."""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.audit import merkle, sequencer
from app.audit.canonical import MAX_BODY
from app.audit.home import HaltedError, Home
from app.audit.notes import read_checkpoint
from app.audit.sequencer import catch_up, follow
from app.audit.verify import consistency_holds, leaf_hash
from tests.audit.conftest import Park


def test_an_entry_waits_until_it_is_sequenced(park: Park) -> None:
    park.place(1, "Mill Street")
    assert park.ask("SELECT count(*) FROM log_pending")[0][0] == 1
    assert park.sequence() == 1
    assert park.ask("SELECT count(*) FROM log_pending")[0][0] == 0
    body, leaf = park.ask("SELECT body, leaf FROM log_entries WHERE idx = 0")[0]
    assert leaf == leaf_hash(body)
    said = json.loads(body)
    assert said["act"] == "bench.placed"
    assert said["at"] == "2026-05-04T09:00:01Z"
    assert said["object"] == "benches/1"
    assert said["by"]["role"] == "clerk"


def test_an_act_that_is_rolled_back_leaves_no_entry(park: Park) -> None:
    with pytest.raises(DBAPIError):
        half_an_act(park)
    assert park.ask("SELECT count(*) FROM log_pending")[0][0] == 0


def half_an_act(park: Park) -> None:
    with park.acting() as session:
        park.log(session, "bench.placed", {})
        session.connection().execute(text("no such statement"))


def test_entries_keep_the_order_of_their_acts_across_batches(park: Park) -> None:
    for number in range(7):
        park.place(number, "Mill Street")
    assert park.sequence(batch=3) == 7
    objects = [row[0] for row in park.ask("SELECT object FROM log_entries ORDER BY idx")]
    assert objects == [f"benches/{number}" for number in range(7)]
    assert [row[0] for row in park.ask("SELECT size FROM log_checkpoints ORDER BY size")] == [3, 6, 7]


def test_a_batch_is_bounded_by_how_long_its_entries_are(park: Park, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "MOST_BYTES", MAX_BODY + 1000)
    for number in range(60):
        park.place(number, "Mill Street")
    (waiting,) = park.ask("SELECT sum(length(body)) FROM log_pending")[0]
    assert waiting > sequencer.MOST_BYTES
    assert park.sequence() == 60
    assert len(park.ask("SELECT size FROM log_checkpoints")) > 1
    assert park.verify().whole


def test_every_checkpoint_is_consistent_with_every_later_one(park: Park) -> None:
    for number in range(12):
        park.place(number, "Mill Street")
        if number % 3 == 0:
            park.sequence()
    park.sequence()
    signed = [read_checkpoint(row[0], park.vkey) for row in park.ask("SELECT note FROM log_checkpoints ORDER BY size")]
    tiles = {(level, n): hashes for level, n, hashes in park.ask("SELECT level, n, hashes FROM log_tiles")}
    for older in signed:
        for newer in signed:
            if older.size <= newer.size:
                proof = merkle.consistency(lambda level, n: tiles[level, n], older.size, newer.size)
                assert consistency_holds(older.size, older.root, newer.size, newer.root, proof)


def test_the_last_checkpoint_stands_in_a_file_too(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    assert read_checkpoint(park.home.checkpoint_file.read_text(), park.vkey).size == 1


def test_the_key_is_readable_by_its_owner_only_and_stays_the_same(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    first = park.vkey
    assert stat.S_IMODE(park.home.key_file.stat().st_mode) == 0o600
    park.place(2, "Mill Street")
    park.sequence()
    assert park.vkey == first


def test_a_file_left_behind_by_a_kill_is_caught_up_by_the_next_run(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    before = park.home.checkpoint_file.read_text()
    park.place(2, "Mill Street")
    park.sequence()
    park.home.checkpoint_file.write_text(before)
    assert park.sequence() == 0
    assert read_checkpoint(park.home.checkpoint_file.read_text(), park.vkey).size == 2


def test_a_smaller_checkpoint_never_replaces_a_larger_one(park: Park) -> None:
    signer = park.home.signer(may_make=True)
    park.home.publish(signer.checkpoint(5, bytes(32)), signer.vkey)
    park.home.publish(signer.checkpoint(4, bytes(32)), signer.vkey)
    assert read_checkpoint(park.home.checkpoint_file.read_text(), park.vkey).size == 5


def test_a_restored_backup_signs_nothing_and_keeps_what_waits(park: Park) -> None:
    for number in range(3):
        park.place(number, "Mill Street")
        park.sequence()
    ahead = park.home.signer(may_make=False).checkpoint(5, bytes(32))
    park.home.publish(ahead)
    park.place(9, "Mill Street")
    with pytest.raises(HaltedError, match=r"3 log entries, but 5 were signed.*backup"):
        park.sequence()
    assert park.ask("SELECT count(*) FROM log_pending")[0][0] == 1
    assert park.ask("SELECT max(size) FROM log_checkpoints")[0][0] == 3
    assert park.home.checkpoint_file.read_text() == ahead
    assert "backup" in str(park.home.halted())


def test_a_forked_database_signs_nothing(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    park.home.checkpoint_file.write_text(park.home.signer(may_make=False).checkpoint(1, bytes(32)))
    park.place(2, "Mill Street")
    with pytest.raises(HaltedError, match="not in the database"):
        park.sequence()


def test_a_tree_changed_behind_the_log_is_not_signed_on(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    park.tamper("UPDATE log_tiles SET hashes = :h", h=bytes(32))
    park.place(2, "Mill Street")
    with pytest.raises(HaltedError, match="was changed"):
        park.sequence()


def test_checkpoints_that_were_removed_are_missed(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    park.unlock()
    park.tamper("DELETE FROM log_checkpoints")
    park.home.checkpoint_file.unlink()
    park.place(2, "Mill Street")
    with pytest.raises(HaltedError, match="no signed checkpoint"):
        park.sequence()


def test_no_new_key_is_made_for_a_log_that_has_one(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    park.home.key_file.unlink()
    park.place(2, "Mill Street")
    with pytest.raises(HaltedError, match="is gone"):
        park.sequence()


def test_a_log_keeps_its_name_for_ever(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    park.place(2, "Mill Street")
    park.home = replace(park.home, origin="elsewhere.example/log")
    with pytest.raises(HaltedError, match="keeps its name"):
        park.sequence()


def test_a_damaged_checkpoint_file_halts_the_log(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    park.home.checkpoint_file.write_text("rain")
    park.place(2, "Mill Street")
    with pytest.raises(HaltedError, match="was damaged"):
        park.sequence()


def test_trouble_with_the_log_never_fails_the_act_that_was_committed(park: Park) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    park.home.checkpoint_file.write_text("rain")
    park.place(2, "Mill Street")
    catch_up(park.engine, park.home)
    assert park.ask("SELECT count(*) FROM log_pending")[0][0] == 1
    park.home.checkpoint_file.unlink()
    catch_up(park.engine, park.home)
    assert park.ask("SELECT count(*) FROM log_pending")[0][0] == 0
    assert park.home.halted() is None


def test_an_act_is_in_the_log_once_it_has_been_caught_up_with(park: Park) -> None:
    def visit(number: int) -> None:
        for step in range(5):
            park.place(number * 10 + step, "Mill Street")
            catch_up(park.engine, park.home)
            done.append(
                park.ask("SELECT count(*) FROM log_entries WHERE object = :o", o=f"benches/{number * 10 + step}")
            )

    done: list[list[tuple[int]]] = []
    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(4)]
    for one in visitors:
        one.start()
    for one in visitors:
        one.join()
    assert [count[0][0] for count in done] == [1] * 20
    assert park.verify().whole


def test_two_sequencers_at_once_leave_no_gap_and_nothing_twice(park: Park) -> None:
    for number in range(60):
        park.place(number, "Mill Street")
    runs = [threading.Thread(target=park.sequence, kwargs={"batch": 4}) for _ in range(3)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert [row[0] for row in park.ask("SELECT idx FROM log_entries ORDER BY idx")] == list(range(60))
    assert park.verify().whole


def test_a_follower_takes_what_comes_and_stops_when_told(park: Park) -> None:
    stopped = threading.Event()
    follower = threading.Thread(target=follow, args=(park.engine, park.home, stopped, 0.01))
    follower.start()
    for number in range(5):
        park.place(number, "Mill Street")
    while park.ask("SELECT count(*) FROM log_pending")[0][0]:
        stopped.wait(0.01)
    stopped.set()
    follower.join()
    assert park.ask("SELECT size FROM log_state")[0][0] == 5


@pytest.mark.parametrize("table", ["log_entries", "log_checkpoints"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_the_database_itself_refuses_to_change_the_log(park: Park, table: str, change: str) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    column = "act = 'x'" if table == "log_entries" else "note = 'x'"
    with pytest.raises(DBAPIError, match="only ever added to"):
        park.tamper(change.format(table, column))


def test_two_processes_that_need_a_key_at_once_get_the_same(park: Park) -> None:
    found = []
    homes = [Home(park.home.folder, park.home.origin) for _ in range(8)]
    makers = [
        threading.Thread(target=lambda home=home: found.append(home.signer(may_make=True).dump())) for home in homes
    ]
    for one in makers:
        one.start()
    for one in makers:
        one.join()
    assert len(found) == 8
    assert len(set(found)) == 1
