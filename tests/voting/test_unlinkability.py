"""Somebody with every dump, backup and web log, but without the round's key, learns nobody's vote.

The attacker here knows who voted and in which order to the microsecond (a web log), has a copy of every table after
every ballot (backups), and the files of the database; the ballots' trackers are the truth to be guessed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, text

from app.config import Settings
from app.database import Model, db
from app.voting import acts, keys
from app.voting.receipts import SALT_BYTES
from app.voting.roundkey import RoundKey, WrongKeyError
from tests.voting.town import CLERK, FIRST_RESIDENT, Town

VOTERS = 60
Dump = Mapping[str, list[tuple[Any, ...]]]


def dump() -> Dump:
    """Every row of every table, in the order in which the database itself keeps them."""
    place = "rowid" if db.engine.dialect.name == "sqlite" else "ctid"
    return {
        table.name: [tuple(row) for row in db.session.execute(table.select().order_by(text(_place(table, place))))]
        for table in db.metadata.sorted_tables
    }


def _place(table: Table, place: str) -> str:
    return f"{table.name}.{place}"


def values(dumped: Dump) -> Iterator[bytes]:
    for rows in dumped.values():
        for row in rows:
            for value in row:
                yield value if isinstance(value, bytes) else str(value).encode()


class Election:
    """A whole vote as the attacker saw it, and the truth that they would like to know."""

    def __init__(self, city: Town) -> None:
        self.city = city
        self.paper = city.open()
        self.key = keys.cabinet().open(self.paper.round_id)
        self.order = random.Random(3).sample(range(city.residents), VOTERS)
        self.trackers, self.commits, self.backups = [], [], []
        for place in self.order:
            receipt = city.cast(place, yes=[1 + place % 3], no=[1 + (place + 1) % 3]).receipt
            assert receipt.tracker is not None
            self.trackers.append(receipt.tracker)
            self.commits.append(receipt.commit)
            acts.batch_if_due(self.paper)
            if place % 10 == 0:
                self.backups.append(dump())
        self.backups.append(dump())

    def seal(self) -> None:
        self.city.close()
        self.city.seal()
        acts.destroy_key(self.city.person(CLERK), self.city.round)
        db.session.expire_all()

    @property
    def handles(self) -> list[bytes]:
        return [self.key.handle(FIRST_RESIDENT + place) for place in self.order]


@pytest.fixture
def election(city: Town) -> Election:
    return Election(city)


def test_no_table_holds_a_person_and_a_ballot() -> None:
    """A column that points at a person, and one that is of a ballot, never stand in one row."""
    of_a_ballot = {"handle", "blob", "tracker", "commit", "choices", "ballot_salt", "leaves"}
    together = [
        table.name
        for table in Model.metadata.sorted_tables
        if of_a_ballot & set(table.columns.keys())
        and any(key.column.table.name == "accounts" for key in table.foreign_keys)
    ]
    assert together == ["open_ballots"], "only ballots that were promised to be open, and only after the seal"


def test_no_table_of_ballots_tells_a_time() -> None:
    timed = [
        table.name
        for table in Model.metadata.sorted_tables
        if {"handle", "tracker", "commit"} & set(table.columns.keys())
        and any("time" in str(column.type).lower() for column in table.columns)
    ]
    assert timed == []


def test_while_the_round_is_open_no_dump_shows_any_part_of_a_ballot(election: Election) -> None:
    for backup in election.backups:
        seen = set(values(backup))
        assert not seen & set(election.trackers)
        assert not seen & set(election.commits)
        assert not any(b'"yes"' in value for value in seen if b"threshold" not in value)


def test_while_the_round_is_open_nothing_marks_who_has_voted(election: Election) -> None:
    """But for whether they voted, everybody looks the same: the rows of voters and of others differ in nothing."""
    last = election.backups[-1]
    columns = list(db.metadata.tables["poll_roll"].columns.keys())
    roll = [dict(zip(columns, row, strict=True)) for row in last["poll_roll"]]
    assert {line["voted"] for line in roll} == {None}
    assert [line["account_id"] for line in roll] == sorted(line["account_id"] for line in roll)


def test_envelopes_differ_in_nothing_but_random_bytes(election: Election) -> None:
    columns = list(db.metadata.tables["ballot_box"].columns.keys())
    box = [dict(zip(columns, row, strict=True)) for row in election.backups[-1]["ballot_box"]]
    assert len({len(line["blob"]) for line in box}) == 1
    assert len({line["blob"][:12] for line in box}) == len(box) == VOTERS
    assert {(line["version"], line["void"]) for line in box} == {(1, False)}


def test_without_the_key_no_envelope_of_any_backup_opens(election: Election) -> None:
    guesses = [RoundKey(election.paper.round_id, bytes([byte]) * 32) for byte in range(20)]
    columns = list(db.metadata.tables["ballot_box"].columns.keys())
    opened = 0
    for row in election.backups[-1]["ballot_box"]:
        line = dict(zip(columns, row, strict=True))
        for guess in guesses:
            try:
                guess.unlock(line["handle"], line["version"], line["blob"])
                opened += 1
            except WrongKeyError:
                continue
    assert opened == 0


def test_after_the_seal_nothing_of_the_box_stands_in_any_row(election: Election) -> None:
    election.seal()
    seen = set(values(dump()))
    assert not seen & set(election.handles)
    assert {election.key.check_value.encode()} & seen  # a commitment to the key stays; the key does not
    assert all(
        len(value) < SALT_BYTES or value not in seen for value in values({"": election.backups[-1]["ballot_box"]})
    )


def test_the_order_of_casting_says_no_more_about_the_published_box_than_chance(election: Election) -> None:
    """Who matches the n-th voter with the n-th row is right about once, whatever the number of voters."""
    election.seal()
    after = dump()
    trackers = [row[_at("ballots_sealed", "tracker")] for row in after["ballots_sealed"]]
    commits = [row[_at("commits_sealed", "commit")] for row in after["commits_sealed"]]

    assert sorted(trackers) == sorted(election.trackers)
    assert _hits(trackers, election.trackers) <= 1 + 3
    assert _hits(trackers[::-1], election.trackers) <= 1 + 3
    assert _hits(commits, election.commits) <= 1 + 3


def test_the_order_of_the_box_in_a_backup_says_nothing_about_the_published_box(election: Election) -> None:
    """The backup's box gives the attacker each voter's envelope, since they know the order; it leads no further."""
    election.seal()
    published = [row[_at("ballots_sealed", "tracker")] for row in dump()["ballots_sealed"]]
    handles = [row[_at("ballot_box", "handle")] for row in election.backups[-1]["ballot_box"]]
    truth = dict(zip(election.handles, election.trackers, strict=True))

    by_handle = [truth[handle] for handle in sorted(handles)]
    assert _hits(published, by_handle) <= 1 + 3


def test_the_roll_is_marked_in_one_stroke(election: Election) -> None:
    """No transaction id or row order separates one voter from another."""
    election.seal()
    marked = [row for row in dump()["poll_roll"] if row[_at("poll_roll", "voted")]]
    assert {row[_at("poll_roll", "account_id")] for row in marked} == {
        FIRST_RESIDENT + place for place in election.order
    }
    if db.engine.dialect.name == "postgresql":
        for table in ("poll_roll", "ballots_sealed", "commits_sealed"):
            assert db.session.scalar(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")) == 1


def test_the_database_file_forgets_the_box(election: Election, settings: Settings) -> None:
    """On SQLite every byte of the file and its journal can be looked at: freed pages too."""
    if not settings.on_sqlite:
        assert db.session.scalar(text("SELECT pg_relation_size('ballot_box')")) > 0
        election.seal()
        assert db.session.scalar(text("SELECT pg_relation_size('ballot_box')")) == 0
        return
    file = Path(db.engine.url.database or "")
    before = _bytes(file)
    assert all(handle in before for handle in election.handles)
    election.seal()
    db.session.remove()
    after = _bytes(file)
    assert not [handle for handle in election.handles if handle in after]


def test_no_log_entry_or_manifest_names_a_handle_or_who_voted(election: Election) -> None:
    election.seal()
    after = dump()
    kept = b"".join(values({name: after[name] for name in after if name.startswith("log_")}))
    assert not [handle for handle in election.handles if handle in kept or handle.hex().encode() in kept]
    assert not [tracker for tracker in election.trackers if tracker in kept or tracker.hex().encode() in kept]


def _at(table: str, column: str) -> int:
    return list(db.metadata.tables[table].columns.keys()).index(column)


def _hits(guessed: list[bytes], truth: list[bytes]) -> int:
    return sum(one == other for one, other in zip(guessed, truth, strict=True))


def _bytes(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (file, file.with_name(file.name + "-wal")) if path.exists())
