"""The log and its published record as resources that strangers fetch: served below /log, or written as a folder.

Both are made of the same pieces, read in chunks, so that memory stays flat whatever the size. Which rows are published
is not decided here: see `records/opened.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, func, or_, select

from app.audit import verify
from app.audit.canonical import ANY_BMP_KEYS, canonical
from app.audit.models import LogCheckpoint, LogEntry, LogManifest, LogPending
from app.audit.rows import SALT, public_values, row_key
from app.database import Model

AT_ONCE: Final = 1000
"""Rows read together."""
MOST_NAMED: Final = 2000
"""Rows named one by one as waiting for their entry; of a table with more, all count as waiting."""

_TABLES: Final = Model.metadata.tables
_ENTRIES = _TABLES[LogEntry.__tablename__]
_CHECKPOINTS = _TABLES[LogCheckpoint.__tablename__]
_MANIFESTS = _TABLES[LogManifest.__tablename__]
_PENDING = _TABLES[LogPending.__tablename__]

Reading = Callable[[], AbstractContextManager[Connection]]
"""A connection for one chunk: the same for a folder, which is one snapshot; a new one each time for the site."""


@dataclass(frozen=True)
class Opened:
    """A published table, and which of its rows are."""

    table: Table
    where: ColumnElement[bool]


def record(reading: Reading, opened: Opened) -> Iterator[bytes]:
    """The published rows of a table, a line each, in the order of the primary key."""
    for rows in _chunks(reading, opened.table, opened.where):
        yield b"".join(_line(opened.table, row) for row in rows)


def _line(table: Table, values: Any) -> bytes:
    said = {"key": row_key(table, values), "salt": values[SALT].hex(), "row": public_values(table, values)}
    return canonical(said, limit=None, keys=ANY_BMP_KEYS) + b"\n"


def checkpoints(reading: Reading, size: int) -> Iterator[bytes]:
    """Every checkpoint over at most `size` entries, oldest first, a line each."""
    for rows in _chunks(reading, _CHECKPOINTS, _CHECKPOINTS.c.size <= size):
        yield b"".join(
            _json({"size": row["size"], "signed_at": _second(row["signed_at"]), "note": row["note"]}) for row in rows
        )


def manifests(reading: Reading, size: int) -> Iterator[tuple[str, str]]:
    """(act id, table) of every list of rows that one of the first `size` entries commits to."""
    placed = _MANIFESTS.c.act_id.in_(select(_ENTRIES.c.act_id).where(_ENTRIES.c.idx < size))
    keys = list(_MANIFESTS.primary_key.columns)
    for rows in _chunks(reading, _MANIFESTS, placed, keys):
        yield from ((row["act_id"], row["table_name"]) for row in rows)


def manifest(connection: Connection, act_id: str, table: str) -> bytes | None:
    """One such list."""
    here = (_MANIFESTS.c.act_id == act_id) & (_MANIFESTS.c.table_name == table)
    body = connection.scalar(select(_MANIFESTS.c.body).where(here))
    return None if body is None else bytes(body)


def index(connection: Connection, published: Mapping[str, Opened], covered: int | None = None) -> bytes:
    """What is published: the rows of each table, as of which size of the tree, and which rows are newer than it.

    `covered`: the size of a tree that has every entry of these rows, where the one that the connection sees has not.
    """
    size = signed_size(connection) if covered is None else covered
    tables = {name: {"rows": _count(connection, one)} for name, one in sorted(published.items())}
    return _json({"size": size, "tables": tables, "waiting": waiting(connection) if covered is None else []})


def signed_size(connection: Connection) -> int:
    """How many entries the newest checkpoint speaks of."""
    return connection.scalar(select(func.max(_CHECKPOINTS.c.size))) or 0


def _count(connection: Connection, opened: Opened) -> int:
    return connection.scalar(select(func.count()).select_from(opened.table).where(opened.where)) or 0


def waiting(connection: Connection) -> list[str]:
    """Rows whose newest act has no place in the tree yet, so that nobody can compare them: `rounds/2`, `polls/*`."""
    named: dict[str, set[str]] = {}
    for body in connection.scalars(select(_PENDING.c.body).order_by(_PENDING.c.id)):
        said = json.loads(body)
        for table in said.get("facts", {}).get("manifest", {}):
            named.setdefault(table, set()).add(f"{table}/*")
        for key in said.get("rows", {}):
            named.setdefault(key.partition("/")[0], set()).add(key)
    found = [
        [f"{table}/*"] if f"{table}/*" in keys or len(keys) > MOST_NAMED else keys for table, keys in named.items()
    ]
    return sorted(key for keys in found for key in keys)


def checkpoint_over(connection: Connection, size: int, acts: Collection[str]) -> str | None:
    """The checkpoint that speaks of the first `size` entries and then of just these acts; None where there is none."""
    end = size + len(acts)
    here = _ENTRIES.c.idx.between(size, end - 1)
    if set(connection.scalars(select(_ENTRIES.c.act_id).where(here))) != set(acts):
        return None
    return connection.scalar(select(_CHECKPOINTS.c.note).where(_CHECKPOINTS.c.size == end))


def verifier() -> bytes:
    """The program that checks all this, as it stands."""
    return Path(verify.__file__).read_bytes()


def _chunks(
    reading: Reading, table: Table, where: ColumnElement[bool], columns: Sequence[Any] = ()
) -> Iterator[Sequence[Any]]:
    """Rows by primary key, so many at a time: each chunk goes on behind the last one's end."""
    keys = list(table.primary_key.columns)
    behind: ColumnElement[bool] | None = None
    while True:
        asked = select(*(columns or [table])).where(where).order_by(*keys).limit(AT_ONCE)
        with reading() as connection:
            rows = connection.execute(asked if behind is None else asked.where(behind)).mappings().all()
        if rows:
            yield rows
        if len(rows) < AT_ONCE:
            return
        behind = _behind(keys, rows[-1])


def _behind(keys: Sequence[Any], last: RowMapping) -> ColumnElement[bool]:
    """Past a row, in the order of a key of one or more columns."""
    ways = [
        and_(*(earlier == last[earlier.name] for earlier in keys[:place]), key > last[key.name])
        for place, key in enumerate(keys)
    ]
    return or_(*ways)


def _json(said: object) -> bytes:
    return (json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def _second(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
