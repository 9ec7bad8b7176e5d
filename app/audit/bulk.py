"""Putting many rows of the public record into a table at once, with the digests by which the log commits to them.

The rows go to the driver in the statement that SQLAlchemy would have sent, but without its work for each row: an import
must not take many times as long as the database does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import Column, Connection, Dialect, Table

from app.audit.rows import SALT, row_digests
from app.database import UtcTime

AT_ONCE: Final = 1000
"""Rows that are in memory together."""
_SALT_BYTES: Final = 16

Row = Mapping[str, Any]
Columns = dict[str, list[Any]]
Write = Callable[[Any], Any]
Send = Callable[[Columns], None]


def insert(connection: Connection, table: Table, values: Iterable[Row]) -> list[tuple[int, str]]:
    """Insert rows, giving each its salt. Returns (primary key, digest) of each, by key.

    Each row names the same columns: all that have neither a default in the database nor may be NULL, and all that
    the log commits to. Raises KeyError when a row lacks one.
    """
    (key,) = (column.name for column in table.primary_key.columns)
    pairs: list[tuple[int, str]] = []
    send: Send | None = None
    for rows in _chunks(values):
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        columns[SALT] = _salts(len(rows))
        send = send or _sender(connection, table, columns)
        send(columns)
        pairs += zip(columns[key], row_digests(table, columns), strict=True)
    pairs.sort()
    return pairs


def _chunks(values: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(values)
    while chunk := list(islice(rows, AT_ONCE)):
        yield chunk


def _salts(how_many: int) -> list[bytes]:
    drawn = secrets.token_bytes(_SALT_BYTES * how_many)
    return [drawn[at : at + _SALT_BYTES] for at in range(0, len(drawn), _SALT_BYTES)]


def _sender(connection: Connection, table: Table, columns: Columns) -> Send:
    """What sends rows of the same columns as these."""
    names = [column.name for column in table.columns if column.name in columns]
    made = [column.name for column in table.columns if column.name not in columns and column.default is not None]
    if made:
        raise KeyError(f"{table.name}: {made[0]} must be given, since nothing else would make it here")
    statement = table.insert().compile(dialect=connection.dialect, column_keys=names)
    order = (statement.positiontup or names) if statement.positional else names
    writers = [_writer(table.c[name], connection.dialect) for name in order]

    def send(columns: Columns) -> None:
        bound = [_bound(columns[name], write) for name, write in zip(order, writers, strict=True)]
        rows: list[Any] = list(zip(*bound, strict=True))
        if not statement.positional:
            rows = [dict(zip(order, row, strict=True)) for row in rows]
        connection.exec_driver_sql(str(statement), rows)

    return send


def _bound(values: list[Any], write: Write | None) -> list[Any]:
    return values if write is None else [None if value is None else write(value) for value in values]


def _writer(column: Column[Any], dialect: Dialect) -> Write | None:
    """What makes a value of this column one that the driver takes; None where it takes it as it is."""
    write = column.type.dialect_impl(dialect).bind_processor(dialect)
    # An import has the same few times again and again, and writing one is slow.
    return lru_cache(AT_ONCE)(write) if write is not None and isinstance(column.type, UtcTime) else write
