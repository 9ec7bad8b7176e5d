"""`flask audit verify`: the whole log, and the whole public record against it, as they stand in the database.

Everything is read in one snapshot, so that acts may go on meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, select

from app.audit import torn
from app.audit.home import HaltedError, Home
from app.audit.models import LogCheckpoint, LogEntry, LogManifest, LogPending, LogState, LogTile
from app.audit.notes import signature_holds
from app.audit.replay import Replay, public_tables
from app.audit.sequencer import index_columns
from app.audit.verify import KEPT, WIDTH, Finding, Vkey, Walk, in_order
from app.database import AnyRow, Model

_TABLES = Model.metadata.tables
_ENTRIES = _TABLES[LogEntry.__tablename__]
_PENDING = _TABLES[LogPending.__tablename__]
_TILES = _TABLES[LogTile.__tablename__]
_STATE = _TABLES[LogState.__tablename__]
_CHECKPOINTS = _TABLES[LogCheckpoint.__tablename__]
_MANIFESTS = _TABLES[LogManifest.__tablename__]

MOST: Final = 1000
"""Findings kept; a log from which half was cut would otherwise fill the memory with them."""


@dataclass(frozen=True)
class Found:
    """A finding, with the act, time and object of the entry that it concerns."""

    what: str
    index: int | None
    act: str | None = None
    at: str | None = None
    object: str | None = None

    def __str__(self) -> str:
        if self.act is None:
            return self.what
        return f"{self.what} (Entry {self.index}: {self.act}, {self.at}, {self.object or 'no object'}.)"


@dataclass(frozen=True)
class Report:
    """What was looked at, and what was found, first entry first."""

    entries: int
    checkpoints: int
    tiles: int
    rows: int
    manifests: int
    pending: int
    count: int
    found: Sequence[Found]

    @property
    def whole(self) -> bool:
        return not self.count


class _Findings:
    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.count = 0

    def __call__(self, finding: Finding) -> None:
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append(finding)


def verify(
    engine: Engine,
    home: Home,
    vkey: Vkey,
    *,
    kept: Mapping[str, str] | None = None,
    tables: Iterable[Table] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check the log against `vkey`, and the public tables against the log.

    `kept`: checkpoints that somebody kept outside this machine, by the name to call them. `progress` is told how many
    entries of how many have been read.
    """
    findings = _Findings()
    with snapshot(engine) as connection, closing(Replay(connection, findings)) as replay:
        walk = Walk([vkey], signature_holds, lambda level, n, _width: _tile(connection, level, n), findings)
        _outside(home, walk, kept or {})
        size = _size(connection, walk)
        signed = _walk(connection, walk, replay, size, progress)
        pending = _pending(connection, replay)
        _extra(connection, walk, replay)
        replay.compare(public_tables() if tables is None else tables)
        return Report(
            entries=walk.tree.size,
            checkpoints=signed,
            tiles=walk.tiles_seen,
            rows=replay.rows,
            manifests=replay.manifests,
            pending=pending,
            count=findings.count,
            found=_described(connection, findings.kept),
        )


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it stands now, whatever acts do meanwhile."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def _tile(connection: Connection, level: int, n: int) -> bytes:
    found = connection.scalar(select(_TILES.c.hashes).where(_TILES.c.level == level, _TILES.c.n == n))
    return b"" if found is None else bytes(found)


def _size(connection: Connection, walk: Walk) -> int:
    """How many entries to walk; what lies beyond, or is missing at the end, is said at once."""
    stated = connection.scalar(select(_STATE.c.size).where(_STATE.c.id == 1)) or 0
    last = connection.scalar(select(func.max(_ENTRIES.c.idx)))
    there = 0 if last is None else int(last) + 1
    if there < stated:
        walk.find(f"The entries from {there} to {stated - 1} are missing.", there)
    signed = max(walk.largest_signed, connection.scalar(select(func.max(_CHECKPOINTS.c.size))) or 0)
    if there > signed:
        walk.find(f"The entries from {signed} to {there - 1} are not covered by any signed checkpoint.", signed)
    if stated not in (there, signed):
        walk.find(f"The log's size is kept as {stated}, but {signed} entries were signed.", min(stated, signed))
    # Numbers far beyond the end would be walked as missing ones: they are counted instead.
    return min(there, max(stated, signed))


def _checkpoints(connection: Connection, walk: Walk, above: int, upto: int | None) -> int:
    """Check those signed over more than `above` entries, and at most `upto` (None: all the rest)."""
    count = 0
    here = _CHECKPOINTS.c.size > above if upto is None else _CHECKPOINTS.c.size.between(above + 1, upto)
    for row in torn.rows(connection, _CHECKPOINTS, here):
        count += 1
        if isinstance(row, torn.Torn):
            walk.find(
                f"The checkpoint of {row.key[0]} entries was changed: it cannot be read any more.", row.key[0] - 1
            )
            continue
        name = f"The checkpoint of {row.size} entries"
        checkpoint = walk.checkpoint(row.note, name)
        if checkpoint is not None and (checkpoint.size, checkpoint.root) != (row.size, bytes(row.root)):
            walk.find(f"{name}: the columns beside its note say something else.", row.size - 1)
    return count


def _outside(home: Home, walk: Walk, kept: Mapping[str, str]) -> None:
    """Checkpoints that do not come from the database."""
    try:
        published = home.last_signed()
    except HaltedError as error:
        walk.find(str(error))
    else:
        if published is not None:
            walk.checkpoint(published, "The checkpoint made public last", area=KEPT)
    for name, note in kept.items():
        walk.checkpoint(note, f"The checkpoint kept in {name}", area=KEPT)


def _walk(
    connection: Connection, walk: Walk, replay: Replay, size: int, progress: Callable[[int, int], None] | None
) -> int:
    """Walk through all entries and checkpoints. Returns how many checkpoints there were."""
    signed = 0
    for first in range(0, size, WIDTH):
        count = min(WIDTH, size - first)
        signed += _checkpoints(connection, walk, first, first + count)
        stored = (_readable(connection, walk, row) for row in torn.rows(connection, _ENTRIES, _among(first, count)))
        rows = {row.idx: row for row in stored}
        block = [rows.get(index) for index in range(first, first + count)]
        bodies = [None if row is None else bytes(row.body) for row in block]
        hashes = [None if row is None else bytes(row.leaf) for row in block]
        for index, body, said in walk.block(bodies, hashes):
            if replay.entry(index, body, said):
                _compare_columns(walk, rows[index], said)
        replay.end_block()
        if progress is not None:
            progress(first + count, size)
    signed += _checkpoints(connection, walk, size, None)
    walk.finish()
    return signed


def _among(first: int, count: int) -> ColumnElement[bool]:
    return _ENTRIES.c.idx.between(first, first + count - 1)


def _readable(connection: Connection, walk: Walk, row: AnyRow | torn.Torn) -> Any:
    """An entry's row; where a column beside the entry was made unreadable, what the entry itself says instead."""
    if not isinstance(row, torn.Torn):
        return row
    index = row.key[0]
    walk.find(f"Entry {index}: a column beside it was changed, it cannot be read any more.", index)
    columns = select(_ENTRIES.c.idx, _ENTRIES.c.body, _ENTRIES.c.leaf).where(_ENTRIES.c.idx == index)
    kept = connection.execute(columns).one()
    try:
        said = json.loads(kept.body)
        return SimpleNamespace(**kept._mapping, act_id=said["id"], **index_columns(said))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return SimpleNamespace(**kept._mapping)  # `Walk` says what is wrong with it


def _compare_columns(walk: Walk, row: Any, said: dict[str, Any]) -> None:
    """The columns beside an entry repeat what it says."""
    for name, value in {"act_id": said["id"], **index_columns(said)}.items():
        if getattr(row, name) != value:
            what = f"Entry {row.idx}: the column “{name}” beside it says something else than it does."
            walk.find(what, row.idx, "form")


def _pending(connection: Connection, replay: Replay) -> int:
    """Entries that wait: their acts are done, so the record is as they left it."""
    count = 0
    for row in torn.rows(connection, _PENDING):
        count += 1
        if isinstance(row, torn.Torn):
            replay.find(Finding(f"The waiting entry {row.key[0]} cannot be read."))
            continue
        try:
            replay.waiting(row.act_id, json.loads(row.body))
        except (ValueError, RecursionError):
            replay.find(Finding(f"The waiting entry {row.act_id} cannot be read."))
    return count


def _extra(connection: Connection, walk: Walk, replay: Replay) -> None:
    """What is stored beside the log without belonging to it."""
    beyond = connection.scalar(
        select(func.count()).select_from(_ENTRIES).where((_ENTRIES.c.idx >= walk.tree.size) | (_ENTRIES.c.idx < 0))
    )
    if beyond:
        walk.find(f"{beyond} entries stand outside the log's end.", walk.tree.size)
    tiles = connection.scalar(select(func.count()).select_from(_TILES)) or 0
    if tiles > walk.tiles_seen:
        walk.find(f"{tiles - walk.tiles_seen} tiles do not belong to a log of {walk.tree.size} entries.")
    manifests = connection.scalar(select(func.count()).select_from(_MANIFESTS)) or 0
    if manifests > replay.manifests:
        walk.find(f"{manifests - replay.manifests} lists of rows belong to no entry.")


def _described(connection: Connection, findings: Iterable[Finding]) -> list[Found]:
    found = []
    for finding in in_order(findings):
        row = None
        if finding.index is not None:
            where = select(_ENTRIES.c.act, _ENTRIES.c.at, _ENTRIES.c.object).where(_ENTRIES.c.idx == finding.index)
            row = torn.first(connection, where)
        if row is None:
            found.append(Found(finding.what, finding.index))
        else:
            at = row.at.strftime("%Y-%m-%dT%H:%M:%SZ")
            found.append(Found(finding.what, finding.index, row.act, at, row.object))
    return found
