"""Finding entries: by what they are about, by whom, and when. Each of the ways has its index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.audit.models import LogCheckpoint, LogEntry, PersonAlias

PER_PAGE: Final = 50
CITY: Final = "city"
"""In a filter: the acts that belong to no deliberation."""
COUNTED: Final = 10_000
"""Entries that are counted one by one; of more it is only said that they are more."""

_OTHER: Final = aliased(LogEntry)
_LINES: Final = select(LogEntry.idx, LogEntry.at, LogEntry.body, LogEntry.leaf)


@dataclass(frozen=True)
class Line:
    """One entry, as it is stored and as it reads."""

    index: int
    at: datetime
    body: bytes
    leaf: bytes
    said: dict[str, Any]

    @property
    def act(self) -> str:
        return str(self.said["act"])

    @property
    def by(self) -> dict[str, str]:
        return dict(self.said["by"])

    @property
    def object(self) -> str | None:
        return self.said.get("object")

    @property
    def process(self) -> str | None:
        return self.said.get("process")

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.said.get("facts", {}))

    @property
    def rows(self) -> dict[str, str | None]:
        return dict(self.said.get("rows", {}))


@dataclass(frozen=True)
class Wanted:
    """Which entries somebody wants to read; what is None does not matter."""

    process: str | None = None
    act: str | None = None
    actor: str | None = None
    """Who, by the random name that they have in one process."""
    role: str | None = None
    object: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Turned:
    """Where in a list of entries somebody is: beyond an entry, towards older or newer ones."""

    before: int | None = None
    after: int | None = None


NEWEST: Final = Turned()


@dataclass(frozen=True)
class Listing:
    """Entries, newest first; `older` and `newer` say from where the list goes on, None where it ends."""

    lines: Sequence[Line]
    older: int | None
    newer: int | None


def listing(session: Session, wanted: Wanted, turned: Turned = NEWEST, per_page: int = PER_PAGE) -> Listing:
    """One page of the entries wanted: in their order, or by their times where days are asked for."""
    dated = wanted.since is not None or wanted.until is not None
    return _page(session, _filtered(_LINES, wanted), turned, per_page, by_time=dated)


def count(session: Session, wanted: Wanted) -> int:
    """How many entries fit, counted up to one more than `COUNTED`."""
    fitting = _filtered(select(LogEntry.idx), wanted).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(fitting)) or 0


def story_of(session: Session, thing: str, at_last: str, most: int) -> list[Line]:
    """What the log says of a thing, in its order; but entries of the act `at_last` after all others, since of those
    there may be many. At most so many entries."""
    told = _LINES.where(LogEntry.object == thing).order_by(LogEntry.act == at_last, LogEntry.idx)
    return [_line(row) for row in session.execute(told.limit(most))]


def concerning(
    session: Session, person_id: int, things: Select[str], turned: Turned = NEWEST, per_page: int = PER_PAGE
) -> Listing:
    """What somebody did, under each of their random names, and what was done to their `things` (references)."""
    done = (
        select(LogEntry.idx)
        .join(PersonAlias, PersonAlias.alias == LogEntry.actor)
        .where(PersonAlias.person_id == person_id, PersonAlias.process == func.coalesce(LogEntry.process, ""))
    )
    befallen = select(LogEntry.idx).where(LogEntry.object.in_(things))
    return _page(session, _LINES.where(LogEntry.idx.in_(union(done, befallen))), turned, per_page)


def aliases(session: Session, person_id: int) -> list[tuple[str, str]]:
    """Somebody's random names: the process (empty for the city) and the name they have there."""
    rows = session.execute(
        select(PersonAlias.process, PersonAlias.alias)
        .where(PersonAlias.person_id == person_id)
        .order_by(PersonAlias.process)
    )
    return [(row.process, row.alias) for row in rows]


def entry(session: Session, index: int) -> Line | None:
    """The entry at this place of the tree."""
    row = session.execute(_LINES.where(LogEntry.idx == index)).one_or_none()
    return None if row is None else _line(row)


def covering(session: Session, indexes: Iterable[int]) -> dict[int, str]:
    """For each of these entries the first checkpoint that covers it. It never changes again."""
    first = (
        select(LogCheckpoint.note)
        .where(LogCheckpoint.size > LogEntry.idx)
        .order_by(LogCheckpoint.size)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(select(LogEntry.idx, first.label("note")).where(LogEntry.idx.in_(list(indexes))))
    return {row.idx: row.note for row in rows}


def _page(
    session: Session, statement: Select[*tuple[Any, ...]], turned: Turned, per_page: int, *, by_time: bool = False
) -> Listing:
    order = (LogEntry.at, LogEntry.idx) if by_time else (LogEntry.idx,)  # each is the order of an index
    if turned.after is not None:
        statement = statement.where(tuple_(*order) > _place(turned.after, by_time)).order_by(*order)
    else:
        statement = statement.order_by(*(column.desc() for column in order))
        if turned.before is not None:
            statement = statement.where(tuple_(*order) < _place(turned.before, by_time))
    found = [_line(row) for row in session.execute(statement.limit(per_page + 1))]
    more, lines = len(found) > per_page, found[:per_page]
    if turned.after is not None:
        lines.reverse()
        return Listing(lines, lines[-1].index if lines else None, lines[0].index if more else None)
    came_from_newer = turned.before is not None and bool(lines)
    return Listing(lines, lines[-1].index if more else None, lines[0].index if came_from_newer else None)


def _place(index: int, by_time: bool) -> ColumnElement[Any]:
    """Where an entry stands in the order of a list."""
    at = select(_OTHER.at).where(_OTHER.idx == index).scalar_subquery()
    return tuple_(at, literal(index)) if by_time else tuple_(literal(index))


def _filtered(statement: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Narrow a statement, by the index of what narrows most: databases without statistics take another one."""
    found = False
    for column, value in (
        (LogEntry.object, wanted.object),
        (LogEntry.actor, wanted.actor),
        (LogEntry.act, wanted.act),
        (LogEntry.process, wanted.process),
        (LogEntry.role, wanted.role),
    ):
        if value:
            statement = statement.where(_matches(column, value, indexed=not found))
            found = found or value != CITY
    if wanted.since is not None:
        statement = statement.where(LogEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(LogEntry.at < wanted.until)
    return statement


def _matches(column: InstrumentedAttribute[Any], value: str, *, indexed: bool) -> ColumnElement[bool]:
    if column is LogEntry.process and value == CITY:
        return column.is_(None)
    return column == value if indexed else func.coalesce(column, "") == value


def _line(row: Any) -> Line:
    return Line(row.idx, row.at, bytes(row.body), bytes(row.leaf), json.loads(row.body))
