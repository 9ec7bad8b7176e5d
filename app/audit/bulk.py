"""Putting many rows of the public record into a table at once, with the digests by which the log commits to them.

The rows go to the driver in the statement that SQLAlchemy would have sent, but without its work for each row: an import
must not take many times as long as the database does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import Column, Connection, Dialect, Table

from app.audit.rows import SALT, row_digest
from app.database import UtcTime

AT_ONCE: Final = 1000
"""Rows that are in memory together."""
_SALT_BYTES: Final = 16

Row = Mapping[str, Any]
Write = Callable[[Any], Any]
Send = Callable[[Sequence[Row]], None]


def insert(connection: Connection, table: Table, values: Iterable[Row]) -> list[tuple[int, str]]:
    """Insert rows, giving each its salt. Returns (primary key, digest) of each, by key.

    Each row names the same columns: all that have neither a default in the database nor may be NULL, and all that
    the log commits to. Raises KeyError when a row lacks one.
    """
    (key,) = (column.name for column in table.primary_key.columns)
    pairs: list[tuple[int, str]] = []
    send: Send | None = None
    for rows in _chunks(values):
        send = send or _sender(connection, table, rows[0])
        send(rows)
        pairs += ((int(row[key]), row_digest(table, row)) for row in rows)
    pairs.sort()
    return pairs


def _chunks(values: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in pieces, each with its salt."""
    rows = iter(values)
    while chunk := list(islice(rows, AT_ONCE)):
        salts = secrets.token_bytes(_SALT_BYTES * len(chunk))
        starts = range(0, len(salts), _SALT_BYTES)
        yield [{SALT: salts[at : at + _SALT_BYTES], **row} for at, row in zip(starts, chunk, strict=True)]


def _sender(connection: Connection, table: Table, row: Row) -> Send:
    """What sends rows of the same columns as this one."""
    names = [column.name for column in table.columns if column.name in row]
    made = [column.name for column in table.columns if column.name not in row and column.default is not None]
    if made:
        raise KeyError(f"{table.name}: {made[0]} must be given, since nothing else would make it here")
    statement = table.insert().compile(dialect=connection.dialect, column_keys=names)
    order = (statement.positiontup or names) if statement.positional else names
    found = [(at, _writer(table.c[name], connection.dialect)) for at, name in enumerate(order)]
    writers = [(at, write) for at, write in found if write is not None]

    def send(rows: Sequence[Row]) -> None:
        bound = (_bound(one, order, writers) for one in rows)
        if statement.positional:
            connection.exec_driver_sql(str(statement), [tuple(values) for values in bound])
        else:
            connection.exec_driver_sql(str(statement), [dict(zip(order, values, strict=True)) for values in bound])

    return send


def _bound(row: Row, names: Sequence[str], writers: Sequence[tuple[int, Write]]) -> list[Any]:
    values = [row[name] for name in names]
    for at, write in writers:
        if values[at] is not None:
            values[at] = write(values[at])
    return values


def _writer(column: Column[Any], dialect: Dialect) -> Write | None:
    """What makes a value of this column one that the driver takes; None where it takes it as it is."""
    write = column.type.dialect_impl(dialect).bind_processor(dialect)
    # An import has the same few times again and again, and writing one is slow.
    return lru_cache(AT_ONCE)(write) if write is not None and isinstance(column.type, UtcTime) else write
