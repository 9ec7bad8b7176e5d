"""Reading what the seal published. Before it there is nothing here to read, for anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.database import UtcTime
from app.deliberations.models import Round
from app.voting.counting.outcome import Outcome
from app.voting.models import OpenBallot, Poll, PollClosing, SealedBallot, SealedCommit
from app.voting.paper.models import PaperChannel
from app.voting.paper.queries import ChannelCount
from app.voting.paper.serials import Channel
from app.voting.publishing import Fate, Published, Slip

SMALL_CELL = 10
"""A group of fewer people than this is not told apart from the others."""


@dataclass(frozen=True)
class Closing:
    """One closing of the round, and how it stood then. There are several where it was reopened."""

    closed_at: datetime
    ballots: int
    checked_in: int


@dataclass(frozen=True)
class Result:
    """What the seal found and published."""

    outcome: Outcome
    superseded: int
    void: int
    published: Published
    box_root: bytes
    roll_root: bytes
    sealed_roll_root: bytes
    cvr_sha256: str | None
    closings: Sequence[Closing] = field(default_factory=list)
    channels: Sequence[ChannelCount] = field(default_factory=list)

    @property
    def online(self) -> int:
        """Counted ballots that were cast online."""
        return self.outcome.ballots - sum(one.counted for one in self.channels)

    @property
    def small_channels(self) -> bool:
        """Whether telling who voted in which way would point at single people."""
        groups = [self.online, *(one.checked_in for one in self.channels)]
        return any(0 < group < SMALL_CELL for group in groups)

    @property
    def checked_in(self) -> int:
        """People who were handed a paper ballot, and are marked as having voted by that."""
        return sum(one.checked_in for one in self.channels)


def result(session: Session, round_id: int) -> Result | None:
    """The result of a sealed round; None before the seal, for everybody."""
    row = session.execute(
        select(
            Poll.outcome,
            Poll.superseded,
            Poll.void,
            Poll.published,
            Poll.box_root,
            Poll.roll_root,
            Poll.sealed_roll_root,
            Poll.cvr_sha256,
        )
        .join(Round, Round.id == Poll.round_id)
        .where(Poll.round_id == round_id, Round.sealed_at.is_not(None))
    ).one_or_none()
    if row is None:
        return None
    stood, on_paper = _kept(session, round_id)
    return Result(
        outcome=Outcome.from_data(row.outcome),
        superseded=row.superseded,
        void=row.void,
        published=Published(row.published),
        box_root=row.box_root,
        roll_root=row.roll_root,
        sealed_roll_root=row.sealed_roll_root,
        cvr_sha256=row.cvr_sha256,
        closings=stood,
        channels=on_paper,
    )


def closings(session: Session, round_id: int) -> list[Closing]:
    """How the round stood at each closing, the first one first. For the seal, and for who asks after it."""
    return _kept(session, round_id)[0]


_STOOD = select(
    literal("closing").label("what"),
    PollClosing.number,
    PollClosing.closed_at,
    PollClosing.ballots.label("first"),
    PollClosing.checked_in,
    literal(0).label("entered"),
    literal(0).label("blank"),
).where(PollClosing.round_id == bindparam("round_id"))
_ON_PAPER = select(
    PaperChannel.channel,
    literal(0),
    cast(null(), UtcTime()),
    PaperChannel.issued,
    PaperChannel.checked_in,
    PaperChannel.entered,
    PaperChannel.blank,
).where(PaperChannel.round_id == bindparam("round_id"))
_KEPT: CompoundSelect[*tuple[Any, ...]] = union_all(_STOOD, _ON_PAPER)


def _kept(session: Session, round_id: int) -> tuple[list[Closing], list[ChannelCount]]:
    """What is kept beside the poll itself, in one statement: each closing, and the numbers of each channel."""
    stood, on_paper = [], []
    for row in session.execute(_KEPT, {"round_id": round_id}):
        if row.what == "closing":
            stood.append((row.number, Closing(row.closed_at, row.first, row.checked_in)))
        else:
            on_paper.append(ChannelCount(Channel(row.what), row.first, row.checked_in, row.entered, row.blank))
    return [one for _number, one in sorted(stood, key=itemgetter(0))], sorted(on_paper, key=attrgetter("channel"))


def slips(session: Session, round_id: int) -> list[Slip]:
    """The published box in its order; empty where only totals are published, and before the seal."""
    found = session.execute(
        select(SealedBallot.choices, SealedBallot.ballots, SealedBallot.tracker, SealedBallot.ballot_salt)
        .where(SealedBallot.round_id == round_id)
        .order_by(SealedBallot.id)
    )
    return [Slip(row.choices.encode(), row.ballots, row.tracker, row.ballot_salt) for row in found]


def commits(session: Session, round_id: int, fate: Fate) -> list[bytes]:
    """The commitments of this fate, in their own order."""
    statement = (
        select(SealedCommit.commit)
        .where(SealedCommit.round_id == round_id, SealedCommit.fate == fate)
        .order_by(SealedCommit.id)
    )
    return list(session.scalars(statement))


@dataclass(frozen=True)
class Named:
    """A ballot of an open vote with whose it was."""

    name: str
    public_id: str
    choices: bytes


def named(session: Session, round_id: int) -> list[Named]:
    """The ballots of an open vote, by name; empty for a secret one, and before the seal."""
    found = session.execute(
        select(Account.display_name, Account.public_id, OpenBallot.choices)
        .join(Account, Account.id == OpenBallot.account_id)
        .where(OpenBallot.round_id == round_id)
        .order_by(Account.display_name, OpenBallot.id)
    )
    return [Named(row.display_name, row.public_id, row.choices.encode()) for row in found]


@dataclass(frozen=True)
class Found:
    """What somebody finds who looks for their ballot: its fate and, with a tracker, how it was filled in."""

    fate: Fate
    choices: bytes | None = None


def find(session: Session, round_id: int, digits: bytes) -> Found | None:
    """Look in the published box for a commitment (32 bytes) or a tracker (16 bytes)."""
    fate = session.scalar(
        select(SealedCommit.fate).where(SealedCommit.round_id == round_id, SealedCommit.commit == digits)
    )
    if fate is not None:
        return Found(Fate(fate))
    choices = session.scalar(
        select(SealedBallot.choices).where(SealedBallot.round_id == round_id, SealedBallot.tracker == digits)
    )
    return None if choices is None else Found(Fate.COUNTED, choices.encode())
