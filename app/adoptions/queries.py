"""Reading the adoption register."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.adoptions.models import IN_FORCE, Adoption

_STANDING = Adoption.replaced_at.is_(None)


def register(session: Session) -> Sequence[Adoption]:
    """Every entry as it stands, by instrument, the newest measure first."""
    return session.scalars(
        select(Adoption).where(_STANDING).order_by(Adoption.instrument, Adoption.adopted_on.desc(), Adoption.id.desc())
    ).all()


def in_force(session: Session) -> list[Adoption]:
    """The entries of measures that the city stands by."""
    return [one for one in register(session) if one.state in IN_FORCE]


def of_instrument(session: Session, instrument_id: str, article_id: str | None = None) -> list[Adoption]:
    """The measures that adopt an instrument; with an article, those that adopt it, by name or with the whole."""
    found = session.scalars(
        select(Adoption).where(_STANDING, Adoption.instrument == instrument_id).order_by(Adoption.id.desc())
    )
    return [one for one in found if article_id is None or not one.articles or article_id in one.articles]


def versions(session: Session, entry: int) -> Sequence[Adoption]:
    """Every version of an entry, the one that stands first; none for a number that no entry has."""
    return session.scalars(
        select(Adoption)
        .where(or_(Adoption.first_id == entry, (Adoption.id == entry) & Adoption.first_id.is_(None)))
        .order_by(Adoption.version.desc())
    ).all()
