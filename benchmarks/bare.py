"""The yardstick of an import: the very rows that it wrote, put into bare tables by the driver's own executemany.

No index, no constraint, no key, no log, one transaction. What the search index holds goes into a plain table as text.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, inspect, text

from app.proposals import search


@dataclass(frozen=True)
class Rows:
    """Rows of one table as the driver gave them and takes them."""

    table: str
    columns: tuple[str, ...]
    values: list[tuple[Any, ...]]


def rows_of(engine: Engine) -> list[Rows]:
    """Every row that there is, of every table that has some: for a database with nothing but one import."""
    found = [_rows(engine, table) for table in sorted(inspect(engine).get_table_names())]
    return [*(rows for rows in found if rows.values), _searched(engine)]


def _rows(engine: Engine, table: str) -> Rows:
    if table.startswith("proposal_search") or table == "alembic_version":
        return Rows(table, (), [])
    columns = inspect(engine).get_columns(table)
    # JSON is read as the text that it is, so that no driver takes it apart.
    chosen = [f'CAST("{c["name"]}" AS TEXT)' if "JSON" in str(c["type"]) else f'"{c["name"]}"' for c in columns]
    with engine.connect() as connection:
        values = [tuple(row) for row in connection.execute(text(f"SELECT {', '.join(chosen)} FROM {table}"))]
    return Rows(table, tuple(column["name"] for column in columns), values)


def _searched(engine: Engine) -> Rows:
    statement = text("SELECT proposal_id, title, body FROM revisions")
    with engine.connect() as connection:
        values = [(number, search.fold(f"{title}\n{body}")) for number, title, body in connection.execute(statement)]
    return Rows("proposal_search", ("proposal_id", "document"), values)


def seconds(engine: Engine, rows: list[Rows], folder: Path) -> float:
    """How long the rows take, on the same kind of database, from the first statement to the end of the commit."""
    if engine.dialect.name == "sqlite":
        return _on_sqlite(rows, folder)
    return _on_postgresql(engine, rows)


def _on_sqlite(rows: list[Rows], folder: Path) -> float:
    file = folder / "bare.db"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    for one in rows:
        connection.execute(f"CREATE TABLE {one.table} ({', '.join(one.columns)})")
    begun = time.perf_counter()
    connection.execute("BEGIN")
    for one in rows:
        marks = ", ".join("?" * len(one.columns))
        connection.executemany(f"INSERT INTO {one.table} VALUES ({marks})", one.values)
    connection.execute("COMMIT")
    took = time.perf_counter() - begun
    connection.close()
    file.unlink()
    return took


def _on_postgresql(engine: Engine, rows: list[Rows]) -> float:
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA bare")
        for one in rows:
            _bare_table(connection, one)
        begun = time.perf_counter()
        with connection.transaction(), connection.cursor() as cursor:
            for one in rows:
                marks = ", ".join(["%s"] * len(one.columns))
                cursor.executemany(f"INSERT INTO bare.{one.table} VALUES ({marks})".encode(), one.values)
        took = time.perf_counter() - begun
        connection.execute("DROP SCHEMA bare CASCADE")
    return took


def _bare_table(connection: psycopg.Connection[Any], one: Rows) -> None:
    if one.table == "proposal_search":
        connection.execute("CREATE TABLE bare.proposal_search (proposal_id bigint, document text)")
        return
    columns = ", ".join(f'"{name}"' for name in one.columns)
    connection.execute(
        f"CREATE TABLE bare.{one.table} AS SELECT {columns} FROM public.{one.table} WITH NO DATA".encode()
    )
