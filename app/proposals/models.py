"""What residents ask of the city. The words live in revisions, every one of which is kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.charter.rules import Circumstances
from app.database import DERIVED, BigId, Model, Pk, Salted, reference


class ProposalState(StrEnum):
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


class ProposalForm(StrEnum):
    """A full proposal, or a one-sentence statement (as Polis has them)."""

    PROPOSAL = "proposal"
    STATEMENT = "statement"


class Proposal(Salted, Model):
    """What a resident asks of the city in one deliberation."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index("ix_proposals_list_newest", "deliberation_id", "state", "id"),
        Index("ix_proposals_list_backed", "deliberation_id", "state", "backing", "id"),
        Index("ix_proposals_list_discussed", "deliberation_id", "state", "comments_count", "id"),
        UniqueConstraint("deliberation_id", "external_id"),
    )

    id: Mapped[Pk]
    deliberation_id: Mapped[int] = reference("deliberations.id", index=False)
    author_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    """None: imported (see `author_label`), or its author's account was erased."""
    author_label: Mapped[str | None] = mapped_column(String(80))
    """The pseudonym under which an imported proposal came."""
    form: Mapped[ProposalForm] = mapped_column(String(10), default=ProposalForm.PROPOSAL)
    state: Mapped[ProposalState] = mapped_column(String(10), default=ProposalState.PUBLIC)
    state_reason: Mapped[str | None] = mapped_column(Text)
    state_at: Mapped[datetime | None]
    state_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    revision_number: Mapped[int] = mapped_column(default=1)
    """The number of the current revision."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    external_id: Mapped[str | None] = mapped_column(String(80))
    """Its id where it was imported from; importing again finds it by this."""
    imported_supports: Mapped[int | None]
    """Supports counted by the platform it came from; nobody here can check them."""
    imported_facts: Mapped[dict[str, Any] | None]
    """What else came with it: code, category, district, source."""
    category: Mapped[str | None] = mapped_column(String(80), index=True)
    district: Mapped[str | None] = mapped_column(String(80), index=True)

    endorsements_count: Mapped[int] = mapped_column(default=0, info=DERIVED)
    comments_count: Mapped[int] = mapped_column(default=0, info=DERIVED)
    backing: Mapped[int] = mapped_column(default=0, info=DERIVED)
    """What lists sort by: endorsements here plus imported supports; of an imported statement, how many agree."""
    agree_count: Mapped[int] = mapped_column(default=0, info=DERIVED)
    disagree_count: Mapped[int] = mapped_column(default=0, info=DERIVED)
    pass_count: Mapped[int] = mapped_column(default=0, info=DERIVED)
    """Of a statement: how many people's last vote on it says so."""
    answer: Mapped[str | None] = mapped_column(String(12), info=DERIVED)
    """The verdict of the city's answer, copied here for lists; the answer itself is in the records."""

    revisions: Mapped[list[Revision]] = relationship(back_populates="proposal", order_by="Revision.number")

    @property
    def reference(self) -> str:
        return f"proposals/{self.id}"

    @property
    def current(self) -> Revision:
        return self.revisions[-1]

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return circumstances(self.state, self.author_id, actor_id)


def circumstances(state: str, author_id: int | None, actor_id: int | None) -> Circumstances:
    """What the rules must know of a proposal in this state by this author."""
    mine = actor_id is not None and actor_id == author_id
    return Circumstances(state=str(state), authored=mine, about_self=mine)


class Revision(Salted, Model):
    """The words of a proposal at one time."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: Mapped[Pk]
    proposal_id: Mapped[int] = reference("proposals.id", index=False)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    """Markdown; plain text where imported."""
    lang: Mapped[str] = mapped_column(String(5), default="en")
    note: Mapped[str] = mapped_column(Text, default="")
    """What the author says has changed since the last revision."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    proposal: Mapped[Proposal] = relationship(back_populates="revisions")


class Endorsement(Salted, Model):
    """A verified resident backs one revision of a proposal."""

    __tablename__ = "endorsements"
    __table_args__ = (UniqueConstraint("proposal_id", "account_id"),)

    id: Mapped[Pk]
    proposal_id: Mapped[int] = reference("proposals.id", index=False)
    account_id: Mapped[int] = reference("accounts.id")
    revision_number: Mapped[int]
    """The revision they backed last. When the proposal moves on, they are asked; nothing is inherited."""
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()

    @property
    def deliberation_id(self) -> int:
        return self.proposal.deliberation_id

    @property
    def reference(self) -> str:
        return f"endorsements/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(authored=actor_id is not None and actor_id == self.account_id)


class StatementVote(Salted, Model):
    """Somebody agreed with a statement (1), disagreed (-1) or passed (0). A person's last vote on it counts."""

    __tablename__ = "statement_votes"

    id: Mapped[Pk]
    proposal_id: Mapped[int] = reference("proposals.id")
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    voter_label: Mapped[str | None] = mapped_column(String(80))
    """The pseudonym of the voter where the vote was imported."""
    value: Mapped[int] = mapped_column(SmallInteger)
    cast_at: Mapped[datetime]
    counts: Mapped[bool]
    """False where the same person voted on it again later."""


class Draft(Model):
    """A proposal being written, seen by its author only. Survives a lost session; gone once submitted."""

    __tablename__ = "drafts"
    public_record = False

    id: Mapped[Pk]
    account_id: Mapped[int] = reference("accounts.id")
    deliberation_id: Mapped[int] = reference("deliberations.id")
    proposal_id: Mapped[int | None] = mapped_column(BigId, nullable=True)
    """Set where the draft is of a revision."""
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Form fields as typed, checklist answers and tags included."""
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
