"""What becomes of a tie: it is reported, or decided by a lot that everybody can draw again.

Pure. Which of the two is said when the round is planned. The lot is an order of all options, made from a seed that
stands in the log before anybody votes:

    for each option, SHA-256 of the UTF-8 text "<seed>/<option>", the option as a decimal number;
    the option with the lowest hash stands first. Whoever stands first wins every tie, whoever stands last loses it.

In a shell: `printf '%s' "$seed/$option" | sha256sum`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from app.charter.words import N_


class TieRule(StrEnum):
    """Chosen when a vote is planned."""

    REPORT = "report"
    LOT = "lot"


TIE_WORDS = {
    TieRule.REPORT: N_("A tie is reported as a tie. No lot is drawn and nobody has a casting vote."),
    TieRule.LOT: N_(
        "A tie is decided by lot. The seed of the lot is written into the public log when the vote opens, before "
        "anybody votes, and everybody can draw the same lot again from it."
    ),
}


@dataclass(frozen=True)
class Ties:
    """The tie rule in force. `seed` is needed for a lot only.

    :raises ValueError: when there is a lot to be drawn and no seed to draw it from.
    """

    rule: TieRule = TieRule.REPORT
    seed: str = ""

    def __post_init__(self) -> None:
        if self.by_lot and not self.seed:
            raise ValueError("a lot needs its seed")

    @property
    def by_lot(self) -> bool:
        return self.rule is TieRule.LOT

    def lot(self, option: int) -> bytes:
        """The lot of one option: lower wins."""
        return sha256(f"{self.seed}/{option}".encode()).digest()

    def order(self, options: Iterable[int]) -> list[int]:
        """The options in the order of the lot, the winner of every tie first."""
        return sorted(options, key=self.lot)


REPORTED = Ties()
"""Every tie is reported."""
