"""Writing to the database, by right: the public record in acts only, everything else in private writes.

The guard at the end of this file stands in every engine and session: what writes to a public-record table without
the right raises OutsideAnAct, wherever it is. It cannot see raw `text()`; the databases themselves guard the log.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import Connection, Delete, Engine, Insert, Table, Update, event, inspect, update
from sqlalchemy.orm import Session

from app.audit import bulk, log, rows
from app.database import WRITE, Model, db, writer


class OutsideAnAct(RuntimeError):
    """Code tried to write to the public record outside an act (or from one act into another)."""


@dataclass
class Writing:
    """What is being written now, and by which right."""

    kind: Literal["act", "private", "straight"]
    act_id: str = ""
    rows: dict[str, str | None] = field(default_factory=dict)
    manifests: dict[str, object] = field(default_factory=dict)
    flushing: bool = False


current: ContextVar[Writing | None] = ContextVar("folkmoot_writing", default=None)


@contextmanager
def transaction(writing: Writing) -> Iterator[Writing]:
    """One write transaction: fresh, alone on SQLite, committed whole or not at all."""
    session = db.session()
    end_reading()  # the act must see the present, and nothing unsaved may slip in
    token = current.set(writing)
    try:
        with writer(db.engine):
            try:
                session.connection(execution_options={WRITE: True})
                yield writing
                session.flush()
                session.commit()
            except BaseException:
                session.rollback()
                raise
    finally:
        current.reset(token)
        forget_what_was_read(session)


@contextmanager
def apart() -> Iterator[None]:
    """For `straight.py`: ends what was only read, and lets no other act begin until the code inside is done."""
    if current.get() is not None:
        raise OutsideAnAct("an act cannot be performed inside another")
    end_reading()
    token = current.set(Writing("straight"))
    try:
        yield
    finally:
        current.reset(token)


@contextmanager
def private_write() -> Iterator[Session]:
    """One write transaction for what is not public record (sessions, drafts, notices). Commits at the end."""
    if current.get() is not None:
        yield db.session()
        return
    with transaction(Writing("private")):
        yield db.session()


def bulk_insert(model: type[Model], values: Iterable[Mapping[str, Any]]) -> None:
    """Insert many public rows within an act that imports; its entry commits to them by manifest.

    Each row needs its primary key and every public column given, since the commitment is made from them. The rows are
    taken as they come and not kept.
    """
    writing = current.get()
    if writing is None or writing.kind != "act":
        raise OutsideAnAct(f"{model.__tablename__}: rows are imported by an act only")
    table = cast("Table", model.__table__)
    pairs = bulk.insert(db.session.connection(), table, values)
    if pairs:
        writing.manifests[table.name] = log.manifest_of(db.session(), writing.act_id, table.name, pairs)


def count(model: type[Model], key: int, **by: int) -> None:
    """Add to counters of one row, in the database itself: whoever counts at the same moment is counted too.

    For columns that are `DERIVED`: the log commits to what they count, not to them.
    """
    db.session.flush()
    table = cast("Table", model.__table__)
    db.session.execute(
        update(model)
        .where(table.c.id == key)
        .values({name: table.c[name] + more for name, more in by.items()})
        .execution_options(synchronize_session=False)
    )


def end_reading() -> None:
    """End a transaction that only read, so that what comes next sees the present, and no old state is held for nobody.

    What was loaded stays as it was: a rollback would have each object read again.
    """
    session = db.session()
    if session.in_transaction():
        session.commit()
    forget_what_was_read(session)


def forget_what_was_read(session: Session) -> None:
    session.info.pop("agendas", None)
    session.info.pop("standings", None)


# The guard: nothing writes to the public record but an act.


def _public_tables() -> frozenset[str]:
    return frozenset(
        mapper.local_table.name  # type: ignore[attr-defined]  # mappers of ours always stand on one Table
        for mapper in Model.registry.mappers
        if mapper.class_.public_record
    )


@functools.cache
def _public_tables_once(_mappers: int) -> frozenset[str]:
    return _public_tables()


def _is_public(table: Any) -> bool:
    return getattr(table, "name", None) in _public_tables_once(len(list(Model.registry.mappers)))


@event.listens_for(Engine, "before_execute")
def _guard(connection: Connection, clause: Any, multiparams: Any, params: Any, execution_options: Any) -> None:
    if not isinstance(clause, Insert | Update | Delete) or not _is_public(clause.table):
        return
    writing = current.get()
    if writing is None or writing.kind != "act":
        raise OutsideAnAct(f"{clause.table}: the public record is written by acts only")
    if not (writing.flushing or _derived_only(clause)):
        raise OutsideAnAct(f"{clause.table}: write through the session or bulk_insert, so that the entry knows the row")


def _derived_only(clause: Any) -> bool:
    if not isinstance(clause, Update):
        return False
    columns = list(clause._values or {})
    return bool(columns) and all(column.info.get("derived") for column in columns if hasattr(column, "info"))


@event.listens_for(Session, "before_flush")
def _note_rows(session: Session, _context: Any, _instances: Any) -> None:
    writing = current.get()
    touched = [*session.new, *session.dirty, *session.deleted]
    public = [thing for thing in touched if isinstance(thing, Model) and thing.public_record]
    if public and (writing is None or writing.kind != "act"):
        changed = [
            thing for thing in public if thing in session.new or thing in session.deleted or session.is_modified(thing)
        ]
        if changed:
            raise OutsideAnAct(f"{changed[0].__tablename__}: the public record is written by acts only")
    if writing is None:
        return
    writing.flushing = True
    session.info["fresh"] = set(session.new)
    session.info["touched"] = [
        thing for thing in public if thing in session.new or thing in session.deleted or _said_differently(thing)
    ]


def _said_differently(thing: Model) -> bool:
    """Whether a column that the log commits to has changed (counters do not count)."""
    state = inspect(thing)
    return any(
        state.attrs[column.key].history.has_changes()
        for column in state.mapper.column_attrs
        if not column.columns[0].info.get("derived") and not column.columns[0].info.get("private")
    )


@event.listens_for(Session, "after_flush_postexec")
def _digest_rows(session: Session, _context: Any) -> None:
    writing = current.get()
    if writing is None:
        return
    for thing in session.info.pop("touched", []):
        writing.rows[rows.row_key(_table(thing), _values(thing))] = _digest(session, thing)
    writing.flushing = False


def _digest(session: Session, thing: Model) -> str | None:
    """What the log will say of a row. Of one that stood before it is read again: another act may have changed a column
    that this one has only in memory."""
    state = inspect(thing)
    if state.deleted or state.detached or thing in session.deleted:
        return None
    if thing in session.info.get("fresh", ()) or state.identity is None:
        return rows.row_digest(_table(thing), _values(thing))
    return rows.stored_digest(session.connection(), _table(thing), state.identity)


def _table(thing: Model) -> Table:
    return cast("Table", thing.__table__)


def _values(thing: Model) -> dict[str, Any]:
    """What the log commits to: every column but counters and private ones (reading those could cost a query)."""
    return {
        attribute.columns[0].name: getattr(thing, attribute.key)
        for attribute in inspect(thing).mapper.column_attrs
        if not attribute.columns[0].info.get("derived") and not attribute.columns[0].info.get("private")
    }
