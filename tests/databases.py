"""Making the databases that tests start from. Imports Folkmoot late: pure tests don't wait for Flask."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import Settings

SECRET = "a secret for tests which protects nobody"


@contextmanager
def once(folder: Path) -> Iterator[bool]:
    """Whether this is the first worker to come here, while the others wait. Making `folder` is the mark."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first = not (folder / "ready").exists()
        folder.mkdir(exist_ok=True)
        yield first
        (folder / "ready").touch()


def settings_for(folder: Path, database: str = "") -> Settings:
    """Settings for tests; with no database named, SQLite in the folder."""
    return Settings(
        env="testing",
        secret_key=SECRET,
        instance_path=str(folder),
        database_url=database,
        city_name="Riverbend",
        accept_loss=True,
    )


def migrate(settings: Settings) -> None:
    import flask_migrate
    from sqlalchemy import text

    from app import create_app
    from app.database import db

    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        if settings.on_sqlite:  # so that the file alone is the whole database
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        leave()


def leave() -> None:
    from app.database import db

    db.session.remove()
    db.engine.dispose()
