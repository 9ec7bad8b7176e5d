"""The session's cookie, at no cost to those who have none."""

from __future__ import annotations

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but a visitor without a session is neither asked for one nor told anything about it.

    Most requests are theirs, and setting up the signer for nothing took as long as reading a row.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified:
            super().save_session(app, session, response)
        elif session.accessed and "Cookie" not in response.headers.get("Vary", ""):
            response.headers.add("Vary", "Cookie")
