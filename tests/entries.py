"""What the acts of a test have said, whether their entries have their place in the tree yet or wait for it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from app.audit.models import LogEntry, LogPending
from app.database import db


def entries(*acts: str, of: str | None = None) -> list[dict[str, Any]]:
    """The entries of these acts (any, if none is named), upon this thing if one is named, in order."""
    said = [json.loads(body) for body in bodies()]
    return [one for one in said if (not acts or one["act"] in acts) and of in (None, one.get("object"))]


def bodies() -> list[bytes]:
    """Every entry as the bytes that are hashed."""
    return [
        *db.session.scalars(select(LogEntry.body).order_by(LogEntry.idx)),
        *db.session.scalars(select(LogPending.body).order_by(LogPending.id)),
    ]
