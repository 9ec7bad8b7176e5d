"""Yes, no or abstain on each proposal, with a quorum and a threshold.

Definition: each proposal is judged by itself. Let y, n, a be its answers. Under the *simple*
threshold it is carried when y > n, tied when y = n. Under *absolute* it is carried when
2y > y + n + a. Under *two thirds* it is carried when y > 0 and y / (y + n) >= 2/3. When fewer
ballots are in the box than the quorum asks, no proposal is decided. An option that a ballot does
not mention is an abstention.

Source: the common rules of assemblies, as in Robert's Rules of Order Newly Revised (12th ed.),
44:1-10, "Bases for determining a voting result": majority of votes cast, majority of those
present, two-thirds vote.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.charter.words import N_, Words
from app.voting.counting.limits import Quorum, Threshold, quorum_step
from app.voting.counting.outcome import Decision, OptionResult, Outcome, Step
from app.voting.counting.profile import Ballots, tally_marks

NAME = "yes-no"
MARKS = ("yes", "no", "abstain")

_ANSWERS = N_("%(yes)s yes, %(no)s no, %(abstain)s abstentions.")

_REASONS = {
    (Threshold.SIMPLE, Decision.CARRIED): N_("More yes than no: carried."),
    (Threshold.SIMPLE, Decision.REJECTED): N_("Fewer yes than no: not carried."),
    (Threshold.SIMPLE, Decision.TIED): N_("As many yes as no: a tie, and it stays a tie."),
    (Threshold.ABSOLUTE, Decision.CARRIED): N_("%(yes)s is more than half of %(all)s ballots: carried."),
    (Threshold.ABSOLUTE, Decision.REJECTED): N_("%(yes)s is not more than half of %(all)s ballots: not carried."),
    (Threshold.TWO_THIRDS, Decision.CARRIED): N_("%(yes)s of %(decided)s is at least two thirds: carried."),
    (Threshold.TWO_THIRDS, Decision.REJECTED): N_("%(yes)s of %(decided)s is less than two thirds: not carried."),
}


def count(
    ballots: Ballots,
    *,
    options: Sequence[int],
    threshold: Threshold,
    quorum: Quorum,
    roll: int,
) -> Outcome:
    """Judge each option by itself.

    :raises BallotError: when a ballot cannot be counted.
    """
    total, marks = tally_marks(ballots, options, MARKS)
    needed = quorum.needed(roll)
    steps = [quorum_step(total, needed, roll)]
    results = []
    for option in options:
        yes, no = marks["yes"][option], marks["no"][option]
        abstain = total - yes - no
        decision = threshold.judge(yes, no, abstain) if total >= needed else Decision.NO_QUORUM
        results.append(OptionResult(option, {"yes": yes, "no": no, "abstain": abstain}, decision))
        steps += _account(option, yes, no, abstain, threshold, decision)
    return Outcome(NAME, total, roll, needed, tuple(results), tuple(steps))


def _account(option: int, yes: int, no: int, abstain: int, threshold: Threshold, decision: Decision) -> list[Step]:
    said = [Step(Words(_ANSWERS, {"yes": yes, "no": no, "abstain": abstain}), option)]
    if decision is not Decision.NO_QUORUM:
        values = {"yes": yes, "decided": yes + no, "all": yes + no + abstain}
        said.append(Step(Words(_REASONS[threshold, decision], values), option))
    return said
