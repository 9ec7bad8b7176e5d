"""The two limits a city can set on a result: how many take part, and how many agree.

Pure. All arithmetic is on whole numbers and fractions, because a float that is one part in 10^16
short of two thirds would decide a vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from app.charter.words import N_, Words
from app.voting.counting.outcome import Decision, Step


class Threshold(StrEnum):
    """How much agreement a proposal needs."""

    SIMPLE = "simple"
    ABSOLUTE = "absolute"
    TWO_THIRDS = "two-thirds"

    def judge(self, yes: int, no: int, abstain: int) -> Decision:
        """What becomes of a proposal with these answers; a tie exists only under SIMPLE."""
        if self is Threshold.SIMPLE:
            if yes == no:
                return Decision.TIED
            return Decision.CARRIED if yes > no else Decision.REJECTED
        if self is Threshold.ABSOLUTE:
            carried = 2 * yes > yes + no + abstain
        else:
            carried = yes > 0 and Fraction(yes, yes + no) >= Fraction(2, 3)
        return Decision.CARRIED if carried else Decision.REJECTED


THRESHOLD_WORDS = {
    Threshold.SIMPLE: N_(
        "A proposal is carried when more people say yes than no. "
        "Abstentions count for neither. As many yes as no is a tie."
    ),
    Threshold.ABSOLUTE: N_(
        "A proposal is carried when more than half of all ballots say yes. An abstention therefore works like a no."
    ),
    Threshold.TWO_THIRDS: N_(
        "A proposal is carried when at least two thirds of those who say yes or no say yes. "
        "Abstentions count for neither."
    ),
}


@dataclass(frozen=True)
class Quorum:
    """How many must take part for the result to bind: a share of the roll, or a number, or none.

    Everybody whose ballot is in the box took part, those who abstain included.

    :raises ValueError: when both are given, the share is not in 0..1, or the number is negative.
    """

    share: Fraction | None = None
    number: int | None = None

    def __post_init__(self) -> None:
        if self.share is not None and self.number is not None:
            raise ValueError("a quorum is a share or a number, not both")
        if self.share is not None and not 0 <= self.share <= 1:
            raise ValueError("a quorum's share lies between 0 and 1")
        if self.number is not None and self.number < 0:
            raise ValueError("a quorum's number is not negative")

    def needed(self, roll: int) -> int:
        """How many ballots it takes when `roll` people may vote; a part of a person is a whole."""
        if self.share is not None:
            return ceil(self.share * roll)
        return self.number or 0


def quorum_step(ballots: int, needed: int, roll: int) -> Step:
    """The account's first sentence: how many took part, and whether that is enough."""
    if not needed:
        text = N_("%(ballots)s of %(roll)s people on the roll took part. No quorum was set.")
    elif ballots >= needed:
        text = N_(
            "%(ballots)s of %(roll)s people on the roll took part. The quorum is %(needed)s, so the result stands."
        )
    else:
        text = N_(
            "%(ballots)s of %(roll)s people on the roll took part. The quorum is %(needed)s, so nothing is decided."
        )
    return Step(Words(text, {"ballots": ballots, "needed": needed, "roll": roll}))
