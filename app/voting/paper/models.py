"""What a vote keeps of its paper ballots. None of it names a voter; a serial is tied to nobody.

Whoever checks in at the desk is marked in the box, under their handle, like everybody who votes (`BallotBox.void`).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.database import Model, reference
from app.voting.models import of_round
from app.voting.paper.serials import Channel


class PaperChannel(Model):
    """One way of voting on paper in one round, in four numbers that must never grow from left to right."""

    __tablename__ = "paper_channels"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    channel: Mapped[Channel] = mapped_column(String(10), primary_key=True)
    issued: Mapped[int] = mapped_column(default=0)
    """Ballots with a serial that were made."""
    checked_in: Mapped[int] = mapped_column(default=0)
    """People who were handed one."""
    entered: Mapped[int] = mapped_column(default=0)
    """Ballots that two clerks have entered alike, those that count as blank included."""
    blank: Mapped[int] = mapped_column(default=0)
    """Entered ballots that break the rule of the vote, and so support nothing."""


class PaperSerial(Model):
    """A ballot that was made: its serial is printed on it, and drawn from shuffled envelopes."""

    __tablename__ = "paper_serials"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    serial: Mapped[str] = mapped_column(String(12), primary_key=True)
    channel: Mapped[Channel] = mapped_column(String(10))


class PaperBatch(Model):
    """A bundle of paper ballots that two clerks enter, one after the other and without seeing the other's entries."""

    __tablename__ = "paper_batches"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[Channel] = mapped_column(String(10))
    size: Mapped[int]
    """How many ballots lie in the bundle, counted by hand."""
    first_id: Mapped[int] = reference("accounts.id", index=False)
    second_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    third_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    entered_at: Mapped[datetime | None]
    differences: Mapped[int | None]
    """In how many ballots the two readings differed, so that a third look decided."""


class PaperReading(Model):
    """How one clerk read one ballot, closed with the round's key until the batch is entered."""

    __tablename__ = "paper_readings"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[str] = mapped_column(String(12), primary_key=True)
    look: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1 and 2: the clerks; 3: whoever looked where they differed."""
    reading: Mapped[bytes]


class PaperBallot(Model):
    """A paper ballot as entered. Its tracker and salt are what an online ballot has, so that the box shows no seam."""

    __tablename__ = "paper_ballots"
    __table_args__ = (UniqueConstraint("round_id", "tracker"),)
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    serial: Mapped[str] = mapped_column(String(12), primary_key=True)
    batch: Mapped[int]
    tracker: Mapped[bytes] = mapped_column(LargeBinary(16))
    ballot_salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    choices: Mapped[str | None] = mapped_column(Text)
    """Canonical JSON; None for a ballot that breaks the rule of the vote."""


class PaperAudit(Model):
    """A comparison of some paper ballots with what was counted, drawn by a seed that everybody saw come about."""

    __tablename__ = "paper_audits"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seed: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]
    agree: Mapped[int | None]
    differ: Mapped[int | None]


class PaperSample(Model):
    """One ballot drawn for an audit, and whether the paper says what was counted."""

    __tablename__ = "paper_samples"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    audit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[str] = mapped_column(String(12))
    agrees: Mapped[bool | None]
