"""What the log says, for tests: every waiting entry is given its place first, as the sequencer would."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.audit import sequencer
from app.audit.home import Home
from app.audit.models import LogEntry
from app.database import db


def entries(act: str | None = None) -> list[dict[str, Any]]:
    """Every entry, or every one of an act, in the order of the log."""
    return [json.loads(body) for body in bodies(act)]


def bodies(act: str | None = None) -> list[bytes]:
    """The same as the bytes that were hashed."""
    sequencer.run(db.engine, Home.of(current_app.config["FOLKMOOT"]))
    statement = select(LogEntry.body).order_by(LogEntry.idx)
    return list(db.session.scalars(statement if act is None else statement.where(LogEntry.act == act)))
