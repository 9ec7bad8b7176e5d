"""Agreement with `pref_voting` (W. Holliday and E. Pacuit), an independent implementation, on random profiles.

Profiles are small and the options few, so that most of them have ties. Where the two differ on purpose, the test says
how. Both ways of counting are told the same ballots; nothing is left out because it disagreed.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import permutations, product
from math import factorial, prod

import pytest

from app.voting.counting.methods import Method
from app.voting.counting.outcome import Outcome
from app.voting.counting.pairs import Pairs
from app.voting.counting.rankings import Rankings
from tests.voting.counting.boxes import ranked, result

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own imports warn, of matplotlib and of itself; what it counts is looked at
    from pref_voting.grade_methods import score_voting
    from pref_voting.grade_profiles import GradeProfile
    from pref_voting.iterative_methods import instant_runoff_for_truncated_linear_orders, instant_runoff_put
    from pref_voting.margin_based_methods import beat_path, ranked_pairs
    from pref_voting.profiles import Profile
    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.proportional_methods import stv_scottish

PROFILES = 2000
Range = tuple[int, int]
MOST_ORDERS = 48
"""`pref_voting` takes equal majorities in all their orders one by one, so a profile with more is not asked about."""


def profiles(
    seed: int, options: tuple[int, int] = (2, 6), voters: tuple[int, int] = (1, 12)
) -> Iterator[list[list[int]]]:
    """Complete rankings without equals."""
    chance = random.Random(seed)
    while True:
        size = chance.randint(*options)
        yield [chance.sample(range(size), size) for _ in range(chance.randint(*voters))]


def chosen(outcome: Outcome) -> set[int]:
    """Whoever wins, or would in one of the ways a tie can fall."""
    return {*outcome.carried, *outcome.tied}


def agree(outcome: Outcome, theirs: list[int]) -> bool:
    return chosen(outcome) == set(theirs) and bool(outcome.tied) == (len(theirs) > 1)


def of(method: Method, rankings: list[list[int]], seats: int = 1) -> Outcome:
    return result(method, [ranked(*one) for one in rankings], seats, options=range(len(rankings[0])))


@pytest.mark.parametrize(
    ("method", "theirs"), [(Method.INSTANT_RUNOFF, instant_runoff_put), (Method.SCHULZE, beat_path)], ids=str
)
def test_one_winner_agrees_ties_included(method, theirs) -> None:
    some = profiles(1)
    for _ in range(PROFILES):
        rankings = next(some)
        assert agree(of(method, rankings), theirs(Profile(rankings))), rankings


def orders_of(pairs: Pairs) -> int:
    """In how many orders `pref_voting` would take these majorities; it takes equal pairs as majorities both ways."""
    margins = [pairs.margin(a, b) for a in pairs.options for b in pairs.options if a != b]
    return prod(factorial(times) for margin, times in Counter(margins).items() if margin >= 0)


def test_ranked_pairs_agree_ties_included() -> None:
    some, asked = profiles(2, (2, 5)), 0
    while asked < PROFILES:
        rankings = next(some)
        pairs = Pairs.of(Rankings.of([ranked(*one) for one in rankings], range(len(rankings[0]))))
        if orders_of(pairs) > MOST_ORDERS and pairs.condorcet_winner() is None:
            continue
        asked += 1
        assert agree(of(Method.RANKED_PAIRS, rankings), ranked_pairs(Profile(rankings))), rankings


def by_every_order(pairs: Pairs) -> set[int]:
    """Ranked pairs as its definition says it, equal majorities in each of their orders."""
    margins = sorted({margin for margin, _, _ in pairs.majorities()}, reverse=True)
    groups = [[(a, b) for margin, a, b in pairs.majorities() if margin == one] for one in margins]
    winners: set[int] = set()
    for order in product(*(permutations(group) for group in groups)):
        locked: set[tuple[int, int]] = set()
        for edges in order:
            for a, b in edges:
                if not _leads(locked, b, a):
                    locked.add((a, b))
        winners |= {option for option in pairs.options if not any(b == option for _, b in locked)}
    return winners


def _leads(locked: set[tuple[int, int]], start: int, end: int) -> bool:
    return start == end or any(_leads(locked, b, end) for a, b in locked if a == start)


def test_ranked_pairs_agree_with_their_definition_where_many_are_equal() -> None:
    some = profiles(3, (4, 4), (2, 4))
    for _ in range(300):
        rankings = next(some)
        pairs = Pairs.of(Rankings.of([ranked(*one) for one in rankings], range(4)))
        assert chosen(of(Method.RANKED_PAIRS, rankings)) == by_every_order(pairs), rankings


def with_equals(seed: int) -> Iterator[tuple[int, list[dict[int, int]]]]:
    """Rankings as option -> place, some options at the same place, some left out."""
    chance = random.Random(seed)
    while True:
        size = chance.randint(2, 6)
        named = [
            {option: chance.randint(1, 3) for option in chance.sample(range(size), chance.randint(1, size))}
            for _ in range(chance.randint(1, 12))
        ]
        if {option for one in named for option in one} == set(range(size)):
            yield size, named


def test_schulze_agrees_where_options_stand_equal_or_are_left_out() -> None:
    some = with_equals(4)
    for _ in range(PROFILES):
        size, places = next(some)
        theirs = ProfileWithTies(places, candidates=list(range(size)))
        theirs.use_extended_strict_preference()  # who is not ranked stands below who is, as here
        box = [
            ranked(*[[o for o in sorted(at) if at[o] == place] for place in sorted(set(at.values()))]) for at in places
        ]
        assert agree(result(Method.SCHULZE, box, options=range(size)), beat_path(theirs)), places


def test_instant_runoff_agrees_on_short_rankings_without_ties() -> None:
    """Theirs drops all who tie for the fewest at once, ours follows every way: compared where nobody ties."""
    chance, asked = random.Random(5), 0
    while asked < PROFILES:
        size = chance.randint(2, 6)
        rankings = [chance.sample(range(size), chance.randint(1, size)) for _ in range(chance.randint(5, 40))]
        outcome = result(Method.INSTANT_RUNOFF, [ranked(*one) for one in rankings], options=range(size))
        said = " ".join(step.said.text for step in outcome.steps)
        if "this tie" in said or "Together" in said or len({o for one in rankings for o in one}) < size:
            continue
        asked += 1
        places = [{option: place for place, option in enumerate(one)} for one in rankings]
        profile = ProfileWithTies(places, candidates=list(range(size)))
        assert list(outcome.carried) == instant_runoff_for_truncated_linear_orders(profile), rankings


def test_several_places_agree() -> None:
    """Theirs breaks ties by earlier rounds and then at random, ours follows every way: theirs must be one of ours.

    Asked for twelve decimals instead of Scotland's five, so that cutting them off decides nothing.
    """
    some = profiles(6, (3, 6), (1, 15))
    chance, settled = random.Random(6), 0
    for _ in range(PROFILES):
        rankings = next(some)
        seats = chance.randint(1, len(rankings[0]) - 1)
        outcome = of(Method.STV, rankings, seats)
        theirs = set(stv_scottish(Profile(rankings), num_seats=seats, decimals=12))
        assert set(outcome.carried) <= theirs <= chosen(outcome), rankings
        settled += not outcome.tied
    assert settled > PROFILES / 3


def test_scores_agree_ties_included() -> None:
    chance = random.Random(7)
    for _ in range(PROFILES):
        size = chance.randint(2, 6)
        grades = [{option: chance.randint(0, 5) for option in range(size)} for _ in range(chance.randint(1, 12))]
        box = [
            {str(score): [o for o in given if given[o] == score] for score in sorted(set(given.values()))}
            for given in grades
        ]
        theirs = score_voting(GradeProfile(grades, list(range(6))))
        if any(any(given.values()) for given in grades):  # nobody is carried without a point; theirs then takes all
            assert agree(result(Method.SCORE, box, options=range(size)), theirs), grades
