"""The one writer of the tree: gives waiting entries their place, in batches, and signs what comes of it.

One batch is one transaction: entries leave the outbox, the right edge of the tree grows, the checkpoint over it is
signed and kept. So a checkpoint is in the database if and only if the tree that it speaks of is; it is made public (the
file) only once that has been committed. Killed at any instant, the next run finds either all of a batch or nothing.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import current_app
from sqlalchemy import Connection, Engine, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.audit import bulk, merkle, outbox
from app.audit.canonical import MAX_BODY
from app.audit.home import OLDER, HaltedError, Home, size_of
from app.audit.log import insert_or
from app.audit.models import LogCheckpoint, LogEntry, LogState, LogTile
from app.audit.notary import Notary
from app.audit.outbox import Waiting
from app.charter.words import N_
from app.database import WRITE, Model, bring_in_journal, db, long_journal, writer

logger = logging.getLogger(__name__)

BATCH: Final = 16_384
"""Entries placed together at most. So many wait only where something stood still; each batch costs the disk the same
parts of the indexes again, so large ones bring the tree up to date sooner."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""What the bodies of a batch come to at most: the sequencer's memory is bounded, however much waits."""
ALONE: Final = MOST_BYTES // MAX_BODY
"""Rows that may be placed by their ids: as few as fit into a batch, however large each is."""
EVERY: Final = 0.5
"""Seconds between two looks at the outbox when following."""

_ADVISORY: Final = 0x466F6C6B6D6F6F74
"""The number of the sequencer's lock on PostgreSQL: “Folkmoot” in ASCII."""

_TABLES = Model.metadata.tables
_ENTRIES = _TABLES[LogEntry.__tablename__]
_TILES = _TABLES[LogTile.__tablename__]
_STATE = _TABLES[LogState.__tablename__]
_CHECKPOINTS = _TABLES[LogCheckpoint.__tablename__]

_CHANGED: Final = N_("The tree is not the one that was signed over %(size)s entries: it was changed behind the log.")

_in_turn = threading.Lock()


@dataclass(frozen=True)
class _Held:
    """The tree as it stands, held by this sequencer until its transaction ends."""

    size: int
    note: str | None
    tiles: dict[merkle.Tile, bytes]


def run(engine: Engine, home: Home, *, batch: int = BATCH) -> int:
    """Give a place to everything that waits. Returns how many entries got one.

    Raises HaltedError when signing would contradict what was signed before, or the key cannot be used.
    """
    total, more = 0, False
    while True:
        try:
            moved, more = _batch(engine, home, batch, backlog=more)
        except HaltedError as halted:
            home.halt(halted.words)
            raise
        total += moved
        if not more:
            if total > moved:
                bring_in_journal(engine)
            return total


def place(engine: Engine, home: Home, ids: Sequence[int]) -> None:
    """Give a place to these rows of the outbox and to no others, in a batch of their own.

    For whoever needs a checkpoint over just what a snapshot of the database shows: given every row that waited in it,
    the order stays that of the commits. Rows that another sequencer placed meanwhile are left out, and so are all where
    they are more than a batch. Raises HaltedError.
    """
    if len(ids) <= ALONE:
        try:
            _batch(engine, home, len(ids) + 1, ids)
        except HaltedError as halted:
            home.halt(halted.words)
            raise


def after_commit() -> None:
    """Sequence what an act of this application has just committed. Never fails (`catch_up`)."""
    catch_up(db.engine, Home.of(current_app.config["FOLKMOOT"]))


def catch_up(engine: Engine, home: Home) -> None:
    """Sequence what waits, if anything does. Never fails: what could not be done now, the next act's run does."""
    with _in_turn:  # whoever waited here often finds that the run before took its entry along
        try:
            if outbox.anything_waits(engine):
                run(engine, home)
        except HaltedError as halted:
            logger.error("log halted: %s", halted)
        except Exception:
            # The act is committed and the person must be told so; its entry keeps waiting in the outbox.
            logger.exception("sequencing failed; entries wait for the next run")


def follow(
    engine: Engine,
    home: Home,
    stopped: threading.Event,
    every: float = EVERY,
    then: Callable[[], None] = lambda: None,
) -> None:
    """Sequence until `stopped` is set. A halted log or a database that is away is reported once, and tried again.

    `then` is called whenever entries got their places: for what follows from the log, such as notices.
    """
    trouble = ""
    while not stopped.is_set():
        try:
            if run(engine, home):
                then()
            trouble = ""
        except (HaltedError, SQLAlchemyError, OSError) as error:
            if str(error) != trouble:
                logger.error("sequencing stands still: %s", error)
                trouble = str(error)
        stopped.wait(max(every, 1.0) if trouble else every)


def _batch(
    engine: Engine, home: Home, most: int, only: Sequence[int] | None = None, *, backlog: bool = False
) -> tuple[int, bool]:
    """How many entries got a place, and whether more may be waiting.

    `only`: the rows to take, instead of the first. `backlog`: the batch before was full.
    """
    notary = None
    with (
        writer(engine),
        engine.connect() as connection,
        long_journal(connection) if backlog else nullcontext(),
        connection.execution_options(**{WRITE: True}).begin(),
    ):
        held = _hold(connection)
        note = held.note
        published = home.last_signed()
        if published is not None:
            _must_contain(connection, held, published)
        waiting = outbox.take(connection, outbox.first(most, MOST_BYTES) if only is None else outbox.named(only))
        if waiting:
            notary = _notary(connection, held, home, may_make=published is None)
            note = _grow(connection, held, waiting, notary)
        elif note != published:
            notary = Notary.of(connection, home)
    if note is not None and note != published:
        home.publish(note, *(notary.vkeys if notary else ()))
    home.go_on()
    return len(waiting), len(waiting) == most or sum(len(row.body) for row in waiting) > MOST_BYTES - MAX_BODY


def _hold(connection: Connection) -> _Held:
    """Lock the tree, or wait until whoever has it is done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY})
    size = connection.scalar(select(_STATE.c.size).where(_STATE.c.id == 1).with_for_update())
    if size is None:
        connection.execute(insert(_STATE), {"id": 1, "size": 0})
        size = 0
    note = connection.scalar(select(_CHECKPOINTS.c.note).order_by(_CHECKPOINTS.c.size.desc()).limit(1))
    return _Held(size, note, _right_edge(connection, size))


def _right_edge(connection: Connection, size: int) -> dict[merkle.Tile, bytes]:
    found: dict[merkle.Tile, bytes] = {}
    for level, n in merkle.edge(size):
        hashes = connection.scalar(select(_TILES.c.hashes).where(_TILES.c.level == level, _TILES.c.n == n))
        if hashes is not None:
            found[level, n] = hashes
    return found


def _must_contain(connection: Connection, held: _Held, published: str) -> None:
    """Raise HaltedError unless the checkpoint made public last is one of this database's."""
    if published == held.note:
        return
    size = size_of(published)
    if size > held.size:
        raise HaltedError(OLDER, has=held.size, signed=size)
    if connection.scalar(select(_CHECKPOINTS.c.note).where(_CHECKPOINTS.c.size == size)) != published:
        raise HaltedError(
            N_("The checkpoint made public last, of %(size)s entries, is not in the database."), size=size
        )


def _notary(connection: Connection, held: _Held, home: Home, *, may_make: bool) -> Notary:
    """The keys, once it is certain that they signed the tree which is about to grow. Raises HaltedError."""
    notary = Notary.of(connection, home, may_make=may_make and held.note is None)
    if held.note is None:
        if held.size:
            raise HaltedError(N_("The log has %(size)s entries and no signed checkpoint any more."), size=held.size)
        return notary
    last = notary.read(held.note)
    if last.size != held.size or last.root != _root(held.tiles, held.size):
        raise HaltedError(_CHANGED, size=last.size)
    return notary


def _root(tiles: dict[merkle.Tile, bytes], size: int) -> bytes:
    """The root from the right edge alone."""
    try:
        return merkle.root(lambda level, n: tiles.get((level, n), b""), size)
    except ValueError as error:
        raise HaltedError(_CHANGED, size=size) from error


def _grow(connection: Connection, held: _Held, waiting: Sequence[Waiting], notary: Notary) -> str:
    """Write the entries, the tiles that they change, the new size and its checkpoint. Returns the checkpoint."""
    entries = _columns(held.size, waiting)
    changed = merkle.append(held.size, held.tiles, entries["leaf"])
    size = held.size + len(waiting)
    root = _root({**held.tiles, **changed}, size)
    notary.take(row.body for row in waiting)
    note = notary.checkpoint(size, root)
    bulk.sender(connection, _ENTRIES, entries)(entries)
    upsert = insert_or(connection, _TILES)
    connection.execute(
        upsert.on_conflict_do_update(index_elements=["level", "n"], set_={"hashes": upsert.excluded.hashes}),
        [{"level": level, "n": n, "hashes": hashes} for (level, n), hashes in changed.items()],
    )
    connection.execute(update(_STATE).where(_STATE.c.id == 1).values(size=size))
    connection.execute(insert(_CHECKPOINTS), {"size": size, "root": root, "note": note, "signed_at": clock.now()})
    return note


def _columns(first: int, waiting: Sequence[Waiting]) -> bulk.Columns:
    """The entries as columns of their table, from index `first` on."""
    derived = [_derived(row) for row in waiting]
    return {
        "idx": list(range(first, first + len(waiting))),
        "act_id": [row.act_id for row in waiting],
        "leaf": [merkle.leaf_hash(row.body) for row in waiting],
        "body": [row.body for row in waiting],
        **{name: [one[name] for one in derived] for name in derived[0]},
    }


def _derived(row: Waiting) -> dict[str, Any]:
    try:
        return index_columns(json.loads(row.body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HaltedError(N_("The waiting entry %(id)s cannot be read: it was changed."), id=row.act_id) from error


def index_columns(said: dict[str, Any]) -> dict[str, Any]:
    """What the table repeats of an entry so that it can be searched."""
    return {
        "act": said["act"],
        "at": datetime.fromisoformat(said["at"]),
        "actor": said["by"].get("p"),
        "object": said.get("object"),
        "process": said.get("process"),
        "role": said["by"].get("role"),
    }
