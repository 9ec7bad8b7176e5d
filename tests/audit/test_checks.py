"""Whatever is changed behind the log is found, and named."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable

import pytest

from app.audit import log, rows
from app.audit.canonical import CanonicalError
from app.audit.merkle import leaf_hash
from app.audit.models import LogEntry
from app.audit.notes import new_signer
from tests.audit.conftest import BENCHES, MORNING, Park

BENCHES_PLACED = 300
"""Enough for a full tile and a partial one above it."""


@pytest.fixture
def old_park(park: Park) -> Park:
    """A park with a history: 300 benches placed, in batches of up to 40, under a dozen checkpoints."""
    with park.acting() as session:
        for number in range(BENCHES_PLACED):
            values = bench(number)
            session.connection().execute(BENCHES.insert(), values)
            park.log(session, "bench.placed", {f"benches/{number}": rows.row_digest(BENCHES, values)})
    park.sequence(batch=40)
    park.unlock()
    return park


def bench(number: int, place: str = "Mill Street") -> dict[str, object]:
    return {
        "id": number,
        "place": place,
        "placed_at": MORNING,
        "tags": ["oak"],
        "photo": b"",
        "sitters": 0,
        "keeper": "",
        "salt": secrets.token_bytes(16),
    }


def test_a_log_that_nobody_touched_is_whole(old_park: Park) -> None:
    old_park.place(5, "River Street")
    old_park.remove(6)
    old_park.sequence()
    old_park.place(7, "Not in the tree yet")
    report = old_park.verify()
    assert [str(one) for one in report.found] == []
    assert report.whole
    assert (report.entries, report.rows, report.pending, report.checkpoints) == (302, 299, 1, 9)
    assert report.tiles == 3


def test_an_empty_log_is_whole(park: Park) -> None:
    park.home.signer(may_make=True)
    assert park.verify().whole


def test_counters_and_private_columns_may_change_without_an_act(old_park: Park) -> None:
    old_park.tamper("UPDATE benches SET sitters = 12, keeper = 'Bo'")
    assert old_park.verify().whole


def test_the_first_bad_entry_is_named_with_its_act_time_and_object(old_park: Park) -> None:
    for index in (200, 17):
        old_park.tamper("UPDATE log_entries SET body = :b WHERE idx = :i", b=b'{"act":"nothing"}', i=index)
    first = old_park.verify().found[0]
    assert (first.index, first.act, first.at, first.object) == (
        17,
        "bench.placed",
        "2026-05-04T09:00:18Z",
        "benches/17",
    )
    assert "its text was changed" in str(first)


def test_an_entry_rewritten_with_all_its_hashes_is_named_by_what_was_signed(park: Park) -> None:
    for number in range(6):
        park.place(number, "Mill Street")
        park.sequence()
    park.unlock()
    body = park.ask("SELECT body FROM log_entries WHERE idx = 3")[0][0].replace(b"clerk", b"baker")
    park.tamper("UPDATE log_entries SET body = :b, leaf = :l WHERE idx = 3", b=body, l=leaf_hash(body))
    tile = bytearray(park.ask("SELECT hashes FROM log_tiles")[0][0])
    tile[96:128] = leaf_hash(body)
    park.tamper("UPDATE log_tiles SET hashes = :h", h=bytes(tile))
    report = park.verify()
    assert report.found[0].index == 3
    assert report.found[0].what.startswith("Entry 3 is not what was signed: The checkpoint of 4 entries")


def test_a_log_cut_back_without_a_trace_is_found_by_the_checkpoint_outside_it(park: Park) -> None:
    for number in range(3):
        park.place(number, "Mill Street")
        park.sequence()
    kept = park.home.checkpoint_file.read_text()
    park.unlock()
    park.tamper("DELETE FROM log_entries WHERE idx = 2")
    park.tamper("DELETE FROM log_checkpoints WHERE size = 3")
    park.tamper("UPDATE log_state SET size = 2")
    park.tamper("UPDATE log_tiles SET hashes = :h", h=park.ask("SELECT hashes FROM log_tiles")[0][0][:64])
    park.tamper("DELETE FROM benches WHERE id = 2")
    assert "made public last was signed over 3 entries" in park.verify().found[0].what
    park.home.checkpoint_file.unlink()
    assert park.verify().whole, "without any checkpoint kept elsewhere nobody could tell"
    assert "kept in minutes.txt was signed over 3" in park.verify(kept={"minutes.txt": kept}).found[0].what


def test_another_key_than_the_logs_is_noticed(old_park: Park) -> None:
    from app.audit.checks import verify

    stranger = new_signer(old_park.home.origin).vkey
    report = verify(old_park.engine, old_park.home, stranger, tables=[BENCHES])
    assert "not signed by city.example/log with this key" in report.found[0].what


def change_a_row(park: Park, chance: random.Random) -> str:
    number = chance.randrange(BENCHES_PLACED)
    column, value = chance.choice(
        [("place", "Elsewhere"), ("placed_at", "2026-01-01 00:00:00"), ("photo", b"\x01"), ("salt", b"0" * 16)]
    )
    park.tamper(f"UPDATE benches SET {column} = :v WHERE id = :i", v=value, i=number)
    return f"benches/{number} was changed behind the log"


def drop_a_row(park: Park, chance: random.Random) -> str:
    number = chance.randrange(BENCHES_PLACED)
    park.tamper("DELETE FROM benches WHERE id = :i", i=number)
    return f"benches/{number} is gone"


def insert_a_row(park: Park, chance: random.Random) -> str:
    number = BENCHES_PLACED + chance.randrange(1000)
    park.tamper("INSERT INTO benches (id, place, salt) VALUES (:i, 'Nowhere', :s)", i=number, s=b"0" * 16)
    return f"benches/{number} is in the database, but no act"


def flip_a_bit_of_an_entry(park: Park, chance: random.Random) -> str:
    index = chance.randrange(BENCHES_PLACED)
    column = chance.choice(["body", "leaf"])
    flip(
        park,
        chance,
        f"SELECT {column} FROM log_entries WHERE idx = {index}",
        f"UPDATE log_entries SET {column} = :v WHERE idx = {index}",
    )
    return f"Entry {index}: "


def change_a_column_beside_an_entry(park: Park, chance: random.Random) -> str:
    index = chance.randrange(BENCHES_PLACED)
    column = chance.choice(["act", "object", "process", "actor", "act_id"])
    park.tamper(f"UPDATE log_entries SET {column} = 'x' WHERE idx = :i", i=index)
    return f"Entry {index}: the column “{column}”"


def drop_an_entry(park: Park, chance: random.Random) -> str:
    index = chance.randrange(BENCHES_PLACED)
    park.tamper("DELETE FROM log_entries WHERE idx = :i", i=index)
    last = index == BENCHES_PLACED - 1
    return f"entries from {index} to {index}" if last else f"Entry {index} is missing"


def swap_two_entries(park: Park, chance: random.Random) -> str:
    one, other = sorted(chance.sample(range(BENCHES_PLACED), 2))
    for a, b in ((one, 9999), (other, one), (9999, other)):
        park.tamper("UPDATE log_entries SET idx = :b WHERE idx = :a", a=a, b=b)
    return f"Entry {one} was replaced"


def add_an_entry(park: Park, chance: random.Random) -> str:
    index = BENCHES_PLACED + chance.choice([0, 1, 10**12])
    body = b"{}"
    park.tamper(
        "INSERT INTO log_entries (idx, act_id, leaf, body, act, at) "
        "VALUES (:i, 'x', :l, :b, 'x', '2026-01-01 00:00:00')",
        i=index, l=leaf_hash(body), b=body,
    )  # fmt: skip
    return "not covered by any signed checkpoint"


def flip_a_bit_of_a_tile(park: Park, chance: random.Random) -> str:
    level, n = chance.choice([(0, 0), (0, 1), (1, 0)])
    where = f"level = {level} AND n = {n}"
    at = flip(
        park, chance, f"SELECT hashes FROM log_tiles WHERE {where}", f"UPDATE log_tiles SET hashes = :v WHERE {where}"
    )
    return f"Tile 1/{n} holds a hash" if level else f"Entry {n * 256 + at // 32} was replaced, or its hash in the tile"


def cut_a_tile(park: Park, chance: random.Random) -> str:
    level, n = chance.choice([(0, 0), (0, 1), (1, 0)])
    tile = park.ask("SELECT hashes FROM log_tiles WHERE level = :l AND n = :n", l=level, n=n)[0][0]
    park.tamper("UPDATE log_tiles SET hashes = :h WHERE level = :l AND n = :n", h=tile[:-32], l=level, n=n)
    return f"Tile {level}/{n} is {'missing' if len(tile) == 32 else 'cut short'}"


def drop_a_tile(park: Park, chance: random.Random) -> str:
    level, n = chance.choice([(0, 0), (0, 1), (1, 0)])
    park.tamper("DELETE FROM log_tiles WHERE level = :l AND n = :n", l=level, n=n)
    return f"Tile {level}/{n} is missing"


def add_a_tile(park: Park, chance: random.Random) -> str:
    park.tamper("INSERT INTO log_tiles (level, n, hashes) VALUES (:l, 7, :h)", l=chance.choice([0, 1, 5]), h=bytes(32))
    return "1 tiles do not belong"


def flip_a_bit_of_a_checkpoint(park: Park, chance: random.Random) -> str:
    size = chance.choice([row[0] for row in park.ask("SELECT size FROM log_checkpoints")])
    where = f"WHERE size = {size}"
    if chance.random() < 0.5:
        flip(park, chance, f"SELECT root FROM log_checkpoints {where}", f"UPDATE log_checkpoints SET root = :v {where}")
    else:
        note = bytearray(park.ask(f"SELECT note FROM log_checkpoints {where}")[0][0].encode())
        note[chance.randrange(len(note) // 2)] ^= 1
        park.tamper(f"UPDATE log_checkpoints SET note = :v {where}", v=note.decode(errors="replace"))
    return f"The checkpoint of {size} entries"


def change_the_size(park: Park, chance: random.Random) -> str:
    size = chance.choice([0, 1, 299, 301, 10**12])
    park.tamper("UPDATE log_state SET size = :s", s=size)
    return "missing" if size > BENCHES_PLACED else f"size is kept as {size}"


def flip(park: Park, chance: random.Random, read: str, write: str) -> int:
    value = bytearray(park.ask(read)[0][0])
    at = chance.randrange(len(value))
    value[at] ^= 1 << chance.randrange(8)
    park.tamper(write, v=bytes(value))
    return at


TAMPERS = [
    change_a_row,
    drop_a_row,
    insert_a_row,
    flip_a_bit_of_an_entry,
    change_a_column_beside_an_entry,
    drop_an_entry,
    swap_two_entries,
    add_an_entry,
    flip_a_bit_of_a_tile,
    cut_a_tile,
    drop_a_tile,
    add_a_tile,
    flip_a_bit_of_a_checkpoint,
    change_the_size,
]
TABLES = ("benches", "log_entries", "log_tiles", "log_checkpoints", "log_state")


@pytest.mark.parametrize("tamper", TAMPERS, ids=lambda tamper: tamper.__name__)
def test_random_tampering_is_found_and_named(old_park: Park, tamper: Callable[[Park, random.Random], str]) -> None:
    for table in TABLES:
        old_park.tamper(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
    for seed in range(6):
        named = tamper(old_park, random.Random(seed))
        report = old_park.verify()
        assert not report.whole
        assert any(named in str(one) for one in report.found), f"seed {seed}: “{named}” not in {report.found}"
        for table in TABLES:
            old_park.tamper(f"DELETE FROM {table}")
            old_park.tamper(f"INSERT INTO {table} SELECT * FROM kept_{table}")
    assert old_park.verify().whole


def test_an_act_with_many_rows_commits_to_them_by_manifest(park: Park) -> None:
    lay_out(park, log.MANY + 20)
    park.sequence()
    report = park.verify()
    assert [str(one) for one in report.found] == []
    assert report.manifests == 1
    assert b"benches/3" not in park.ask("SELECT body FROM log_entries")[0][0]
    park.tamper("UPDATE benches SET place = 'Elsewhere' WHERE id = 33")
    first = park.verify().found[0]
    assert first.what == "benches/33 was changed behind the log: it is not what entry 0 left."
    assert first.act == "park.laid_out"


def test_rows_deleted_by_the_many_stay_deleted(park: Park) -> None:
    lay_out(park, 100)
    with park.acting() as session:
        session.connection().execute(BENCHES.delete())
        park.log(session, "park.closed", {f"benches/{number}": None for number in range(100)})
    park.sequence()
    assert park.verify().whole
    park.tamper("INSERT INTO benches (id, place, salt) VALUES (50, 'Back', :s)", s=b"0" * 16)
    assert park.verify().found[0].what == "benches/50 is in the database again, though entry 1 deleted it."


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM log_manifests", "entry 0 commits to is missing"),
        ("UPDATE log_manifests SET body = :b", "entry 0 commits to was changed"),
        ("INSERT INTO log_manifests (act_id, table_name, body) VALUES ('x', 'x', :b)", "1 lists of rows belong to no"),
    ],
)
def test_a_manifest_that_was_touched_is_found(park: Park, statement: str, said: str) -> None:
    lay_out(park, 100)
    park.sequence()
    park.tamper(statement, **({"b": b"x" * 40} if ":b" in statement else {}))
    assert any(said in one.what for one in park.verify().found)


def test_a_manifest_may_be_written_in_several_parts(park: Park) -> None:
    with park.acting() as session:
        act_id = secrets.token_hex(16)
        first = log.manifest_of(session, act_id, "benches", [(1, "11" * 32), (3, "33" * 32)])
        both = log.manifest_of(session, act_id, "benches", [(2, "22" * 32), (3, "44" * 32)])
    assert (first["count"], both["count"]) == (2, 3)
    body = park.ask("SELECT body FROM log_manifests")[0][0]
    assert list(rows.unpack(body)) == [(1, "11" * 32), (2, "22" * 32), (3, "44" * 32)]


def lay_out(park: Park, count: int) -> None:
    with park.acting() as session:
        all_of_them = [bench(number) for number in range(count)]
        session.connection().execute(BENCHES.insert(), all_of_them)
        park.log(
            session, "park.laid_out", {f"benches/{one['id']}": rows.row_digest(BENCHES, one) for one in all_of_them}
        )


def test_a_person_has_one_alias_in_a_process_and_another_in_the_next(park: Park) -> None:
    with park.acting() as session:
        here = log.alias_of(session, 7, "parks/1")
        assert log.alias_of(session, 7, "parks/1") == here
        assert len({here, log.alias_of(session, 7, "parks/2"), log.alias_of(session, 7, None)}) == 3
        assert log.alias_of(session, 8, "parks/1") != here
        log.forget(session, 7)
        assert log.alias_of(session, 7, "parks/1") != here


def test_an_entry_that_is_too_long_stops_its_act(park: Park) -> None:
    with pytest.raises(CanonicalError, match="at most 8192"), park.acting() as session:
        park.log(session, "bench.placed", {}, plan="x" * 9000)
    assert park.sequence() == 0


def test_a_fact_without_exact_form_stops_its_act(park: Park) -> None:
    with pytest.raises(CanonicalError, match="float"), park.acting() as session:
        park.log(session, "bench.placed", {}, share=0.5)


def test_equal_rows_have_different_digests() -> None:
    assert rows.row_digest(BENCHES, bench(1)) != rows.row_digest(BENCHES, bench(1))


def test_a_digest_covers_every_public_column() -> None:
    one = bench(1)
    changes = {"id": 2, "place": "x", "placed_at": None, "tags": None, "photo": None, "salt": b"x"}
    digests = {rows.row_digest(BENCHES, {**one, name: value}) for name, value in changes.items()}
    assert len(digests | {rows.row_digest(BENCHES, one)}) == 7


def test_a_row_read_back_has_the_digest_it_was_written_with(park: Park) -> None:
    one = bench(3, "Peñalolén")
    with park.acting() as session:
        session.connection().execute(BENCHES.insert(), one)
        assert rows.stored_digest(session.connection(), BENCHES, (3,)) == rows.row_digest(BENCHES, one)


@pytest.mark.parametrize("salt", [b"", None, "salt"])
def test_a_row_without_salt_cannot_be_committed_to(salt: object) -> None:
    with pytest.raises(TypeError, match="salt"):
        rows.row_digest(BENCHES, {**bench(1), "salt": salt})


def test_the_logs_own_tables_are_not_public_record() -> None:
    assert LogEntry.public_record is False
