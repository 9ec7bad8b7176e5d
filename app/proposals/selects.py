"""The statements behind the lists of proposals, over columns and not over objects.

Each is built once and run with values, since building one takes three times as long as running it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Label, and_, bindparam, exists, select

from app.accounts.models import Account
from app.database import AnySelect, Model
from app.proposals.models import Proposal, Revision

MIX = 2_147_483_647
"""A prime: multiplying by anything below it and taking the rest shuffles the ids, each seed in its own way."""

_PROPOSALS = Model.metadata.tables[Proposal.__tablename__]
_REVISIONS = Model.metadata.tables[Revision.__tablename__]
_ACCOUNTS = Model.metadata.tables[Account.__tablename__]
P, R = _PROPOSALS.c, _REVISIONS.c
LISTED = (
    P.id,
    R.title,
    R.lang,
    P.created_at,
    P.revision_number,
    P.endorsements_count,
    P.comments_count,
    P.imported_supports,
    P.form,
    P.agree_count,
    P.disagree_count,
    P.pass_count,
    P.state,
    P.answer,
    P.category,
    P.district,
    P.author_label,
    _ACCOUNTS.c.display_name,
    _ACCOUNTS.c.public_id,
)
WITH_WORDS = _PROPOSALS.join(_REVISIONS, and_(R.proposal_id == P.id, R.number == P.revision_number)).outerjoin(
    _ACCOUNTS, _ACCOUNTS.c.id == P.author_id
)

HERE = (P.deliberation_id == bindparam("deliberation"), P.state == bindparam("state"))
_CURRENT = _REVISIONS.alias()
NARROWED_BY = {
    "answer": P.answer == bindparam("answer"),
    "unanswered": P.answer.is_(None),
    "category": P.category == bindparam("category"),
    "district": P.district == bindparam("district"),
    "lang": exists().where(
        _CURRENT.c.proposal_id == P.id,
        _CURRENT.c.number == P.revision_number,
        _CURRENT.c.lang == bindparam("lang"),
    ),
    "until": P.id <= bindparam("until"),
}
"""By which filter a list is narrowed how."""
_ORDERS = {
    "newest": (P.id.desc(),),
    "oldest": (P.id,),
    "backed": (P.backing.desc(), P.id.desc()),
    "discussed": (P.comments_count.desc(), P.id.desc()),
    "mixed": ((P.id * bindparam("seed")) % MIX, P.id),
}


def page(
    sort: str,
    narrowed_by: frozenset[str],
    far: bool,
    beside: tuple[Label[Any], ...],
    *sought: ColumnElement[bool],
) -> AnySelect:
    """Select one page of a list, with the columns `beside` its own. `narrowed_by` names conditions of `NARROWED_BY`;
    `sought` are conditions besides."""
    order = _ORDERS.get(sort, _ORDERS["newest"])
    conditions = (*HERE, *(NARROWED_BY[name] for name in sorted(narrowed_by)), *sought)
    if not far:
        rows = select(*LISTED, *beside).select_from(WITH_WORDS).where(*conditions)
        return rows.order_by(*order).limit(bindparam("most"))
    # Far into a long list only keys are walked; the rows themselves are fetched for this page alone.
    some = select(P.id).where(*conditions).order_by(*order).limit(bindparam("most")).offset(bindparam("skip"))
    keys = some.subquery()
    return select(*LISTED, *beside).select_from(WITH_WORDS.join(keys, keys.c.id == P.id)).order_by(*order)


kept_page = lru_cache(512)(page)
"""The same, built once for each way of narrowing. Not for what is sought, which differs each time."""

SHOWN = (
    select(
        *LISTED,
        R.body,
        R.note,
        R.created_at.label("revised_at"),
        P.deliberation_id,
        P.author_id,
        P.state_reason,
        P.state_at,
        P.imported_facts,
        P.external_id,
    )
    .select_from(WITH_WORDS)
    .where(P.id == bindparam("id"), P.deliberation_id == bindparam("deliberation"))
)
