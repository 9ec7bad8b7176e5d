"""Reading deliberations and their rounds."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.charter.rounds import RoundFacts, RoundKind, Stage
from app.deliberations.models import Deliberation, Round

_FACTS = (
    Round.id,
    Round.kind,
    Round.position,
    Round.title,
    Round.opens_at,
    Round.closes_at,
    Round.opened_at,
    Round.paused_at,
    Round.closed_at,
    Round.cancelled_at,
    Round.sealed_at,
    Round.settings,
)


def stage(session: Session, deliberation_id: int) -> Stage:
    """The deliberation's rounds as recorded now."""
    return _stage(session, deliberation_id, lock=None)


def hold(session: Session, deliberation_id: int, exclusive: bool) -> Stage:
    """The same, held until the transaction ends: shared by acts, alone for an act that changes a round.

    So a round cannot close between the check of an act and its commit, and no two residents wait for each other.
    On SQLite the writer holds everything already.
    """
    return _stage(session, deliberation_id, lock="update" if exclusive else "share")


def _stage(session: Session, deliberation_id: int, lock: str | None) -> Stage:
    statement = (
        select(Deliberation.slug, *_FACTS)
        .join(Round, Round.deliberation_id == Deliberation.id, isouter=lock is None)
        .where(Deliberation.id == deliberation_id)
        .order_by(Round.position)
    )
    if lock is not None and session.get_bind().dialect.name != "sqlite":
        statement = statement.with_for_update(read=lock == "share", of=Round)
    found = session.execute(statement).all()
    slug = found[0].slug if found else ""
    rounds = [
        RoundFacts(**{**{k: v for k, v in row._mapping.items() if k != "slug"}, "kind": RoundKind(row.kind)})
        for row in found
        if row.id is not None
    ]
    return Stage(deliberation_id=deliberation_id, slug=slug, rounds=rounds)


def by_slug(session: Session, slug: str) -> Deliberation | None:
    """The deliberation at this address."""
    return session.scalar(select(Deliberation).where(Deliberation.slug == slug))
