"""Whether this server works: for the machines that watch it."""

from __future__ import annotations

from functools import cache

import structlog
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from app.config import ROOT
from app.database import db

log = structlog.get_logger("folkmoot.health")


def faults() -> list[str]:
    """Why this server cannot serve pages now; empty when it can."""
    try:
        with db.engine.connect() as connection:
            at = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError as error:
        log.warning("not_ready", kind=type(error).__name__)
        return ["the database does not answer"]
    return [] if at == _newest() else ["the database is not migrated: run `flask db upgrade`"]


@cache
def _newest() -> set[str]:
    """The migrations that this version of Folkmoot ends with."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return set(ScriptDirectory.from_config(config).get_heads())
