"""Full-text search over proposals: FTS5 on SQLite, tsvector on PostgreSQL, one meaning on both.

Every word typed must occur, as a whole word or the beginning of one, whatever its accents and capitals. The index is a
table of its own without public meaning; it can be rebuilt from the revisions at any time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

INDEX = table("proposal_search", column("proposal_id"), column("document"))
_WORD = re.compile(r"\w+", re.UNICODE)
_BEYOND_LATIN = re.compile(r"[^\x00-\u02ff]")
"""Letters that may be marks put upon others: looking at each of the rest would take an import a second."""
MOST_WORDS = 12

CREATE = {
    "sqlite": ("CREATE VIRTUAL TABLE proposal_search USING fts5(document, tokenize='unicode61 remove_diacritics 0')",),
    "postgresql": (
        "CREATE TABLE proposal_search (proposal_id bigint PRIMARY KEY, document tsvector NOT NULL)",
        "CREATE INDEX ix_proposal_search_document ON proposal_search USING gin (document)",
    ),
}
"""How a migration makes the index."""


def fold(words: str) -> str:
    """`words` in small letters without accents, as index and query both see them."""
    return _BEYOND_LATIN.sub(_without_mark, unicodedata.normalize("NFKD", words.casefold()))


def _without_mark(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def terms(query: str) -> list[str]:
    """The words to look for, at most twelve."""
    return _WORD.findall(fold(query).replace("_", " "))[:MOST_WORDS]


def index(session: Session, proposal_id: int, title: str, body: str) -> None:
    """Put the current words of a proposal into the index, in place of its earlier ones."""
    index_many(session.connection(), [(proposal_id, title, body)], fresh=False)


def remove(session: Session, proposal_id: int) -> None:
    """Take a proposal out of the index (it was withdrawn or hidden)."""
    _delete(session.connection(), [proposal_id])


def index_many(connection: Connection, found: Iterable[tuple[int, str, str]], *, fresh: bool = True) -> None:
    """Index (id, title, body) rows; `fresh` says that none of them is in the index yet."""
    rows = [(number, fold(f"{title}\n{body}").replace("_", " ")) for number, title, body in found]
    if not rows:
        return
    if not fresh:
        _delete(connection, [number for number, _ in rows])
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO proposal_search (rowid, document) VALUES (?, ?)"
    else:
        statement = "INSERT INTO proposal_search (proposal_id, document) VALUES (%s, to_tsvector('simple', %s))"
    connection.exec_driver_sql(statement, rows)


def _delete(connection: Connection, numbers: Sequence[int]) -> None:
    key = "rowid" if connection.dialect.name == "sqlite" else "proposal_id"
    connection.execute(text(f"DELETE FROM proposal_search WHERE {key} = :id"), [{"id": n} for n in numbers])  # noqa: S608  # a constant


def matching(dialect: str, query: str) -> Select[Any] | None:
    """Select the ids of proposals that have every word of `query`; None when it holds no word."""
    wanted = terms(query)
    if not wanted:
        return None
    if dialect == "sqlite":
        phrase = " ".join(f'"{word}"*' for word in wanted)
        return select(literal_column("rowid")).select_from(INDEX).where(INDEX.c.document.op("MATCH")(phrase))
    tsquery = func.to_tsquery("simple", " & ".join(f"{word}:*" for word in wanted))
    return select(INDEX.c.proposal_id).where(INDEX.c.document.op("@@")(tsquery))


def likeness(dialect: str, query: str) -> Select[Any] | None:
    """Select (id, score) of proposals that have any of the longer words, best first: for “similar proposals”."""
    wanted = sorted(set(terms_for_likeness(query)), key=len, reverse=True)[:MOST_WORDS]
    if not wanted:
        return None
    if dialect == "sqlite":
        phrase = " OR ".join(f'"{word}"' for word in wanted)
        rank: ColumnElement[Any] = literal_column("rank")
        return (
            select(literal_column("rowid").label("id"), rank.label("score"))
            .select_from(INDEX)
            .where(literal_column("proposal_search").op("MATCH")(phrase))
            .order_by(rank)
        )
    tsquery = func.to_tsquery("simple", " | ".join(wanted))
    score: ColumnElement[Any] = -func.ts_rank(INDEX.c.document, tsquery)
    return (
        select(INDEX.c.proposal_id.label("id"), score.label("score"))
        .where(INDEX.c.document.op("@@")(tsquery))
        .order_by(score)
    )


def terms_for_likeness(query: str) -> list[str]:
    """Words long enough to tell proposals apart."""
    return [word for word in _WORD.findall(fold(query)) if len(word) >= 5]
