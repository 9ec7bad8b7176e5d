"""The one kind of act that thousands do in the same hour, run straight on the database driver.

A ballot is held, checked and committed like every other act, but the log has no entry for it (ballots are committed to
in batches), so neither the session nor the outbox has a part in it. Going through them would take three quarters of the
time: `benchmarks` has the figures. The statements are built with SQLAlchemy like all others and compiled once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from sqlalchemy import Dialect, PoolProxiedConnection, Select, UpdateBase

from app import acts, clock, writing
from app.charter.actions import Action
from app.charter.roles import Standing
from app.charter.rounds import Agenda
from app.charter.rules import Refused, require
from app.database import db, writer

H = TypeVar("H")
T = TypeVar("T")
P = ParamSpec("P")


class Prepared:
    """A statement with named parameters, compiled once for each kind of database."""

    def __init__(self, build: Callable[[str], Select[Any] | UpdateBase]) -> None:
        """`build` gets the name of the dialect, for statements that each database spells in its own way."""
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def for_(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _Compiled.of(self._build(dialect.name), dialect)
        return self._compiled[dialect.name]


@dataclass(frozen=True)
class _Compiled:
    sql: str
    fixed: dict[str, Any]
    order: Sequence[str] | None
    returns_rows: bool
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Which columns need more than the driver does to become what their type promises."""

    @classmethod
    def of(cls, statement: Select[Any] | UpdateBase, dialect: Dialect) -> _Compiled:
        compiled = statement.compile(dialect=dialect)
        columns = statement.exported_columns  # of a SELECT its columns, of a change what it returns
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        needed = tuple((place, read) for place, read in enumerate(readers) if read is not None)
        return cls(str(compiled), dict(compiled.params), compiled.positiontup, bool(readers), needed)


@dataclass(frozen=True)
class Straight:
    """A transaction under way on the driver."""

    connection: PoolProxiedConnection
    dialect: Dialect

    def run(self, statement: Prepared, **values: Any) -> list[tuple[Any, ...]]:
        """Run the statement; the rows it returns, each value as its column's type has it."""
        ready = statement.for_(self.dialect)
        given = {**ready.fixed, **values}
        cursor = self.connection.cursor()
        try:
            cursor.execute(ready.sql, given if ready.order is None else [given[name] for name in ready.order])
            rows: list[tuple[Any, ...]] = list(cursor.fetchall()) if ready.returns_rows else []
        finally:
            cursor.close()
        return [_read(row, ready.readers) for row in rows] if ready.readers else rows

    def first(self, statement: Prepared, **values: Any) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        rows = self.run(statement, **values)
        return rows[0] if rows else None


def _read(row: Sequence[Any], readers: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    values = list(row)
    for place, read in readers:
        if (value := values[place]) is not None:
            values[place] = read(value)
    return tuple(values)


@dataclass(frozen=True)
class Held(Generic[H]):
    """What the first statement of an act holds and finds: the rounds, who acts, and what else the act must know."""

    agenda: Agenda
    standing: Standing
    found: H


Hold = Callable[[Straight, int, Any], Held[H]]
"""(transaction, who acts, upon what): holds the round against its closing until the end, in one statement."""


def straight_act(
    action: Action, hold: Hold[H]
) -> Callable[[Callable[Concatenate[Straight, H, Any, Any, P], T]], Callable[Concatenate[Any, Any, P], T]]:
    """Make `f(at, found, actor, subject, …)` an act `f(actor, subject, …)` without an entry of its own."""

    def decorate(
        function: Callable[Concatenate[Straight, H, Any, Any, P], T],
    ) -> Callable[Concatenate[Any, Any, P], T]:
        @functools.wraps(function)
        def perform(actor: Any, subject: Any, *args: P.args, **kwargs: P.kwargs) -> T:
            def once() -> T:
                with _transaction() as at:
                    held = hold(at, actor.id, subject)
                    circumstances = acts.with_agenda(subject.circumstances(actor.id), held.agenda)
                    require(held.standing, action, circumstances, clock.now())
                    return function(at, held.found, actor, subject, *args, **kwargs)

            try:
                return once()
            except Refused:
                # The schedule may have opened the round without anybody having looked since.
                acts.catch_up(subject.deliberation_id)
                return once()

        acts.register(action, perform)
        return cast("Callable[Concatenate[Any, Any, P], T]", perform)

    return decorate


@contextmanager
def _transaction() -> Iterator[Straight]:
    """One write transaction on a connection of its own, committed whole or not at all."""
    engine = db.engine
    with writing.apart(), writer(engine):
        connection = engine.raw_connection()
        try:
            at = Straight(connection, engine.dialect)
            if at.dialect.name == "sqlite":
                connection.cursor().execute("BEGIN IMMEDIATE")
            yield at
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.close()
