"""Comparing the public record with what the log says that acts left of it.

The latest digest of each row is gathered from the entries into a temporary file, so that memory does not grow with the
record; then every public table is read once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Table, select

from app.audit.models import LogManifest
from app.audit.rows import row_digest, row_key, unpack
from app.audit.walk import Finding
from app.database import Model

CHUNK: Final = 1000
_MANIFESTS = Model.metadata.tables[LogManifest.__tablename__]

Find = Callable[[Finding], None]


def public_tables() -> list[Table]:
    """Every table of the public record."""
    mappers = [mapper for mapper in Model.registry.mappers if mapper.class_.public_record]
    tables = {table.name: table for mapper in mappers if isinstance(table := mapper.local_table, Table)}
    return [tables[name] for name in sorted(tables)]


class Replay:
    """What the entries, taken in their order, say of each row. Close after use."""

    def __init__(self, connection: Connection, find: Find) -> None:
        self.connection = connection
        self.find = find
        self.manifests = 0
        self.rows = 0
        self._file = sqlite3.connect("")  # a nameless file: held in memory while small, on disk when not
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute(
            "CREATE TABLE latest (key TEXT PRIMARY KEY, digest TEXT, idx INTEGER, seen INTEGER DEFAULT 0) WITHOUT ROWID"
        )

    def close(self) -> None:
        self._file.close()

    def entry(self, index: int | None, act_id: str, said: Mapping[str, Any]) -> None:
        """Take in one entry (`index` None: it still waits for its place)."""
        facts = said.get("facts", {})
        manifests = facts.get("manifest", {}) if isinstance(facts, dict) else {}
        for table, claim in manifests.items() if isinstance(manifests, dict) else ():
            self._manifest(index, act_id, table, claim)
        rows = said.get("rows", {})  # after the manifests: an act may change a row that it has imported
        if isinstance(rows, dict):
            self._keep((key, digest, index) for key, digest in rows.items())

    def _keep(self, rows: Iterable[tuple[str, Any, int | None]]) -> None:
        self._file.executemany("INSERT OR REPLACE INTO latest (key, digest, idx) VALUES (?, ?, ?)", rows)

    def _manifest(self, index: int | None, act_id: str, table: str, claim: object) -> None:
        self.manifests += 1
        body = self.connection.scalar(
            select(_MANIFESTS.c.body).where(_MANIFESTS.c.act_id == act_id, _MANIFESTS.c.table_name == table)
        )
        wanted = claim.get("sha256") if isinstance(claim, dict) else None
        if body is None:
            self.find(Finding(f"The list of rows in {table} that {_named(index)} commits to is missing.", index))
            return
        if sha256(body).hexdigest() != wanted:
            self.find(Finding(f"The list of rows in {table} that {_named(index)} commits to was changed.", index))
            return
        self._keep((f"{table}/{key}", digest, index) for key, digest in unpack(body))

    def compare(self, tables: Iterable[Table]) -> None:
        """Read the tables and find every row that is not what its latest act left."""
        for table in tables:
            for values in _rows(self.connection, table):
                self.rows += 1
                self._compare_row(table, values)
        self._find_dropped()

    def _compare_row(self, table: Table, values: RowMapping) -> None:
        key = row_key(table, values)
        with closing(self._file.execute("SELECT digest, idx FROM latest WHERE key = ?", (key,))) as found:
            logged = found.fetchone()
        if logged is None:
            self.find(Finding(f"{key} is in the database, but no act in the log made it.", None))
            return
        self._file.execute("UPDATE latest SET seen = 1 WHERE key = ?", (key,))
        digest, index = logged
        if digest is None:
            self.find(Finding(f"{key} is in the database again, though {_named(index)} deleted it.", index))
        elif digest != _digest(table, values):
            self.find(Finding(f"{key} was changed behind the log: it is not what {_named(index)} left.", index))

    def _find_dropped(self) -> None:
        dropped = self._file.execute("SELECT key, idx FROM latest WHERE NOT seen AND digest IS NOT NULL ORDER BY idx")
        for key, index in dropped:
            self.find(Finding(f"{key} is gone from the database, but no act deleted it since {_named(index)}.", index))


def _digest(table: Table, values: RowMapping) -> str | None:
    try:
        return row_digest(table, values)
    except (ValueError, TypeError):
        return None  # a value that no act could have committed to


def _rows(connection: Connection, table: Table) -> Iterator[RowMapping]:
    ordered = select(table).order_by(*table.primary_key.columns)
    yield from connection.execute(ordered, execution_options={"yield_per": CHUNK}).mappings()


def _named(index: int | None) -> str:
    return "an entry that waits for its place" if index is None else f"entry {index}"
