"""Where a deliberation stands: what is open, what comes next, whether it is over (PURE)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.charter.opening import VERIFICATION_OFF
from app.charter.planning import in_order
from app.charter.rounds import Eligibility, RoundFacts, RoundKind, RoundState, Stage, overdue, state_at
from app.charter.words import N_


class Phase(StrEnum):
    """A deliberation in one word."""

    OPEN = "open"
    PAUSED = "paused"
    BETWEEN = "between"
    COUNT = "count"
    PLANNED = "planned"
    EMPTY = "empty"
    OVER = "over"


PHASE_WORDS: dict[Phase, str] = {
    Phase.OPEN: N_("Open now"),
    Phase.PAUSED: N_("Paused"),
    Phase.BETWEEN: N_("Between rounds"),
    Phase.COUNT: N_("The vote waits for its count"),
    Phase.PLANNED: N_("Not begun yet"),
    Phase.EMPTY: N_("In preparation"),
    Phase.OVER: N_("Closed"),
}
_ORDER = (Phase.OPEN, Phase.PAUSED, Phase.COUNT, Phase.BETWEEN, Phase.PLANNED, Phase.EMPTY, Phase.OVER)


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

    phase: Phase
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
        return _ORDER.index(self.phase)


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


def where(stage: Stage, now: datetime) -> Where:
    """Where a deliberation stands at `now`."""
    rounds = tuple(shown(plan, now) for plan in in_order(stage.rounds))
    late = tuple(one for one in rounds if one.overdue)
    coming = [one for one in rounds if one.state is RoundState.PLANNED and not one.overdue]
    dated = [one for one in coming if one.opens_at is not None]
    opened = tuple(one for one in rounds if one.state is RoundState.OPEN)
    paused = tuple(one for one in rounds if one.state is RoundState.PAUSED)
    sealed = {plan.id for plan in stage.rounds if plan.sealed_at is not None}
    voted = [one for one in rounds if one.kind is RoundKind.VOTE and one.state is RoundState.CLOSED]
    unsealed = tuple(one for one in voted if one.id not in sealed)
    return Where(
        phase=_phase(rounds, opened, paused, bool(coming or late), bool(unsealed)),
        rounds=rounds,
        open=opened,
        paused=paused,
        next=next(iter(dated or coming), None),
        late=late,
        unsealed=unsealed,
    )


def _phase(
    rounds: tuple[Shown, ...], opened: tuple[Shown, ...], paused: tuple[Shown, ...], coming: bool, uncounted: bool
) -> Phase:
    if opened:
        return Phase.OPEN
    if paused:
        return Phase.PAUSED
    if uncounted:
        return Phase.COUNT
    begun = any(one.state is RoundState.CLOSED for one in rounds)
    if coming:
        return Phase.BETWEEN if begun else Phase.PLANNED
    return Phase.OVER if begun or rounds else Phase.EMPTY


def banners(stage: Stage, now: datetime) -> tuple[str, ...]:
    """What every page of a deliberation must say above everything else."""
    off = any(plan.eligibility is Eligibility.EVERYONE for plan in stage.open_rounds(now))
    return (VERIFICATION_OFF,) if off else ()
