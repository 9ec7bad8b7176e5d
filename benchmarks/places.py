"""Where the measuring happens: a throw-away SQLite file, and a throw-away PostgreSQL that waits for its disk."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app import create_app
from app.config import Settings
from tests import components, services
from tests.databases import leave, migrate

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
KEY = secrets.token_urlsafe(48)


@dataclass(frozen=True)
class Place:
    """A migrated database with the folder of its instance, set up as a city would."""

    kind: str
    settings: Settings

    @property
    def database(self) -> str:
        return self.settings.database

    @property
    def environment(self) -> dict[str, str]:
        """What a server has to be started with."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")},
            "FOLKMOOT_ENV": self.settings.env,
            "FOLKMOOT_SECRET_KEY": self.settings.secret_key,
            "FOLKMOOT_INSTANCE_PATH": self.settings.instance_path,
            "FOLKMOOT_DATABASE_URL": self.settings.database_url,
            "FOLKMOOT_KEY_COPY_PATH": self.settings.key_copy_path,
        }

    @contextmanager
    def entered(self) -> Iterator[Flask]:
        """An application on this database, with its context."""
        app = create_app(self.settings)
        with app.app_context():
            yield app
            leave()


def kinds() -> list[str]:
    """The databases that can be measured on this machine."""
    return [SQLITE] if components.postgresql_programs() is None else [SQLITE, POSTGRESQL]


def fresh(kind: str, folder: Path, name: str) -> Place:
    """A new, empty, migrated database of this kind, made in `folder` under this name."""
    address = _on_postgresql(folder, name) if kind == POSTGRESQL else ""
    instance = folder / f"{kind}-{name}"
    copies = instance / "key-copies"
    copies.mkdir(parents=True)
    settings = Settings(
        env="production",
        secret_key=KEY,
        instance_path=str(instance),
        database_url=address,
        key_copy_path=str(copies),
    )
    migrate(settings)
    return Place(kind, settings)


def _on_postgresql(folder: Path, name: str) -> str:
    cluster = services.postgresql(folder, os.getpid(), hurry=False)
    services.recreate(cluster, name, template="template0")
    return services.address(cluster, name)
