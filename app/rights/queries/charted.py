"""Reading what matrices and maps of rights are made of. A map is made once for all that it shows, and kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from app.proposals.models import Proposal, ProposalState
from app.rights import catalogue
from app.rights.matrix import Matrix, Said, of_deliberation
from app.rights.models import ArticleTag, FindingAnswer
from app.rights.tags import Direction

KEPT = 64
"""Maps in a process: one takes some hundred kilobytes."""

_HERE = (
    Proposal.deliberation_id == bindparam("deliberation"),
    Proposal.state == ProposalState.PUBLIC,
)
_ANSWERED: ColumnElement[bool] = select(FindingAnswer.id).where(FindingAnswer.tag_id == ArticleTag.id).exists()
_SAID = (
    select(
        ArticleTag.proposal_id,
        ArticleTag.article,
        ArticleTag.direction,
        ArticleTag.groups,
        ((ArticleTag.mitigation != "") | _ANSWERED).label("met"),
    )
    .join(Proposal, Proposal.id == ArticleTag.proposal_id)
    .where(ArticleTag.withdrawn_at.is_(None))
)
_SAID_HERE = _SAID.where(*_HERE).order_by(ArticleTag.id)
_STAMP = (
    select(
        func.count(ArticleTag.id),
        func.coalesce(func.sum(ArticleTag.id), 0),
        func.coalesce(func.sum(ArticleTag.id * ArticleTag.id), 0),
        select(func.count(FindingAnswer.id))
        .join(Proposal, Proposal.id == FindingAnswer.proposal_id)
        .where(*_HERE)
        .scalar_subquery(),
    )
    .join(Proposal, Proposal.id == ArticleTag.proposal_id)
    .where(ArticleTag.withdrawn_at.is_(None), *_HERE)
)
"""Tags never change but by being withdrawn, and answers are only added: what these count and sum up stands for all."""


def of_proposals(session: Session, proposal_ids: list[int]) -> list[Said]:
    """What is said of these proposals, each tag once."""
    rows = session.execute(_SAID.where(ArticleTag.proposal_id.in_(proposal_ids)).order_by(ArticleTag.id))
    return [_said(row) for row in rows]


def rights_map(session: Session, deliberation_id: int) -> Matrix:
    """The map of a deliberation's public proposals."""
    stamp = session.execute(_STAMP, {"deliberation": deliberation_id}).one()
    key = (session.get_bind().engine, deliberation_id, tuple(int(one) for one in stamp), catalogue.load())
    found = _kept.pop(key, None) or _read(session, deliberation_id)
    _kept[key] = found  # the last asked for is the last to be forgotten
    while len(_kept) > KEPT:
        _kept.pop(next(iter(_kept)), None)
    return found


_kept: dict[tuple[object, ...], Matrix] = {}


def _read(session: Session, deliberation_id: int) -> Matrix:
    rows = session.execute(_SAID_HERE, {"deliberation": deliberation_id})
    return of_deliberation((_said(row) for row in rows), catalogue.load())


def _said(row: Any) -> Said:
    direction = Direction(row.direction)
    return Said(row.proposal_id, row.article, direction, tuple(row.groups or ()), direction.harms and not row.met)
