"""Filling places by numbers: who has most is carried, and a tie for the last place is never broken by accident.

Pure. Shared by the methods that add something up for each option: approvals, scores, points.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.charter.words import N_, Words
from app.voting.counting.outcome import Decision, Step
from app.voting.counting.ties import Ties


def fill(totals: Mapping[int, int], seats: int, ties: Ties) -> dict[int, Decision]:
    """Decide about each option. One with nothing is never carried, even if a place stays empty."""
    cut = cut_of(totals, seats)
    above = [option for option, total in totals.items() if total > cut]
    at_cut = [option for option, total in totals.items() if total == cut and total > 0]
    decided = dict.fromkeys(totals, Decision.REJECTED) | dict.fromkeys(above, Decision.CARRIED)
    left = seats - len(above)
    if len(at_cut) <= left:
        return decided | dict.fromkeys(at_cut, Decision.CARRIED)
    if ties.by_lot:
        return decided | dict.fromkeys(ties.order(at_cut)[:left], Decision.CARRIED)
    return decided | dict.fromkeys(at_cut, Decision.TIED)


def cut_of(totals: Mapping[int, int], seats: int) -> int:
    """The total of the option that takes the last place."""
    ranked = sorted(totals.values(), reverse=True)
    return ranked[min(seats, len(ranked)) - 1] if ranked else 0


def place_of(total: int, totals: Mapping[int, int]) -> int:
    """1 for the highest total; equals share a place."""
    return 1 + sum(other > total for other in totals.values())


def lot_step(totals: Mapping[int, int], decided: Mapping[int, Decision], seats: int) -> Step | None:
    """What the account says when a lot has decided about the last places; None when it had nothing to decide."""
    cut = cut_of(totals, seats)
    equal = [option for option, total in totals.items() if total == cut and total > 0]
    won = sum(decided[option] is Decision.CARRIED for option in equal)
    if won in (0, len(equal)):
        return None
    text = N_("%(equal)s proposals have %(cut)s each, for %(left)s places that are left. The lot has decided.")
    return Step(Words(text, {"equal": len(equal), "cut": cut, "left": won}))
