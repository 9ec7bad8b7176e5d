"""Reading what somebody should know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.database import AnyRow
from app.deliberations.models import Deliberation, Round
from app.discussion.models import Appeal, Comment, Hiding, Report
from app.notifications.models import Notice
from app.proposals.models import Endorsement, Proposal, ProposalState, Revision
from app.rights.models import ArticleTag


def unread(session: Session, account_id: int) -> int:
    """How many notices somebody has not read yet, in one statement."""
    found = session.scalar(
        select(func.count()).select_from(Notice).where(Notice.account_id == account_id, Notice.read_at.is_(None))
    )
    return found or 0


def count(session: Session, account_id: int) -> int:
    """How many notices somebody has, read ones too."""
    return session.scalar(select(func.count()).select_from(Notice).where(Notice.account_id == account_id)) or 0


def listing(session: Session, account_id: int, *, offset: int, limit: int) -> Sequence[AnyRow]:
    """Somebody's notices, the youngest first."""
    return session.execute(
        select(Notice.id, Notice.kind, Notice.facts, Notice.made_at, Notice.read_at)
        .where(Notice.account_id == account_id)
        .order_by(Notice.id.desc())
        .offset(offset)
        .limit(limit)
    ).all()


def proposals_named(session: Session, ids: Iterable[int]) -> dict[int, AnyRow]:
    """Titles and addresses of proposals as they are now; none for what is hidden."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = session.execute(
        select(Proposal.id, Revision.title, Revision.lang, Deliberation.slug)
        .join(Revision, and_(Revision.proposal_id == Proposal.id, Revision.number == Proposal.revision_number))
        .join(Deliberation, Deliberation.id == Proposal.deliberation_id)
        .where(Proposal.id.in_(wanted), Proposal.state != ProposalState.HIDDEN)
    )
    return {row.id: row for row in rows}


def rounds_named(session: Session, ids: Iterable[int]) -> dict[int, AnyRow]:
    """Names and addresses of rounds as they are now; a round without a name goes by its question."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = session.execute(
        select(Round.id, Round.title, Round.question, Deliberation.slug)
        .join(Deliberation, Deliberation.id == Round.deliberation_id)
        .where(Round.id.in_(wanted))
    )
    return {row.id: row for row in rows}


def endorsed_by(session: Session, account_id: int) -> Sequence[AnyRow]:
    """What somebody backs, with the revision they backed and the one that stands now; what has moved on comes first."""
    return session.execute(
        select(
            Proposal.id,
            Revision.title,
            Revision.lang,
            Deliberation.slug,
            Endorsement.revision_number.label("backed"),
            Proposal.revision_number.label("current"),
        )
        .join(Proposal, Proposal.id == Endorsement.proposal_id)
        .join(Revision, and_(Revision.proposal_id == Proposal.id, Revision.number == Proposal.revision_number))
        .join(Deliberation, Deliberation.id == Proposal.deliberation_id)
        .where(
            Endorsement.account_id == account_id,
            Endorsement.withdrawn_at.is_(None),
            Proposal.state != ProposalState.HIDDEN,
        )
        .order_by((Proposal.revision_number - Endorsement.revision_number).desc(), Endorsement.id.desc())
    ).all()


def things_of(person: Account) -> Select[str]:
    """The references of all that is somebody’s own in the log: the account, what they wrote, what became of that."""
    own = union_all(
        select(literal(person.reference).label("reference")),
        select(_referred("proposals", Proposal.id)).where(Proposal.author_id == person.id),
        select(_referred("comments", Comment.id)).where(Comment.author_id == person.id),
        select(_referred("hidings", Hiding.id))
        .join(Comment, Comment.id == Hiding.comment_id)
        .where(Comment.author_id == person.id),
        select(_referred("appeals", Appeal.id))
        .join(Hiding, Hiding.id == Appeal.hiding_id)
        .join(Comment, Comment.id == Hiding.comment_id)
        .where(Comment.author_id == person.id),
        select(_referred("reports", Report.id)).where(Report.reporter_id == person.id),
        select(_referred("article_tags", ArticleTag.id)).where(ArticleTag.set_by_id == person.id),
    ).subquery()
    return select(own.c.reference)


def _referred(table: str, key: Any) -> ColumnElement[str]:
    """What an entry calls the row with this key."""
    return literal(f"{table}/") + cast(key, String)
