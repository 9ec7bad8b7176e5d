"""Findings: a right that a proposal endangers, and what is said to it. Which of them still wait for an answer. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.charter.words import N_, Words


class FindingAnswerKind(StrEnum):
    """What can be said to a finding, and by whom."""

    MITIGATED = "mitigated"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    REASONED = "reasoned"
    UNANSWERED = "unanswered"


FINDING_ANSWER_WORDS: dict[FindingAnswerKind, str] = {
    FindingAnswerKind.MITIGATED: N_("Mitigated: the proposal was revised"),
    FindingAnswerKind.ACCEPTED: N_("Accepted: the danger stays, with a reason"),
    FindingAnswerKind.DISPUTED: N_("Disputed: there is no such danger, with a reason"),
    FindingAnswerKind.REASONED: N_("A reviewer gives reasons why it can go to the vote as it is"),
    FindingAnswerKind.UNANSWERED: N_("The author was asked and has not answered; the danger is shown"),
}

OF_AUTHOR = (FindingAnswerKind.MITIGATED, FindingAnswerKind.ACCEPTED, FindingAnswerKind.DISPUTED)
OF_REVIEWER = (FindingAnswerKind.REASONED,)
OF_FACILITATOR = (FindingAnswerKind.UNANSWERED,)


def kinds_for(*, author: bool, reviewer: bool, facilitator: bool) -> tuple[FindingAnswerKind, ...]:
    """What this person can say to a finding, in the order in which a form offers it."""
    if author:
        return OF_AUTHOR
    return (*(OF_REVIEWER if reviewer else ()), *(OF_FACILITATOR if facilitator else ()))


@dataclass(frozen=True)
class Standing:
    """A standing tag that tells of a danger, as far as the ballot goes."""

    proposal_id: int
    article_id: str
    mitigation: str
    by_author: bool
    answered: bool

    @property
    def settled(self) -> bool:
        """Whether something is recorded to it. The author's own words on what would lessen the harm are enough where
        the author saw the danger; what others found asks for an answer."""
        return self.answered or (self.by_author and bool(self.mitigation.strip()))


def unsettled_among(standing: Iterable[Standing]) -> list[int]:
    """The proposals with a danger that nobody has said anything to, in order."""
    return sorted({one.proposal_id for one in standing if not one.settled})


def words_for_opening(proposals: Sequence[int]) -> Words | None:
    """Why a vote on these cannot open yet and who can settle it; None when there are none."""
    if not proposals:
        return None
    return Words(
        N_(
            "Somebody found that these proposals endanger a right, and nothing is recorded to it yet: %(proposals)s. "
            "Their authors can answer, a reviewer can give reasons, or you can record that the author was asked. "
            "See “Findings” in this deliberation. No proposal is left out for what it says."
        ),
        {"proposals": ", ".join(f"#{number}" for number in proposals)},
    )
