"""Reading for the pages that are asked for most: on the driver, without a session and without a transaction.

A session that only reads opens a transaction, watches its objects and ends the transaction again; for a page of two
short statements that is half of its time. So those pages ask `reader()`, by statements that were built once. Whoever
looks at a database event will not see them: `tests/queries.py` counts them too.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, g
from sqlalchemy import PoolProxiedConnection, Select

from app.database import db
from app.straight import Prepared, Straight


class Rows(list[Any]):
    """What a statement found: rows with their columns as attributes. Asked as SQLAlchemy's own results are."""

    def all(self) -> Rows:
        return self

    def one_or_none(self) -> Any:
        """The only row. Raises ValueError where there are several."""
        if len(self) > 1:
            raise ValueError(f"one row was expected, {len(self)} were found")
        return self[0] if self else None


class Reader:
    """A connection of the pool that sees what is committed, each statement the present."""

    def __init__(self) -> None:
        engine = db.engine
        self._connection: PoolProxiedConnection = engine.raw_connection()
        self._dialect = engine.dialect
        self._commit_each(True)
        self._straight = Straight(self._connection, engine.dialect)

    def execute(self, statement: Select[Any], values: Mapping[str, Any]) -> Rows:
        """Run a statement that was built once (it is remembered for good), with these values."""
        prepared, row = _prepared(statement)
        try:
            return Rows(map(row._make, self._straight.run(prepared, **values)))
        except Exception:
            self._connection.invalidate()  # a broken connection must not wait in the pool for the next
            raise

    def close(self) -> None:
        """Give the connection back to the pool."""
        if self._connection.is_valid:
            self._commit_each(False)
        self._connection.close()

    def _commit_each(self, each: bool) -> None:
        """Without a transaction nothing is said to the server but the statements. SQLite's driver is so anyway."""
        if self._dialect.name != "sqlite":
            connection: Any = self._connection.dbapi_connection
            connection.autocommit = each


@lru_cache(1024)
def _prepared(statement: Select[Any]) -> tuple[Prepared, Any]:
    return Prepared(lambda _: statement), namedtuple("Row", statement.exported_columns.keys())


def reader() -> Reader:
    """This request's reader: taken from the pool when the first asks for it."""
    if "reader" not in g:
        g.reader = Reader()
    found: Reader = g.reader
    return found


def init(app: Flask) -> None:
    """Give each request's reader back when the request has ended."""
    app.teardown_appcontext(_give_back)


def _give_back(_error: BaseException | None = None) -> None:
    found: Reader | None = g.pop("reader", None)
    if found is not None:
        found.close()
