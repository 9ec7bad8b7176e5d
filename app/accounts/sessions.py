"""Who is signed in: the cookie holds a random token, the server holds its hash, and ending the row ends the session."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from flask import g, session
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager
from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from app import clock
from app.accounts import browsers, queries
from app.accounts.models import Account, SignIn
from app.database import db
from app.writing import private_write

COOKIE_KEY = "_user_id"
"""Where Flask-Login keeps what it gives to the loader."""
KEPT_FOR = timedelta(days=30)
"""From signing in, for those who asked to stay signed in on this device."""
UNUSED_FOR = timedelta(hours=12)
"""From the last use, for everybody else: a browser left open in a library is not signed in the next day."""


def bind(manager: LoginManager) -> None:
    """Tell Flask-Login how an account is found, and where people sign in."""
    manager.user_loader(account_of)
    manager.session_protection = None  # it would tie a session to an address, which changes on every train
    manager.login_view = "accounts.sign_in"
    manager.login_message = _l("Sign in to see this page.")
    manager.login_message_category = "info"


def begin(account: Account, *, kept: bool, user_agent: str) -> None:
    """Sign this browser in. Whatever its session held before is gone, so that nobody can have prepared it."""
    session.clear()
    session[COOKIE_KEY] = token_for(account, kept=kept, user_agent=user_agent)
    session.permanent = kept


def token_for(account: Account, *, kept: bool = False, user_agent: str = "") -> str:
    """A new signed-in browser's token, for its cookie; the server keeps only the token's hash."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with private_write() as write:
        write.execute(delete(SignIn).where(SignIn.account_id == account.id, ~_alive(now)))
        write.add(
            SignIn(
                account_id=account.id,
                token_hash=_hash(token),
                created_at=now,
                seen_at=_to_the_hour(now),
                browser=browsers.named(user_agent),
                kept=kept,
            )
        )
    return token


def account_of(token: str) -> Account | None:
    """Whose token this is, in one statement; None when it was ended, has run out or never was."""
    now = clock.now()
    found = db.session.execute(
        select(Account, SignIn.id, SignIn.seen_at)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(SignIn.token_hash == _hash(token), _alive(now))
    ).one_or_none()
    if found is None:
        session.pop(COOKIE_KEY, None)
        return None
    account, g.sign_in_id, seen_at = found
    if _to_the_hour(now) > seen_at:
        with private_write() as write:
            write.execute(update(SignIn).where(SignIn.id == g.sign_in_id).values(seen_at=_to_the_hour(now)))
    return account


def current_id() -> int | None:
    """The sign-in of the browser that asks."""
    found: int | None = g.get("sign_in_id")
    return found


def living(account: Account) -> Sequence[SignIn]:
    """Somebody's browsers that are signed in now."""
    return [one for one in queries.sign_ins(db.session(), account.id) if _lives(one, clock.now())]


def end_this() -> None:
    """Sign this browser out."""
    token = session.get(COOKIE_KEY)
    session.clear()
    if token is not None:
        with private_write() as write:
            write.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))


def end(account: Account, sign_in_id: int) -> None:
    """Sign one of somebody's browsers out; nothing happens if it is not theirs."""
    with private_write() as write:
        write.execute(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.account_id == account.id))


def end_all(account_id: int, *, but: int | None = None) -> None:
    """Sign all of somebody's browsers out, apart from the sign-in `but`."""
    with private_write() as write:
        write.execute(delete(SignIn).where(SignIn.account_id == account_id, SignIn.id != (but or 0)))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _to_the_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _alive(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(SignIn.kept.is_(True), SignIn.created_at > now - KEPT_FOR),
        and_(SignIn.kept.is_(False), SignIn.seen_at > now - UNUSED_FOR),
    )


def _lives(one: SignIn, now: datetime) -> bool:
    return one.created_at > now - KEPT_FOR if one.kept else one.seen_at > now - UNUSED_FOR
