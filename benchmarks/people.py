"""People to measure with, made by the same acts as everybody, and browsers that they are signed in with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from app.accounts import acts, passwords, sessions
from app.accounts.models import Account
from app.acts import CITY, OPERATOR


@dataclass(frozen=True)
class Browser:
    """What a signed-in browser sends: its cookie, and the token of the forms it was given."""

    cookie: str
    csrf_token: str


@cache
def _password_hash() -> str:
    return passwords.hashed("hazel ladder quorum tide")


def resident(name: str) -> Account:
    """Somebody with a confirmed address."""
    return acts.register(
        OPERATOR,
        CITY,
        name=name,
        email=f"{name.lower()}@example.org",
        password_hash=_password_hash(),
        locale="en",
        confirmed=True,
    )


def signed_in(app: Flask, account: Account) -> Browser:
    """A browser of theirs, without the form."""
    token = sessions.token_for(account)
    with app.test_request_context():
        session[sessions.COOKIE_KEY] = token
        csrf_token = generate_csrf()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own has it
        kept = serializer.dumps(dict(session))
    return Browser(f"{app.config['SESSION_COOKIE_NAME']}={kept}", csrf_token)
