"""How many reviewers a proposal needs, and when what they handed in is opened to everybody. PURE."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from app.charter.rounds import Agenda, RoundKind
from app.charter.words import N_

INDEPENDENT = "independent_reviews"
"""The setting of a review round: how many reviewers assess each proposal without seeing one another's answers."""
MOST_REVIEWERS = 5


class ReviewState(StrEnum):
    """How far a reviewer has come with a proposal."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    STEPPED_BACK = "stepped_back"
    HANDED_IN = "handed_in"
    RELEASED = "released"


REVIEW_WORDS: dict[ReviewState, str] = {
    ReviewState.ASSIGNED: N_("Asked, no answer yet"),
    ReviewState.ACCEPTED: N_("At work, without a conflict of interest"),
    ReviewState.STEPPED_BACK: N_("Stepped back"),
    ReviewState.HANDED_IN: N_("Handed in"),
    ReviewState.RELEASED: N_("Released before handing in"),
}
PENDING = (ReviewState.ASSIGNED, ReviewState.ACCEPTED)
"""States of a review that is still to come."""


def needed(agenda: Agenda) -> int:
    """How many reviewers a proposal needs, by the review rounds of its deliberation; one, where none says more."""
    plans = (plan for plan in agenda.rounds if plan.kind is RoundKind.REVIEW and plan.cancelled_at is None)
    return max((plan.setting_number(INDEPENDENT) or 1 for plan in plans), default=1)


def can_be_opened(states: Collection[ReviewState], how_many: int) -> bool:
    """Whether reviews that were handed in can be read by everybody, and so by the other reviewers.

    Where reviews are independent, not before enough are in and none is still to come.
    """
    handed_in = sum(state is ReviewState.HANDED_IN for state in states)
    if how_many < 2:
        return handed_in > 0
    return handed_in >= how_many and not any(state in PENDING for state in states)
