"""Spending a budget: worked examples, what each way promises, and an account that adds up."""

from __future__ import annotations

import random
import tracemalloc
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.voting.counting.equal_shares import Completion, Shares, count_support, decimal
from app.voting.counting.methods import BUDGETS, Method, count
from app.voting.counting.outcome import BallotError, Outcome
from app.voting.counting.payments import Utility
from app.voting.counting.purses import LARGE
from app.voting.counting.support import Turned
from app.voting.counting.terms import Terms
from app.voting.counting.ties import TieRule, Ties

COSTS = {1: 60, 2: 40, 3: 40, 4: 20}


def spend(
    method: Method, box: list[list[int]], budget: int = 100, completion: str = "none", ties: Ties | None = None
) -> Outcome:
    ballots = [{"approve": marked} for marked in box]
    terms = Terms(tuple(COSTS), 20, budget=budget, costs=COSTS, completion=completion, ties=ties or Ties())
    return count(method, ballots, terms)


BOXES = st.lists(st.lists(st.sampled_from(list(COSTS)), unique=True), min_size=1, max_size=9)
EACH = pytest.mark.parametrize("method", sorted(BUDGETS))


def test_by_votes_the_money_goes_from_the_top_down_past_what_it_cannot_pay() -> None:
    box = [[1], [1], [1], [2, 4], [2, 4], [3], [3, 4], [4], [4]]
    outcome = spend(Method.GREEDY, box, budget=90)

    assert [(one.option, one.counts["approve"]) for one in outcome.results] == [(1, 3), (2, 2), (3, 2), (4, 5)]
    assert outcome.carried == (1, 4)
    assert outcome.tied == ()


def test_by_votes_for_the_money_a_cheap_project_comes_first() -> None:
    box = [[1], [1], [1], [2], [2]]

    assert spend(Method.GREEDY, box, budget=60).carried == (1,)
    assert spend(Method.GREEDY_COST, [*box, [2], [4]], budget=60).carried == (2, 4)


def test_equal_shares_leaves_a_minority_its_part() -> None:
    """Seven in ten want 1 and 2, three in ten want 3: by votes the seven spend all, by shares the three get theirs."""
    box = [[1, 2]] * 7 + [[3]] * 3
    by_votes = spend(Method.GREEDY, box, budget=100)
    by_shares = spend(Method.EQUAL_SHARES, box, budget=134)

    assert by_votes.carried == (1, 2)
    assert 3 in by_shares.carried


def test_an_account_says_who_paid_what() -> None:
    """Each has 22. Project 1 costs 60: four pay 15 each. Project 2 costs 40: two have 7 left, one has 22."""
    turned = Turned(COSTS)
    for marked in ([1, 2], [1, 2], [1], [1], [2]):
        turned.add(marked)
    terms = Terms(tuple(COSTS), 5, budget=110, costs=COSTS)
    outcome = count_support(turned.support(), terms, Shares())

    assert outcome.carried == (1,)
    said = [str(step.said) for step in outcome.steps if step.option in (1, 2)]
    assert said[0] == "Costs 60. Its 4 supporters pay 15 each: funded."
    assert said[1] == "Costs 40, and its supporters have 36 left together: not paid by shares."


def test_who_has_less_than_the_price_gives_all_they_have() -> None:
    """Each has 30. Three pay 20 each for project 1. Project 2 costs 40: two have 10 left, so the third pays 20."""
    turned = Turned(COSTS)
    for marked in ([1, 2], [1, 2], [1], [2]):
        turned.add(marked)
    terms = Terms(tuple(COSTS), 4, budget=120, costs=COSTS)
    outcome = count_support(turned.support(), terms, Shares())

    assert outcome.carried == (1, 2)
    assert "Of its 3 supporters 1 pay the price of 20, and 2 who have less pay all they have left" in str(
        next(step.said for step in outcome.steps if step.option == 2)
    )


@pytest.mark.parametrize(("completion", "funded"), [("none", (2,)), ("greedy", (2, 3)), ("add1", (2, 3))])
def test_each_completion_goes_on_in_its_own_way(completion, funded) -> None:
    """Each has 20, so two can pay for 2. With 40 each, one alone can pay for 3; with 60 it would be too much."""
    assert spend(Method.EQUAL_SHARES, [[2], [2], [3], [1]], budget=80, completion=completion).carried == funded


def test_what_add1_leaves_over_goes_by_votes_where_the_completion_says_so() -> None:
    """As soon as shares pay for anything they pay for both 2 and 4, and that is more than there is."""
    box = [[2], [2], [4]]

    assert spend(Method.EQUAL_SHARES, box, budget=45, completion="add1").carried == ()
    assert spend(Method.EQUAL_SHARES, box, budget=45, completion="add1u").carried == (2,)


def test_the_result_by_votes_stands_where_more_people_prefer_it() -> None:
    box = [[1], [1], [1], [2], [2]]

    assert spend(Method.EQUAL_SHARES, box, budget=60, completion="none").carried == ()
    assert spend(Method.EQUAL_SHARES, box, budget=60, completion="none-comparison").carried == (1,)


def test_shares_are_raised_as_long_as_the_budget_lasts() -> None:
    """Two voters with 10 each and a project of 30 for one of them: it is paid as soon as that one has 30."""
    turned = Turned((1, 2))
    turned.add([1])
    turned.add([2])
    terms = Terms((1, 2), 2, budget=40, costs={1: 30, 2: 35})
    outcome = count_support(turned.support(), terms, Shares(Completion.ADD1))

    assert outcome.carried == (1,)
    assert any("raised 14 times" in str(step.said) for step in outcome.steps)


def test_raising_ends_soon_where_few_voters_face_dear_projects() -> None:
    turned = Turned((1, 2))
    turned.add([1])
    turned.add([2])
    terms = Terms((1, 2), 2, budget=10**9, costs={1: 8 * 10**8, 2: 9 * 10**8})

    assert count_support(turned.support(), terms, Shares(Completion.ADD1)).carried == (1,)


def test_what_costs_nothing_is_funded_if_anybody_wants_it() -> None:
    turned = Turned((1, 2, 3))
    turned.add([1])
    terms = Terms((1, 2, 3), 1, budget=0, costs={1: 0, 2: 0, 3: 5})
    for shares in (Shares(), Shares(Completion.GREEDY)):
        assert count_support(turned.support(), terms, shares).carried == (1,)


@EACH
def test_a_tie_that_decides_is_reported_and_the_lot_decides_it(method) -> None:
    box = [[2], [3]]
    reported = spend(method, box, budget=79, completion="add1u")
    drawn = spend(method, box, budget=79, completion="add1u", ties=Ties(TieRule.LOT, "seed"))

    assert (reported.carried, reported.tied) == ((), (2, 3))
    assert (drawn.carried, drawn.tied) == ((Ties(TieRule.LOT, "seed").order([2, 3])[0],), ())


@EACH
def test_a_tie_that_changes_nothing_is_none(method) -> None:
    outcome = spend(method, [[2], [3]], budget=80)

    assert (outcome.carried, outcome.tied) == ((2, 3), ())


@EACH
@settings(max_examples=60, deadline=None)
@given(box=BOXES, chance=st.randoms(use_true_random=False))
def test_the_order_of_ballots_changes_nothing(method, box, chance) -> None:
    shuffled = chance.sample(box, len(box))
    assert spend(method, shuffled, completion="add1u") == spend(method, box, completion="add1u")


@EACH
@settings(max_examples=60, deadline=None)
@given(box=BOXES)
def test_the_names_of_projects_change_nothing(method, box) -> None:
    """2 and 3 cost the same, so whoever exchanges them on every ballot exchanges them in the result."""
    other = {1: 1, 2: 3, 3: 2, 4: 4}
    outcome = spend(method, box, completion="add1")
    turned = spend(method, [[other[option] for option in marked] for marked in box], completion="add1")

    assert {other[option] for option in outcome.carried} == set(turned.carried)
    assert {other[option] for option in outcome.tied} == set(turned.tied)


@EACH
@settings(max_examples=60, deadline=None)
@given(box=BOXES)
def test_no_more_is_spent_than_there_is_and_only_on_what_somebody_wants(method, box) -> None:
    outcome = spend(method, box, completion="add1u-comparison")

    assert sum(COSTS[option] for option in outcome.carried) <= 100
    assert all(outcome.of(option).counts["approve"] for option in (*outcome.carried, *outcome.tied))


@pytest.mark.parametrize("method", [Method.GREEDY, Method.GREEDY_COST])
@settings(max_examples=80, deadline=None)
@given(box=BOXES, data=st.data())
def test_one_more_vote_never_hurts_a_funded_project(method, box, data) -> None:
    funded = spend(method, box).carried
    if funded:
        option = data.draw(st.sampled_from(funded))
        assert option in spend(method, [*box, [option]]).carried


def test_large_elections_are_counted_as_small_ones_are() -> None:
    """From LARGE groups on floats look first; the same ballots in a tenth of the number give the same, exactly."""
    chance = random.Random(5)
    options = tuple(range(1, 13))
    costs = {option: chance.randrange(20, 90) * 1000 for option in options}
    box = [chance.sample(options, chance.randint(1, 12)) for _ in range(LARGE)]
    outcomes = []
    for times in (1, 3):
        turned = Turned(options)
        for marked in box:
            turned.add(marked, weight=times)
        support = turned.support()
        terms = Terms(options, support.ballots, budget=sum(costs.values()) // 2, costs=costs)
        outcomes.append(count_support(support, terms, Shares()))
        assert (support.groups >= LARGE) == (times == 1 and support.groups == LARGE)

    assert outcomes[0].carried == outcomes[1].carried
    assert len(outcomes[0].carried) >= 4


def test_memory_does_not_grow_by_an_object_a_ballot() -> None:
    chance = random.Random(3)
    options = tuple(range(150))
    ballots = 100_000
    tracemalloc.start()
    try:
        turned = Turned(options)
        for _ in range(ballots):
            turned.add(chance.sample(options, 6))
        support = turned.support()
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert support.ballots == ballots
    assert held / ballots < 200, "bytes a ballot with six marks; eight bytes a mark are the array's own"


def test_unit_utilities_look_at_the_price_alone() -> None:
    """Project 1 has more supporters, project 4 costs each of its supporters less."""
    turned = Turned(COSTS)
    for marked in ([1, 4], [1, 4], [1]):
        turned.add(marked)
    terms = Terms(tuple(COSTS), 3, budget=60, costs=COSTS)

    assert count_support(turned.support(), terms, Shares(utility=Utility.COST)).carried == (1,)
    assert count_support(turned.support(), terms, Shares(utility=Utility.POINTS)).carried == (4,)


@EACH
@pytest.mark.parametrize("ballot", [{"approve": [2, 2]}, {"approve": [9]}, {"yes": [1]}])
def test_a_ballot_that_cannot_be_counted_stops_the_count(method, ballot) -> None:
    with pytest.raises(BallotError):
        count(method, [ballot], Terms(tuple(COSTS), 1, budget=10, costs=COSTS))


@pytest.mark.parametrize("name", ["magic", "add1-magic", "comparison"])
def test_a_completion_that_means_nothing_is_refused(name) -> None:
    with pytest.raises(ValueError, match=r"completion|Completion"):
        Shares.named(name)


def test_money_is_rounded_for_people_only() -> None:
    assert [decimal(Fraction(*one)) for one in ((1, 3), (2, 3), (5, 1), (1, 200), (12345, 100))] == [
        "0.33",
        "0.67",
        "5",
        "0.01",
        "123.45",
    ]


def test_nothing_is_funded_when_nobody_votes() -> None:
    assert spend(Method.EQUAL_SHARES, []).carried == ()
