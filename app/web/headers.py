"""The security headers of every answer, in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, session

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Everything from this server and nothing inline: a text that slips through as markup still cannot run or call out."""

ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
OVER_HTTPS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
"""Two years."""


def init(app: Flask) -> None:
    """Put the headers on every answer of `app`."""
    app.after_request(_tell_caches)
    app.wsgi_app = _Always(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way


def _tell_caches(response: Response) -> Response:
    """A page depends on who asks and in which language."""
    headers = response.headers
    if response.mimetype == "text/html" and "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache" if "_user_id" in session else "no-cache"
        headers.add("Vary", "Accept-Language, Cookie")
    return response


class _Always:
    """Adds what every answer carries, unless its view has set it. Down here that is one list put to another; as a hook
    of Flask, which looks through all headers to set one, it took a thirtieth of a page."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        carried = (*ALWAYS, OVER_HTTPS) if environ["wsgi.url_scheme"] == "https" else ALWAYS

        def start(status: str, headers: list[tuple[str, str]], *trouble: Any) -> Any:
            given = {name for name, _ in headers}
            headers += [pair for pair in carried if pair[0] not in given]
            return start_response(status, headers, *trouble)

        return self._inner(environ, start)
