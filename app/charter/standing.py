"""Where a deliberation stands: what is open, what comes next, whether it is over (PURE)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.charter.opening import VERIFICATION_OFF
from app.charter.planning import in_order
from app.charter.rounds import Agenda, Eligibility, RoundFacts, RoundKind, RoundState, overdue, state_at
from app.charter.words import N_


class DeliberationState(StrEnum):
    """A deliberation in one word."""

    OPEN = "open"
    PAUSED = "paused"
    BETWEEN = "between"
    COUNT = "count"
    PLANNED = "planned"
    EMPTY = "empty"
    OVER = "over"


DELIBERATION_STATE_WORDS: dict[DeliberationState, str] = {
    DeliberationState.OPEN: N_("Open now"),
    DeliberationState.PAUSED: N_("Paused"),
    DeliberationState.BETWEEN: N_("Between rounds"),
    DeliberationState.COUNT: N_("The vote waits for its count"),
    DeliberationState.PLANNED: N_("Not begun yet"),
    DeliberationState.EMPTY: N_("In preparation"),
    DeliberationState.OVER: N_("Closed"),
}
_ORDER = (
    DeliberationState.OPEN,
    DeliberationState.PAUSED,
    DeliberationState.COUNT,
    DeliberationState.BETWEEN,
    DeliberationState.PLANNED,
    DeliberationState.EMPTY,
    DeliberationState.OVER,
)


@dataclass(frozen=True)
class Shown:
    """A round as people see it: its state now, and the times at which it really began and ended."""

    id: int
    kind: RoundKind
    state: RoundState
    title: str
    opens_at: datetime | None
    closes_at: datetime | None
    overdue: bool


@dataclass(frozen=True)
class Where:
    """Where a deliberation stands at one moment. `rounds` holds all of them in order of time."""

    state: DeliberationState
    rounds: tuple[Shown, ...]
    open: tuple[Shown, ...]
    paused: tuple[Shown, ...]
    next: Shown | None
    late: tuple[Shown, ...]
    """Rounds that were to open and could not."""
    unsealed: tuple[Shown, ...]
    """Votes that are closed and not counted yet."""

    @property
    def rank(self) -> int:
        """Its place among others in a list: what is open comes first."""
        return _ORDER.index(self.state)


def shown(plan: RoundFacts, now: datetime) -> Shown:
    """A round as people see it at `now`."""
    return Shown(
        id=plan.id,
        kind=plan.kind,
        state=state_at(plan, now),
        title=plan.title,
        opens_at=plan.began_at,
        closes_at=plan.ended_at,
        overdue=overdue(plan, now),
    )


def where(agenda: Agenda, now: datetime) -> Where:
    """Where a deliberation stands at `now`."""
    rounds = tuple(shown(plan, now) for plan in in_order(agenda.rounds))
    late = tuple(one for one in rounds if one.overdue)
    coming = [one for one in rounds if one.state is RoundState.PLANNED and not one.overdue]
    dated = [one for one in coming if one.opens_at is not None]
    opened = tuple(one for one in rounds if one.state is RoundState.OPEN)
    paused = tuple(one for one in rounds if one.state is RoundState.PAUSED)
    sealed = {plan.id for plan in agenda.rounds if plan.sealed_at is not None}
    voted = [one for one in rounds if one.kind is RoundKind.VOTE and one.state is RoundState.CLOSED]
    unsealed = tuple(one for one in voted if one.id not in sealed)
    return Where(
        state=_state(rounds, opened, paused, bool(coming or late), bool(unsealed)),
        rounds=rounds,
        open=opened,
        paused=paused,
        next=next(iter(dated or coming), None),
        late=late,
        unsealed=unsealed,
    )


def _state(
    rounds: tuple[Shown, ...], opened: tuple[Shown, ...], paused: tuple[Shown, ...], coming: bool, uncounted: bool
) -> DeliberationState:
    if opened:
        return DeliberationState.OPEN
    if paused:
        return DeliberationState.PAUSED
    if uncounted:
        return DeliberationState.COUNT
    begun = any(one.state is RoundState.CLOSED for one in rounds)
    if coming:
        return DeliberationState.BETWEEN if begun else DeliberationState.PLANNED
    return DeliberationState.OVER if begun or rounds else DeliberationState.EMPTY


def banners(agenda: Agenda, now: datetime) -> tuple[str, ...]:
    """What every page of a deliberation must say above everything else."""
    off = any(plan.eligibility is Eligibility.EVERYONE for plan in agenda.open_rounds(now))
    return (VERIFICATION_OFF,) if off else ()
