"""The counting methods by name: what each is called, how it works in one sentence, how its ballots are marked. Pure.

A new method is a module with a function `count(ballots, terms) -> Outcome`, a line in each table here, and a test that
holds it against an independent count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.charter.words import N_
from app.voting.counting import (
    approval,
    equal_shares,
    greedy,
    instant_runoff,
    opinions,
    ranked_pairs,
    schulze,
    stv,
    totals,
    yes_no,
)
from app.voting.counting.outcome import Outcome
from app.voting.counting.profile import Ballots
from app.voting.counting.rankings import Rankings
from app.voting.counting.terms import Terms


class Method(StrEnum):
    """How ballots are marked and counted. The value is the name used in settings, records and the log."""

    APPROVAL = approval.NAME
    YES_NO = yes_no.NAME
    SCORE = totals.SCORE
    CUMULATIVE = totals.CUMULATIVE
    INSTANT_RUNOFF = instant_runoff.NAME
    RANKED_PAIRS = ranked_pairs.NAME
    SCHULZE = schulze.NAME
    STV = stv.NAME
    GREEDY = greedy.BY_VOTES
    GREEDY_COST = greedy.BY_COST
    EQUAL_SHARES = equal_shares.NAME
    OPINIONS = opinions.NAME


class Marking(StrEnum):
    """What a voter does on the ballot. Methods with the same marking can count the same ballots."""

    APPROVE = "approve"
    """Mark what you support: {"approve": [options]}."""
    ANSWER = "answer"
    """Yes, no or abstain on each: {"yes": […], "no": […], "abstain": […]}."""
    SCORE = "score"
    """Up to five points for each: {"0": […], …, "5": […]}; an option that is left out has 0."""
    POINTS = "points"
    """Share out a number of points: {"3": [options with 3 points], …}."""
    RANK = "rank"
    """First, second, third: {"1": [first], "2": [second], …}; several at one place stand equal, the rest stand last."""
    OPINION = "opinion"
    """Agree, disagree or pass on each: {"agree": […], "disagree": […], "pass": […]}; the rest was not answered."""


MARKING = {
    Method.APPROVAL: Marking.APPROVE,
    Method.YES_NO: Marking.ANSWER,
    Method.SCORE: Marking.SCORE,
    Method.CUMULATIVE: Marking.POINTS,
    Method.INSTANT_RUNOFF: Marking.RANK,
    Method.RANKED_PAIRS: Marking.RANK,
    Method.SCHULZE: Marking.RANK,
    Method.STV: Marking.RANK,
    Method.GREEDY: Marking.APPROVE,
    Method.GREEDY_COST: Marking.APPROVE,
    Method.EQUAL_SHARES: Marking.APPROVE,
    Method.OPINIONS: Marking.OPINION,
}

METHOD_WORDS = {
    Method.APPROVAL: N_("Approval"),
    Method.YES_NO: N_("Yes, no or abstain"),
    Method.SCORE: N_("Scores from 0 to 5"),
    Method.CUMULATIVE: N_("Points to share out"),
    Method.INSTANT_RUNOFF: N_("Instant runoff"),
    Method.RANKED_PAIRS: N_("Ranked pairs"),
    Method.SCHULZE: N_("Schulze"),
    Method.STV: N_("Single transferable vote"),
    Method.GREEDY: N_("Budget by number of votes"),
    Method.GREEDY_COST: N_("Budget by votes for the money"),
    Method.EQUAL_SHARES: N_("Budget by equal shares"),
    Method.OPINIONS: N_("Agree, disagree or pass"),
}

METHOD_PURPOSE = {
    Method.APPROVAL: N_("Mark every proposal that you can support. The proposals with the most marks are carried."),
    Method.YES_NO: N_("Say yes or no to each proposal, or abstain. Each proposal is judged by itself."),
    Method.SCORE: N_("Give each proposal from 0 to 5 points. The proposals with the most points in all are carried."),
    Method.CUMULATIVE: N_("Share out your points as you like. The proposals with the most points in all are carried."),
    Method.INSTANT_RUNOFF: N_(
        "Rank the proposals. The one with the fewest first places drops out, its ballots go on to whom they rank next, "
        "and so on until one has more than half."
    ),
    Method.RANKED_PAIRS: N_(
        "Rank the proposals. Each is compared with each other; the clearest majorities count first (ranked pairs)."
    ),
    Method.SCHULZE: N_(
        "Rank the proposals. Each is compared with each other; the strongest chain of majorities decides (Schulze)."
    ),
    Method.STV: N_(
        "Rank the proposals. Several win, in proportion: what a winner does not need goes on to whom those voters "
        "rank next (single transferable vote)."
    ),
    Method.GREEDY: N_(
        "Mark the projects that you support. The money goes to those with the most marks, as long as it lasts."
    ),
    Method.GREEDY_COST: N_(
        "Mark the projects that you support. The money goes to those with the most marks for what they cost."
    ),
    Method.EQUAL_SHARES: N_(
        "Mark the projects that you support. Each voter has the same share of the money, and a project is carried when "
        "those who want it can pay for it together (equal shares)."
    ),
    Method.OPINIONS: N_(
        "Agree or disagree with each statement, or pass. It shows what people think, and decides nothing."
    ),
}

MARKS = {
    Marking.APPROVE: approval.MARKS,
    Marking.ANSWER: yes_no.MARKS,
    Marking.SCORE: totals.SCORES,
    Marking.OPINION: opinions.MARKS,
}
"""The marks of ballots on which they are always the same. Points and places are numbers, up to what the rule allows."""

MARK_WORDS = {
    "approve": N_("Approve"),
    "yes": N_("Yes"),
    "no": N_("No"),
    "abstain": N_("Abstain"),
    "agree": N_("Agree"),
    "disagree": N_("Disagree"),
    "pass": N_("Pass"),
    "points": N_("Points"),
    "voters": N_("Voters who gave points"),
    "first": N_("First places"),
    "wins": N_("Comparisons won"),
    "losses": N_("Comparisons lost"),
    "cost": N_("Cost"),
    **{str(number): str(number) for number in range(6)},
}
"""What a mark, or a count of an option, is called."""

BUDGETS = frozenset({Method.GREEDY, Method.GREEDY_COST, Method.EQUAL_SHARES})
"""Methods that spend money: their options have costs."""


def _approval(ballots: Ballots, terms: Terms) -> Outcome:
    return approval.count(
        ballots, options=terms.options, seats=terms.seats, quorum=terms.quorum, roll=terms.roll, ties=terms.ties
    )


def _yes_no(ballots: Ballots, terms: Terms) -> Outcome:
    return yes_no.count(ballots, options=terms.options, threshold=terms.threshold, quorum=terms.quorum, roll=terms.roll)


COUNTERS: Mapping[Method, Callable[..., Outcome]] = {
    Method.APPROVAL: _approval,
    Method.YES_NO: _yes_no,
    Method.SCORE: totals.count_scores,
    Method.CUMULATIVE: totals.count_points,
    Method.INSTANT_RUNOFF: instant_runoff.count,
    Method.RANKED_PAIRS: ranked_pairs.count,
    Method.SCHULZE: schulze.count,
    Method.STV: stv.count,
    Method.GREEDY: greedy.count_by_votes,
    Method.GREEDY_COST: greedy.count_by_cost,
    Method.EQUAL_SHARES: equal_shares.count,
    Method.OPINIONS: opinions.count,
}
"""The count of each method, `(ballots, terms)`. Raises BallotError for a ballot that it cannot count."""


def count(method: Method, ballots: Ballots | Rankings, terms: Terms) -> Outcome:
    """Count these ballots by this method.

    Rankings can be given as `Rankings`, read already, to methods that count rankings.

    :raises BallotError: when a ballot cannot be counted.
    """
    return COUNTERS[method](ballots, terms)
