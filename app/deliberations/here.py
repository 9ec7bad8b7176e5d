"""The deliberation that a page's address names."""

from __future__ import annotations

from flask import abort, g

from app.database import db
from app.deliberations import queries
from app.deliberations.models import Deliberation
from app.deliberations.queries import Listed


def here() -> Listed:
    """The deliberation in this page's address, as it was read with its rounds before the page began; 404 if none is.

    For pages that only show. An act needs the deliberation itself: `deliberation_or_404`.
    """
    found: Listed | None = g.get("deliberation")
    return found if found is not None else abort(404)


def deliberation_or_404(slug: str) -> Deliberation:
    """The deliberation itself, for pages that lead to an act."""
    return queries.by_slug(db.session(), slug) or abort(404)
