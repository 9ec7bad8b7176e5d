"""Closing a vote, and asking to reopen it: before the seal only, by two officials, and with the reason in public."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app import clock
from app.accounts.models import Account
from app.acts import Conflict, Done, act
from app.charter import opening, planning
from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.charter.words import Words
from app.database import db
from app.deliberations.models import ChangeKind, Reopening, Round, RoundChange
from app.deliberations.openings import closes
from app.voting.models import BallotBox, PollClosing


@closes(RoundKind.VOTE)
def note_closing(round_: Round) -> None:
    """Note how many ballots stand as the round closes. Nobody is told before the seal."""
    session = db.session()
    of_round = select(func.count()).select_from(BallotBox).where(BallotBox.round_id == round_.id)
    earlier = select(func.count()).select_from(PollClosing).where(PollClosing.round_id == round_.id)
    session.add(
        PollClosing(
            round_id=round_.id,
            number=session.scalars(earlier).one() + 1,
            closed_at=round_.closed_at,
            ballots=session.scalars(of_round.where(~BallotBox.void)).one(),
            checked_in=session.scalars(of_round.where(BallotBox.void)).one(),
        )
    )


@act(Action.ASK_TO_REOPEN, exclusive=True)
def ask_to_reopen(actor: Account, round_: Round, *, closes_at: datetime | None, reason: str) -> Done[Round]:
    """The first official asks to reopen a closed vote until this time (None: an open end); another confirms it.

    What was asked before falls, and so does a seal that was asked for, once it is confirmed.

    :raises Conflict: without a reason, or for a time that is past.
    """
    if not reason.strip():
        raise Conflict(Words(planning.REASON_MISSING))
    fault = planning.fault_of_reopening(closes_at, clock.now())
    if fault is not None:
        raise Conflict(fault)
    asked = round_.reopening or Reopening(round_id=round_.id)
    asked.asked_by_id, asked.asked_at = actor.id, clock.now()
    asked.closes_at, asked.reason = closes_at, reason.strip()
    round_.reopening = asked
    until = {"closes_at": opening.said_time(closes_at)}
    change = RoundChange(
        round_id=round_.id, kind=ChangeKind.REOPEN_ASKED, by_id=actor.id, reason=reason.strip(), after=until
    )
    db.session.add(change)
    return Done(round_, until)
