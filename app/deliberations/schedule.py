"""Keeping the schedule: what the clock has done to rounds gets its entry, by whoever asks first, and once.

Nothing waits for this. A round's state follows from the clock when it is read; only a vote begins with its entry,
since its roll must be frozen and its key made first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from app import clock
from app.acts import CLOCK, Conflict, agenda_of
from app.charter.rounds import RoundFacts, RoundState
from app.charter.rules import Refused
from app.charter.words import Words
from app.database import db
from app.deliberations import acts, queries
from app.deliberations.models import Round

log = structlog.get_logger("folkmoot.schedule")

_PERFORM = {RoundState.OPEN: acts.open_round, RoundState.CLOSED: acts.close_round}


@dataclass
class Kept:
    """What was entered for one deliberation, and what could not be and why."""

    slug: str = ""
    moved: list[tuple[RoundFacts, RoundState]] = field(default_factory=list)
    stuck: list[tuple[RoundFacts, Words]] = field(default_factory=list)


def catch_up(deliberation_id: int) -> Kept:
    """Enter what the schedule has done to this deliberation's rounds. Costs nothing more when nothing is due.

    Two may do so at once: the second finds it done. An opening that cannot be prepared is logged and stays due.
    """
    kept = Kept()
    given_up: set[int] = set()
    while True:
        agenda = agenda_of(deliberation_id)
        kept.slug = agenda.slug
        waiting = [(plan, move) for plan, move in agenda.due(clock.now()) if plan.id not in given_up]
        if not waiting:
            return kept
        plan, move = waiting[0]
        trouble = _enter(plan, move)
        if trouble is None:
            kept.moved.append((plan, move))
        elif (plan.id, move) in [(still.id, due) for still, due in agenda_of(deliberation_id).due(clock.now())]:
            given_up.add(plan.id)
            kept.stuck.append((plan, trouble))
            log.error("round_stuck", round=plan.id, move=move.value, why=str(trouble))


def _enter(plan: RoundFacts, move: RoundState) -> Words | None:
    """Perform one move as the clock; the reason if it was refused, be it only because somebody else has done it."""
    round_ = db.session.get_one(Round, plan.id)
    try:
        _PERFORM[move](CLOCK, round_)
    except Refused as refused:
        return refused.verdict.reason or Words(str(refused))
    except Conflict as conflict:
        return conflict.words
    return None


def tick() -> list[Kept]:
    """Enter what the schedule has done anywhere; one `Kept` for each deliberation where something was due."""
    return [catch_up(deliberation_id) for deliberation_id in queries.with_rounds_due(db.session(), clock.now())]


def listed(*, over_too: bool = True) -> list[queries.Listed]:
    """Deliberations for a list, after entering what the schedule has done to them."""
    every = queries.listed(db.session(), over_too=over_too)
    due = [one.id for one in every if one.agenda.due(clock.now())]
    moved = [catch_up(deliberation_id).moved for deliberation_id in due]
    return queries.listed(db.session(), over_too=over_too) if any(moved) else every


def on_home(limit: int = 6) -> list[queries.Listed]:
    """What the front page shows: the deliberations that are open, or paused, now."""
    return [one for one in listed(over_too=False) if one.where.open or one.where.paused][:limit]
