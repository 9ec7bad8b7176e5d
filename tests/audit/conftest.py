"""A log on a database of its own, and a small record beside it: the benches of a park."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Engine, Integer, LargeBinary, MetaData, String, Table, create_engine, text
from sqlalchemy.orm import Session

from app.audit import log, rows, sequencer
from app.audit.checks import Report, verify
from app.audit.home import Home
from app.audit.verify import Vkey
from app.database import WRITE, UtcTime, writer
from tests import services
from tests.audit import every_act
from tests.databases import once, settings_for

MORNING = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

BENCHES = Table(
    "benches",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("place", String(80)),
    Column("placed_at", UtcTime()),
    Column("tags", JSON),
    Column("photo", LargeBinary),
    Column("sitters", Integer, default=0, info={"derived": True}),
    Column("keeper", String(80), default="", info={"private": True}),
    Column("salt", LargeBinary),
)

UNLOCK = {
    "sqlite": [
        f"DROP TRIGGER {table}_keep_{verb}"
        for table in ("log_entries", "log_checkpoints")
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "DROP TRIGGER log_entries_keep ON log_entries",
        "DROP TRIGGER log_checkpoints_keep ON log_checkpoints",
    ],
}


@dataclass
class Park:
    """Somebody who places benches by acts, and the log of it."""

    engine: Engine
    home: Home
    acts: int = 0

    def place(self, number: int, where: str, **more: Any) -> None:
        """Place a bench, or place it elsewhere."""
        values = {
            "id": number,
            "place": where,
            "placed_at": MORNING + timedelta(microseconds=number),
            "tags": {"árbol": [True, None, "ñ"]},
            "photo": b"\x00\xff",
            "sitters": 0,
            "keeper": "Ada",
            "salt": secrets.token_bytes(16),
            **more,
        }
        with self.acting() as session:
            session.connection().execute(BENCHES.delete().where(BENCHES.c.id == number))
            session.connection().execute(BENCHES.insert(), values)
            self.log(session, "bench.placed", {f"benches/{number}": rows.row_digest(BENCHES, values)})

    def remove(self, number: int) -> None:
        with self.acting() as session:
            session.connection().execute(BENCHES.delete().where(BENCHES.c.id == number))
            self.log(session, "bench.removed", {f"benches/{number}": None})

    @contextmanager
    def acting(self) -> Iterator[Session]:
        """A write transaction such as an act has."""
        with writer(self.engine), self.engine.connect() as connection:
            connection.execution_options(**{WRITE: True})
            with connection.begin(), Session(connection) as session:
                yield session

    def log(self, session: Session, act: str, changed: dict[str, str | None], **facts: object) -> str:
        self.acts += 1
        act_id = secrets.token_hex(16)
        log.append(
            session,
            act_id=act_id,
            act=act,
            at=MORNING + timedelta(seconds=self.acts),
            by=self.by(session, act),
            subject=next(iter(changed), None),
            process=None if act.startswith("key.") else "parks/1",
            facts=facts,
            rows=changed,
        )
        return act_id

    def by(self, session: Session, act: str) -> dict[str, str]:
        """The park's keeper; of the log's own keys, the operator."""
        if act.startswith("key."):
            return {"role": "operator"}
        return {"p": log.alias_of(session, 7, "parks/1"), "role": "clerk"}

    def sequence(self, **how: Any) -> int:
        return sequencer.run(self.engine, self.home, **how)

    @property
    def vkey(self) -> Vkey:
        return self.home.signer(may_make=False).vkey

    def verify(self, **how: Any) -> Report:
        return verify(self.engine, self.home, self.vkey, tables=[BENCHES], **how)

    def tamper(self, statement: str, **values: object) -> None:
        """Change the database by hand, as its owner can."""
        with self.acting() as session:
            session.connection().execute(text(statement), values)

    def ask(self, statement: str, **values: object) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement), values))

    def unlock(self) -> None:
        """Take away the database's own refusal to change the log."""
        for statement in UNLOCK[self.engine.dialect.name]:
            self.tamper(statement)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = create_engine(database)
    BENCHES.create(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def walked_sqlite(run_folder: Path, sqlite_template: Path) -> Path:
    """An instance folder in whose city every act was done once (`every_act.py`), made once in a test run."""
    folder = run_folder / "walked-sqlite"
    with once(folder) as first:
        if first:
            shutil.copy(sqlite_template, folder / "folkmoot.db")
            every_act.make(settings_for(folder))
    return folder


@pytest.fixture(scope="session")
def walked_postgresql(run_folder: Path, postgresql: Path) -> Path:
    """The same on PostgreSQL: the folder is beside a database of its name."""
    folder = run_folder / "walked-postgresql"
    with once(folder) as first:
        if first:
            services.recreate(postgresql, folder.name, "folkmoot_template")
            every_act.make(settings_for(folder, services.address(postgresql, folder.name)))
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, tmp_path: Path, worker: str) -> Iterator[every_act.City]:
    """A copy of its own of the city in which every act was done, with an application context: on both databases."""
    template: Path = request.getfixturevalue(f"walked_{request.param}")
    folder, address = tmp_path / "instance", ""
    shutil.copytree(template, folder)
    if request.param == "postgresql":
        socket: Path = request.getfixturevalue("postgresql")
        services.recreate(socket, f"folkmoot_{worker}", template.name)
        address = services.address(socket, f"folkmoot_{worker}")
    with every_act.opened(settings_for(folder, address)) as city:
        yield city


@pytest.fixture
def park(engine: Engine, tmp_path: Path) -> Park:
    return Park(engine, Home(tmp_path, "city.example/log"))
