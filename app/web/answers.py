"""What a view may answer."""

from __future__ import annotations

from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

Answer = str | Response | tuple[str, int]
"""A page, a page with its status, or a response made whole (a redirect, a file)."""


def status_of(form: FlaskForm) -> int:
    """The status of a page with this form: 200 for an empty one, 422 for one with mistakes."""
    return 422 if form.errors else 200
