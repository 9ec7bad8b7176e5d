"""A log that is there already is found by the new filters once the database was upgraded."""

from __future__ import annotations

from dataclasses import replace

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.audit import entries
from app.audit.entries import Wanted
from app.charter.rounds import RoundKind
from app.config import Settings
from app.database import db
from tests import given


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Entries get their place at once, on PostgreSQL too."""
    return replace(settings, sequencer="inline")


def test_offices_are_known_of_entries_from_before_and_the_log_stays_closed(app: Flask, frozen) -> None:
    given.proposal(given.deliberation(round=RoundKind.PROPOSE), by=given.resident())
    before = [line.body for line in entries.listing(db.session(), Wanted()).lines]
    db.session.remove()
    flask_migrate.downgrade(revision="0001")
    flask_migrate.upgrade()
    found = entries.listing(db.session(), Wanted()).lines
    assert [line.body for line in found] == before
    for role in {line.by["role"] for line in found}:
        expected = [line.index for line in found if line.by["role"] == role]
        assert [line.index for line in entries.listing(db.session(), Wanted(role=role)).lines] == expected
    with pytest.raises(DatabaseError, match="only ever added to"), db.engine.begin() as connection:
        connection.execute(text("UPDATE log_entries SET role = 'mayor'"))
