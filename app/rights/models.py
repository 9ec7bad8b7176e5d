"""A proposal's first-pass checklist and the articles it is tagged to. The catalogue itself is data, not tables."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.charter.rules import Circumstances
from app.charter.words import N_
from app.database import Model, Pk, Salted, reference
from app.proposals.models import Proposal
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
