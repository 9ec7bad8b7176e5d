"""Approval: everybody marks the proposals they can support; the most approved are carried.

Definition: an option's score is the number of ballots that approve it. With s places to fill,
let c be the s-th highest score (or the lowest, when there are fewer options than places). An
option with no approval is never carried. Options above c are carried. Options at c are carried
when all of them fit into the places that remain; otherwise all of them are tied: the tie is
reported, or decided by the lot that the round announced. When fewer ballots are in the box than
the quorum asks, nothing is decided.

Source: Steven J. Brams and Peter C. Fishburn, "Approval Voting", American Political Science
Review 72 (1978), 831-847; for several places, the same count is called multiwinner approval
voting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.charter.words import N_, Words
from app.voting.counting import places
from app.voting.counting.limits import Quorum, quorum_step
from app.voting.counting.outcome import Decision, OptionResult, Outcome, Step
from app.voting.counting.profile import Ballots, tally_marks
from app.voting.counting.ties import REPORTED, Ties

NAME = "approval"
MARKS = ("approve",)


def count(
    ballots: Ballots,
    *,
    options: Sequence[int],
    seats: int,
    quorum: Quorum,
    roll: int,
    ties: Ties = REPORTED,
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
    decided = places.fill(scores, seats, ties)
    results = tuple(
        OptionResult(
            option,
            {"approve": scores[option]},
            decided[option] if total >= needed else Decision.NO_QUORUM,
            place=places.place_of(scores[option], scores),
        )
        for option in options
    )
    steps = [quorum_step(total, needed, roll), *_account(results, scores, seats)]
    return Outcome(NAME, total, roll, needed, results, tuple(steps))


def _account(results: Sequence[OptionResult], scores: Mapping[int, int], seats: int) -> list[Step]:
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
    cut = places.cut_of(scores, seats)
    tied = sum(result.decision is Decision.TIED for result in results)
    if drawn := places.lot_step(scores, {one.option: one.decision for one in results}, seats):
        return [*said, drawn]
    if not tied:
        text = N_("Places to fill: %(seats)s. The last of them took %(cut)s approvals or more.")
        return [*said, Step(Words(text, {"seats": seats, "cut": max(cut, 1)}))]
    above = sum(score > cut for score in scores.values())
    text = N_(
        "%(tied)s proposals have %(cut)s approvals each. Places left for them: %(left)s. "
        "This is a tie, and it stays a tie."
    )
    return [*said, Step(Words(text, {"tied": tied, "cut": cut, "left": seats - above}))]
