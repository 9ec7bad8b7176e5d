"""What stands already and what is new, by the ids of elsewhere: so importing more of the same makes no duplicates."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func, select

from app.database import Model, db
from app.records.imports.material import CommentIn, Material, ProposalIn

Told = Callable[[int], None]
"""Told how many more things have been taken in."""
AT_ONCE = 500

Thing = TypeVar("Thing", ProposalIn, CommentIn)
Each = TypeVar("Each")


@dataclass(frozen=True)
class Known:
    """Our numbers by the ids of elsewhere: of everything that stands now; and which of it is new."""

    ids: dict[str, int]
    new: frozenset[str]


def standing(model: Any, deliberation_id: int) -> dict[str, int]:
    """Our numbers by the ids of elsewhere, of what was imported into a deliberation before."""
    rows = db.session.execute(
        select(model.external_id, model.id).where(
            model.deliberation_id == deliberation_id, model.external_id.is_not(None)
        )
    )
    return {row.external_id: row.id for row in rows}


def fresh(things: Sequence[Thing], known: dict[str, int], material: Material, what: str) -> list[Thing]:
    """Those that do not stand yet. Notes how many do."""
    found = [thing for thing in things if thing.external_id not in known]
    material.note(f"{what} that were imported before: passed over", len(things) - len(found))
    return found


def fresh_ids(model: type[Model], how_many: int) -> Sequence[int]:
    """Fresh primary keys: from the sequence on PostgreSQL; on SQLite, where we are the only writer, the next ones."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        last = connection.scalar(select(func.max(model.__table__.c.id))) or 0
        return range(last + 1, last + 1 + how_many)
    sequence = f"{model.__tablename__}_id_seq"
    found = connection.execute(
        select(func.nextval(sequence).label("id")).select_from(func.generate_series(1, how_many).table_valued("n"))
    )
    return sorted(found.scalars())


@contextmanager
def undisturbed() -> Iterator[None]:
    """Python stops looking for rings of garbage meanwhile: an import makes a million things and no rings."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def watched(things: Iterable[Each], told: Told) -> Iterator[Each]:
    """The same things, telling now and then how many have gone by."""
    since = 0
    for thing in things:
        yield thing
        since += 1
        if since == AT_ONCE:
            told(since)
            since = 0
    told(since)
