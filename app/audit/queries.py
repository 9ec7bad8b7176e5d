"""Reading the log: for its pages, and as the resources that verifiers fetch."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.audit import merkle, tiles
from app.audit.home import OLDER, HaltedError, Home, size_of
from app.audit.models import LogCheckpoint, LogEntry, LogPending, LogTile
from app.audit.notes import proof_text
from app.charter.words import Words

PER_PAGE: Final = 50
CITY: Final = "city"
"""In a filter: the acts that belong to no deliberation."""

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
    """Which entries somebody wants to read."""

    process: str | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class Listing:
    """Entries, newest first; `older` and `newer` say from where the list goes on, None where it ends."""

    lines: Sequence[Line]
    older: int | None
    newer: int | None


@dataclass(frozen=True)
class Health:
    """How the log is doing."""

    size: int
    signed_at: datetime | None
    delay: timedelta | None
    """How long the newest entry waited from its act to its signature."""
    waiting: int
    waiting_since: datetime | None
    halted: Words | None


def listing(session: Session, wanted: Wanted, per_page: int = PER_PAGE) -> Listing:
    """One page of the entries wanted."""
    statement = _filtered(wanted)
    if wanted.after is not None:
        statement = statement.where(LogEntry.idx > wanted.after).order_by(LogEntry.idx)
    else:
        statement = statement.order_by(LogEntry.idx.desc())
        if wanted.before is not None:
            statement = statement.where(LogEntry.idx < wanted.before)
    found = [_line(row) for row in session.execute(statement.limit(per_page + 1))]
    more, lines = len(found) > per_page, found[:per_page]
    if wanted.after is not None:
        lines.reverse()
        return Listing(lines, lines[-1].index if lines else None, lines[0].index if more else None)
    came_from_newer = wanted.before is not None and bool(lines)
    return Listing(lines, lines[-1].index if more else None, lines[0].index if came_from_newer else None)


def _filtered(wanted: Wanted) -> Select[int, datetime, bytes, bytes]:
    statement = _LINES
    if wanted.process == CITY:
        statement = statement.where(LogEntry.process.is_(None))
    elif wanted.process:
        statement = statement.where(LogEntry.process == wanted.process)
    if wanted.act:
        statement = statement.where(LogEntry.act == wanted.act)
    if wanted.since is not None:
        statement = statement.where(LogEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(LogEntry.at < wanted.until)
    return statement


def _line(row: Any) -> Line:
    return Line(row.idx, row.at, bytes(row.body), bytes(row.leaf), json.loads(row.body))


def entry(session: Session, index: int) -> Line | None:
    """The entry at this place of the tree."""
    row = session.execute(_LINES.where(LogEntry.idx == index)).one_or_none()
    return None if row is None else _line(row)


def newest_checkpoint(session: Session) -> str | None:
    """The last checkpoint signed, as its note; None before the first entry."""
    return session.scalar(select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1))


def size(session: Session) -> int:
    """How many entries the newest checkpoint covers."""
    return session.scalar(select(func.max(LogCheckpoint.size))) or 0


def proof(session: Session, index: int) -> str | None:
    """A C2SP tlog-proof of one entry against the newest checkpoint; None where there is no such entry."""
    note = newest_checkpoint(session)
    if note is None or not 0 <= index < size_of(note):
        return None
    return proof_text(index, merkle.inclusion(_reader(session), index, size_of(note)), note)


def _reader(session: Session) -> Callable[[int, int], bytes]:
    """Reads each tile once."""
    seen: dict[merkle.Tile, bytes] = {}

    def read(level: int, n: int) -> bytes:
        if (level, n) not in seen:
            stored = session.scalar(select(LogTile.hashes).where(LogTile.level == level, LogTile.n == n))
            seen[level, n] = bytes(stored or b"")
        return seen[level, n]

    return read


def resource(session: Session, ref: tiles.Ref) -> bytes | None:
    """A hash tile or an entry bundle, as wide as asked for; None where the log does not reach that far."""
    if tiles.width_at(ref.level or 0, ref.n, size(session)) < ref.width:
        return None
    if ref.level is not None:
        return _reader(session)(ref.level, ref.n)[: ref.width * merkle.HASH]
    first = ref.n * merkle.WIDTH
    bodies = session.scalars(
        select(LogEntry.body).where(LogEntry.idx.between(first, first + ref.width - 1)).order_by(LogEntry.idx)
    )
    return tiles.bundle(bytes(body) for body in bodies)


def health(session: Session, home: Home) -> Health:
    """How the log is doing, from the database and the files beside it."""
    newest = session.execute(
        select(LogCheckpoint.size, LogCheckpoint.signed_at, LogEntry.at)
        .join(LogEntry, LogEntry.idx == LogCheckpoint.size - 1, isouter=True)
        .order_by(LogCheckpoint.size.desc())
        .limit(1)
    ).one_or_none()
    waiting = session.scalar(select(func.count()).select_from(LogPending)) or 0
    oldest = session.scalar(select(LogPending.body).order_by(LogPending.id).limit(1)) if waiting else None
    covered = newest.size if newest else 0
    return Health(
        size=covered,
        signed_at=newest.signed_at if newest else None,
        delay=newest.signed_at - newest.at if newest and newest.at else None,
        waiting=waiting,
        waiting_since=datetime.fromisoformat(json.loads(oldest)["at"]) if oldest else None,
        halted=_halted(session, home, covered),
    )


def _halted(session: Session, home: Home, covered: int) -> Words | None:
    try:
        published = home.last_signed()
    except HaltedError as error:
        return error.words
    if published is not None and size_of(published) > covered:
        # The file may be newer than what this transaction sees: only a fresh look can tell.
        with Session(session.get_bind()) as fresh:
            covered = size(fresh)
        if size_of(published) > covered:
            return Words(OLDER, {"has": covered, "signed": size_of(published)})
    return home.halted()
