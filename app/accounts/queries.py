"""Reading about people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account, Credential, RegisterEntry, Residency, RoleGrant, SignIn
from app.charter.roles import STRANGER, Held, Role, Standing
from app.database import AnyRow

PUBLIC_ID = re.compile(r"\b[0-9a-f]{12}\b")
MOST_RECENT = 20


def standing(session: Session, account_id: int) -> Standing:
    """What this person brings to a question of permission, in one statement. A stranger's where there is none."""
    found = session.execute(
        select(
            Account.verified_at,
            Account.suspended_at,
            Account.erased_at,
            Credential.email_confirmed_at,
            RoleGrant.role,
            RoleGrant.deliberation_id,
        )
        .outerjoin(Credential, Credential.account_id == Account.id)
        .outerjoin(RoleGrant, (RoleGrant.account_id == Account.id) & RoleGrant.revoked_at.is_(None))
        .where(Account.id == account_id)
    ).all()
    if not found:
        return STRANGER
    first = found[0]
    return Standing(
        account_id=account_id,
        confirmed=first.email_confirmed_at is not None,
        verified=first.verified_at is not None,
        suspended=first.suspended_at is not None or first.erased_at is not None,
        held=frozenset(Held(Role(row.role), row.deliberation_id) for row in found if row.role is not None),
    )


def by_public_id(session: Session, public_id: str) -> Account | None:
    """The account that lives at /people/<public_id>."""
    return session.scalar(select(Account).where(Account.public_id == public_id))


def credential_of(session: Session, account_id: int) -> Credential:
    """How somebody signs in. Raises NoResultFound for an erased account."""
    return session.scalars(select(Credential).where(Credential.account_id == account_id)).one()


def credential_by_email(session: Session, email: str) -> Credential | None:
    """Whose (normalised) e-mail address this is."""
    return session.scalar(select(Credential).where(Credential.email == email))


def credential_by_public_id(session: Session, public_id: str) -> Credential | None:
    """How the person at this address signs in; None where there is no such person, or no longer."""
    return session.scalar(
        select(Credential).join(Account, Account.id == Credential.account_id).where(Account.public_id == public_id)
    )


def find_person(session: Session, said: str) -> Account | None:
    """Whoever is meant by an e-mail address, a public id, or the address of their page. For officials only."""
    said = said.strip().lower()
    if "@" in said:
        return session.scalar(select(Account).join(Credential).where(Credential.email == said))
    found = PUBLIC_ID.search(said)
    return by_public_id(session, found.group()) if found else None


def by_mark(session: Session, mark: bytes) -> Account | None:
    """Whose register number has this mark."""
    return session.scalar(select(Account).join(RegisterEntry).where(RegisterEntry.mark == mark))


def sign_ins(session: Session, account_id: int) -> Sequence[SignIn]:
    """Somebody's signed-in browsers, the one used last first."""
    return session.scalars(
        select(SignIn).where(SignIn.account_id == account_id).order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).all()


def residencies(session: Session, account_id: int) -> Sequence[Residency]:
    """Every finding on where somebody lives, the youngest first."""
    return session.scalars(
        select(Residency).where(Residency.account_id == account_id).order_by(Residency.id.desc())
    ).all()


def districts(session: Session) -> list[str]:
    """Every district in which a resident is verified now."""
    return list(
        session.scalars(
            select(Residency.district)
            .where(Residency.ended_at.is_(None), Residency.district != "")
            .distinct()
            .order_by(Residency.district)
        )
    )


def registered(session: Session, account_id: int) -> tuple[bool, bool]:
    """Whether a clerk noted somebody's register number, and their year of birth. Neither is ever shown."""
    entry = session.get(RegisterEntry, account_id)
    return (False, False) if entry is None else (entry.mark is not None, entry.birth_year is not None)


def latest_residencies(session: Session) -> Sequence[AnyRow]:
    """Who was verified last, and by whom. For clerks."""
    clerk = aliased(Account)
    return session.execute(
        select(
            Account.display_name,
            Account.public_id,
            Residency.verified_at,
            Residency.ended_at,
            clerk.display_name.label("clerk"),
        )
        .join(Account, Account.id == Residency.account_id)
        .join(clerk, clerk.id == Residency.verified_by_id)
        .order_by(Residency.id.desc())
        .limit(MOST_RECENT)
    ).all()


def _grants() -> Select[*tuple[Any, ...]]:
    granter = aliased(Account)
    return (
        select(
            RoleGrant.id,
            RoleGrant.role,
            RoleGrant.deliberation_id,
            RoleGrant.granted_at,
            RoleGrant.revoked_at,
            Account.display_name,
            Account.public_id,
            granter.display_name.label("granter"),
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .outerjoin(granter, granter.id == RoleGrant.granted_by_id)
        .order_by(RoleGrant.role, Account.display_name, RoleGrant.id)
    )


def officials(session: Session, since: datetime, until: datetime) -> Sequence[AnyRow]:
    """Who held a role at any time from `since` until just before `until`."""
    return session.execute(
        _grants().where(
            RoleGrant.granted_at < until, or_(RoleGrant.revoked_at.is_(None), RoleGrant.revoked_at >= since)
        )
    ).all()


def current_officials(session: Session) -> Sequence[AnyRow]:
    """Who holds a role now."""
    return session.execute(_grants().where(RoleGrant.revoked_at.is_(None))).all()


def former_officials(session: Session) -> Sequence[AnyRow]:
    """Roles that were taken back, the latest first."""
    return session.execute(
        _grants().where(RoleGrant.revoked_at.is_not(None)).order_by(None).order_by(RoleGrant.revoked_at.desc())
    ).all()


def roles_of(session: Session, account_id: int) -> Sequence[AnyRow]:
    """Every role somebody holds or held."""
    return session.execute(_grants().where(RoleGrant.account_id == account_id)).all()


def everybody(session: Session) -> Sequence[AnyRow]:
    """All accounts with their addresses. For the operator."""
    return session.execute(
        select(
            Account.id,
            Account.public_id,
            Account.display_name,
            Account.verified_at,
            Account.suspended_at,
            Account.erased_at,
            Credential.email,
            Credential.email_confirmed_at,
        )
        .outerjoin(Credential, Credential.account_id == Account.id)
        .order_by(Account.id)
    ).all()
