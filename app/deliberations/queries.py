"""Reading deliberations and their rounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Account, Credential, RoleGrant
from app.charter.opening import heard_time
from app.charter.roles import Role
from app.charter.rounds import Eligibility, RoundFacts, RoundKind, Stage
from app.charter.standing import Where, where
from app.deliberations.models import ChangeKind, Deliberation, Round, RoundChange

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
    return Stage(deliberation_id=deliberation_id, slug=slug, rounds=_rounds_in(found))


def _rounds_in(rows: Iterable[Any]) -> list[RoundFacts]:
    """The rounds of a join, of which a deliberation without rounds has one empty row."""
    names = [column.key for column in _FACTS]
    return [
        RoundFacts(**{**{name: row._mapping[name] for name in names}, "kind": RoundKind(row.kind)})
        for row in rows
        if row.id is not None
    ]


def stage_at(session: Session, slug: str) -> Stage | None:
    """The same as `stage`, by the deliberation's address."""
    found = session.execute(
        select(Deliberation.id.label("whose"), *_FACTS)
        .join(Round, Round.deliberation_id == Deliberation.id, isouter=True)
        .where(Deliberation.slug == slug)
        .order_by(Round.position)
    ).all()
    return Stage(deliberation_id=found[0].whose, slug=slug, rounds=_rounds_in(found)) if found else None


def by_slug(session: Session, slug: str) -> Deliberation | None:
    """The deliberation at this address."""
    return session.scalar(select(Deliberation).where(Deliberation.slug == slug))


def round_of(session: Session, deliberation_id: int, round_id: int) -> Round | None:
    """A round, if it is this deliberation's."""
    found = session.get(Round, round_id)
    return found if found is not None and found.deliberation_id == deliberation_id else None


def rounds_of(session: Session, deliberation_id: int) -> list[Round]:
    """The rounds themselves, for those who run them."""
    statement = select(Round).where(Round.deliberation_id == deliberation_id).order_by(Round.position)
    return list(session.scalars(statement))


def slugs_like(session: Session, stem: str) -> set[str]:
    """Addresses that are taken and begin like this one."""
    return set(session.scalars(select(Deliberation.slug).where(Deliberation.slug.startswith(stem, autoescape=True))))


def electorate(session: Session, eligibility: Eligibility) -> int:
    """How many people may take part now."""
    statement = (
        select(func.count()).select_from(Account).where(Account.erased_at.is_(None), Account.suspended_at.is_(None))
    )
    if eligibility is Eligibility.VERIFIED:
        statement = statement.where(Account.verified_at.is_not(None))
    else:
        statement = statement.join(Credential, Credential.account_id == Account.id).where(
            Credential.email_confirmed_at.is_not(None)
        )
    return session.scalar(statement) or 0


def with_rounds_due(session: Session, now: datetime) -> list[int]:
    """Deliberations where the schedule has moved a round, as far as the database can tell."""
    opening = and_(Round.opened_at.is_(None), Round.opens_at <= now)
    closing = and_(Round.opened_at.is_not(None), Round.closes_at <= now)
    statement = (
        select(Round.deliberation_id)
        .where(Round.cancelled_at.is_(None), Round.closed_at.is_(None), or_(opening, closing))
        .distinct()
        .order_by(Round.deliberation_id)
    )
    return list(session.scalars(statement))


@dataclass(frozen=True)
class Listed:
    """A deliberation in a list, with its rounds."""

    id: int
    slug: str
    question: str
    lang: str
    proposals_count: int
    stage: Stage

    @cached_property
    def where(self) -> Where:
        """Where it stands, as of the first time this is asked."""
        return where(self.stage, clock.now())


def listed(session: Session, *, over_too: bool = True) -> list[Listed]:
    """Deliberations with their rounds: first what is open, then what is to come, last what is over; newest first."""
    statement = (
        select(
            Deliberation.id.label("whose"),
            Deliberation.slug,
            Deliberation.question,
            Deliberation.lang,
            Deliberation.proposals_count,
            *_FACTS,
        )
        .join(Round, Round.deliberation_id == Deliberation.id, isouter=True)
        .order_by(Deliberation.id.desc(), Round.position)
    )
    if not over_too:
        statement = statement.where(
            Deliberation.id.in_(
                select(Round.deliberation_id).where(Round.closed_at.is_(None), Round.cancelled_at.is_(None))
            )
        )
    together: dict[int, list[Any]] = {}
    for row in session.execute(statement):
        together.setdefault(row.whose, []).append(row)
    return sorted((_listed(rows) for rows in together.values()), key=lambda one: one.where.rank)


def _listed(rows: list[Any]) -> Listed:
    first = rows[0]
    return Listed(
        id=first.whose,
        slug=first.slug,
        question=first.question,
        lang=first.lang,
        proposals_count=first.proposals_count,
        stage=Stage(deliberation_id=first.whose, slug=first.slug, rounds=_rounds_in(rows)),
    )


@dataclass(frozen=True)
class Change:
    """Something that befell a round, as its page shows it. `who` is None for the clock."""

    round_id: int
    kind: ChangeKind
    at: datetime
    who: str | None
    role: Role | None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]

    def moved(self, name: str) -> tuple[datetime | None, datetime | None] | None:
        """A public time before and after; None where it stayed as it was."""
        old, new = heard_time(self.before.get(name)), heard_time(self.after.get(name))
        return None if old == new else (old, new)


def changes(session: Session, deliberation_id: int, round_id: int | None = None) -> list[Change]:
    """What befell the rounds of a deliberation (or one of them), newest first, with who did it in which office."""
    grant = (
        select(func.min(RoleGrant.role))
        .where(
            RoleGrant.account_id == RoundChange.by_id,
            RoleGrant.role.in_((Role.FACILITATOR, Role.ADMINISTRATOR, Role.CLERK)),
            or_(RoleGrant.deliberation_id.is_(None), RoleGrant.deliberation_id == deliberation_id),
            RoleGrant.granted_at <= RoundChange.at,
            or_(RoleGrant.revoked_at.is_(None), RoleGrant.revoked_at >= RoundChange.at),
        )
        .scalar_subquery()
    )
    statement = (
        select(RoundChange, Account.display_name, grant.label("role"))
        .join(Round, Round.id == RoundChange.round_id)
        .outerjoin(Account, Account.id == RoundChange.by_id)
        .where(Round.deliberation_id == deliberation_id)
        .order_by(RoundChange.at.desc(), RoundChange.id.desc())
    )
    if round_id is not None:
        statement = statement.where(RoundChange.round_id == round_id)
    return [_change(row) for row in session.execute(statement)]


def _change(row: Any) -> Change:
    found: RoundChange = row.RoundChange
    return Change(
        round_id=found.round_id,
        kind=ChangeKind(found.kind),
        at=found.at,
        who=row.display_name,
        role=Role(row.role) if row.role else None,
        reason=found.reason,
        before=found.before,
        after=found.after,
    )


def facilitators(session: Session, deliberation_id: int) -> list[str]:
    """The names of those who run this deliberation and no other."""
    statement = (
        select(Account.display_name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.deliberation_id == deliberation_id,
            RoleGrant.role == Role.FACILITATOR,
            RoleGrant.revoked_at.is_(None),
            Account.erased_at.is_(None),
        )
        .order_by(RoleGrant.id)
    )
    return list(session.scalars(statement))


def names(session: Session) -> list[tuple[str, str]]:
    """Every deliberation's address and question."""
    rows = session.execute(select(Deliberation.slug, Deliberation.question).order_by(Deliberation.id))
    return [(row.slug, row.question) for row in rows]
