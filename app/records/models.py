"""Outcomes and what leaves or enters the house: the city's answers, exports, imports."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.charter.rules import Circumstances
from app.charter.words import N_
from app.database import Model, Pk, Salted, reference
from app.proposals.models import Proposal


class AnswerVerdict(StrEnum):
    ACCEPTED = "accepted"
    IN_PART = "in_part"
    DEFERRED = "deferred"
    REJECTED = "rejected"


VERDICT_WORDS: dict[AnswerVerdict, str] = {
    AnswerVerdict.ACCEPTED: N_("Accepted"),
    AnswerVerdict.IN_PART: N_("Accepted in part"),
    AnswerVerdict.DEFERRED: N_("Deferred"),
    AnswerVerdict.REJECTED: N_("Rejected"),
}


class AnswerGround(StrEnum):
    """On what kind of reason the city rests a refusal."""

    LAW = "law"
    MONEY = "money"
    COMPETENCE = "competence"
    RIGHTS = "rights"
    OTHER = "other"


GROUND_WORDS: dict[AnswerGround, str] = {
    AnswerGround.LAW: N_("Law"),
    AnswerGround.MONEY: N_("Money"),
    AnswerGround.COMPETENCE: N_("Not the city's to decide"),
    AnswerGround.RIGHTS: N_("Human rights"),
    AnswerGround.OTHER: N_("Another reason"),
}


class Answer(Salted, Model):
    """The city's answer to a proposal. A newer answer replaces it and the older one stays readable."""

    __tablename__ = "answers"

    id: Mapped[Pk]
    proposal_id: Mapped[int] = reference("proposals.id")
    verdict: Mapped[AnswerVerdict] = mapped_column(String(12))
    ground: Mapped[AnswerGround | None] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    """The reasons, in Markdown. Required unless the proposal is accepted."""
    lang: Mapped[str] = mapped_column(String(5), default="en")
    answered_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    """None: imported."""
    replaced_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()


class Export(Salted, Model):
    """A bundle that a clerk made, and its digest. The file itself is streamed and not kept."""

    __tablename__ = "exports"

    id: Mapped[Pk]
    deliberation_id: Mapped[int] = reference("deliberations.id")
    kind: Mapped[str] = mapped_column(String(12))
    """`public` (pseudonymous) or `internal` (with contact data)."""
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    log_size: Mapped[int] = mapped_column(default=0)
    """How many entries the log had when it was made."""

    @property
    def reference(self) -> str:
        return f"exports/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances()


class Import(Salted, Model):
    """Material taken in from elsewhere, with the digests of its files."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_source", "source", "digest", unique=True),)

    id: Mapped[Pk]
    source: Mapped[str] = mapped_column(String(40))
    """The kind of import: `barcelona`, `polis`."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the digests of all its files: importing the same again is recognised by this."""
    files: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """File name to SHA-256."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was skipped, and why."""
    into_id: Mapped[int | None] = reference("deliberations.id", nullable=True, index=False)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    deliberation_id: ClassVar[int | None] = None
