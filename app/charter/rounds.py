"""The rounds of a deliberation: kinds, states, and what the clock makes of a schedule (PURE).

A round's state is never stored. It follows from what officials recorded (opened, paused, closed, cancelled) and
from its schedule, each time it is read; so the dates shown and what is allowed cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.charter.words import N_


class RoundKind(StrEnum):
    """What a round is for."""

    INFORM = "inform"
    PROPOSE = "propose"
    DISCUSS = "discuss"
    REVIEW = "review"
    REVISE = "revise"
    VOTE = "vote"
    RESPOND = "respond"


class RoundState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    CANCELLED = "cancelled"


KIND_WORDS: dict[RoundKind, str] = {
    RoundKind.INFORM: N_("Inform"),
    RoundKind.PROPOSE: N_("Propose"),
    RoundKind.DISCUSS: N_("Discuss"),
    RoundKind.REVIEW: N_("Rights review"),
    RoundKind.REVISE: N_("Revise"),
    RoundKind.VOTE: N_("Vote"),
    RoundKind.RESPOND: N_("City answers"),
}

KIND_PURPOSE: dict[RoundKind, str] = {
    RoundKind.INFORM: N_("Read the background and ask what is unclear."),
    RoundKind.PROPOSE: N_("Write proposals, improve them, comment and endorse."),
    RoundKind.DISCUSS: N_("Comment on the proposals and endorse them."),
    RoundKind.REVIEW: N_("Proposals are checked against human rights."),
    RoundKind.REVISE: N_("Authors improve their proposals; comments stay open."),
    RoundKind.VOTE: N_("Everyone on the roll can vote by secret ballot."),
    RoundKind.RESPOND: N_("The city answers each proposal in public."),
}

STATE_WORDS: dict[RoundState, str] = {
    RoundState.PLANNED: N_("Planned"),
    RoundState.OPEN: N_("Open"),
    RoundState.PAUSED: N_("Paused"),
    RoundState.CLOSED: N_("Closed"),
    RoundState.CANCELLED: N_("Cancelled"),
}

NEXT: dict[RoundState, frozenset[RoundState]] = {
    RoundState.PLANNED: frozenset({RoundState.OPEN, RoundState.CANCELLED}),
    RoundState.OPEN: frozenset({RoundState.PAUSED, RoundState.CLOSED, RoundState.CANCELLED}),
    RoundState.PAUSED: frozenset({RoundState.OPEN, RoundState.CLOSED, RoundState.CANCELLED}),
    RoundState.CLOSED: frozenset({RoundState.OPEN}),
    RoundState.CANCELLED: frozenset(),
}
"""From which state a round may come to which. A sealed vote round moves nowhere (see `moves`)."""

PREPARED = frozenset({RoundKind.VOTE})
"""Kinds that the clock alone does not open: the roll must be frozen and the key made first, so they are open only once
that is on record. A scheduled vote whose whole time went by unprepared never took place."""


class Eligibility(StrEnum):
    """Whom a round admits. What narrows it further (which districts, which ages) is in `charter.electorate`."""

    VERIFIED = "verified"
    DISTRICTS = "districts"
    AGES = "ages"
    LIST = "list"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class RoundFacts:
    """One round as recorded. Times are aware UTC; None means not set, or not yet."""

    id: int
    kind: RoundKind
    position: int
    title: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    opened_at: datetime | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    sealed_at: datetime | None = None
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def began_at(self) -> datetime | None:
        """When it opened; until then, when it is to open."""
        return self.opened_at or self.opens_at

    @property
    def ended_at(self) -> datetime | None:
        """When it was cancelled or closed; until then, when it is to close."""
        return self.cancelled_at or self.closed_at or self.closes_at

    @property
    def eligibility(self) -> Eligibility:
        return Eligibility(str(self.settings.get("eligibility", Eligibility.VERIFIED)))

    def setting_number(self, name: str) -> int | None:
        """A whole-number limit of this round (such as `proposals_per_resident`), None where it sets none."""
        value = self.settings.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def state_at(plan: RoundFacts, now: datetime) -> RoundState:
    """The state a round is in at `now`."""
    if plan.cancelled_at is not None:
        return RoundState.CANCELLED
    if plan.closed_at is not None:
        return RoundState.CLOSED
    if plan.opened_at is None and (plan.kind in PREPARED or not _reached(plan.opens_at, now)):
        return RoundState.PLANNED
    if _reached(plan.closes_at, now):
        return RoundState.CLOSED
    return RoundState.PAUSED if plan.paused_at is not None else RoundState.OPEN


def due(plan: RoundFacts, now: datetime) -> tuple[RoundState, ...]:
    """Moves that the schedule has made and the record does not show yet, in order: OPEN, then CLOSED."""
    if plan.cancelled_at is not None or plan.closed_at is not None:
        return ()
    opening = plan.opened_at is None and _reached(plan.opens_at, now)
    closing = _reached(plan.closes_at, now) and (opening or plan.opened_at is not None)
    if opening and plan.kind in PREPARED:
        return () if closing else (RoundState.OPEN,)
    return (RoundState.OPEN,) * opening + (RoundState.CLOSED,) * closing


def overdue(plan: RoundFacts, now: datetime) -> bool:
    """Whether a round was to open and has not: its opening could not be prepared."""
    return state_at(plan, now) is RoundState.PLANNED and _reached(plan.opens_at, now)


def _reached(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now >= moment


def moves(plan: RoundFacts, now: datetime) -> frozenset[RoundState]:
    """The states an official may bring this round to now."""
    if plan.sealed_at is not None:
        return frozenset()
    return NEXT[state_at(plan, now)]


@dataclass(frozen=True)
class Agenda:
    """A deliberation with its rounds, as it stands when an act or a page asks."""

    deliberation_id: int
    slug: str
    rounds: Sequence[RoundFacts] = ()

    def open_rounds(self, now: datetime) -> list[RoundFacts]:
        return [plan for plan in self.rounds if state_at(plan, now) is RoundState.OPEN]

    def open_of(self, kinds: frozenset[RoundKind], now: datetime) -> RoundFacts | None:
        """The first open round of one of these kinds."""
        return next((plan for plan in self.open_rounds(now) if plan.kind in kinds), None)

    def next_of(self, kinds: frozenset[RoundKind], now: datetime) -> RoundFacts | None:
        """The planned round of one of these kinds that comes first."""
        planned = [p for p in self.rounds if p.kind in kinds and state_at(p, now) is RoundState.PLANNED]
        return min(planned, key=lambda plan: (plan.opens_at is None, plan.opens_at or now, plan.position), default=None)

    def round(self, round_id: int) -> RoundFacts | None:
        return next((plan for plan in self.rounds if plan.id == round_id), None)

    def due(self, now: datetime) -> list[tuple[RoundFacts, RoundState]]:
        """Every move of the schedule that waits for its entry."""
        return [(plan, move) for plan in self.rounds for move in due(plan, now)]
