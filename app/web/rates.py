"""How often something was done, counted in the database: so the count is one for all processes, on either database.

Flask-Limiter finds this by the scheme `folkmoot://`. Each count goes through its own short transaction, since it must
stay even where the request fails. What is counted by is stored as a keyed hash only.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Response, current_app, g, request
from limits.storage import Storage
from sqlalchemy import Connection, Table, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.accounts.models import Attempts
from app.config import Settings
from app.database import WRITE, Model, db, writer

ADDRESS = "folkmoot://"
"""What Flask-Limiter is told as its storage."""

_TABLE: Table = Model.metadata.tables[Attempts.__tablename__]
_AN_HOUR = timedelta(hours=1)


class TableStorage(Storage):
    """Counters in the table `attempts`: one row for each thing counted, until its window of time ends."""

    STORAGE_SCHEME = ["folkmoot"]

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """None is wrapped: a count that cannot be kept is an error like any other."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more, in a window of `expiry` seconds that begins with the first. Returns the count."""
        now = clock.now()
        until = now + timedelta(seconds=expiry)
        over = _TABLE.c.expires_at <= now
        with _short_transaction() as connection:
            count, ends = connection.execute(
                _insert(connection)
                .values(key=keyed(key), count=amount, expires_at=until)
                .on_conflict_do_update(
                    index_elements=["key"],
                    set_={
                        "count": case((over, amount), else_=_TABLE.c.count + amount),
                        "expires_at": case((over, until), else_=_TABLE.c.expires_at),
                    },
                )
                .returning(_TABLE.c.count, _TABLE.c.expires_at)
            ).one()
            if count == amount:  # a window begins: the moment to sweep out those long over
                connection.execute(delete(_TABLE).where(_TABLE.c.expires_at < now - _AN_HOUR))
        _seen()[key] = (count, ends)
        return int(count)

    def get(self, key: str) -> int:
        """The count in the present window."""
        return self._read(key)[0]

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds since 1970."""
        return self._read(key)[1].timestamp()

    def check(self) -> bool:
        """Whether the counters can be read."""
        self._read("check")
        return True

    def reset(self) -> int:
        """Forget every count."""
        return self._delete(None)

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._delete(key)

    def _read(self, key: str) -> tuple[int, datetime]:
        seen = _seen()
        if key not in seen:
            now = clock.now()
            with db.engine.connect() as connection:
                row = connection.execute(
                    select(_TABLE.c.count, _TABLE.c.expires_at).where(
                        _TABLE.c.key == keyed(key), _TABLE.c.expires_at > now
                    )
                ).one_or_none()
            seen[key] = (0, now) if row is None else (row[0], row[1])
        return seen[key]

    def _delete(self, key: str | None) -> int:
        _seen().clear()
        statement = delete(_TABLE) if key is None else delete(_TABLE).where(_TABLE.c.key == keyed(key))
        with _short_transaction() as connection:
            return connection.execute(statement).rowcount


@contextmanager
def _short_transaction() -> Iterator[Connection]:
    with writer(db.engine), db.engine.connect() as plain:
        connection = plain.execution_options(**{WRITE: True})
        with connection.begin():
            yield connection


def _insert(connection: Connection) -> Any:
    return sqlite.insert(_TABLE) if connection.dialect.name == "sqlite" else postgresql.insert(_TABLE)


def _seen() -> dict[str, tuple[int, datetime]]:
    """What this request has read or counted, so that its headers cost no further statement."""
    found: dict[str, tuple[int, datetime]] = g.setdefault("rates_seen", {})
    return found


def keyed(said: str) -> str:
    """A hash that only this server can make, to count by what must not be stored."""
    return hmac.new(str(current_app.secret_key).encode(), said.encode(), sha256).hexdigest()


def typed_email() -> str:
    """The e-mail address that was typed, as a key to count by: the same however it was written."""
    return keyed(f"email|{request.form.get('email', '').strip().lower()}")


def sign_in_rate() -> str:
    """The limit of the settings on signing in."""
    return _settings().sign_in_rate


def registration_rate() -> str:
    """The limit of the settings on registering and on asking for mails."""
    return _settings().registration_rate


def refused(response: Response) -> bool:
    """Whether a form was refused: only then does signing in count, so that one library does not lock itself out."""
    return response.status_code == 422


def accepted(response: Response) -> bool:
    """Whether a form was accepted: only then does registering count, not each typing error."""
    return response.status_code == 303


def _settings() -> Settings:
    settings: Settings = current_app.config["FOLKMOOT"]
    return settings
