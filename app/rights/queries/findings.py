"""Reading findings: which rights are endangered, what was said to each, and to which nothing was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import AnyRow
from app.proposals.models import Proposal, ProposalState, Revision
from app.rights.findings import FindingAnswerKind, Standing, unsettled_among
from app.rights.models import ArticleTag, FindingAnswer, View
from app.rights.tags import Direction

HARMS = (Direction.ENDANGERS, Direction.BOTH)


@dataclass(frozen=True)
class FindingAnswered:
    """What was said to a finding last."""

    tag_id: int
    kind: FindingAnswerKind
    revision_number: int
    text: str
    lang: str
    answered_by_id: int | None
    answered_at: datetime


def finding_answers(session: Session, proposal_id: int) -> Mapping[int, FindingAnswered]:
    """By tag, what was said to each finding last."""
    rows = session.execute(
        select(
            FindingAnswer.tag_id, FindingAnswer.kind, FindingAnswer.revision_number, FindingAnswer.text,
            FindingAnswer.lang, FindingAnswer.answered_by_id, FindingAnswer.answered_at,
        )
        .where(FindingAnswer.proposal_id == proposal_id)
        .order_by(FindingAnswer.id)
    )  # fmt: skip
    return {row.tag_id: FindingAnswered(row.tag_id, FindingAnswerKind(row.kind), *row[2:]) for row in rows}


def unsettled(session: Session, proposal_ids: Sequence[int]) -> list[int]:
    """Those of the proposals that carry a danger to which nothing is recorded."""
    rows = session.execute(
        select(
            ArticleTag.proposal_id, ArticleTag.article, ArticleTag.mitigation, ArticleTag.view,
            func.count(FindingAnswer.id).label("answers"),
        )
        .outerjoin(FindingAnswer, FindingAnswer.tag_id == ArticleTag.id)
        .where(
            ArticleTag.proposal_id.in_(proposal_ids),
            ArticleTag.direction.in_(HARMS),
            ArticleTag.withdrawn_at.is_(None),
        )
        .group_by(ArticleTag.id)
    )  # fmt: skip
    return unsettled_among(
        Standing(row.proposal_id, row.article, row.mitigation, row.view == View.AUTHOR, row.answers > 0) for row in rows
    )


def unsettled_in(session: Session, deliberation_id: int) -> Sequence[AnyRow]:
    """The public proposals of a deliberation with such a danger: id, title, language."""
    public = session.scalars(
        select(ArticleTag.proposal_id)
        .join(Proposal, Proposal.id == ArticleTag.proposal_id)
        .where(
            Proposal.deliberation_id == deliberation_id,
            Proposal.state == ProposalState.PUBLIC,
            ArticleTag.direction.in_(HARMS),
            ArticleTag.withdrawn_at.is_(None),
        )
        .distinct()
    ).all()
    return session.execute(
        select(Proposal.id, Revision.title, Revision.lang)
        .join(Revision, (Revision.proposal_id == Proposal.id) & (Revision.number == Proposal.revision_number))
        .where(Proposal.id.in_(unsettled(session, public)))
        .order_by(Proposal.id)
    ).all()
