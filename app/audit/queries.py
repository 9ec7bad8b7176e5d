"""Reading the log as a whole: how it is doing, and the resources that verifiers fetch."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import merkle, tiles
from app.audit.home import OLDER, HaltedError, Home, size_of
from app.audit.models import LogCheckpoint, LogEntry, LogPending, LogTile
from app.audit.notes import proof_text
from app.audit.witness.queries import cosigned
from app.charter.words import Words


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
    path = merkle.inclusion(_reader(session), index, size_of(note))
    return proof_text(index, path, cosigned(session, note))


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
