"""What the witnesses have seen: for pages, and on the checkpoint that is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.home import size_of
from app.audit.models import Cosignature, Witness, WitnessState
from app.audit.witness.words import ALARMING, TROUBLE, Trouble

LATELY: Final = timedelta(hours=2)
"""A witness whose last cosignature is older has not seen the log of now."""


@dataclass(frozen=True)
class Seen:
    """A witness that is asked, and what came of it."""

    id: int
    name: str
    vkey: str
    url: str
    size: int
    """The newest checkpoint that it cosigned; 0 for none."""
    cosigned_at: datetime | None
    asked_at: datetime | None
    trouble: Trouble

    @property
    def why(self) -> str | None:
        """Why it did not cosign when it was asked last, as a sentence to be translated."""
        return TROUBLE.get(self.trouble)

    @property
    def alarming(self) -> bool:
        """Whether it says that something is wrong with the log itself."""
        return self.trouble in ALARMING


@dataclass(frozen=True)
class Watch:
    """All witnesses together, at one moment."""

    witnesses: Sequence[Seen]
    lately: Sequence[Seen]
    """Those who cosigned within `LATELY`, newest first."""

    @property
    def seen_at(self) -> datetime | None:
        """When the last of them did."""
        return self.lately[0].cosigned_at if self.lately else None

    @property
    def alarming(self) -> Sequence[Seen]:
        return [one for one in self.witnesses if one.alarming]


def seen(session: Session) -> Sequence[Seen]:
    """The witnesses that are asked, in the order in which they came."""
    rows = session.execute(
        select(
            Witness.id,
            Witness.name,
            Witness.vkey,
            Witness.url,
            func.coalesce(WitnessState.size, 0),
            WitnessState.cosigned_at,
            WitnessState.asked_at,
            func.coalesce(WitnessState.trouble, ""),
        )
        .join_from(Witness, WitnessState, isouter=True)
        .where(Witness.removed_at.is_(None))
        .order_by(Witness.id)
    )
    return [Seen(*row[:-1], Trouble(row[-1])) for row in rows]


def watch(session: Session, now: datetime) -> Watch:
    """How the log is watched at `now`."""
    witnesses = seen(session)
    times = {one.id: one.cosigned_at for one in witnesses if one.cosigned_at and one.cosigned_at > now - LATELY}
    lately = sorted((one for one in witnesses if one.id in times), key=lambda one: times[one.id], reverse=True)
    return Watch(witnesses, lately)


def named(session: Session, name: str) -> Witness | None:
    """The witness of this name that is asked."""
    return session.scalar(select(Witness).where(Witness.name == name, Witness.removed_at.is_(None)))


def cosigned(session: Session, note: str) -> str:
    """A checkpoint of this log as it is served: the note that the log signed, and the lines of its witnesses."""
    lines = session.scalars(
        select(Cosignature.line).where(Cosignature.size == size_of(note)).order_by(Cosignature.witness_id)
    )
    return note + "".join(lines)


def cosigners(session: Session, size: int) -> Sequence[str]:
    """Who cosigned the checkpoint of this size."""
    return session.scalars(
        select(Witness.name)
        .join(Cosignature, Cosignature.witness_id == Witness.id)
        .where(Cosignature.size == size)
        .order_by(Witness.id)
    ).all()
