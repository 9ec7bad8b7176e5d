"""Putting many rows into a table at once; into the public record with the digests by which the log commits to them.

The rows go straight to the driver, on PostgreSQL by COPY: SQLAlchemy's work for each row would be most of what an
import, or a batch of the log, takes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import psycopg
from sqlalchemy import Column, Connection, Dialect, LargeBinary, Table

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
        send = send or _whole(connection, table, columns)
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


def _whole(connection: Connection, table: Table, columns: Columns) -> Send:
    """What sends rows of these columns, which leave nothing out that SQLAlchemy would have made."""
    made = [column.name for column in table.columns if column.name not in columns and column.default is not None]
    if made:
        raise KeyError(f"{table.name}: {made[0]} must be given, since nothing else would make it here")
    return sender(connection, table, columns)


def sender(connection: Connection, table: Table, names: Iterable[str]) -> Send:
    """What sends rows that have the columns of these names, each column as the list of its values."""
    given = set(names)
    order = [column for column in table.columns if column.name in given]
    writers = [(column.name, _writer(column, connection.dialect)) for column in order]
    raw: Any = connection.connection.dbapi_connection

    def send(columns: Columns) -> None:
        rows = zip(*(_bound(columns[name], write) for name, write in writers), strict=True)
        if isinstance(raw, psycopg.Connection):
            _copy(raw, connection.dialect, order, rows)
        else:
            insert = table.insert().compile(dialect=connection.dialect, column_keys=[name for name, _ in writers])
            connection.exec_driver_sql(str(insert), list(rows))

    return send


def _copy(
    raw: psycopg.Connection[Any], dialect: Dialect, order: Sequence[Column[Any]], rows: Iterable[tuple[Any, ...]]
) -> None:
    prepare = dialect.identifier_preparer
    names = ", ".join(prepare.format_column(column) for column in order)
    statement = f"COPY {prepare.format_table(order[0].table)} ({names}) FROM STDIN"
    with raw.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _bound(values: list[Any], write: Write | None) -> list[Any]:
    return values if write is None else [None if value is None else write(value) for value in values]


def _writer(column: Column[Any], dialect: Dialect) -> Write | None:
    """What makes a value of this column one that the driver takes; None where it takes it as it is."""
    if isinstance(column.type, LargeBinary):
        return None  # both drivers take bytes; the wrapper that SQLAlchemy puts around them only costs
    write = column.type.dialect_impl(dialect).bind_processor(dialect)
    # Many rows have the same few times again and again, and writing one is slow.
    return lru_cache(AT_ONCE)(write) if write is not None and isinstance(column.type, UtcTime) else write
