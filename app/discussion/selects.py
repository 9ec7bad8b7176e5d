"""The statements behind a page of comments, over columns and not over objects. Each is built once: building one takes
longer than running it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from app.accounts.models import Account
from app.database import AnySelect, Model
from app.discussion.models import Comment

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
