"""The base of every table, the shared column types, and how each database is spoken to."""

from __future__ import annotations

import fcntl
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Any, ClassVar, Final

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Select,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps it naive; what is read is aware again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


AnyRow = Row[*tuple[Any, ...]]
"""A row of a select over columns, whatever they are."""
AnySelect = Select[*tuple[Any, ...]]

BigId = BigInteger().with_variant(Integer, "sqlite")
Pk = Annotated[int, mapped_column(BigId, primary_key=True)]


class Model(DeclarativeBase):
    """The base of every table.

    `public_record` says whether the table is part of the public record: then it is written in acts only, and each of
    its rows carries a `salt`, so that the log can commit to the row without giving it away. Columns whose `info` has
    `derived` (counters) or `private` stay out of that commitment.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }
    public_record: ClassVar[bool] = True
    held_alone: ClassVar[bool] = True
    """Whether an act upon a row of this table has it to itself until it commits. Not so for what many act upon at
    once (a deliberation, a round): those are held by `hold`."""


class Salted:
    """Mixed into every public-record table: sixteen random bytes that keep the row's digest from being guessed."""

    salt: Mapped[bytes] = mapped_column(
        default=lambda: secrets.token_bytes(16), deferred=True, deferred_raiseload=False
    )


def reference(column: str, *, index: bool = True, nullable: bool = False, ondelete: str | None = None) -> Any:
    """A foreign key column to `table.column`, named as a string so that lower layers need not import upper ones."""
    return mapped_column(BigId, ForeignKey(column, ondelete=ondelete), index=index, nullable=nullable)


DERIVED = {"derived": True}
PRIVATE = {"private": True}

db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})

WRITE = "folkmoot_write"
"""Execution option of a connection that is going to write: on SQLite it takes the writer's place at once."""

JOURNAL: Final = 1000
"""Pages of 4 KiB in SQLite's journal from which on a commit brings it into the database: SQLite's own measure."""
LONG_JOURNAL: Final = 60_000
"""The same where large commits follow each other: 240 MB on the disk, and none of it in memory."""

_writers = threading.RLock()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves (below); the driver's own guess breaks snapshots
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a commit lost after its checkpoint was signed would be equivocation
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=15000")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA cache_size=-32000")
    cursor.close()


def accept_loss(engine: Engine) -> None:
    """Let SQLite answer before its data is on the disk, as the setting of this name asks for."""

    @event.listens_for(engine, "connect")
    def _hurry(connection: Any, _record: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=OFF")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def writer(engine: Engine) -> Iterator[None]:
    """Wait for one's turn to write. On SQLite writers queue fairly, across threads and processes; elsewhere none waits.

    Re-entrant within a thread.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database or engine.url.database == ":memory:":
        yield
        return
    with _writers, _lock_file(Path(engine.url.database + ".writer")):
        yield


@contextmanager
def long_journal(connection: Connection) -> Iterator[None]:
    """Let SQLite's journal grow over a commit of this connection: for large ones that follow each other.

    Pages that each of them changes again, as those of an index over random numbers, come into the database once, by
    `bring_in_journal`. Elsewhere than on SQLite both do nothing.
    """
    raw: Any = connection.connection.dbapi_connection
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    raw.execute(f"PRAGMA wal_autocheckpoint={LONG_JOURNAL}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA wal_autocheckpoint={JOURNAL}")


def bring_in_journal(engine: Engine) -> None:
    """Bring SQLite's journal into the database, as far as nobody is reading from it."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def empty_journal(engine: Engine) -> None:
    """Let SQLite's journal keep nothing of what was erased just now: it holds pages as they were before.

    Where somebody is reading all the while it is left for the next time. PostgreSQL is told of in docs/deploy.md.
    """
    if engine.dialect.name != "sqlite":
        return
    with writer(engine), engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_held = threading.local()


@contextmanager
def _lock_file(path: Path) -> Iterator[None]:
    depth: int = getattr(_held, "depth", 0)
    if depth:
        _held.depth = depth + 1
        try:
            yield
        finally:
            _held.depth -= 1
        return
    handle: IO[bytes]
    with path.open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _held.depth = 1
        try:
            yield
        finally:
            _held.depth = 0
            fcntl.flock(handle, fcntl.LOCK_UN)
