"""Reading deliberations and their rounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Account, Credential, RoleGrant
from app.charter.opening import heard_time
from app.charter.roles import Role
from app.charter.rounds import Agenda, Eligibility, RoundFacts
from app.charter.rules import Circumstances
from app.charter.standing import Where, where
from app.database import Model
from app.deliberations.models import FACTS, ChangeKind, Deliberation, Round, RoundChange, facts_of
from app.reading import Reader

_DELIBERATIONS = Model.metadata.tables[Deliberation.__tablename__]
_ROUNDS = Model.metadata.tables[Round.__tablename__]
_FACTS = tuple(_ROUNDS.c[name] for name in FACTS)
_LISTED = (
    _DELIBERATIONS.c.id.label("whose"),
    _DELIBERATIONS.c.slug,
    _DELIBERATIONS.c.question,
    _DELIBERATIONS.c.lang,
    _DELIBERATIONS.c.created_by_id,
    _DELIBERATIONS.c.proposals_count,
)
_WITH_ROUNDS = _DELIBERATIONS.join(_ROUNDS, _ROUNDS.c.deliberation_id == _DELIBERATIONS.c.id, isouter=True)
_WITH_SOME_ROUND = _DELIBERATIONS.join(_ROUNDS, _ROUNDS.c.deliberation_id == _DELIBERATIONS.c.id)


_AGENDA = (
    select(_DELIBERATIONS.c.slug, *_FACTS).where(_DELIBERATIONS.c.id == bindparam("id")).order_by(_ROUNDS.c.position)
)
_READ = _AGENDA.select_from(_WITH_ROUNDS)
_HELD = _AGENDA.select_from(_WITH_SOME_ROUND).with_for_update(read=True, of=_ROUNDS)
_HELD_ALONE = _AGENDA.select_from(_WITH_SOME_ROUND).with_for_update(of=_ROUNDS)


def agenda(session: Session, deliberation_id: int) -> Agenda:
    """The deliberation's rounds as recorded now."""
    return _agenda(session, deliberation_id, _READ)


def hold(session: Session, deliberation_id: int, exclusive: bool) -> Agenda:
    """The same, held until the transaction ends: shared by acts, alone for an act that changes a round.

    So a round cannot close between the check of an act and its commit, and no two residents wait for each other.
    On SQLite the writer holds everything already.
    """
    if session.get_bind().dialect.name == "sqlite":
        return _agenda(session, deliberation_id, _READ)
    return _agenda(session, deliberation_id, _HELD_ALONE if exclusive else _HELD)


def _agenda(session: Session, deliberation_id: int, statement: Select[Any]) -> Agenda:
    found = session.execute(statement, {"id": deliberation_id}).all()
    slug = found[0].slug if found else ""
    return Agenda(deliberation_id=deliberation_id, slug=slug, rounds=_rounds_in(found))


def _rounds_in(rows: Iterable[Any]) -> list[RoundFacts]:
    """The rounds of a join, of which a deliberation without rounds has one empty row."""
    return [facts_of(row) for row in rows if row.id is not None]


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
    """A deliberation with its rounds, as lists and the pages of its proposals need it. A subject of acts."""

    id: int
    slug: str
    question: str
    lang: str
    created_by_id: int | None
    proposals_count: int
    agenda: Agenda

    @property
    def deliberation_id(self) -> int:
        return self.id

    @property
    def reference(self) -> str:
        return f"deliberations/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(authored=actor_id is not None and actor_id == self.created_by_id)

    @cached_property
    def where(self) -> Where:
        """Where it stands, as of the first time this is asked."""
        return where(self.agenda, clock.now())


_AT = (
    select(*_LISTED, *_FACTS)
    .select_from(_WITH_ROUNDS)
    .where(_DELIBERATIONS.c.slug == bindparam("slug"))
    .order_by(_ROUNDS.c.position)
)


def at(reading: Session | Reader, slug: str) -> Listed | None:
    """The deliberation at this address with its rounds, in one statement and without being made an object to write."""
    rows = reading.execute(_AT, {"slug": slug}).all()
    return _listed(rows) if rows else None


def listed(session: Session, *, over_too: bool = True) -> list[Listed]:
    """Deliberations with their rounds: first what is open, then what is to come, last what is over; newest first."""
    statement = (
        select(*_LISTED, *_FACTS).select_from(_WITH_ROUNDS).order_by(_DELIBERATIONS.c.id.desc(), _ROUNDS.c.position)
    )
    if not over_too:
        statement = statement.where(
            _DELIBERATIONS.c.id.in_(
                select(_ROUNDS.c.deliberation_id).where(_ROUNDS.c.closed_at.is_(None), _ROUNDS.c.cancelled_at.is_(None))
            )
        )
    together: dict[int, list[Any]] = {}
    for row in session.execute(statement):
        together.setdefault(row.whose, []).append(row)
    return sorted((_listed(rows) for rows in together.values()), key=lambda one: one.where.rank)


def _listed(rows: Sequence[Any]) -> Listed:
    first = rows[0]
    return Listed(
        id=first.whose,
        slug=first.slug,
        question=first.question,
        lang=first.lang,
        created_by_id=first.created_by_id,
        proposals_count=first.proposals_count,
        agenda=Agenda(deliberation_id=first.whose, slug=first.slug, rounds=_rounds_in(rows)),
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
