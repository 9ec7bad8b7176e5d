"""The security headers of every answer, in one place."""

from __future__ import annotations

from flask import Flask, Response, request, session

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
TWO_YEARS = "max-age=63072000; includeSubDomains"


def init(app: Flask) -> None:
    """Put the headers on every answer of `app`."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers = response.headers
    headers.extend(pair for pair in ALWAYS if pair[0] not in headers)
    if request.is_secure:
        headers["Strict-Transport-Security"] = TWO_YEARS
    if response.mimetype == "text/html" and "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache" if "_user_id" in session else "no-cache"
        headers.add("Vary", "Accept-Language, Cookie")
    return response
