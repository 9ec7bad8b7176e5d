"""Comparing the public record with what the log says that acts left of it.

The latest digest of each row is gathered from the entries into a temporary file, so that memory does not grow with the
record; then every public table is read once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from app.audit import torn
from app.audit.models import LogManifest
from app.audit.rows import row_digest, row_key, unpack
from app.audit.walk import Finding
from app.database import Model

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
            for values in torn.rows(self.connection, table):
                self.rows += 1
                if isinstance(values, torn.Torn):
                    self._tell_torn(values.name)
                else:
                    self._compare_row(table, values._mapping)
        self._find_dropped()

    def _logged(self, key: str) -> tuple[str | None, int | None] | None:
        """The digest that the log has last of a row, and in which entry. The row counts as seen from here on."""
        with closing(self._file.execute("SELECT digest, idx FROM latest WHERE key = ?", (key,))) as found:
            logged: tuple[str | None, int | None] | None = found.fetchone()
        self._file.execute("UPDATE latest SET seen = 1 WHERE key = ?", (key,))
        return logged

    def _tell_torn(self, key: str) -> None:
        logged = self._logged(key)
        left = "what any act left" if logged is None else f"what {_named(logged[1])} left"
        what = f"{key} was changed behind the log: a value of it cannot be read any more, so it is not {left}."
        self.find(Finding(what, logged and logged[1]))

    def _compare_row(self, table: Table, values: RowMapping) -> None:
        key = row_key(table, values)
        logged = self._logged(key)
        if logged is None:
            self.find(Finding(f"{key} is in the database, but no act in the log made it.", None))
            return
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


def _named(index: int | None) -> str:
    return "an entry that waits for its place" if index is None else f"entry {index}"
