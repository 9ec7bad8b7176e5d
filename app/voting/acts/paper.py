"""Entering paper ballots: read twice, held against each other, and taken into the count only when both say the same."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Account
from app.acts import Conflict, Done, act, require
from app.charter.actions import Action
from app.charter.words import N_, Words
from app.database import db
from app.deliberations.models import Round
from app.voting.acts.ballots import open_key
from app.voting.paper import queries
from app.voting.paper.comparing import BLANK, Comparison
from app.voting.paper.models import PaperBallot, PaperBatch, PaperChannel, PaperReading
from app.voting.paper.serials import Channel, SerialError, typed
from app.voting.queries import BallotPaper
from app.voting.receipts import SALT_BYTES, TRACKER_BYTES, commitment, commits_root
from app.writing import private_write

LOOKS = {1: "first_id", 2: "second_id", 3: "third_id"}


def start_batch(actor: Account, round_: Round, *, channel: Channel, size: int) -> int:
    """Begin a batch as its first reader, who has counted the bundle by hand. Returns its number.

    :raises Refused: when the rules do not let them. :raises Conflict: when so many were never handed out.
    """
    require(actor, Action.ENTER_PAPER, round_)
    with private_write() as session:
        # Two who begin a batch take turns, so that neither counts what the other is about to read.
        session.execute(select(PaperChannel).where(PaperChannel.round_id == round_.id).with_for_update())
        counts = {one.channel: one for one in queries.channels(session, round_.id)}
        planned = sum(one.size for one in queries.batches(session, round_.id) if one.channel == channel)
        if channel not in counts or not 1 <= size <= counts[channel].checked_in - planned:
            text = N_("Fewer ballots of this kind than that were handed out and are not in a batch yet. Count again.")
            raise Conflict(Words(text))
        number = len(queries.batches(session, round_.id)) + 1
        batch = PaperBatch(round_id=round_.id, number=number, channel=channel, size=size, first_id=actor.id)
        session.add(batch)
    return number


def look_of(actor: Account, batch: PaperBatch, comparison: Comparison | None) -> int | None:
    """As which reader somebody takes part: first, second, or, where those differ, third. None: as none."""
    if batch.entered_at is not None:
        return None
    if actor.id == batch.first_id:
        return 1 if comparison is None else None
    if batch.second_id in (None, actor.id):
        return 2 if comparison is None else None
    third = comparison is not None and comparison.unresolved and batch.third_id in (None, actor.id)
    return 3 if third else None


def read_ballot(
    actor: Account, round_: Round, paper: BallotPaper, batch: PaperBatch, *, said: str, choices: bytes
) -> None:
    """Keep how this reader read one ballot, in place of how they read it before.

    :raises Conflict: when the serial is none of this vote and channel, was entered before, or is not theirs to read.
    """
    require(actor, Action.ENTER_PAPER, round_)
    key = open_key(paper)
    with private_write() as session:
        session.refresh(batch, with_for_update=True)
        comparison = queries.comparison(session, key, batch)
        look = look_of(actor, batch, comparison)
        if look is None:
            raise Conflict(Words(N_("You cannot read ballots of this batch now.")))
        serial = _serial(session, batch, said)
        if look == 3 and (comparison is None or serial not in {one.serial for one in comparison.unresolved}):
            raise Conflict(Words(N_("The two readings of this ballot do not differ.")))
        setattr(batch, LOOKS[look], actor.id)
        place = queries.place_of(batch.number, serial, look)
        locked = key.lock_reading(place, choices, max(paper.longest, len(choices)))
        session.merge(
            PaperReading(round_id=batch.round_id, batch=batch.number, serial=serial, look=look, reading=locked)
        )


def _serial(session: Session, batch: PaperBatch, said: str) -> str:
    try:
        serial = typed(said)
    except SerialError:
        raise Conflict(Words(N_("This is not a serial. Check what you typed: it has 11 letters and digits."))) from None
    channel = queries.issued_as(session, batch.round_id, serial)
    if channel is None:
        raise Conflict(Words(N_("No ballot with this serial was made for this vote. Put it aside and say so.")))
    if channel is not Channel(batch.channel):
        raise Conflict(Words(N_("This ballot belongs to another kind of batch.")))
    before = queries.entered_in(session, batch.round_id, serial)
    if before is not None:
        text = N_("A ballot with this serial was entered in batch %(batch)s. Put it aside and say so.")
        raise Conflict(Words(text, {"batch": before}))
    return serial


def discard_batch(actor: Account, round_: Round, batch: PaperBatch) -> None:
    """Throw the readings of a batch away, so that it can be counted and read anew. Raises Conflict once entered."""
    require(actor, Action.ENTER_PAPER, round_)
    with private_write() as session:
        session.refresh(batch, with_for_update=True)
        if batch.entered_at is not None:
            raise Conflict(Words(N_("This batch was entered already.")))
        _forget_readings(session, batch)
        batch.first_id, batch.second_id, batch.third_id = actor.id, None, None


def _forget_readings(session: Session, batch: PaperBatch) -> None:
    here = (PaperReading.round_id == batch.round_id) & (PaperReading.batch == batch.number)
    session.execute(delete(PaperReading).where(here))


@act(Action.ENTER_PAPER, exclusive=True)
def enter_batch(actor: Account, round_: Round, *, paper: BallotPaper, number: int) -> Done[PaperBatch]:
    """Take a batch that was read twice alike into the count.

    :raises Conflict: while readings are missing or differ, or their number is not that of the bundle.
    """
    session = db.session()
    batch = session.get(PaperBatch, (round_.id, number), with_for_update=True)
    if batch is None or batch.entered_at is not None:
        raise Conflict(Words(N_("This batch was entered already.")))
    comparison = queries.comparison(session, open_key(paper), batch)
    if comparison is None or not comparison.complete(batch.size):
        text = N_("Both readings must be complete, agree, and hold as many ballots as the bundle has.")
        raise Conflict(Words(text))
    commits = [_take(session, batch, serial, reading) for serial, reading in comparison.agreed.items()]
    blank = commits.count(None)
    batch.entered_at, batch.differences = clock.now(), len(comparison.differences)
    _count(session, batch, blank)
    _forget_readings(session, batch)
    facts = {
        "batch": number,
        "channel": Channel(batch.channel).value,
        "ballots": batch.size,
        "blank": blank,
        "differences": batch.differences,
        "root": commits_root([commit for commit in commits if commit is not None]).hex(),
    }
    return Done(batch, facts)


def _take(session: Session, batch: PaperBatch, serial: str, reading: bytes) -> bytes | None:
    """Keep one ballot; what commits to it, None for one that supports nothing."""
    tracker, salt = secrets.token_bytes(TRACKER_BYTES), secrets.token_bytes(SALT_BYTES)
    choices = None if reading == BLANK else reading.decode()
    row = PaperBallot(
        round_id=batch.round_id,
        serial=serial,
        batch=batch.number,
        tracker=tracker,
        ballot_salt=salt,
        choices=choices,
    )
    session.add(row)
    return None if choices is None else commitment(batch.round_id, tracker, salt, reading)


def _count(session: Session, batch: PaperBatch, blank: int) -> None:
    here = (PaperChannel.round_id == batch.round_id) & (PaperChannel.channel == batch.channel)
    channel = session.scalars(select(PaperChannel).where(here).with_for_update()).one()
    channel.entered += batch.size
    channel.blank += blank
