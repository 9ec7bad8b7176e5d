"""There is one sequencer at a time, and none at all on a database that was put back from yesterday."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from app.audit import sequencer
from app.audit.home import HaltedError
from app.audit.notes import read_checkpoint
from tests import services
from tests.audit.conftest import Park


@pytest.fixture
def only_on_postgresql(park: Park) -> None:
    if park.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time, so a sequencer would hold up acts too")


def test_a_second_sequencer_waits_for_the_first_while_acts_go_on(park: Park, only_on_postgresql: None) -> None:
    park.place(1, "Mill Street")
    second = threading.Thread(target=park.sequence)
    with park.engine.connect() as first, first.begin():
        first.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": sequencer._ADVISORY})
        second.start()
        wait_until(lambda: bool(park.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")))
        park.place(2, "Quay")
        assert park.ask("SELECT count(*) FROM log_entries")[0][0] == 0
    second.join()
    assert park.ask("SELECT count(*) FROM log_entries")[0][0] == 2
    assert park.verify().whole


def wait_until(said: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not said():
        assert time.monotonic() < until
        time.sleep(0.01)


class Backups:
    """Copies of the park's whole database, as the database's own tools make them."""

    def __init__(self, park: Park, folder: Path) -> None:
        self.park = park
        self.copy = folder / "backup.db"

    def make(self) -> None:
        self.park.engine.dispose()
        self._copied(str(self.park.engine.url.database), str(self.copy), "backup")

    def restore(self) -> None:
        self.park.engine.dispose()
        self._copied(str(self.copy), str(self.park.engine.url.database), "restore")

    def _copied(self, source: str, target: str, way: str) -> None:
        if self.park.engine.dialect.name == "sqlite":
            with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
                old.backup(new)
            return
        name = str(self.park.engine.url.database)
        socket = Path(str(self.park.engine.url.query["host"]))
        names = (f"{name}_backup", name) if way == "backup" else (name, f"{name}_backup")
        services.recreate(socket, *names)


@pytest.fixture
def backups(park: Park, tmp_path: Path) -> Backups:
    return Backups(park, tmp_path)


def test_a_database_put_back_from_yesterday_signs_nothing_and_keeps_new_acts(park: Park, backups: Backups) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    backups.make()
    park.place(2, "Quay")
    park.sequence()
    signed = park.home.last_signed()
    backups.restore()
    park.place(3, "Bridge")
    with pytest.raises(HaltedError, match="has 1 log entries, but 2 were signed"):
        park.sequence()
    assert park.ask("SELECT count(*) FROM log_pending")[0][0] == 1
    assert park.home.last_signed() == signed
    assert "Was a backup restored?" in str(park.home.halted())


def test_a_database_put_back_that_has_grown_again_still_signs_nothing(park: Park, backups: Backups) -> None:
    """As many entries as were signed, but others: what was signed is not among its checkpoints."""
    park.place(1, "Mill Street")
    backups.make()
    park.sequence()
    signed = park.home.last_signed()
    backups.restore()
    park.place(2, "Quay")
    with pytest.raises(HaltedError):
        park.sequence()
    assert park.ask("SELECT count(*) FROM log_checkpoints")[0][0] == 0
    assert signed is not None
    assert read_checkpoint(signed, park.vkey).size == 1
