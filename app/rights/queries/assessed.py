"""Reading assessments, reviews, residents' concerns, and findings with what was answered to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.charter.roles import Role
from app.database import AnyRow
from app.proposals.models import Proposal
from app.rights import checklist
from app.rights.checklist import Checklist
from app.rights.models import (
    ArticleTag,
    Assessment,
    AssessmentDraft,
    Concern,
    ConcernKind,
    ConcernState,
    Review,
    View,
)
from app.rights.questions import Answers
from app.rights.reviewing import PENDING, ReviewState
from app.rights.tags import Direction


@dataclass(frozen=True)
class AssessmentShown:
    """Somebody's answers to a checklist, as pages show them."""

    view: View
    checklist: Checklist
    answers: Answers
    revision_number: int
    lang: str
    made_by_id: int | None
    made_at: datetime


@dataclass(frozen=True)
class ReviewShown:
    """A review, as the page of a proposal shows it."""

    id: int
    proposal_id: int
    reviewer_id: int
    reviewer: str
    public_id: str
    state: ReviewState
    reason: str
    opened_at: datetime | None

    @property
    def pending(self) -> bool:
        return self.state in PENDING

    @property
    def waits(self) -> bool:
        """Handed in, and not readable yet because others have not."""
        return self.state is ReviewState.HANDED_IN and self.opened_at is None


@dataclass(frozen=True)
class ConcernShown:
    """A resident's concern with its answer."""

    id: int
    kind: ConcernKind
    state: ConcernState
    article_id: str | None
    direction: Direction | None
    groups: tuple[str, ...]
    body: str
    lang: str
    author: AnyRow | None
    raised_at: datetime
    revision_number: int
    hidden_because: str
    upheld: bool | None
    answer: str
    answer_lang: str
    answered_by_id: int | None
    raised_by: int | None
    """Who raised it, named or not: for what they may do, never to be shown."""


def assessment(
    session: Session, proposal_id: int, view: View = View.AUTHOR, checklist_id: str = "quick"
) -> Assessment | None:
    """The answers to a checklist that stand, from one point of view."""
    return session.scalar(
        select(Assessment)
        .where(
            Assessment.proposal_id == proposal_id,
            Assessment.view == view,
            Assessment.checklist == checklist_id,
            Assessment.replaced_at.is_(None),
        )
        .order_by(Assessment.id.desc())
        .limit(1)
    )


def assessments(session: Session, proposal_id: int) -> list[AssessmentShown]:
    """The assessments that stand, of every view, oldest first."""
    rows = session.execute(
        select(
            Assessment.view, Assessment.checklist, Assessment.checklist_version, Assessment.answers,
            Assessment.revision_number, Assessment.lang, Assessment.made_by_id, Assessment.made_at,
        )
        .where(Assessment.proposal_id == proposal_id, Assessment.replaced_at.is_(None))
        .order_by(Assessment.id)
    )  # fmt: skip
    return [
        AssessmentShown(
            View(row.view), checklist.load(row.checklist, row.checklist_version), Answers.of(row.answers),
            row.revision_number, row.lang, row.made_by_id, row.made_at,
        )
        for row in rows
    ]  # fmt: skip


def reviews(session: Session, proposal_id: int) -> list[ReviewShown]:
    """Who was asked to review a proposal, and how far each has come."""
    rows = session.execute(
        select(
            Review.id, Review.proposal_id, Review.reviewer_id, Account.display_name, Account.public_id, Review.state,
            Review.reason, Review.opened_at,
        )
        .join(Account, Account.id == Review.reviewer_id)
        .where(Review.proposal_id == proposal_id)
        .order_by(Review.id)
    )  # fmt: skip
    return [
        ReviewShown(
            row.id, row.proposal_id, row.reviewer_id, row.display_name, row.public_id, ReviewState(row.state),
            row.reason, row.opened_at,
        )
        for row in rows
    ]  # fmt: skip


def review(session: Session, proposal_id: int, review_id: int) -> Review | None:
    """The review itself, for an act upon it."""
    return session.scalar(select(Review).where(Review.id == review_id, Review.proposal_id == proposal_id))


def review_of(session: Session, proposal_id: int, account_id: int) -> Review | None:
    """The review that this person was asked for, if they were."""
    return session.scalar(select(Review).where(Review.reviewer_id == account_id, Review.proposal_id == proposal_id))


def draft(session: Session, proposal_id: int, account_id: int) -> AssessmentDraft | None:
    """What somebody has filled in so far."""
    return session.scalar(
        select(AssessmentDraft).where(
            AssessmentDraft.proposal_id == proposal_id, AssessmentDraft.account_id == account_id
        )
    )


def reviewers(session: Session) -> Sequence[AnyRow]:
    """Everybody who holds the office: id, public id and name."""
    return session.execute(
        select(Account.id, Account.public_id, Account.display_name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.role == Role.REVIEWER, RoleGrant.revoked_at.is_(None), Account.erased_at.is_(None))
        .distinct()
        .order_by(Account.display_name, Account.id)
    ).all()


def concerns(session: Session, proposal_id: int) -> list[ConcernShown]:
    """What residents say of a proposal beside its assessments, oldest first."""
    rows = session.execute(
        select(Concern, Account.display_name, Account.public_id)
        .outerjoin(Account, Account.id == Concern.author_id)
        .where(Concern.proposal_id == proposal_id)
        .order_by(Concern.id)
    )
    return [_concern(row) for row in rows]


def _concern(row: AnyRow) -> ConcernShown:
    said: Concern = row.Concern
    return ConcernShown(
        id=said.id,
        kind=ConcernKind(said.kind),
        state=ConcernState(said.state),
        article_id=said.article,
        direction=None if said.direction is None else Direction(said.direction),
        groups=tuple(said.groups or ()),
        body=said.body,
        lang=said.lang,
        author=row if said.author_id is not None else None,
        raised_at=said.raised_at,
        revision_number=said.revision_number,
        hidden_because=said.hidden_because,
        upheld=said.upheld,
        answer=said.answer,
        answer_lang=said.answer_lang,
        answered_by_id=said.answered_by_id,
        raised_by=said.author_id or said.unnamed_id,
    )


def concern(session: Session, proposal_id: int, concern_id: int) -> Concern | None:
    """The concern itself, for an act upon it."""
    return session.scalar(select(Concern).where(Concern.id == concern_id, Concern.proposal_id == proposal_id))


def reviewed_twice(session: Session, deliberation_id: int) -> list[list[dict[str, str]]]:
    """Of each proposal with two or more full reviews, what each reviewer says: direction by article."""
    tagged = select(ArticleTag.article, ArticleTag.direction, ArticleTag.proposal_id, ArticleTag.set_by_id).where(
        ArticleTag.view == View.REVIEWER, ArticleTag.withdrawn_at.is_(None)
    )
    opened = session.execute(
        select(Review.proposal_id, Review.reviewer_id)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Proposal.deliberation_id == deliberation_id, Review.opened_at.is_not(None))
        .order_by(Review.id)
    ).all()
    by_proposal: dict[int, dict[int, dict[str, str]]] = {}
    for row in opened:
        by_proposal.setdefault(row.proposal_id, {})[row.reviewer_id] = {}
    twice = {proposal: views for proposal, views in by_proposal.items() if len(views) > 1}
    for tag in session.execute(tagged.where(ArticleTag.proposal_id.in_(twice))):
        if tag.set_by_id in twice[tag.proposal_id]:
            twice[tag.proposal_id][tag.set_by_id][tag.article] = str(Direction(tag.direction))
    return [list(views.values()) for views in twice.values()]
