"""What every test can ask for.

`app` runs a test twice, on SQLite and on PostgreSQL, each time on a database of its own: migrations run
once, into a template, and each test gets a copy. Pure tests ask for nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from flask import Flask

from app import clock
from app.config import Settings
from tests import components, services
from tests.databases import leave, migrate, once, settings_for
from tests.pages import CheckedClient, Visitor

TEMPLATE = "folkmoot_template"

# ---------------------------------------------------------------- a skip in CI


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI, a test that was skipped for want of a component has failed: nobody would look at a skip."""
    report = yield
    if report.skipped and components.in_ci() and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if components.MISSING in reason:
            report.outcome = "failed"
            report.longrepr = f"CI must try everything. {reason}"
    return report


# ---------------------------------------------------------------- databases


@pytest.fixture(scope="session", autouse=True)
def _waits_for_no_disk() -> Iterator[None]:
    """Nothing of a test has to survive a power cut, and waiting for the disk is most of what an act takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def worker() -> str:
    """This process among pytest's workers, such as gw1."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def sqlite_template(run_folder: Path) -> Path:
    """An SQLite file after all migrations."""
    folder = run_folder / "sqlite-template"
    file = folder / "folkmoot.db"
    with once(folder) as first:
        if first:
            migrate(settings_for(folder, f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgresql(run_folder: Path) -> Path:
    """The socket folder of a PostgreSQL whose template database is after all migrations."""
    owner = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    socket = services.postgresql(run_folder, owner)
    folder = run_folder / "postgresql-template"
    with once(folder) as first:
        if first:
            services.recreate(socket, TEMPLATE, template="template0")
            migrate(settings_for(folder, services.address(socket, TEMPLATE)))
    return socket


# ---------------------------------------------------------------- the application


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, worker: str) -> str:
    """The address of an empty, migrated database of this test's own."""
    if request.param == "sqlite":
        file = tmp_path / "folkmoot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    socket = request.getfixturevalue("postgresql")
    name = f"folkmoot_{worker}"
    services.recreate(socket, name, TEMPLATE)
    return services.address(socket, name)


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """The settings of `app`. A test that needs others overrides this fixture with `replace(settings, …)`."""
    return settings_for(tmp_path, database)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Folkmoot on an empty database, with an application context: once on SQLite, once on PostgreSQL."""
    from app import create_app

    app = create_app(settings)
    app.test_client_class = CheckedClient
    with app.app_context():
        yield app
        leave()


@pytest.fixture(scope="session")
def demo_template(run_folder: Path, sqlite_template: Path) -> Path:
    """An instance folder that holds the demo city, made once in a test run by `flask demo load`."""
    from app import create_app

    folder = run_folder / "demo-template"
    with once(folder) as first:
        if first:
            shutil.copy(sqlite_template, folder / "folkmoot.db")
            app = create_app(settings_for(folder))
            loaded = app.test_cli_runner().invoke(args=["demo", "load"])
            assert loaded.exit_code == 0, loaded.output
            with app.app_context():
                leave()
    return folder


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """Folkmoot on a copy of the demo city (on SQLite), with an application context."""
    from app import create_app

    folder = tmp_path / "instance"
    shutil.copytree(demo_template, folder)
    app = create_app(settings_for(folder))
    app.test_client_class = CheckedClient
    with app.app_context():
        yield app
        leave()


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """A browser's bare requests. Every page that comes back is checked (`tests/pages.py`)."""
    return cast(CheckedClient, app.test_client())


@pytest.fixture
def page(client: CheckedClient) -> Visitor:
    """A person who follows links and fills in forms."""
    return Visitor(client)


@pytest.fixture
def frozen() -> Iterator[datetime]:
    """Stop the clock on a spring morning; `clock.travel(timedelta(…))` moves it on."""
    clock.freeze(datetime(2026, 5, 4, 9, 0, tzinfo=UTC))
    yield clock.now()
    clock.release()
