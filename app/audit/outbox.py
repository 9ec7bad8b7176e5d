"""The outbox as its readers see it: entries whose acts are committed and that wait for their place in the tree."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, func, select

from app.audit.models import LogPending
from app.database import Model

_PENDING: Final = Model.metadata.tables[LogPending.__tablename__]


class Waiting(NamedTuple):
    """An entry in the outbox."""

    id: int
    act_id: str
    body: bytes


def anything_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(select(exists(select(_PENDING.c.id)))))


def rows_by_act(connection: Connection) -> dict[str, int]:
    """The acts whose entries wait, each with the id of its row."""
    return {row.act_id: row.id for row in connection.execute(select(_PENDING.c.act_id, _PENDING.c.id))}


def take(connection: Connection, which: ColumnElement[bool]) -> list[Waiting]:
    """Take rows off the outbox by deleting them: unlike a cursor over ids, this cannot skip one committed late."""
    taken = delete(_PENDING).where(which).returning(_PENDING.c.id, _PENDING.c.act_id, _PENDING.c.body)
    return sorted(Waiting(*row) for row in connection.execute(taken))


def first(most: int, most_bytes: int) -> ColumnElement[bool]:
    """The oldest rows, in number and in bytes at most so many. Part of the statement that takes them."""
    oldest = select(_PENDING.c.id, func.length(_PENDING.c.body).label("size")).order_by(_PENDING.c.id).limit(most)
    each = oldest.subquery()
    upto = select(each.c.id, func.sum(each.c.size).over(order_by=each.c.id).label("size")).subquery()
    return _PENDING.c.id <= select(func.max(upto.c.id)).where(upto.c.size <= most_bytes).scalar_subquery()


def named(ids: Collection[int]) -> ColumnElement[bool]:
    """The rows of these ids, as far as they still wait."""
    return _PENDING.c.id.in_(ids)
