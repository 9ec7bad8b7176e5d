"""What a bundle is made of: datasets, columns and how each is read.

The datasets themselves are in `tables.py`; what is withheld from every bundle, with the reason, in `withheld.py`. A
test walks every column of every table and fails when one is neither exported nor withheld.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, null, or_

from app.audit.models import PersonAlias
from app.deliberations.models import Round
from app.discussion.models import Comment
from app.proposals.models import Proposal


@dataclass(frozen=True)
class Column:
    """A column of a dataset: its name, what it means, and what it is read from."""

    name: str
    meaning: str
    source: Any
    exports: str | None = None
    """`table.column` where the source is computed from it; read off the source otherwise."""

    @property
    def covers(self) -> str | None:
        """The column of our tables that it exports, as `table.column`."""
        if self.exports is not None:
            return self.exports
        element = getattr(self.source, "expression", self.source)
        table = getattr(element, "table", None)
        return None if table is None else f"{table.name}.{element.name}"


@dataclass(frozen=True)
class Dataset:
    """One file of a bundle: one row a thing. `read` adds joins, the deliberation and the order to a select."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    read: Callable[[Select[Any], int], Select[Any]]
    internal: bool = False
    """Left out of public bundles."""


def alias_of(statement: Select[Any], person: Any, deliberation_id: int) -> Select[Any]:
    """Join the name under which a person stands in the log's entries of this deliberation."""
    return statement.outerjoin(
        PersonAlias,
        and_(PersonAlias.person_id == person, PersonAlias.process == f"deliberations/{deliberation_id}"),
    )


def of_proposal(statement: Select[Any], table: Any, deliberation_id: int) -> Select[Any]:
    """Rows that belong to a proposal of this deliberation, in the order in which they were made."""
    return (
        statement.join(Proposal, Proposal.id == table.proposal_id)
        .where(Proposal.deliberation_id == deliberation_id)
        .order_by(table.id)
    )


def by_person(statement: Select[Any], table: Any, person: Any, deliberation_id: int) -> Select[Any]:
    """The same, with the random name of who made them."""
    return alias_of(of_proposal(statement, table, deliberation_id), person, deliberation_id)


def of_round(statement: Select[Any], table: Any, deliberation_id: int) -> Select[Any]:
    """Rows that belong to a round of this deliberation."""
    return statement.join(Round, Round.id == table.round_id).where(Round.deliberation_id == deliberation_id)


def of_comment(statement: Select[Any], deliberation_id: int, order: Any) -> Select[Any]:
    """Rows already joined to comments, of this deliberation."""
    return statement.where(Comment.deliberation_id == deliberation_id).order_by(order)


def author(table: Any, column: str = "author_id") -> Column:
    """The author, pseudonymous: as in the log, or as imported. Needs `alias_of`."""
    return Column(
        "author",
        "Who wrote it: the random name under which they act in the log of this deliberation, or the pseudonym "
        "under which it was imported. Empty after erasure.",
        case((PersonAlias.alias.is_not(None), PersonAlias.alias), else_=getattr(table, "author_label", null())),
        exports=f"{table.__tablename__}.{column}",
    )


def shown(source: Any, state: Any, proposal_state: Any = None) -> ColumnElement[Any]:
    """A text where it may be read; nothing where it, or the proposal it belongs to, is hidden or erased."""
    readable = or_(state == "public", state == "withdrawn")
    if proposal_state is not None:
        readable = and_(readable, proposal_state != "hidden")
    return case((readable, source), else_=null())


def readable_proposal(source: Any) -> ColumnElement[Any]:
    """A text that belongs to a proposal, unless the proposal is hidden."""
    return case((Proposal.state != "hidden", source), else_=null())
