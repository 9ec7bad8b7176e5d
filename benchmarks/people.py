"""People to measure with, made by the same acts as everybody, and browsers that they are signed in with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

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
    return browser(app, {sessions.COOKIE_KEY: sessions.token_for(account)})


def browser(app: Flask, kept: dict[str, str]) -> Browser:
    """A browser whose session holds this, and the secret that its forms' tokens are made from."""
    raw = secrets.token_hex(20)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own has it
    signed = serializer.dumps({**kept, "csrf_token": raw})
    token = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw)
    return Browser(f"{app.config['SESSION_COOKIE_NAME']}={signed}", str(token))
