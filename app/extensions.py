"""The extensions that `create_app` binds to the application. The database has its own file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from app.web.visitor import limiter_key

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class SendersLimiter(Limiter):
    """Flask-Limiter, which leaves readers alone.

    Every limit of ours is on sending a form, and stands at its view, which asks for it. The hooks of the extension
    would still look for limits on every page, which took a tenth of it.
    """

    def init_app(self, app: Flask) -> None:
        hooks: tuple[list[Any], ...] = (app.before_request_funcs[None], app.after_request_funcs[None])
        already = [len(some) for some in hooks]
        super().init_app(app)
        for some, first in zip(hooks, already, strict=True):
            some[first:] = [_for_senders(hook) for hook in some[first:]]


def _for_senders(hook: Callable[..., Any]) -> Callable[..., Any]:
    """`hook` (before a request, or after one with its answer), passed over where somebody only reads."""

    def guarded(*answer: Any) -> Any:
        if request.method in READING:
            return answer[0] if answer else None
        return hook(*answer)

    return guarded


babel = Babel()
compress = Compress()
csrf = CSRFProtect()
limiter = SendersLimiter(key_func=limiter_key, headers_enabled=True, strategy="fixed-window")
login_manager = LoginManager()
migrate = Migrate()
