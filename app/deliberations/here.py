"""The deliberation that the present page belongs to."""

from __future__ import annotations

from flask import abort, g

from app.deliberations.queries import Listed


def here() -> Listed:
    """The deliberation in this page's address, as it was read with its rounds before the page began; 404 if none is.

    For pages that only show. An act needs the deliberation itself, which `queries.by_slug` gives.
    """
    found: Listed | None = g.get("deliberation")
    return found if found is not None else abort(404)
