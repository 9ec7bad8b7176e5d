"""The same ballots under other rules, for information: what the choice of a method has decided, and what not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.voting.counting.methods import BUDGETS, COUNTERS, MARKING, Marking, Method, count
from app.voting.counting.outcome import BallotError, Choices, Comparison, Outcome
from app.voting.counting.pairs import Pairs
from app.voting.counting.profile import Ballots, Profile, weighted
from app.voting.counting.rankings import Rankings
from app.voting.counting.terms import Terms

ONE_PLACE = (Method.INSTANT_RUNOFF, Method.RANKED_PAIRS, Method.SCHULZE)
"""Methods that fill one place, whatever the terms say."""
QUICK_COMPLETION = "greedy"
"""How equal shares ends where it is counted for information only: raising all shares little by little takes longer."""
IN_PAIRS = "pairs"
"""Not a method: who is ahead of every other two by two, if anybody is."""


def count_beside(method: Method, ballots: Ballots, terms: Terms) -> Outcome:
    """Count by `method`, and note what the other methods that know these ballots would have carried.

    :raises BallotError: when a ballot cannot be counted.
    """
    kept = _kept(method, ballots, terms)
    outcome = count(method, kept, terms)
    if not outcome.quorum_met:
        return outcome
    return replace(outcome, others=tuple(_others(method, kept, terms)))


def _kept(method: Method, ballots: Ballots, terms: Terms) -> Ballots | Rankings:
    """The ballots so that they can be read more than once, where anything else can count them."""
    if MARKING[method] is Marking.RANK:
        return Rankings.of(ballots, terms.options)
    if (method in BUDGETS or method is Method.SCORE) and not isinstance(ballots, Profile):
        return Profile.of(ballots)
    return ballots


def _others(method: Method, ballots: Ballots | Rankings, terms: Terms) -> Iterable[Comparison]:
    if MARKING[method] is Marking.SCORE and not isinstance(ballots, Rankings):
        ballots = _as_rankings(ballots, terms)
    if not terms.completion:
        terms = replace(terms, completion=QUICK_COMPLETION)
    for other in COUNTERS:
        if other is method or not _fits(method, other, terms):
            continue
        try:
            found = count(other, ballots, terms)
        except BallotError:
            continue  # equals at one place: not every method can count them
        yield Comparison(other.value, found.carried, found.tied)
    if isinstance(ballots, Rankings):
        winner = Pairs.of(ballots).condorcet_winner()
        yield Comparison(IN_PAIRS, () if winner is None else (winner,))


def _fits(method: Method, other: Method, terms: Terms) -> bool:
    """Whether `other` answers the same question about the same ballots."""
    if method in BUDGETS:
        return other in BUDGETS
    if MARKING[method] is Marking.SCORE:
        return other is Method.SCHULZE and terms.seats == 1
    return MARKING[method] is Marking.RANK and other in ONE_PLACE


def _as_rankings(ballots: Ballots, terms: Terms) -> Rankings:
    """Scores as rankings: more points stand higher, equal points stand equal, no points stand last."""
    rankings = Rankings(terms.options)
    for choices, weight in weighted(ballots):
        rankings.add(_ranked(choices), weight)
    return rankings


def _ranked(choices: Mapping[str, Iterable[int]]) -> Choices:
    places = [list(choices[score]) for score in sorted(choices, reverse=True) if score != "0" and choices[score]]
    return {str(place): options for place, options in enumerate(places, 1)}
