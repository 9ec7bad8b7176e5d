"""What a vote round keeps: its frozen ballot paper, the roll, the box while it is open, and what was published.

While a round is open no row here ties a person to a ballot, not even by saying that somebody has voted: the box is
keyed by handles that only the round's key can compute, and that key is never in the database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.database import BigId, Model, Pk, Salted, reference
from app.voting.publishing import Fate, Published
from app.voting.rule import ReceiptMode


def of_round() -> Any:
    """The first part of a key: the vote round a row belongs to."""
    return mapped_column(BigId, ForeignKey("rounds.id"), primary_key=True, autoincrement=False)


IMPORTED = "imported"
"""Stands for the check value of the key of a vote that was held elsewhere: it has no key, no roll and no receipts."""


class Poll(Salted, Model):
    """What a vote round froze when it opened, and what its seal found. One for each vote round that has opened."""

    __tablename__ = "polls"

    round_id: Mapped[int] = of_round()
    question: Mapped[str] = mapped_column(Text)
    """The exact question, as it stood at opening."""
    options: Mapped[list[Any]]
    """`[[proposal id, revision number], …]`: what is on the ballot, and in which words."""
    rule: Mapped[dict[str, Any]]
    """`VoteRule.to_settings()`."""
    receipts: Mapped[ReceiptMode] = mapped_column(String(10))
    receipt_key: Mapped[str] = mapped_column(String(250))
    """The verifier key by which receipts of this round are checked."""
    batch_size: Mapped[int]
    """The log commits to ballots in batches of at least so many while the round is open."""
    roll_size: Mapped[int]
    roll_root: Mapped[bytes]
    key_check: Mapped[str] = mapped_column(String(16))
    """Tells whether a copy of the round's key is the right one, without giving it away."""

    ballots: Mapped[int | None]
    """Counted ballots; like everything below, None until the seal."""
    superseded: Mapped[int | None]
    void: Mapped[int | None]
    published: Mapped[Published | None] = mapped_column(String(10))
    box_root: Mapped[bytes | None]
    """Over the commitments of the counted ballots, in their own order."""
    sealed_roll_root: Mapped[bytes | None]
    """Over the roll with its marks."""
    cvr_sha256: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[dict[str, Any] | None]
    """`Outcome.as_data()`."""


class PollClosing(Model):
    """How many ballots stood when a vote closed. Told by the result alone: until the seal a vote may be reopened."""

    __tablename__ = "poll_closings"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counted from 1: a vote that is reopened closes again."""
    closed_at: Mapped[datetime]
    ballots: Mapped[int]
    checked_in: Mapped[int]
    """People who had been handed a paper ballot."""


class PollRoll(Model):
    """Who may vote in a round, fixed when it opened. The log commits to it by the poll's roll roots."""

    __tablename__ = "poll_roll"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    leaf_salt: Mapped[bytes]
    voted: Mapped[bool | None]
    """None until the seal, for everybody."""
    added: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether this line was not there at opening: an act of its own added it."""
    struck: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether an act of its own took the right to vote away. The line stays, since the log commits to the roll."""


class RollList(Model):
    """A line of the list that a clerk uploads for a round: the mark of a register number. Gone with the round's key."""

    __tablename__ = "roll_lists"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class BallotBox(Model):
    """One envelope. No person, no time; gone at the seal."""

    __tablename__ = "ballot_box"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    handle: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    blob: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1)
    void: Mapped[bool] = mapped_column(default=False)
    """Set aside because the same person was handed a paper ballot. The envelope may be an empty one."""


class BallotPending(Model):
    """A ballot that waits for its batch in the log."""

    __tablename__ = "ballot_pending"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    handle: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class BallotBatch(Model):
    """Many ballots that the log committed to at once, never fewer than the poll's batch size."""

    __tablename__ = "ballot_batches"
    public_record: ClassVar[bool] = False

    round_id: Mapped[int] = of_round()
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ballots: Mapped[int]
    root: Mapped[bytes]
    leaves: Mapped[bytes | None]
    """The commitments, closed with the round's key. Deleted at the seal: they would tell when a tracker came in."""


class SealedBallot(Salted, Model):
    """One line of the published box, in the order of trackers (or, without trackers, of choices)."""

    __tablename__ = "ballots_sealed"
    __table_args__ = (UniqueConstraint("round_id", "tracker"),)

    id: Mapped[Pk]
    """Made by `row_id`, so that it repeats the published order and nothing else."""
    round_id: Mapped[int] = reference("rounds.id", index=False)
    choices: Mapped[str] = mapped_column(Text)
    """Canonical JSON, byte for byte as its commitment has it."""
    ballots: Mapped[int]
    tracker: Mapped[bytes | None]
    ballot_salt: Mapped[bytes | None]


class OpenBallot(Salted, Model):
    """A ballot of an open vote with whose it was: what the charter of such a round promised before anybody voted."""

    __tablename__ = "open_ballots"
    __table_args__ = (UniqueConstraint("round_id", "account_id"),)

    id: Mapped[Pk]
    round_id: Mapped[int] = reference("rounds.id", index=False)
    account_id: Mapped[int] = reference("accounts.id", index=False)
    choices: Mapped[str] = mapped_column(Text)


class SealedCommit(Salted, Model):
    """One commitment that somebody may hold a receipt for, in the order of commitments, and what became of it."""

    __tablename__ = "commits_sealed"
    __table_args__ = (Index("ix_commits_sealed_commit", "round_id", "commit"),)

    id: Mapped[Pk]
    round_id: Mapped[int] = reference("rounds.id", index=False)
    commit: Mapped[bytes]
    fate: Mapped[Fate] = mapped_column(String(10))


def row_id(round_id: int, place: int) -> int:
    """The key of a sealed row: the round and the row's place in the published order.

    Given by us and not by a sequence, because the log's manifest of the rows is made before they are inserted. Fits
    into the 53 bits that JSON reads exactly for 2,097,151 rounds of four billion rows.
    """
    return round_id << 32 | place
