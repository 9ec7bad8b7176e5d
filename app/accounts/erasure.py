"""What goes when an account is erased: every private row about the person, whichever table it is in."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Table, delete
from sqlalchemy.orm import Session

from app.audit import log
from app.database import Model

KEPT: Final = {
    "paper_batches": "who entered a batch of paper ballots; without it the batch could not be finished",
    "poll_roll": "the log commits to the roll of each vote; the account it points to names nobody any more",
}
"""Private tables that refer to accounts and stay, each with its reason. Whatever is not named here goes."""


def wipe(session: Session, account_id: int) -> None:
    """Delete all that is private about a person, and who they were in the log."""
    for column in private_references():
        session.execute(delete(column.table).where(column == account_id))
    log.forget(session, account_id)


def private_references() -> list[Column[int]]:
    """The columns of private tables that point to an account, referring tables before those that they refer to."""
    private = {mapper.class_.__tablename__ for mapper in Model.registry.mappers if not mapper.class_.public_record}
    return [
        column
        for table in reversed(Model.metadata.sorted_tables)
        if table.name in private - KEPT.keys()
        for column in _references(table)
    ]


def _references(table: Table) -> list[Column[int]]:
    return [
        column for column in table.columns if any(key.target_fullname == "accounts.id" for key in column.foreign_keys)
    ]
