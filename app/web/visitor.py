"""Who is asking: their account, their language, and a key for rate limits that is not their address."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, cast

from flask import current_app, g, has_request_context, request
from flask_login import current_user

from app import clock

if TYPE_CHECKING:
    from app.accounts.models import Account

LOCALES = ("en", "es")
LANGUAGE_COOKIE = "lang"


def actor() -> Account | None:
    """The signed-in account itself (not flask-login's proxy), or None for a stranger."""
    person = current_user._get_current_object()
    return cast("Account", person) if person.is_authenticated else None


def locale() -> str:
    """The language of this page: chosen by the visitor, else asked for by the browser, else the city's."""
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if "locale" not in g:
        g.locale = _locale()
    return str(g.locale)


def _locale() -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LOCALES:
        return chosen
    default = str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if "Accept-Language" not in request.headers:
        return default
    return request.accept_languages.best_match(LOCALES, default) or default


def limiter_key() -> str:
    """A keyed hash of the visitor's address that changes every day: enough to count by, useless to track by."""
    day = clock.now().date().isoformat()
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"{day}|{request.remote_addr}".encode(), hashlib.sha256).hexdigest()[:32]


def mixing_seed() -> int:
    """A number that orders `mixed` lists: the same for one visitor all day, another for each, and not their address."""
    return int(limiter_key()[:8], 16)


def writing_rate() -> str:
    """How much one visitor may write."""
    return str(current_app.config["FOLKMOOT"].writing_rate)
