"""The migrations make exactly the tables that the models describe, and can be taken back."""

from __future__ import annotations

import flask_migrate
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from app.database import db
from tests.house.source import ROOT


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_the_tables_are_as_the_models_say(app: Flask) -> None:
    flask_migrate.check()


def test_migrations_go_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}

    flask_migrate.upgrade()
    flask_migrate.check()
