"""Counting what a file holds, by any method that its ballots allow (PURE)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import Any

from app.records.formats.election import Cast, ElectionFile, Kind, number
from app.voting.counting import equal_shares, greedy
from app.voting.counting.equal_shares import Completion, Shares
from app.voting.counting.methods import BUDGETS, Method, count
from app.voting.counting.outcome import Choices, Outcome
from app.voting.counting.payments import Utility
from app.voting.counting.profile import Ballots, Profile
from app.voting.counting.rankings import Rankings
from app.voting.counting.spending import outcome_of
from app.voting.counting.support import Support, Turned
from app.voting.counting.terms import Terms
from app.voting.counting.ties import Ties

RANKED = (Method.INSTANT_RUNOFF, Method.RANKED_PAIRS, Method.SCHULZE, Method.STV)
ALLOWED = {
    Kind.APPROVALS: (Method.APPROVAL, Method.GREEDY, Method.GREEDY_COST, Method.EQUAL_SHARES),
    Kind.RANKINGS: (*RANKED, Method.GREEDY, Method.GREEDY_COST, Method.EQUAL_SHARES),
    Kind.POINTS: (Method.CUMULATIVE, Method.GREEDY, Method.GREEDY_COST, Method.EQUAL_SHARES),
    Kind.SCORES: (Method.SCORE, Method.GREEDY, Method.GREEDY_COST, Method.EQUAL_SHARES),
}
NAMES = tuple(dict.fromkeys(method for methods in ALLOWED.values() for method in methods))
SEATED = (Method.APPROVAL, Method.SCORE, Method.CUMULATIVE, Method.STV)
SAYS = {
    Kind.APPROVALS: "approve options and say no more",
    Kind.RANKINGS: "rank options",
    Kind.POINTS: "share out points",
    Kind.SCORES: "give points to options",
}
MOST_SCORE = 5
RULES = "equalshares"
"""How Pabulib names the rules that are equal shares; a completion may follow."""


class NotAllowed(ValueError):
    """The file's ballots cannot be counted so. Says why."""


@dataclass(frozen=True)
class Wish:
    """How to count: the method, and what can be chosen about it. None: as the file says, or as is usual."""

    method: Method
    seats: int = 1
    budget: Fraction | None = None
    completion: str | None = None
    utility: Utility | None = None
    step: int = 1
    whole: bool = True
    until_full: bool = False
    no_skip: bool = False
    ties: Ties = field(default_factory=Ties)


@dataclass(frozen=True)
class Tallied:
    """What came of it. Money in the outcome is in parts of which `unit` make one of the file's."""

    outcome: Outcome
    settings: Mapping[str, Any]
    notes: Mapping[str, int]
    unit: int = 1


def tally(found: ElectionFile, wish: Wish) -> Tallied:
    """Count a file.

    :raises NotAllowed: when its ballots do not allow the method, or something is missing that it needs.
    :raises BallotError: when a ballot cannot be counted.
    :raises ValueError: when a setting makes no sense.
    """
    if wish.method not in ALLOWED[found.kind]:
        allowed = ", ".join(ALLOWED[found.kind])
        raise NotAllowed(
            f"The ballots of this file {SAYS[found.kind]}, which {wish.method} cannot count. It can be counted by: "
            f"{allowed}."
        )
    if wish.method in BUDGETS:
        return _budget(found, wish)
    options = tuple(found.options)
    terms = Terms(options, sum(cast.times for cast in found.ballots()), ties=wish.ties, seats=wish.seats)
    ballots, notes = _choices(found, wish.method)
    settings = {"seats": wish.seats} if wish.method in SEATED else {}
    return Tallied(count(wish.method, ballots, terms), settings, {**found.notes, **notes})


def _choices(found: ElectionFile, method: Method) -> tuple[Ballots | Rankings, dict[str, int]]:
    """The ballots as the counts take them: one by one where the file has them so, grouped where it groups them."""
    notes: dict[str, int] = {}
    if found.kind is Kind.APPROVALS:
        made: Iterator[tuple[Choices, int]] = (({"approve": cast.places[0]}, cast.times) for cast in found.ballots())
    elif found.kind is Kind.RANKINGS:
        return _rankings(found), notes
    else:
        parts = _parts(found)
        if method is Method.SCORE and (parts > 1 or _highest(found) > MOST_SCORE):
            raise NotAllowed(f"The points of this file are not whole numbers from 0 to {MOST_SCORE}, as scores are.")
        if parts > 1:
            notes[f"points are not whole: counted in parts of 1/{parts}"] = 1
        made = ((_points(cast, parts, zero=method is Method.SCORE), cast.times) for cast in found.ballots())
    if found.format == "preflib":
        groups: dict[Any, int] = {}
        for choices, times in made:
            key = tuple((mark, tuple(options)) for mark, options in sorted(choices.items()))
            groups[key] = groups.get(key, 0) + times
        return Profile(groups), notes
    return (choices for choices, _ in made), notes


def _rankings(found: ElectionFile) -> Rankings:
    """Packed: a few bytes for each line of the file. Raises BallotError, and ValueError for too many options."""
    rankings = Rankings(tuple(found.options))
    for cast in found.ballots():
        rankings.add(ranks(cast, len(found.options)), cast.times)
    return rankings


def ranks(cast: Cast, options: int) -> dict[str, tuple[int, ...]]:
    """A ranking as counts take it. Several that share the very last place are left out: that says the same, and so
    methods that know no equals can count it too."""
    places = cast.places
    if places and len(places[-1]) > 1 and sum(map(len, places)) == options:
        places = places[:-1]
    return {str(rank): place for rank, place in enumerate(places, 1)}


def _points(cast: Cast, parts: int, *, zero: bool) -> Choices:
    choices: dict[str, list[int]] = {}
    for option, given in zip(cast.places[0], cast.points or (), strict=True):
        if given < 0:
            raise NotAllowed(f"Line {cast.line} gives {given} points: less than nothing cannot be counted here.")
        if given or zero:
            choices.setdefault(str(int(given * parts)), []).append(option)
    return choices


def _parts(found: ElectionFile) -> int:
    return lcm(*{given.denominator for cast in found.ballots() for given in cast.points or ()})


def _highest(found: ElectionFile) -> Fraction:
    return max((given for cast in found.ballots() for given in cast.points or ()), default=Fraction(0))


def _budget(found: ElectionFile, wish: Wish) -> Tallied:
    budget = found.budget if wish.budget is None else wish.budget
    costs = {at: option.cost for at, option in found.options.items() if option.cost is not None}
    if budget is None or len(costs) < len(found.options):
        raise NotAllowed(f"{wish.method} spends a budget, and this file has no costs or no budget.")
    unit = lcm(budget.denominator, *(cost.denominator for cost in costs.values()))
    support = _support(found)
    options, notes = _above_threshold(found, support)
    terms = Terms(
        options,
        support.ballots,
        ties=wish.ties,
        budget=int(budget * unit),
        costs={at: int(cost * unit) for at, cost in costs.items()},
    )
    kept = replace(support, backers={option: support.backers[option] for option in options})
    outcome, settings = _spent(found, wish, kept, terms, unit)
    if unit > 1:
        notes[f"costs are not whole: in the account, money is counted in parts of 1/{unit}"] = 1
    if found.kind is Kind.RANKINGS:
        notes["rankings are counted as points: of n projects on a ballot the first gets n, the last 1"] = 1
    return Tallied(outcome, settings, {**found.notes, **notes}, unit)


def _spent(
    found: ElectionFile, wish: Wish, support: Support, terms: Terms, unit: int
) -> tuple[Outcome, dict[str, Any]]:
    if wish.method is Method.EQUAL_SHARES:
        shares = _shares(found, wish, unit)
        if any(given < 0 for backers in support.backers.values() for given in backers.points or ()):
            raise NotAllowed("Some ballot gives less than no points: equal shares cannot count that.")
        settings: dict[str, Any] = {
            "completion": shares.completion.value + ("-comparison" if shares.comparison else ""),
            "utility": shares.utility.value,
        }
        if shares.completion in (Completion.ADD1, Completion.ADD1U):
            settings |= {"step": wish.step, "whole": shares.whole, "until_full": shares.until_full}
        return equal_shares.count_support(support, terms, shares), settings
    stops = wish.no_skip or found.meta.get("rule") == "greedy-no-skip"
    spend = greedy.by_votes if wish.method is Method.GREEDY else greedy.by_cost
    outcome = outcome_of(wish.method, spend(support, terms, stops=stops), support, terms, greedy.COLUMNS)
    return outcome, {"no_skip": stops}


def _shares(found: ElectionFile, wish: Wish, unit: int) -> Shares:
    rule = found.meta.get("rule", "")
    named = wish.completion
    if named is None:
        named = rule.removeprefix(RULES).lstrip("/") if rule.startswith(RULES) else ""
    utility = wish.utility or (Utility.COST if found.kind is Kind.APPROVALS else Utility.POINTS)
    plain = named if named and not named.startswith("-") else f"none{named}"
    shares = Shares.named(plain.replace("utilitarian", Completion.GREEDY))
    return replace(shares, utility=utility, unit=wish.step * unit, whole=wish.whole, until_full=wish.until_full)


def _support(found: ElectionFile) -> Support:
    turned = Turned(found.options)
    usual = _default_score(found)
    parts = 1 if found.kind is Kind.APPROVALS else lcm(_parts(found), usual.denominator)
    for cast in found.ballots():
        if found.kind is Kind.APPROVALS:
            turned.add(cast.places[0], weight=cast.times)
            continue
        given = {option: int(points * parts) for option, points in _worth(cast)}
        if usual:
            given = dict.fromkeys(found.options, int(usual * parts)) | given
        kept = {option: points for option, points in given.items() if points}
        turned.add(list(kept), list(kept.values()), cast.times)
    return turned.support()


def _worth(cast: Cast) -> Iterator[tuple[int, Fraction]]:
    """The points that a ballot gives. A ranking gives its last one, and one more to each that stands higher."""
    if cast.points is not None:
        yield from zip(cast.places[0], cast.points, strict=True)
        return
    below = sum(map(len, cast.places))
    for place in cast.places:
        yield from ((option, Fraction(below)) for option in place)
        below -= len(place)


def _default_score(found: ElectionFile) -> Fraction:
    """What a ballot of scores gives to projects that it does not name."""
    said = number(found.meta.get("default_score", "")) if found.kind is Kind.SCORES else None
    return said or Fraction(0)


def _above_threshold(found: ElectionFile, support: Support) -> tuple[tuple[int, ...], dict[str, int]]:
    least = number(found.meta.get("min_project_score_threshold", "")) or Fraction(0)
    kept = tuple(option for option in found.options if support.backers[option].total >= least)
    left_out = len(found.options) - len(kept)
    if not left_out:
        return kept, {}
    return kept, {f"projects with less than {least} votes: by the file's threshold they cannot be funded": left_out}
