"""Opening the box for the seal: envelopes, paper ballots and the roll, each held against the others.

Whatever does not fit stops the seal: nothing is counted before somebody has found out why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.acts import Conflict
from app.charter.words import N_, Words
from app.database import Model
from app.voting.models import BallotBox, PollRoll
from app.voting.paper import queries as paper_queries
from app.voting.paper.queries import ChannelCount
from app.voting.publishing import Fate
from app.voting.receipts import roll_leaf, root
from app.voting.roundkey import CAST_ID_BYTES, Envelope, RoundKey, WrongKeyError

_BOX = Model.metadata.tables[BallotBox.__tablename__]
_ROLL = Model.metadata.tables[PollRoll.__tablename__]
_ACCOUNTS = Model.metadata.tables[Account.__tablename__]

AT_ONCE = 1000


class SealBrokenError(Conflict):
    """The box is not what it must be: nothing was sealed, and somebody has to find out why."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(Words(text, values))


@dataclass(frozen=True)
class RollLine:
    """A line of the roll, with the handle that only the round's key tells."""

    account_id: int
    public_id: str
    leaf_salt: bytes
    struck: bool
    handle: bytes


def read_roll(session: Session, key: RoundKey) -> list[RollLine]:
    """The roll in its own order, struck lines included."""
    lines = session.execute(
        select(_ROLL.c.account_id, _ACCOUNTS.c.public_id, _ROLL.c.leaf_salt, _ROLL.c.struck)
        .join(_ACCOUNTS, _ACCOUNTS.c.id == _ROLL.c.account_id)
        .where(_ROLL.c.round_id == key.round_id)
        .order_by(_ROLL.c.account_id)
    )
    return [RollLine(*line, handle=key.handle(line.account_id)) for line in lines]


@dataclass(frozen=True)
class Box:
    """The box, opened."""

    counted: dict[bytes, Envelope]
    """The envelopes that count, by handle."""
    checked_in: frozenset[bytes]
    """The handles of those who were handed a paper ballot."""
    envelopes: Sequence[tuple[Envelope, Fate]]
    """Every ballot that was cast online, with its fate."""


def open_box(session: Session, key: RoundKey, roll: Sequence[RollLine]) -> Box:
    """Open every envelope.

    :raises SealBrokenError: when one does not open, or belongs to nobody on the roll.
    """
    struck = {line.handle for line in roll if line.struck}
    rows = session.execute(
        select(_BOX.c.handle, _BOX.c.version, _BOX.c.blob, _BOX.c.void).where(_BOX.c.round_id == key.round_id)
    )
    counted, envelopes, checked_in = {}, [], set()
    for row in rows:
        envelope = _unlocked(key, row)
        fate = Fate.VOID if row.void else Fate.STRUCK if row.handle in struck else Fate.COUNTED
        if not envelope.is_empty:
            envelopes.append((envelope, fate))
        if fate is Fate.VOID:
            checked_in.add(row.handle)
        elif fate is Fate.COUNTED:
            counted[row.handle] = envelope
    _must_be_on_roll(roll, counted.keys() | checked_in)
    return Box(counted, frozenset(checked_in), envelopes)


def _unlocked(key: RoundKey, row: Any) -> Envelope:
    try:
        envelope = key.unlock(row.handle, row.version, row.blob)
    except WrongKeyError as error:
        text = N_(
            "Nothing was sealed. An envelope in the box does not open: somebody changed it behind the "
            "platform's back. Find out how before you go on."
        )
        raise SealBrokenError(text) from error
    if envelope.is_empty and not row.void:
        text = N_(
            "Nothing was sealed. An envelope in the box is empty, although nobody was handed a paper ballot for it: "
            "somebody changed the box behind the platform's back. Find out how before you go on."
        )
        raise SealBrokenError(text)
    return envelope


def _must_be_on_roll(roll: Sequence[RollLine], handles: set[bytes]) -> None:
    known = handles & {line.handle for line in roll if not line.struck}
    if len(known) != len(handles):
        text = N_(
            "Nothing was sealed. The box holds %(ballots)s ballots, but %(voted)s people on the roll have one in it: "
            "somebody changed the box or the roll behind the platform's back. Find out how before you go on."
        )
        raise SealBrokenError(text, ballots=len(handles), voted=len(known))


@dataclass(frozen=True)
class PaperCount:
    """The paper ballots of a vote: those that count, as envelopes, and the numbers of each channel."""

    envelopes: Sequence[tuple[Envelope, Fate]]
    channels: Sequence[ChannelCount]


def open_paper(session: Session, round_id: int, checked_in: int) -> PaperCount:
    """The paper ballots, once it is certain that there are no more than were handed out.

    :raises SealBrokenError: when a batch is not entered yet, or more ballots were entered than handed out or made.
    """
    channels = paper_queries.channels(session, round_id)
    waiting = [batch.number for batch in paper_queries.batches(session, round_id) if batch.entered_at is None]
    if waiting:
        text = N_("Nothing was sealed. Batch %(batch)s of paper ballots is not entered yet.")
        raise SealBrokenError(text, batch=waiting[0])
    for one in channels:
        if not one.blank <= one.entered <= one.checked_in <= one.issued:
            text = N_(
                "Nothing was sealed. %(entered)s paper ballots were entered, %(checked_in)s handed out and %(issued)s "
                "made: there must never be more of the former than of the latter. Find out why before you go on."
            )
            raise SealBrokenError(text, entered=one.entered, checked_in=one.checked_in, issued=one.issued)
    ballots = paper_queries.ballots(session, round_id)
    sums = sum(one.checked_in for one in channels), sum(one.entered for one in channels)
    if sums != (checked_in, len(ballots)):
        text = N_(
            "Nothing was sealed. The numbers of paper ballots that were kept are not those of the box: somebody "
            "changed them behind the platform's back. Find out how before you go on."
        )
        raise SealBrokenError(text)
    counted = [one for one in ballots if one.choices is not None]
    nothing = bytes(CAST_ID_BYTES)
    envelopes = [Envelope(one.tracker, one.ballot_salt, (one.choices or "").encode(), nothing) for one in counted]
    return PaperCount([(envelope, Fate.COUNTED) for envelope in envelopes], channels)


@dataclass(frozen=True)
class Marks:
    """What the roll says after the seal: how many are on it, and how many of them voted."""

    size: int
    voted: int
    root: bytes


def mark_roll(session: Session, round_id: int, roll: Sequence[RollLine], box: Box) -> Marks:
    """Mark on the roll who voted, online or on paper, in the order of the roll, so that no order of ballots shows."""
    voted = box.counted.keys() | box.checked_in
    valid = [line for line in roll if not line.struck]
    leaves = [roll_leaf(round_id, line.public_id, line.leaf_salt, line.handle in voted) for line in valid]
    voters = [line.account_id for line in valid if line.handle in voted]
    session.execute(_ROLL.update().where(_ROLL.c.round_id == round_id).values(voted=False))
    for some in _in_pieces(voters):
        here = (_ROLL.c.round_id == round_id) & _ROLL.c.account_id.in_(some)
        session.execute(_ROLL.update().where(here).values(voted=True))
    return Marks(len(valid), len(voters), root(leaves))


def _in_pieces(things: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(things), AT_ONCE):
        yield things[start : start + AT_ONCE]
