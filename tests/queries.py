"""How many statements a page takes: the hot ones have a limit, and none may grow with its rows.

What goes straight to the driver is counted with the rest.

with counted() as statements:
    client.get("/deliberations")
assert len(statements) <= 12, statements
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app.straight import Prepared, Straight

MOST = 12
"""Statements that one page may take."""
_BOUNDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement sent to any database meanwhile, without what begins and ends transactions."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_BOUNDS):
            statements.append(statement)

    def run(self: Straight, statement: Prepared, **values: Any) -> list[tuple[Any, ...]]:
        statements.append(statement.for_(self.dialect).sql)
        return straight(self, statement, **values)

    straight = Straight.run
    event.listen(Engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Straight, "run", run)
            yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
