"""The statements behind a page of comments, over columns and not over objects. Each is built once: building one takes
longer than running it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from app.accounts.models import Account
from app.database import AnySelect, Model
from app.discussion.models import Appeal, Comment, HelpfulMark, Hiding

_COMMENTS = Model.metadata.tables[Comment.__tablename__]
_ACCOUNTS = Model.metadata.tables[Account.__tablename__]
_C = _COMMENTS.c
_SHOWN = (
    _C.id,
    _C.parent_id,
    _C.root_id,
    _C.position,
    _C.body,
    _C.lang,
    _C.state,
    _C.created_at,
    _C.edited_at,
    _C.edit_until,
    _C.author_id,
    _C.author_label,
    _C.author_role,
    _C.external_id,
    _C.helpful_count,
    _ACCOUNTS.c.display_name,
    _ACCOUNTS.c.public_id,
)
_OF_PROPOSAL = _C.proposal_id == bindparam("proposal")
_ORDERS = {
    "oldest": (_C.id,),
    "newest": (_C.id.desc(),),
    "helpful": (_C.helpful_count.desc(), _C.id),
}


def _thread_of(order: tuple[ColumnElement[Any], ...]) -> AnySelect:
    """Select some threads whole: those whose tops have their place in this order."""
    tops = (
        select(_C.id)
        .where(_OF_PROPOSAL, _C.root_id.is_(None))
        .order_by(*order)
        .offset(bindparam("skip"))
        .limit(bindparam("most"))
        .correlate(None)
    )
    return (
        select(*_SHOWN)
        .select_from(_COMMENTS.outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == _C.author_id))
        .where(_OF_PROPOSAL, func.coalesce(_C.root_id, _C.id).in_(tops))
    )


THREADS = {sort: _thread_of(order) for sort, order in _ORDERS.items()}
"""By the order of their tops. Needs `proposal`, and how many tops to `skip` and to take at `most`."""

HOW_MANY_TOPS = select(func.count().label("tops")).where(_OF_PROPOSAL, _C.root_id.is_(None))

_MARKS = Model.metadata.tables[HelpfulMark.__tablename__]
MARKED = (
    select(_MARKS.c.comment_id)
    .select_from(_MARKS.join(_COMMENTS, _C.id == _MARKS.c.comment_id))
    .where(_OF_PROPOSAL, _MARKS.c.account_id == bindparam("viewer"), _MARKS.c.withdrawn_at.is_(None))
)

_HIDINGS = Model.metadata.tables[Hiding.__tablename__]
_APPEALS = Model.metadata.tables[Appeal.__tablename__]
HIDINGS = (
    select(
        _HIDINGS.c.id,
        _HIDINGS.c.comment_id,
        _HIDINGS.c.reason,
        _HIDINGS.c.explanation,
        _HIDINGS.c.hidden_at,
        _APPEALS.c.state.label("appeal"),
        _APPEALS.c.answer,
    )
    .select_from(
        _HIDINGS.join(_COMMENTS, _C.id == _HIDINGS.c.comment_id).outerjoin(
            _APPEALS, _APPEALS.c.hiding_id == _HIDINGS.c.id
        )
    )
    .where(_OF_PROPOSAL, _HIDINGS.c.restored_at.is_(None))
)
"""Why comments are hidden that are, with the appeal if there is one."""
