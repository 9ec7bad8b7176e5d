from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Flask

from app import create_app
from app.config import Settings
from tests.pages import CheckedClient


def test_a_server_on_a_migrated_database_is_ready(client: CheckedClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ready", "faults": []})


def test_a_server_on_a_database_without_tables_is_not_ready_but_alive(settings: Settings, tmp_path: Path) -> None:
    empty = _app_on(settings, f"sqlite:///{tmp_path / 'empty.db'}").test_client()
    assert empty.get("/readyz").status_code == 503
    assert "flask db upgrade" in empty.get("/readyz").get_json()["faults"][0]
    assert empty.get("/healthz").get_json() == {"status": "ok"}


def test_a_server_without_its_database_says_that_it_does_not_answer(settings: Settings, tmp_path: Path) -> None:
    cut_off = _app_on(settings, f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}").test_client()
    answer = cut_off.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["faults"] == ["the database does not answer"]
    assert cut_off.get("/healthz").status_code == 200


def _app_on(settings: Settings, database: str) -> Flask:
    return create_app(replace(settings, database_url=database))
