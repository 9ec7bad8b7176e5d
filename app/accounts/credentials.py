"""How people prove who they are: addresses and passwords. Private, so no acts."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts import passwords, queries, sessions
from app.accounts.models import Account, Credential
from app.database import db
from app.writing import private_write


def normal(email: str) -> str | None:
    """An e-mail address in the one form in which it is kept and looked for; None if it cannot be one."""
    try:
        found = validate_email(email.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    said = (found.ascii_email or found.normalized).lower()
    return said if len(said) <= 254 else None


def checked(email: str, password: str) -> Account | None:
    """Whose address and password these are. Takes as long when nobody has the address."""
    credential = queries.credential_by_email(db.session(), normal(email) or "")
    if not passwords.matches(password, credential.password_hash if credential else None) or credential is None:
        return None
    if passwords.outdated(credential.password_hash):
        fresh = passwords.hashed(password)
        with private_write():
            credential.password_hash = fresh
    return credential.account


def owns(account: Account, password: str) -> bool:
    """Whether this is the account's password."""
    return passwords.matches(password, queries.credential_of(db.session(), account.id).password_hash)


def confirm(credential: Credential) -> bool:
    """Take note that mail to the address (or the new one) reaches them. False if somebody else has it by now."""
    try:
        with private_write():
            credential.email = credential.new_email or credential.email
            credential.new_email = None
            credential.email_confirmed_at = clock.now()
    except IntegrityError:
        return False
    return True


def ask_for_new_email(credential: Credential, email: str) -> None:
    """Remember the address they want; it counts once they follow the link sent there."""
    with private_write():
        credential.new_email = email


def set_password(credential: Credential, password: str, *, keep: int | None = None) -> None:
    """Change the password and end every sign-in but `keep`. `password` has been judged strong enough."""
    fresh = passwords.hashed(password)
    with private_write():
        credential.password_hash = fresh
        credential.changed_at = clock.now()
    sessions.end_all(credential.account_id, but=keep)


def reset_password(credential: Credential, password: str) -> None:
    """Set a new password by a mailed link, which proves the address too."""
    fresh = passwords.hashed(password)
    with private_write():
        credential.password_hash = fresh
        credential.changed_at = clock.now()
        credential.email_confirmed_at = credential.email_confirmed_at or clock.now()
    sessions.end_all(credential.account_id)
