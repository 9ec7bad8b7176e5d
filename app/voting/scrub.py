"""Letting the database forget the box: after the seal, nothing of it stays in freed pages or in the journal.

What is left without this cannot be opened, since the round's key is gone; but the order in which envelopes lay there
should not stay either. Old backups keep what they have: see `docs/ballot-secrecy.md`.
"""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy import Engine

from app.database import writer
from app.voting.models import BallotBatch, BallotBox, BallotPending

TABLES = tuple(model.__tablename__ for model in (BallotBox, BallotPending, BallotBatch))


class ScrubError(RuntimeError):
    """The database could not be made to forget; nothing else is wrong."""


def scrub(engine: Engine) -> None:
    """Rewrite the tables that held the box. Casting in other rounds waits meanwhile, for a fraction of a second.

    :raises ScrubError: when the database would not; it can be done later (`flask voting scrub`).
    """
    connection = engine.raw_connection()
    try:
        with writer(engine):
            cursor = connection.cursor()
            if engine.dialect.name == "sqlite":
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                answer = cursor.fetchone()
                if answer is not None and answer[0]:
                    raise ScrubError("somebody was reading all the time, so that the journal could not be emptied")
            else:
                _on_its_own(connection.driver_connection, True)
                for table in TABLES:
                    cursor.execute(f"VACUUM FULL {table}")
            cursor.close()
    except (sqlite3.Error, psycopg.Error) as error:
        raise ScrubError(str(error)) from error
    finally:
        if engine.dialect.name != "sqlite":
            _on_its_own(connection.driver_connection, False)
        connection.close()


def _on_its_own(connection: object, alone: bool) -> None:
    """Let each statement of a psycopg connection stand alone, or be part of a transaction again."""
    setattr(connection, "autocommit", alone)  # noqa: B010  # psycopg's attribute, of a type that we need not import
