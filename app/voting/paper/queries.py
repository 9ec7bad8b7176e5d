"""Reading what a vote keeps of its paper ballots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.voting.paper.comparing import Comparison, compare
from app.voting.paper.models import (
    PaperAudit,
    PaperBallot,
    PaperBatch,
    PaperChannel,
    PaperReading,
    PaperSample,
    PaperSerial,
)
from app.voting.paper.serials import Channel
from app.voting.roundkey import RoundKey


@dataclass(frozen=True)
class ChannelCount:
    """One way of voting on paper, in its four numbers."""

    channel: Channel
    issued: int
    checked_in: int
    entered: int
    blank: int

    @property
    def counted(self) -> int:
        """Ballots that count towards the result."""
        return self.entered - self.blank


def channels(session: Session, round_id: int) -> list[ChannelCount]:
    """The numbers of every channel that this vote uses. For the desk, the seal, and after it for everybody."""
    found = session.execute(
        select(
            PaperChannel.channel,
            PaperChannel.issued,
            PaperChannel.checked_in,
            PaperChannel.entered,
            PaperChannel.blank,
        )
        .where(PaperChannel.round_id == round_id)
        .order_by(PaperChannel.channel)
    )
    return [ChannelCount(Channel(row.channel), *row[1:]) for row in found]


def serials(session: Session, round_id: int, channel: Channel | None = None) -> list[str]:
    """The serials that were made, in their own order."""
    statement = select(PaperSerial.serial).where(PaperSerial.round_id == round_id).order_by(PaperSerial.serial)
    if channel is not None:
        statement = statement.where(PaperSerial.channel == channel)
    return list(session.scalars(statement))


def issued_as(session: Session, round_id: int, serial: str) -> Channel | None:
    """For which channel a serial was made; None where it was not made for this vote."""
    found = session.get(PaperSerial, (round_id, serial))
    return None if found is None else Channel(found.channel)


def entered_in(session: Session, round_id: int, serial: str) -> int | None:
    """The batch in which a ballot has been entered already."""
    found = session.get(PaperBallot, (round_id, serial))
    return None if found is None else found.batch


def batches(session: Session, round_id: int) -> Sequence[PaperBatch]:
    """Every batch, in order."""
    return session.scalars(select(PaperBatch).where(PaperBatch.round_id == round_id).order_by(PaperBatch.number)).all()


def read_so_far(session: Session, batch: PaperBatch, look: int) -> int:
    """How many ballots of a batch somebody has read."""
    here = (PaperReading.round_id == batch.round_id) & (PaperReading.batch == batch.number)
    counted = select(func.count()).select_from(PaperReading).where(here, PaperReading.look == look)
    return session.scalar(counted) or 0


def readings(session: Session, key: RoundKey, batch: PaperBatch, look: int) -> dict[str, bytes]:
    """How somebody read the ballots of a batch, by serial."""
    found = session.execute(
        select(PaperReading.serial, PaperReading.reading).where(
            PaperReading.round_id == batch.round_id, PaperReading.batch == batch.number, PaperReading.look == look
        )
    )
    return {row.serial: key.unlock_reading(place_of(batch.number, row.serial, look), row.reading) for row in found}


def place_of(batch: int, serial: str, look: int) -> str:
    """What ties a closed reading to its place, so that it cannot be moved to another."""
    return f"{batch}/{serial}/{look}"


def comparison(session: Session, key: RoundKey, batch: PaperBatch) -> Comparison | None:
    """Both readings of a batch held against each other; None before both are complete, so that neither is seen."""
    if any(read_so_far(session, batch, look) < batch.size for look in (1, 2)):
        return None
    first, second, third = (readings(session, key, batch, look) for look in (1, 2, 3))
    return compare(first, second, third)


def ballots(session: Session, round_id: int) -> Sequence[PaperBallot]:
    """The paper ballots as entered."""
    return session.scalars(
        select(PaperBallot).where(PaperBallot.round_id == round_id).order_by(PaperBallot.serial)
    ).all()


def audits(session: Session, round_id: int) -> Sequence[PaperAudit]:
    """The comparisons of paper with the count, in order."""
    return session.scalars(select(PaperAudit).where(PaperAudit.round_id == round_id).order_by(PaperAudit.number)).all()


def samples(session: Session, audit: PaperAudit) -> Sequence[PaperSample]:
    """The ballots that were drawn for a comparison, in the order in which they were drawn."""
    here = (PaperSample.round_id == audit.round_id) & (PaperSample.audit == audit.number)
    return session.scalars(select(PaperSample).where(here).order_by(PaperSample.place)).all()
