"""What changes the public side of accounts: registering, names, residency, roles, suspension, erasure."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from app import clock
from app.accounts import erasure, names, queries
from app.accounts.models import Account, Credential, Evidence, RegisterEntry, Residency, RoleGrant
from app.accounts.register import Noted
from app.acts import UNNAMED, Actor, Conflict, Done, SystemActor, act
from app.charter.actions import Action
from app.charter.roles import PER_DELIBERATION, Role
from app.charter.words import N_, Words
from app.database import db

ERASED_HERE = N_("This account was erased.")


@dataclass(frozen=True)
class Newcomer:
    """Somebody without an account, who registers."""

    id: None = None


NEWCOMER = Newcomer()


class EmailTaken(Exception):
    """There is an account with this e-mail address. Never told to whoever asked, only to the address itself."""


@act(Action.REGISTER)
def register(
    actor: Newcomer | SystemActor,
    city: Any,
    *,
    name: str,
    email: str,
    password_hash: str,
    locale: str,
    confirmed: bool = False,
) -> Done[Account]:
    """Open an account. `email` is normalised, `password_hash` made by `passwords.hashed`.

    Raises EmailTaken, and Conflict for a name that is not allowed.
    """
    _check_name(name)
    if queries.credential_by_email(db.session(), email) is not None:
        raise EmailTaken
    now = clock.now()
    account = Account(public_id=secrets.token_hex(6), display_name=name, created_at=now)
    db.session.add(account)
    db.session.flush()
    db.session.add(
        Credential(
            account_id=account.id,
            email=email,
            password_hash=password_hash,
            email_confirmed_at=now if confirmed else None,
            locale=locale,
            changed_at=now,
        )
    )
    by: Actor = actor if isinstance(actor, SystemActor) else account
    return Done(account, actor=by, subject=account)


@act(Action.RENAME_ACCOUNT)
def rename(actor: Account, account: Account, *, name: str) -> Done[Account]:
    """Show another name from now on, everywhere. Raises Conflict for a name that is not allowed."""
    _check_name(name)
    account.display_name = name
    account.salt = secrets.token_bytes(16)  # the earlier name must not be guessable from the earlier commitment
    return Done(account)


@act(Action.ERASE_ACCOUNT, erases=True)
def erase(actor: Account, account: Account) -> Done[Account]:
    """Destroy the name and everything private. Texts stay, under nobody's name.

    Raises Conflict for an account that is erased already, and for the last administrator's.
    """
    _not_erased(account)
    now = clock.now()
    for grant in account.roles:
        if grant.current:
            _take_back(actor, grant)
    account.display_name = names.ERASED
    account.verified_at = None
    account.erased_at = now
    account.salt = secrets.token_bytes(16)
    for residency in queries.residencies(db.session(), account.id):
        residency.district = ""
        residency.ended_at = residency.ended_at or now
        residency.ended_reason = None
        residency.salt = secrets.token_bytes(16)
    erasure.wipe(db.session(), account.id)
    return Done(account, actor=UNNAMED if actor.id == account.id else actor)


@act(Action.SUSPEND_ACCOUNT)
def suspend(actor: Account, account: Account) -> Done[Account]:
    """Let somebody read only. Raises Conflict where they are suspended or erased already."""
    _not_erased(account)
    if account.suspended_at is not None:
        raise Conflict(Words(N_("This account is suspended already.")))
    account.suspended_at = clock.now()
    return Done(account)


@act(Action.RESTORE_ACCOUNT)
def restore(actor: Account, account: Account) -> Done[Account]:
    """Lift a suspension. Raises Conflict where there is none."""
    if account.suspended_at is None:
        raise Conflict(Words(N_("This account is not suspended.")))
    account.suspended_at = None
    return Done(account)


@act(Action.VERIFY_RESIDENT)
def verify_resident(
    actor: Account, account: Account, *, evidence: Evidence, district: str = "", noted: Noted | None = None
) -> Done[Residency]:
    """Record that a clerk saw, in person, that somebody lives in the city.

    Raises Conflict where they are verified already, or where somebody else has their register number.
    """
    _not_erased(account)
    if account.verified_at is not None:
        raise Conflict(Words(N_("This person is verified already.")))
    account.verified_at = clock.now()
    residency = Residency(
        account_id=account.id,
        evidence=evidence,
        district=district,
        verified_at=account.verified_at,
        verified_by_id=actor.id,
    )
    db.session.add(residency)
    if noted is not None:
        _note(account, noted)
    return Done(residency, subject=account)


@act(Action.NOTE_REGISTER)
def note_register(actor: Account, account: Account, *, noted: Noted) -> Done[Account]:
    """Note, or correct, what a verified resident's place on a roll may depend on. The entry says that alone.

    Raises Conflict where they are not verified, or where somebody else has their register number.
    """
    if account.verified_at is None:
        raise Conflict(Words(N_("This person is not verified.")))
    _note(account, noted)
    return Done(account, {"number": noted.mark is not None, "birth_year": noted.birth_year is not None})


def _note(account: Account, noted: Noted) -> None:
    """Keep what was noted; what was not noted this time stays as it was."""
    session = db.session()
    if noted.mark is not None:
        other = select(RegisterEntry.account_id).where(RegisterEntry.mark == noted.mark)
        if session.scalar(other.where(RegisterEntry.account_id != account.id)) is not None:
            text = N_(
                "Another account has this register number already. One person has one account: "
                "find out which is theirs, and end the other's verification."
            )
            raise Conflict(Words(text))
    entry = session.get(RegisterEntry, account.id) or RegisterEntry(account_id=account.id)
    entry.mark = noted.mark or entry.mark
    entry.birth_year = noted.birth_year or entry.birth_year
    session.add(entry)


@act(Action.END_RESIDENCY)
def end_residency(actor: Account, account: Account, *, reason: str) -> Done[Account]:
    """Record that somebody no longer counts as living in the city. Raises Conflict where they are not verified."""
    current = [one for one in queries.residencies(db.session(), account.id) if one.ended_at is None]
    if account.verified_at is None:
        raise Conflict(Words(N_("This person is not verified.")))
    account.verified_at = None
    for residency in current:
        residency.ended_at = clock.now()
        residency.ended_by_id = actor.id
        residency.ended_reason = reason
    db.session.execute(delete(RegisterEntry).where(RegisterEntry.account_id == account.id))
    return Done(account)


@act(Action.GRANT_ROLE)
def grant_role(
    actor: Account | SystemActor, account: Account, *, role: Role, deliberation_id: int | None = None
) -> Done[RoleGrant]:
    """Give somebody an office: everywhere, or (facilitators) in one deliberation.

    Raises Conflict where they hold it already, or where the role cannot be held in one deliberation only.
    """
    _not_erased(account)
    if deliberation_id is not None and role not in PER_DELIBERATION:
        raise Conflict(Words(N_("Only facilitators can be named for one deliberation.")))
    if any(one.current and (one.role, one.deliberation_id) == (role, deliberation_id) for one in account.roles):
        raise Conflict(Words(N_("This person holds this role already.")))
    grant = RoleGrant(role=role, deliberation_id=deliberation_id, granted_by_id=actor.id, granted_at=clock.now())
    account.roles.append(grant)
    return Done(grant, _said_of(grant), subject=account)


@act(Action.REVOKE_ROLE)
def revoke_role(actor: Account | SystemActor, account: Account, *, grant_id: int) -> Done[RoleGrant]:
    """Take an office back. Raises Conflict where it was taken back already, and for the last administrator's."""
    grant = next((one for one in account.roles if one.id == grant_id and one.current), None)
    if grant is None:
        raise Conflict(Words(N_("This person no longer holds this role.")))
    _take_back(actor, grant)
    return Done(grant, _said_of(grant), subject=account)


def _take_back(actor: Account | SystemActor, grant: RoleGrant) -> None:
    if grant.role == Role.ADMINISTRATOR and not isinstance(actor, SystemActor):
        held = select(RoleGrant.id).where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None))
        if len(db.session.scalars(held.with_for_update()).all()) < 2:
            raise Conflict(Words(N_("This is the last administrator. Give the role to somebody else first.")))
    grant.revoked_at = clock.now()
    grant.revoked_by_id = actor.id


def _said_of(grant: RoleGrant) -> dict[str, object]:
    said: dict[str, object] = {"role": Role(grant.role).value}
    if grant.deliberation_id is not None:
        said["deliberation"] = f"deliberations/{grant.deliberation_id}"
    return said


def _check_name(name: str) -> None:
    found = names.problem(name)
    if found is not None:
        raise Conflict(found)


def _not_erased(account: Account) -> None:
    if account.erased_at is not None:
        raise Conflict(Words(ERASED_HERE))
