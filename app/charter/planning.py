"""What makes a round's times sensible, when a change needs a reason, and in which order rounds are shown (PURE)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.charter.actions import Action
from app.charter.rounds import RoundFacts, RoundState, state_at
from app.charter.words import N_, Words

LONGEST_REASON = 1000
"""Letters of a public reason."""

_ALWAYS_REASONED = frozenset(
    {Action.EXTEND_ROUND, Action.PAUSE_ROUND, Action.REOPEN_ROUND, Action.ASK_TO_REOPEN, Action.CANCEL_ROUND}
)

REASON_MISSING = N_("Give a reason. Everybody will read it on the page of this round.")


def needs_reason(action: Action, plan: RoundFacts, now: datetime) -> bool:
    """Whether an official must say in public why: for everything that breaks what was announced."""
    if action is Action.CLOSE_ROUND:
        return plan.closes_at is not None and now < plan.closes_at
    return action in _ALWAYS_REASONED


def faults_of_times(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> dict[str, Words]:
    """What is wrong with the times of a planned round, by the field to put right. Both may be open (None)."""
    faults: dict[str, Words] = {}
    if opens_at is not None and opens_at < now:
        faults["opens_at"] = Words(
            N_("This time is past. Choose a later one, or leave it empty and open the round by hand.")
        )
    if closes_at is not None and closes_at <= now:
        faults["closes_at"] = Words(N_("This time is past. Choose a later one, or leave it empty for an open end."))
    elif closes_at is not None and opens_at is not None and closes_at <= opens_at:
        faults["closes_at"] = Words(N_("A round must close after it opens."))
    return faults


def fault_of_opening(plan: RoundFacts, now: datetime) -> Words | None:
    """Why a planned round cannot be opened by hand now, if it cannot."""
    if plan.closes_at is not None and plan.closes_at <= now:
        return Words(
            N_("This round was to close on %(when)s, which is past. Give it a later closing time first."),
            {"when": plan.closes_at},
        )
    return None


def fault_of_extension(plan: RoundFacts, closes_at: datetime, now: datetime) -> Words | None:
    """What is wrong with a later closing time. A round with an open end may be given any time to come."""
    if closes_at <= now:
        return Words(N_("This time is past. Choose a later one."))
    if plan.closes_at is not None and closes_at <= plan.closes_at:
        return Words(
            N_("Choose a time after %(when)s, when the round closes now. To end it sooner, close it."),
            {"when": plan.closes_at},
        )
    return None


def fault_of_reopening(closes_at: datetime | None, now: datetime) -> Words | None:
    """What is wrong with the closing time of a round that is reopened. None leaves its end open."""
    if closes_at is not None and closes_at <= now:
        return Words(N_("This time is past. Choose a later one, or leave it empty for an open end."))
    return None


def overlapping(plan: RoundFacts, others: Iterable[RoundFacts], now: datetime) -> list[RoundFacts]:
    """The rounds that are, or would be, open together with this one for a while. Nothing forbids that."""
    mine = _stretch(plan, now)
    if mine is None:
        return []
    found = []
    for other in others:
        theirs = _stretch(other, now) if other.id != plan.id else None
        if theirs is not None and _before(mine[0], theirs[1]) and _before(theirs[0], mine[1]):
            found.append(other)
    return found


def _stretch(plan: RoundFacts, now: datetime) -> tuple[datetime, datetime | None] | None:
    """From when to when a round is open, as far as one can tell; None if it is over or has no date."""
    state = state_at(plan, now)
    if state in (RoundState.CLOSED, RoundState.CANCELLED) or plan.began_at is None:
        return None
    return plan.began_at, plan.closes_at


def _before(start: datetime, end: datetime | None) -> bool:
    return end is None or start < end


def in_order(plans: Iterable[RoundFacts]) -> list[RoundFacts]:
    """The rounds as they follow each other in time. One without a date stays after the one it was planned after."""
    undated: list[RoundFacts] = []
    dated: list[tuple[datetime, RoundFacts]] = []
    for plan in sorted(plans, key=lambda plan: plan.position):
        begins = plan.began_at or (dated[-1][0] if dated else None)
        if begins is None:
            undated.append(plan)
        else:
            dated.append((begins, plan))
    return undated + [plan for _, plan in sorted(dated, key=lambda pair: pair[0])]
