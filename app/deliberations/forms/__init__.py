"""The words officials meet when they start a deliberation and run its rounds, and the limits."""

from __future__ import annotations

from app.charter.rounds import RoundKind
from app.deliberations.forms.changes import ChangeForm, ReopenForm, change_form
from app.deliberations.forms.rounds import (
    OpenRoundForm,
    ProposeRoundForm,
    ReviewRoundForm,
    ReviseRoundForm,
    RoundForm,
)
from app.deliberations.forms.votes import VoteRoundForm, costs_text
from app.deliberations.forms.words import DeliberationForm

__all__ = [
    "ROUND_FORMS",
    "ChangeForm",
    "DeliberationForm",
    "ReopenForm",
    "RoundForm",
    "VoteRoundForm",
    "change_form",
    "costs_text",
]

ROUND_FORMS: dict[RoundKind, type[RoundForm]] = {
    RoundKind.INFORM: RoundForm,
    RoundKind.PROPOSE: ProposeRoundForm,
    RoundKind.DISCUSS: OpenRoundForm,
    RoundKind.REVIEW: ReviewRoundForm,
    RoundKind.REVISE: ReviseRoundForm,
    RoundKind.VOTE: VoteRoundForm,
    RoundKind.RESPOND: RoundForm,
}
