"""Reading what was said of the rights at stake in a vote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.proposals.models import Proposal, ProposalState
from app.rights.deciding import Point
from app.rights.findings import FindingAnswerKind
from app.rights.models import ArticleTag, FindingAnswer
from app.rights.tags import Direction


def points(session: Session, proposal_ids: Sequence[int]) -> list[Point]:
    """What stands said of these proposals (but of hidden ones), with the answers to each danger; in two statements."""
    answers: defaultdict[int, list[FindingAnswerKind]] = defaultdict(list)
    for row in session.execute(
        select(FindingAnswer.tag_id, FindingAnswer.kind)
        .where(FindingAnswer.proposal_id.in_(proposal_ids))
        .order_by(FindingAnswer.id)
    ):
        answers[row.tag_id].append(FindingAnswerKind(row.kind))
    rows = session.execute(
        select(
            ArticleTag.id,
            ArticleTag.proposal_id,
            ArticleTag.article,
            ArticleTag.direction,
            ArticleTag.mitigation,
            ArticleTag.lang,
        )
        .join(Proposal, Proposal.id == ArticleTag.proposal_id)
        .where(
            ArticleTag.proposal_id.in_(proposal_ids),
            ArticleTag.withdrawn_at.is_(None),
            Proposal.state != ProposalState.HIDDEN,
        )
        .order_by(ArticleTag.id)
    )
    return [
        Point(row.proposal_id, row.article, Direction(row.direction), row.mitigation, row.lang, tuple(answers[row.id]))
        for row in rows
    ]
