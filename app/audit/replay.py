"""Comparing the public record in the database with what the log says that acts left of it.

What each row was left with is `verify.Ledger`'s business; here every public table is read once and held against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from app.audit import torn
from app.audit.models import LogManifest
from app.audit.rows import row_digest, row_key
from app.audit.verify import Conduct, Find, Finding, Ledger, fault_of
from app.database import Model

_MANIFESTS = Model.metadata.tables[LogManifest.__tablename__]


def public_tables() -> list[Table]:
    """Every table of the public record."""
    mappers = [mapper for mapper in Model.registry.mappers if mapper.class_.public_record]
    tables = {table.name: table for mapper in mappers if isinstance(table := mapper.local_table, Table)}
    return [tables[name] for name in sorted(tables)]


class Replay:
    """What the entries, taken in their order, say of the rounds, of the things and of each row. Close after use."""

    def __init__(self, connection: Connection, find: Find) -> None:
        self.connection = connection
        self.find = find
        self.rows = 0
        self.conduct = Conduct(find)
        self.ledger = Ledger(find, "the database")
        self._ids: list[tuple[str, int]] = []

    def close(self) -> None:
        self.ledger.close()

    @property
    def manifests(self) -> int:
        return self.ledger.manifests

    def entry(self, index: int, body: bytes, said: Any) -> bool:
        """Take in one entry. False where it does not have the form of one."""
        fault = fault_of(said, len(body))
        if fault:
            self.find(Finding(f"Entry {index} {fault}.", index, "form"))
            return False
        self._ids.append((said["id"], index))
        self._take(index, said)
        return True

    def waiting(self, act_id: str, said: Any) -> None:
        """Take in an entry that waits for its place: its act is done."""
        if fault_of(said):
            self.find(Finding(f"The waiting entry {act_id} cannot be read.", None, "form"))
        else:
            self._take(None, said)

    def _take(self, index: int | None, said: dict[str, Any]) -> None:
        self.conduct.entry(index, said)
        self.ledger.entry(index, said, self._manifest)

    def end_block(self) -> None:
        """Look whether any of the acts taken in since the last call stands in the log twice."""
        self.ledger.ids(self._ids)
        self._ids.clear()

    def _manifest(self, act_id: str, table: str) -> bytes | None:
        here = (_MANIFESTS.c.act_id == act_id) & (_MANIFESTS.c.table_name == table)
        body = self.connection.scalar(select(_MANIFESTS.c.body).where(here))
        return None if body is None else bytes(body)

    def compare(self, tables: Iterable[Table]) -> None:
        """Read the tables and find every row that is not what its latest act left."""
        for table in tables:
            for values in torn.rows(self.connection, table):
                self.rows += 1
                if isinstance(values, torn.Torn):
                    self._tell_torn(values.name)
                else:
                    self._compare(row_key(table, values._mapping), _digest(table, values._mapping))
        for key, index, _owner in self.ledger.missing():
            where = "an entry that waits for its place" if index is None else f"entry {index}"
            text = f"{key} is gone from the database, but no act deleted it since {where}."
            self.find(Finding(text, index, "record"))

    def _compare(self, key: str, digest: str | None) -> None:
        finding = self.ledger.compare(key, digest)
        if finding is not None:
            self.find(finding)

    def _tell_torn(self, key: str) -> None:
        index = self.ledger.written_by(key)
        left = "what any act left" if index is None else f"what entry {index} left"
        what = f"{key} was changed behind the log: a value of it cannot be read any more, so it is not {left}."
        self.find(Finding(what, index, "record"))


def _digest(table: Table, values: RowMapping) -> str | None:
    try:
        return row_digest(table, values)
    except (ValueError, TypeError):
        return None  # a value that no act could have committed to
