"""Single bytes changed behind the log, at random places of everything that it commits to, on SQLite.

The bytes are changed as the database stores them, past every layer of ours, whether or not what comes of it is text,
a time or JSON at all: whoever tampers does not ask.
"""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import JSON, Boolean, Column, Table

from app.audit import checks
from app.audit.home import Home
from app.audit.replay import public_tables
from app.audit.rows import LOG_KEY, row_key
from app.database import Model, UtcTime, db

TAMPERS = int(os.environ.get("TAMPERS", "100"))
"""How many bytes are changed, one at a time."""
TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'log_%'"
LOG = {
    "log_entries": ("body", "leaf", "act", "act_id", "at", "actor", "object", "process"),
    "log_tiles": ("hashes",),
    "log_checkpoints": ("root", "note"),
    "log_manifests": ("body",),
}
DIGITS = b"0123456789"


@dataclass(frozen=True)
class Cell:
    """A stored value. `named` is what a finding about it has to say, in any of these spellings."""

    table: str
    column: str
    key: tuple[object, ...]
    value: bytes
    named: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.table}.{self.column} of {self.key}"


class Tampered:
    """A database whose bytes are changed and put back, one at a time."""

    def __init__(self, file: Path, home: Home) -> None:
        self.file, self.home = file, home
        self.vkey = home.signer(may_make=False).vkey

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            for (name,) in connection.execute(TRIGGERS).fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            yield connection
            connection.commit()

    def verify(self) -> checks.Report:
        return checks.verify(db.engine, self.home, self.vkey)

    def cells(self) -> list[Cell]:
        """Every value that the log commits to."""
        with self.connection() as connection:
            return list(self._cells(connection))

    def _cells(self, connection: sqlite3.Connection) -> Iterator[Cell]:
        for name, columns in LOG.items():
            table = Model.metadata.tables[name]
            for column in columns:
                for key, value in _stored(connection, table, table.c[column]):
                    yield Cell(name, column, key, value, _named_in_log(connection, name, column, key))
        for table in public_tables():
            for column in table.columns:
                if column.primary_key or column.info.get("derived") or column.info.get("private"):
                    continue
                for key, value in _stored(connection, table, column):
                    yield Cell(table.name, column.name, key, value, (_row_named(connection, table, key),))

    def change(self, cells: Sequence[Cell], chance: random.Random) -> tuple[Cell, bytes]:
        """Change one byte of one of these; another one where an index of the database itself stands against it."""
        while True:
            cell = chance.choice(cells)
            value = changed(cell, chance)
            with suppress(sqlite3.IntegrityError):
                self.put(cell, value)
                return cell, value

    def put(self, cell: Cell, value: bytes) -> None:
        table = Model.metadata.tables[cell.table]
        here = " AND ".join(f'"{column.name}" = ?' for column in table.primary_key.columns)
        with self.connection() as connection:
            value_as = f"CAST(? AS {_stored_as(table.c[cell.column])})"
            text = f'UPDATE "{cell.table}" SET "{cell.column}" = {value_as} WHERE {here}'
            assert connection.execute(text, (value, *cell.key)).rowcount == 1


def changed(cell: Cell, chance: random.Random) -> bytes:
    """The cell's bytes with one of them changed to another, such that what is read changes."""
    while True:
        value = bytearray(cell.value)
        at = chance.randrange(len(value))
        column = Model.metadata.tables[cell.table].c[cell.column]
        whole = DIGITS[:2] if isinstance(column.type, Boolean) else DIGITS
        value[at] = chance.choice(whole if _stored_as(column) == "INTEGER" else range(256))
        if _reads_differently(cell, bytes(value), at):
            return bytes(value)


def _reads_differently(cell: Cell, value: bytes, at: int) -> bool:
    """Between the day and the hour of a time, and for a space within JSON, several spellings are read as the same."""
    column = Model.metadata.tables[cell.table].c[cell.column]
    if isinstance(column.type, UtcTime) and not chr(cell.value[at]).isdigit():
        return False
    if isinstance(column.type, JSON) and cell.value[at : at + 1].isspace():
        return False
    return value != cell.value and (_stored_as(column) != "INTEGER" or int(value) != int(cell.value))


def _stored(
    connection: sqlite3.Connection, table: Table, column: Column[object]
) -> Iterator[tuple[tuple[object, ...], bytes]]:
    keys = ", ".join(f'"{one.name}"' for one in table.primary_key.columns)
    asked = f'SELECT CAST("{column.name}" AS BLOB), {keys} FROM "{table.name}" WHERE length("{column.name}") > 0'
    for value, *key in connection.execute(asked):
        yield tuple(key), value


def _stored_as(column: Column[object]) -> str:
    kind = str(column.type.compile()).upper()
    if "BLOB" in kind or "BYTE" in kind or "BINARY" in kind:
        return "BLOB"
    return "INTEGER" if "INT" in kind or "BOOL" in kind else "TEXT"


def _row_named(connection: sqlite3.Connection, table: Table, key: tuple[object, ...]) -> str:
    names = [column.name for column in table.primary_key.columns]
    if LOG_KEY in table.info:
        here = " AND ".join(f'"{name}" = ?' for name in names)
        found = connection.execute(f'SELECT "{table.info[LOG_KEY]}" FROM "{table.name}" WHERE {here}', key).fetchone()
        return row_key(table, {table.info[LOG_KEY]: found[0]})
    return row_key(table, dict(zip(names, key, strict=True)))


def _named_in_log(connection: sqlite3.Connection, table: str, column: str, key: tuple[object, ...]) -> tuple[str, ...]:
    if table == "log_entries":
        return (f"Entry {key[0]}",)
    if table == "log_tiles":
        return (
            f"Tile {key[0]}/{key[1]} ",
            *(f"Entry {key[1] * 256 + place} " for place in range(256 if key[0] == 0 else 0)),
        )
    if table == "log_checkpoints":
        return (f"The checkpoint of {key[0]} entries",)
    index = connection.execute("SELECT idx FROM log_entries WHERE act_id = ?", key[:1]).fetchone()
    return (f"The list of rows in {key[1]} that entry {index[0]} commits to",)
