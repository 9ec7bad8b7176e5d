"""What a view may answer."""

from __future__ import annotations

from werkzeug.wrappers import Response

Answer = str | Response | tuple[str, int]
"""A page, a page with its status, or a response made whole (a redirect, a file)."""
