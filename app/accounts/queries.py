"""Reading about people."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Credential, RoleGrant
from app.charter.roles import STRANGER, Held, Role, Standing


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
