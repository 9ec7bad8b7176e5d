"""Reading a database that somebody may have tampered with: a value that cannot be read is told, not stumbled over.

What an insider writes past us need not be text, a time or JSON. One such byte must not keep the rest from being
checked, nor whoever checks from learning where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, select, true
from sqlalchemy.exc import DBAPIError

from app.audit.rows import LOG_KEY, row_key
from app.database import AnyRow, AnySelect

UNREADABLE: Final = (DBAPIError, ValueError, TypeError, LookupError, OverflowError)
"""What drivers and column types raise for values that they cannot make sense of."""
CHUNK: Final = 1000


@dataclass(frozen=True)
class Torn:
    """A row of which at least one value cannot be read: the name that it has in entries, and its number or numbers."""

    name: str
    key: tuple[Any, ...]


def rows(connection: Connection, table: Table, where: ColumnElement[bool] | None = None) -> Iterator[AnyRow | Torn]:
    """The rows of a table in the order of its key: all at once, and one by one from where that breaks off."""
    ordered = table.primary_key.columns
    told = 0
    try:
        asked = select(table).where(true() if where is None else where).order_by(*ordered)
        for row in connection.execute(asked, execution_options={"yield_per": CHUNK}):
            yield row
            told += 1
    except UNREADABLE:
        keys = select(*ordered).where(true() if where is None else where).order_by(*ordered)
        for key in connection.execute(keys).all()[told:]:
            yield _one(connection, table, tuple(key))


def _one(connection: Connection, table: Table, key: tuple[Any, ...]) -> AnyRow | Torn:
    named = dict(zip(table.primary_key.columns, key, strict=True))
    here = and_(*(column == part for column, part in named.items()))
    found = first(connection, select(table).where(here))
    if found is not None:
        return found
    known = {column.name: part for column, part in named.items()}
    if LOG_KEY in table.info:
        other = first(connection, select(table.c[table.info[LOG_KEY]]).where(here))
        if other is None:
            return Torn(f"{table.name}, row {key[0]},", key)
        known = dict(other._mapping)
    return Torn(row_key(table, known), key)


def first(connection: Connection, asked: AnySelect) -> AnyRow | None:
    """The first row of what is asked for; None where there is none, or where it cannot be read."""
    try:
        return connection.execute(asked.limit(1)).one_or_none()
    except UNREADABLE:
        return None
