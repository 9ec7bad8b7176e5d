"""Rounds and schedules for property tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.charter.rounds import Agenda, Eligibility, RoundFacts, RoundKind

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
moments = st.integers(-500, 500).map(lambda hours: NOON + timedelta(hours=hours))
maybe = st.none() | moments


@st.composite
def plans(draw: st.DrawFn, number: int = 1) -> RoundFacts:
    """A round as it can be recorded: nothing is closed, paused or sealed that was not opened."""
    opened_at = draw(maybe)
    closed_at = draw(maybe) if opened_at else None
    return RoundFacts(
        id=number,
        kind=draw(st.sampled_from(RoundKind)),
        position=number,
        title=draw(st.sampled_from(["", "Autumn"])),
        opens_at=draw(maybe),
        closes_at=draw(maybe),
        opened_at=opened_at,
        paused_at=draw(maybe) if opened_at and not closed_at else None,
        closed_at=closed_at,
        cancelled_at=draw(st.none() | st.none() | moments),
        sealed_at=draw(st.none() | moments) if closed_at else None,
        settings=draw(st.sampled_from([{}, {"eligibility": Eligibility.EVERYONE.value}])),
    )


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    count = draw(st.integers(0, 5))
    return Agenda(deliberation_id=7, slug="trees", rounds=[draw(plans(number=number + 1)) for number in range(count)])
