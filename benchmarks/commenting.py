"""An act to measure with: what posting a comment leaves in the database, with its entry in one of three places.

It counts up the row that is commented on and inserts the comment, in one transaction, by statements straight to the
driver, as Folkmoot's leanest act does (`docs/adr/0004-ballots-go-straight.md`). What an act does before that (who is
this, may they, what is open) is left out, since it would hide what is compared.

- none: there is no entry;
- outbox: Folkmoot's way, `log.append`;
- chain: the same entry, hashed with the one before it, both in the act's transaction. The head of the chain is locked
  as late as can be, after everything else that the act does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.orm import Session

from app.audit import log, rows
from app.database import BigId, UtcTime, db

THINGS = 64
"""How many there are to comment on, 0 to 63."""
SAYINGS = Table(
    "bench_sayings",
    MetaData(),
    Column("id", BigId, primary_key=True),
    Column("thing_id", BigInteger, index=True),
    Column("author_id", BigInteger, index=True),
    Column("said_at", UtcTime()),
    Column("body", Text),
    Column("salt", LargeBinary),
)
TABLES = (
    "CREATE TABLE bench_things (id int PRIMARY KEY, said int NOT NULL)",
    f"INSERT INTO bench_things SELECT id, 0 FROM generate_series(0, {THINGS - 1}) AS id",
    "CREATE TABLE chain_head (id int PRIMARY KEY, size bigint NOT NULL, hash bytea NOT NULL)",
    "INSERT INTO chain_head VALUES (1, 0, '')",
    "CREATE TABLE chain (idx bigint PRIMARY KEY, hash bytea NOT NULL, act_id varchar(32) UNIQUE, body bytea NOT NULL)",
)
COUNT = "UPDATE bench_things SET said = said + 1 WHERE id = %(thing_id)s"
SAY = (
    "INSERT INTO bench_sayings (thing_id, author_id, said_at, body, salt) "
    "VALUES (%(thing_id)s, %(author_id)s, %(said_at)s, %(body)s, %(salt)s) RETURNING id"
)
HEAD = "SELECT size, hash FROM chain_head WHERE id = 1 FOR UPDATE"
LINK = "INSERT INTO chain VALUES (%(idx)s, %(hash)s, %(act_id)s, %(body)s)"
MOVE = "UPDATE chain_head SET size = %(idx)s + 1, hash = %(hash)s WHERE id = 1"
BODY = "They give shade where the bus stops have none. " * 4
Said = dict[str, Any]
Way = Callable[[Session, Said], None]


def settle() -> None:
    """Make the tables, on PostgreSQL."""
    SAYINGS.create(db.engine)
    for statement in TABLES:
        db.session.execute(text(statement))
    db.session.commit()


def comment(thing: int, way: Way) -> int:
    """One act. Returns the comment's number."""
    said: Said = {
        "thing_id": thing,
        "author_id": thing,
        "said_at": datetime.now(UTC),
        "body": BODY,
        "salt": secrets.token_bytes(16),
    }
    with Session(db.engine) as session, session.begin():
        connection = session.connection()
        connection.exec_driver_sql(COUNT, {"thing_id": thing})
        said["id"] = connection.exec_driver_sql(SAY, said).scalar_one()
        way(session, said)
    return int(said["id"])


def reference(number: int) -> str:
    """What the log calls a comment."""
    return f"comments/{number}"


def _entry(said: Said) -> dict[str, Any]:
    subject = reference(said["id"])
    return {
        "act_id": secrets.token_hex(16),
        "act": "comment.posted",
        "at": said["said_at"],
        "by": {"p": f"p:{said['author_id']:012x}", "role": "resident"},
        "subject": subject,
        "process": "deliberations/1",
        "facts": {"lang": "en", "proposal": said["thing_id"]},
        "rows": {subject: rows.row_digest(SAYINGS, said)},
    }


def nowhere(_session: Session, _said: Said) -> None:
    """No entry at all."""


def queued(session: Session, said: Said) -> None:
    """Folkmoot's way."""
    log.append(session, **_entry(said))


def chained(session: Session, said: Said) -> None:
    """The next link of the chain."""
    entry = _entry(said)
    connection, body = session.connection(), log.entry_of(session, **entry)
    size, last = connection.exec_driver_sql(HEAD).one()
    link = {"idx": size, "hash": sha256(bytes(last) + body).digest()}
    connection.exec_driver_sql(LINK, {**link, "act_id": entry["act_id"], "body": body})
    connection.exec_driver_sql(MOVE, link)


WAYS: dict[str, Way] = {"none": nowhere, "outbox": queued, "chain": chained}
