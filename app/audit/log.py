"""Putting an act's entry into the outbox, in the act's own transaction. No act waits for another here."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.audit.canonical import canonical
from app.audit.models import LogManifest, LogPending, PersonAlias
from app.audit.rows import pack, unpack
from app.database import Model

MANY: Final = 40
"""Rows that an entry names itself. An act that wrote more commits to them by manifest."""

_PENDING = Model.metadata.tables[LogPending.__tablename__]
_QUEUE: Final = {
    "sqlite": f"INSERT INTO {_PENDING.name} (act_id, body) VALUES (:act_id, :body)",  # noqa: S608  # the table's own name
    "postgresql": f"INSERT INTO {_PENDING.name} (act_id, body) VALUES (%(act_id)s, %(body)s)",  # noqa: S608  # as above
}
"""As the drivers take it. Every act waits for this, and SQLAlchemy would take longer over it than the database does."""
_MANIFESTS = Model.metadata.tables[LogManifest.__tablename__]
_ALIASES = Model.metadata.tables[PersonAlias.__tablename__]


def append(
    session: Session,
    *,
    act_id: str,
    act: str,
    at: datetime,
    by: Mapping[str, str],
    subject: str | None,
    process: str | None,
    facts: Mapping[str, object],
    rows: Mapping[str, str | None],
) -> None:
    """Queue the entry of an act; `rows` holds the digest of each public row it wrote (None: deleted).

    Raises CanonicalError when a fact cannot be written or the entry is too long: then the act does not happen.
    """
    body = entry_of(
        session, act_id=act_id, act=act, at=at, by=by, subject=subject, process=process, facts=facts, rows=rows
    )
    connection = session.connection()
    connection.exec_driver_sql(_QUEUE[connection.dialect.name], {"act_id": act_id, "body": body})


def entry_of(
    session: Session,
    *,
    act_id: str,
    act: str,
    at: datetime,
    by: Mapping[str, str],
    subject: str | None,
    process: str | None,
    facts: Mapping[str, object],
    rows: Mapping[str, str | None],
) -> bytes:
    """The bytes of an entry, and its manifests kept where it needs some. Raises CanonicalError, as `append` does."""
    said = dict(facts)
    if len(rows) > MANY:
        earlier = said.get("manifest")
        said["manifest"] = {**(earlier if isinstance(earlier, dict) else {}), **_manifests(session, act_id, rows)}
        rows = {}
    entry = {
        "v": 1,
        "id": act_id,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "act": act,
        "by": dict(by),
        "object": subject,
        "process": process,
        "facts": said,
        "rows": dict(rows),
    }
    return canonical({key: value for key, value in entry.items() if value is not None and value != {}})


def manifest_of(
    session: Session, act_id: str, table: str, pairs: Iterable[tuple[int, str | None]]
) -> dict[str, object]:
    """Keep the digests of many rows and return what the entry says of them: `{"count", "sha256"}`.

    `pairs` are (primary key, digest), ascending. A second call for the same act and table adds to the first.
    """
    connection = session.connection()
    here = (_MANIFESTS.c.act_id == act_id) & (_MANIFESTS.c.table_name == table)
    earlier = connection.scalar(select(_MANIFESTS.c.body).where(here))
    if earlier is None:
        body = pack(pairs)
        connection.execute(insert(_MANIFESTS), {"act_id": act_id, "table_name": table, "body": body})
    else:
        body = pack(sorted({**dict(unpack(earlier)), **dict(pairs)}.items()))
        connection.execute(update(_MANIFESTS).where(here).values(body=body))
    return {"count": len(body) // 40, "sha256": sha256(body).hexdigest()}


def _manifests(session: Session, act_id: str, rows: Mapping[str, str | None]) -> dict[str, object]:
    by_table: dict[str, list[tuple[int, str | None]]] = {}
    for key, digest in rows.items():
        table, _, number = key.partition("/")
        if not number.isdecimal():
            raise ValueError(f"{key}: an act that writes more than {MANY} rows needs whole numbers as their keys")
        by_table.setdefault(table, []).append((int(number), digest))
    return {table: manifest_of(session, act_id, table, sorted(pairs)) for table, pairs in by_table.items()}


def alias_of(session: Session, person_id: int, process: str | None) -> str:
    """Who this person is in the entries of one process (None: of the city). Made at first use; never a database id."""
    connection = session.connection()
    theirs = (_ALIASES.c.person_id == person_id) & (_ALIASES.c.process == (process or ""))
    while (alias := connection.scalar(select(_ALIASES.c.alias).where(theirs))) is None:
        # Another act of the same person may be making it now, or (once in a long while) somebody else has this one.
        connection.execute(
            insert_or(connection, _ALIASES).on_conflict_do_nothing(),
            {"person_id": person_id, "process": process or "", "alias": f"p:{secrets.token_hex(6)}"},
        )
    return str(alias)


def forget(session: Session, person_id: int) -> None:
    """Make a person's aliases point at nobody, for ever: the erasure of an account."""
    session.connection().execute(delete(_ALIASES).where(_ALIASES.c.person_id == person_id))


def insert_or(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what else to do when the row is there already."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
