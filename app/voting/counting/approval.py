"""Approval: everybody marks the proposals they can support; the most approved are carried.

Definition: an option's score is the number of ballots that approve it. With s places to fill,
let c be the s-th highest score (or the lowest, when there are fewer options than places). An
option with no approval is never carried. Options above c are carried. Options at c are carried
when all of them fit into the places that remain; otherwise all of them are tied, and the tie is
reported, not broken. When fewer ballots are in the box than the quorum asks, nothing is decided.

Source: Steven J. Brams and Peter C. Fishburn, "Approval Voting", American Political Science
Review 72 (1978), 831-847; for several places, the same count is called multiwinner approval
voting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.charter.words import N_, Words
from app.voting.counting.limits import Quorum, quorum_step
from app.voting.counting.outcome import (
    Choices,
    Decision,
    OptionResult,
    Outcome,
    Step,
    tally_marks,
)

NAME = "approval"
MARKS = ("approve",)


def count(
    ballots: Iterable[Choices],
    *,
    options: Sequence[int],
    seats: int,
    quorum: Quorum,
    roll: int,
) -> Outcome:
    """Rank the options by approvals and fill `seats` places.

    :raises BallotError: when a ballot cannot be counted.
    :raises ValueError: when there is no place to fill.
    """
    if seats < 1:
        raise ValueError("an approval vote fills at least one place")
    total, marks = tally_marks(ballots, options, MARKS)
    scores = marks["approve"]
    needed = quorum.needed(roll)
    cut = _cut(scores, seats)
    decisions = {
        option: _decision(score, cut, scores, seats) if total >= needed else Decision.NO_QUORUM
        for option, score in scores.items()
    }
    results = tuple(
        OptionResult(
            option,
            {"approve": scores[option]},
            decisions[option],
            place=1 + sum(other > scores[option] for other in scores.values()),
        )
        for option in options
    )
    steps = [quorum_step(total, needed, roll), *_account(results, cut, seats)]
    return Outcome(NAME, total, roll, needed, results, tuple(steps))


def _cut(scores: Mapping[int, int], seats: int) -> int:
    """The score of the option that takes the last place."""
    ranked = sorted(scores.values(), reverse=True)
    return ranked[min(seats, len(ranked)) - 1] if ranked else 0


def _decision(score: int, cut: int, scores: Mapping[int, int], seats: int) -> Decision:
    if score == 0 or score < cut:
        return Decision.REJECTED
    if score > cut or sum(other >= cut for other in scores.values()) <= seats:
        return Decision.CARRIED
    return Decision.TIED


def _account(results: Sequence[OptionResult], cut: int, seats: int) -> list[Step]:
    said = [
        Step(
            Words(
                N_("Place %(place)s, with %(approve)s approvals."),
                {"place": result.place, "approve": result.counts["approve"]},
            ),
            result.option,
        )
        for result in sorted(results, key=lambda result: result.place or 0)
    ]
    if any(result.decision is Decision.NO_QUORUM for result in results):
        return said
    tied = sum(result.decision is Decision.TIED for result in results)
    if not tied:
        text = N_("Places to fill: %(seats)s. The last of them took %(cut)s approvals or more.")
        return [*said, Step(Words(text, {"seats": seats, "cut": max(cut, 1)}))]
    above = sum(result.counts["approve"] > cut for result in results)
    text = N_(
        "%(tied)s proposals have %(cut)s approvals each. Places left for them: %(left)s. "
        "This is a tie, and it stays a tie."
    )
    return [*said, Step(Words(text, {"tied": tied, "cut": cut, "left": seats - above}))]
