"""What a view may answer."""

from __future__ import annotations

from werkzeug.wrappers import Response

from app.web.forms import Form

Answer = str | Response | tuple[str, int]
"""A page, a page with its status, or a response made whole (a redirect, a file)."""


def status_of(form: Form) -> int:
    """The status of a page with this form: 200 for an empty one, 422 for one with mistakes."""
    return 422 if form.errors else 200
