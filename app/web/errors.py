"""One style of error page: what happened, what was kept, what to do next. It gives back what was typed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    Conflict,
    Forbidden,
    HTTPException,
    InternalServerError,
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
)

from app import acts, clock
from app.charter.rules import Refused
from app.extensions import limiter
from app.web.addresses import local
from app.web.door import NUL
from app.web.formats import in_words

SHOWN = frozenset({400, 403, 404, 405, 409, 413, 429})
"""The statuses with words of their own; any other speaks as the nearest of these (see `_nearest`)."""

SECRET_PARTS = ("password", "passphrase", "token", "secret", "receipt", "ballot", "code", "key")
"""A field whose name holds one of these is never shown back."""

MOST_KEPT = 20
READING = frozenset({"GET", "HEAD"})
log = structlog.get_logger("folkmoot.errors")


@dataclass(frozen=True)
class Kept:
    """A text as it was typed, with the name of its field."""

    name: str
    text: str


def init(app: Flask) -> None:
    """Register the error pages."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(acts.Conflict, conflicted)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(InternalServerError, broken)


def refused(error: Refused) -> Response:
    """403 with the reason of the rule, and from when the act will be allowed."""
    verdict = error.verdict
    reason = in_words(verdict.reason) if verdict.reason else _("The charter does not allow this.")
    return _page(
        "refused",
        403,
        action=error.action,
        reason=reason,
        from_when=verdict.from_when,
        remedy_kind=verdict.remedy,
        again=_form_address(),
    )


def conflicted(error: acts.Conflict) -> Response:
    """409 with the words of the act that could not be done as things stand."""
    return _page("409", 409, said=in_words(error.words), again=_form_address())


def stale_form(error: CSRFError) -> Response:
    """400: the form's own proof of origin is missing or out of date."""
    log.info("form_refused", route=request.endpoint, why=error.description)
    return _page("stale_form", 400, again=_form_address())


def failed(error: HTTPException) -> Response:
    """An error that Flask, Werkzeug or a view raised on purpose."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    if status >= 500:
        return broken(InternalServerError(original_exception=error))
    answer = _page(str(_nearest(status)), status, said=_said(error), until=_retry_at(error), again=_form_address())
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            answer.headers[name] = value
    return answer


def broken(error: InternalServerError) -> Response:
    """500, with a reference that the log has too. Asks nobody anything: the database may be what is broken."""
    reference = g.get("request_id") or secrets.token_hex(6)
    cause = error.original_exception
    log.error("page_failed", id=reference, route=request.endpoint, kind=type(cause).__name__)
    template = current_app.jinja_env.get_template("errors/500.html")
    page = template.render(reference=reference, kept=kept(), plain_head=True)
    return make_response(page, 500)


def kept() -> list[Kept]:
    """The texts that somebody typed into the form they sent: what takes effort to write again, and no secret."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return []
    try:
        sent = [(name, text) for name, texts in request.form.lists() for text in texts]
    except RequestEntityTooLarge:
        return []  # what is too large was never read; the page says how to get back to it
    return [Kept(name, text.replace(NUL, "")) for name, text in sent if _typed(name, text)][:MOST_KEPT]


def _typed(name: str, text: str) -> bool:
    low = name.lower()
    return any(mark in text.strip() for mark in (" ", "\n")) and not any(part in low for part in SECRET_PARTS)


def _page(name: str, status: int, **more: object) -> Response:
    page = render_template(f"errors/{name}.html", kept=kept(), towards=_towards(), **more)
    return make_response(page, status)


def _nearest(status: int) -> int:
    return status if status in SHOWN else {401: 403, 410: 404, 415: 400}.get(status, 400)


def _said(error: HTTPException) -> str | None:
    """What a view said when it gave up, in place of our general words."""
    if isinstance(error, Forbidden | NotFound | Conflict) and error.description != type(error).description:
        return error.description
    return None


def _form_address() -> str | None:
    """Where the form that was sent can be opened again: its own address if it can be read, else the page it was on."""
    rule = request.url_rule
    if request.method in READING or rule is None:
        return None
    if "GET" in (rule.methods or ()):
        return request.path
    page = urlsplit(request.referrer or "")
    return local(page.path, "") or None if page.netloc == request.host else None


def _towards() -> str | None:
    """Where somebody who signs in now should be led: to the page they asked for, or to the form they sent."""
    return request.full_path.rstrip("?") if request.method in READING else _form_address()


def _retry_at(error: HTTPException) -> datetime | None:
    """When to try again, after too many requests."""
    if isinstance(error, RateLimitExceeded):
        limit = limiter.current_limit
        return None if limit is None else datetime.fromtimestamp(limit.reset_at, UTC)
    wait = error.retry_after if isinstance(error, TooManyRequests) else None
    return clock.now() + timedelta(seconds=wait) if isinstance(wait, int) else wait
