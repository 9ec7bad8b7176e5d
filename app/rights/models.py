"""What is said of a proposal in terms of rights: assessments and tags, reviews, concerns, answers to findings.

The catalogue itself is data, not tables.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.charter.rules import Circumstances
from app.charter.words import N_
from app.database import PRIVATE, BigId, Model, Pk, Salted, reference
from app.proposals.models import Proposal, ProposalState
from app.rights.findings import FindingAnswerKind
from app.rights.reviewing import ReviewState
from app.rights.tags import Direction


class View(StrEnum):
    """From whose point of view something is said of a proposal; the views are kept apart and compared."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    RESIDENT = "resident"


VIEW_WORDS: dict[View, str] = {
    View.AUTHOR: N_("Its author says"),
    View.REVIEWER: N_("Human rights reviewers say"),
    View.RESIDENT: N_("Residents say"),
}


class Assessment(Salted, Model):
    """The answers of one person to one version of a checklist on one revision of a proposal."""

    __tablename__ = "assessments"

    id: Mapped[Pk]
    proposal_id: Mapped[int] = reference("proposals.id")
    revision_number: Mapped[int]
    view: Mapped[View] = mapped_column(String(10))
    checklist: Mapped[str] = mapped_column(String(40))
    """Which checklist, such as `quick`."""
    checklist_version: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By question; empty where its author tied the proposal to articles and skipped the questions."""
    lang: Mapped[str] = mapped_column(String(5), default="en")
    """The language of what was answered in one's own words."""
    made_by_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    replaced_at: Mapped[datetime | None]
    """When newer answers took its place; None for the answers that stand."""

    proposal: Mapped[Proposal] = relationship()


class ArticleTag(Salted, Model):
    """Somebody ties a proposal to an article: it advances it, endangers it, or both."""

    __tablename__ = "article_tags"
    __table_args__ = (Index("ix_article_tags_article", "article", "proposal_id"),)

    id: Mapped[Pk]
    proposal_id: Mapped[int] = reference("proposals.id")
    revision_number: Mapped[int]
    article: Mapped[str] = mapped_column(String(40))
    """Its id in the catalogue, such as `icescr-11`."""
    direction: Mapped[Direction] = mapped_column(String(10))
    groups: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the groups who are affected."""
    explanation: Mapped[str] = mapped_column(Text, default="")
    mitigation: Mapped[str] = mapped_column(Text, default="")
    """What would lessen the danger, in the words of whoever set the tag."""
    lang: Mapped[str] = mapped_column(String(5), default="en")
    view: Mapped[View] = mapped_column(String(10))
    set_by_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    set_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()

    @property
    def deliberation_id(self) -> int:
        return self.proposal.deliberation_id

    @property
    def reference(self) -> str:
        return f"article_tags/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        mine = actor_id is not None and actor_id == self.set_by_id
        return Circumstances(state=str(self.proposal.state), authored=mine)


class AssessmentDraft(Model):
    """A full assessment being filled in, seen by whoever fills it in. What a reviewer has handed in waits here too,
    where the other must not see it yet."""

    __tablename__ = "assessment_drafts"
    public_record = False
    __table_args__ = (UniqueConstraint("account_id", "proposal_id"),)

    id: Mapped[Pk]
    account_id: Mapped[int] = reference("accounts.id", index=False)
    proposal_id: Mapped[int] = reference("proposals.id")
    checklist: Mapped[str] = mapped_column(String(40))
    checklist_version: Mapped[int]
    revision_number: Mapped[int]
    """The revision it was begun on."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lang: Mapped[str] = mapped_column(String(5), default="en")
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)


class Review(Salted, Model):
    """A reviewer was asked to assess a proposal. Everybody can see who was, and how far they have come."""

    __tablename__ = "reviews"

    id: Mapped[Pk]
    proposal_id: Mapped[int] = reference("proposals.id")
    reviewer_id: Mapped[int] = reference("accounts.id")
    assigned_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    assigned_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[ReviewState] = mapped_column(String(12), default=ReviewState.ASSIGNED)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why the reviewer stepped back."""
    answered_at: Mapped[datetime | None]
    """When the reviewer declared to have no conflict of interest, or stepped back."""
    handed_in_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """When everybody could read it: where reviews are independent, not before the last is handed in."""

    proposal: Mapped[Proposal] = relationship()

    @property
    def deliberation_id(self) -> int:
        return self.proposal.deliberation_id

    @property
    def reference(self) -> str:
        return f"reviews/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        """A review of a proposal that is withdrawn or hidden is in no state for anything."""
        state = str(self.state) if self.proposal.state == ProposalState.PUBLIC else str(self.proposal.state)
        return Circumstances(state=state, authored=actor_id is not None and actor_id == self.reviewer_id)


class ConcernKind(StrEnum):
    """What a resident says beside an assessment."""

    AFFECTED = "affected"
    CHALLENGE = "challenge"


class ConcernState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    HIDDEN = "hidden"


class Concern(Salted, Model):
    """A resident says how a proposal affects them, or challenges what an assessment says or leaves out."""

    __tablename__ = "concerns"

    id: Mapped[Pk]
    proposal_id: Mapped[int] = reference("proposals.id")
    revision_number: Mapped[int]
    kind: Mapped[ConcernKind] = mapped_column(String(10))
    article: Mapped[str | None] = mapped_column(String(40))
    direction: Mapped[Direction | None] = mapped_column(String(10))
    """Of a challenge: how its author thinks that the proposal works on the article."""
    groups: Mapped[list[Any]] = mapped_column(default=list)
    body: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(5), default="en")
    author_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    """None where its author chose not to be named."""
    unnamed_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id"), index=True, info=PRIVATE)
    """Its author, where they chose not to be named: for their own page and for nobody else."""
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[ConcernState] = mapped_column(String(10), default=ConcernState.OPEN)
    hidden_because: Mapped[str] = mapped_column(Text, default="")
    upheld: Mapped[bool | None]
    """Of an answered challenge: whether whoever answered agrees."""
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_lang: Mapped[str] = mapped_column(String(5), default="en")
    answered_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    answered_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()

    @property
    def deliberation_id(self) -> int:
        return self.proposal.deliberation_id

    @property
    def reference(self) -> str:
        return f"concerns/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        mine = actor_id is not None and actor_id in (self.author_id, self.unnamed_id)
        return Circumstances(state=str(self.state), authored=mine, about_self=mine)


class FindingAnswer(Salted, Model):
    """What is said to a finding: that a right is endangered. The newest stands; earlier ones stay in the record."""

    __tablename__ = "finding_answers"

    id: Mapped[Pk]
    tag_id: Mapped[int] = reference("article_tags.id")
    proposal_id: Mapped[int] = reference("proposals.id")
    kind: Mapped[FindingAnswerKind] = mapped_column(String(12))
    revision_number: Mapped[int]
    """The revision at the time; of a mitigation, the one that lessens the danger."""
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(5), default="en")
    answered_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    answered_at: Mapped[datetime] = mapped_column(default=clock.now)
