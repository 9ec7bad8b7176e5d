"""A question to the city, and its sequence of rounds."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.charter.rounds import RoundFacts, RoundKind, RoundState, state_at
from app.charter.rules import Circumstances
from app.database import DERIVED, BigId, Model, Pk, Salted, reference


class Deliberation(Salted, Model):
    """A question the city puts to its residents, with the promise of what it does with the outcome."""

    __tablename__ = "deliberations"
    held_alone = False

    id: Mapped[Pk]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    question: Mapped[str] = mapped_column(String(200))
    background: Mapped[str] = mapped_column(Text)
    """Markdown."""
    promise: Mapped[str] = mapped_column(Text)
    """What the city promises to do with the outcome. Markdown."""
    lang: Mapped[str] = mapped_column(String(5), default="en")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    imported_from: Mapped[str | None] = mapped_column(String(80))
    """Where it was imported from, such as `Decidim Barcelona 2016`."""
    proposals_count: Mapped[int] = mapped_column(default=0, info=DERIVED)
    """Public proposals: neither withdrawn nor hidden."""

    rounds: Mapped[list[Round]] = relationship(back_populates="deliberation", order_by="Round.position")

    @property
    def deliberation_id(self) -> int:
        return self.id

    @property
    def reference(self) -> str:
        return f"deliberations/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(authored=actor_id is not None and actor_id == self.created_by_id)


class Round(Salted, Model):
    """One stretch of a deliberation with its own rules. Its state is read from the clock (`charter.rounds`)."""

    __tablename__ = "rounds"
    held_alone = False
    __table_args__ = (UniqueConstraint("deliberation_id", "position"),)

    id: Mapped[Pk]
    deliberation_id: Mapped[int] = reference("deliberations.id", index=False)
    position: Mapped[int]
    kind: Mapped[RoundKind] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120), default="")
    question: Mapped[str] = mapped_column(Text, default="")
    """The exact question of a vote round."""
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    """None: open-ended, until somebody closes it."""
    opened_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    seal_asked_at: Mapped[datetime | None]
    seal_asked_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    sealed_at: Mapped[datetime | None]
    key_destroyed_at: Mapped[datetime | None]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What this round narrows: `eligibility`, `proposals_per_resident`, `longest_text`; for a vote its rule."""
    charter: Mapped[dict[str, Any] | None]
    """What was frozen into the log at opening (`charter.opening`)."""

    deliberation: Mapped[Deliberation] = relationship(back_populates="rounds")
    changes: Mapped[list[RoundChange]] = relationship(back_populates="round", order_by="RoundChange.id")
    reopening: Mapped[Reopening | None] = relationship(cascade="all, delete-orphan")

    @property
    def reference(self) -> str:
        return f"rounds/{self.id}"

    def facts(self) -> RoundFacts:
        """This round as the pure rules know it."""
        return facts_of(self)

    def circumstances(self, actor_id: int | None) -> Circumstances:
        """Its state for the rules, as recorded: a round that only the schedule has opened still counts as planned,
        one that only the schedule has closed as `due`, until their entries are written."""
        state = self._recorded_state()
        asked = self.seal_asked_by_id if state == "seal_asked" else None
        if state == "reopen_asked" and self.reopening is not None:
            asked = self.reopening.asked_by_id
        return Circumstances(
            state=state,
            decided_by_self=asked is not None and asked == actor_id,
            round_id=self.id,
        )

    def _recorded_state(self) -> str:
        if self.sealed_at is not None:
            return "sealed"
        if self.kind == RoundKind.VOTE and self.closed_at is not None and self.cancelled_at is None:
            return self._state_of_the_box()
        if self.opened_at is None and self.cancelled_at is None:
            return "planned"
        state = state_at(self.facts(), clock.now())
        return "due" if state is RoundState.CLOSED and self.closed_at is None else state.value

    def _state_of_the_box(self) -> str:
        """How far a closed vote is on its way to the seal, or back."""
        if self.reopening is not None:
            return "reopen_asked"
        return "box_closed" if self.seal_asked_at is None else "seal_asked"


FACTS = tuple(one.name for one in fields(RoundFacts))
"""The columns that the pure rules know a round by."""


def facts_of(row: Any) -> RoundFacts:
    """A round as the pure rules know it, from whatever has the columns of `FACTS`."""
    known = {name: getattr(row, name) for name in FACTS}
    return RoundFacts(**{**known, "kind": RoundKind(row.kind), "settings": row.settings or {}})


class Reopening(Model):
    """That an official asked to reopen a closed vote: it waits for another to confirm it, or for the seal."""

    __tablename__ = "reopenings"
    public_record = False  # the line of the round's page (`RoundChange`) is; this only holds what is still open

    round_id: Mapped[int] = mapped_column(BigId, ForeignKey("rounds.id"), primary_key=True, autoincrement=False)
    asked_by_id: Mapped[int] = reference("accounts.id", index=False)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    closes_at: Mapped[datetime | None]
    """Until when the vote is to be open once more. None: an open end."""
    reason: Mapped[str] = mapped_column(Text)


class ChangeKind(StrEnum):
    """What an official, or the clock, did to a round."""

    OPENED = "opened"
    CLOSED = "closed"
    EXTENDED = "extended"
    PAUSED = "paused"
    RESUMED = "resumed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    EDITED = "edited"
    SEAL_ASKED = "seal_asked"
    SEALED = "sealed"
    ROLL_ADDED = "roll_added"
    ROLL_STRUCK = "roll_struck"
    REOPEN_ASKED = "reopen_asked"


class RoundChange(Salted, Model):
    """Something that befell a round after it was planned. The result page shows every one."""

    __tablename__ = "round_changes"

    id: Mapped[Pk]
    round_id: Mapped[int] = reference("rounds.id")
    kind: Mapped[ChangeKind] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    """None: the clock."""
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)

    round: Mapped[Round] = relationship(back_populates="changes")
