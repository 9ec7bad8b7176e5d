"""Raising shares over many units at once: as far as nothing changes, and no further."""

from __future__ import annotations

import random
import time
from fractions import Fraction

import pytest

from app.voting.counting import raises
from app.voting.counting.equal_shares import Completion, Shares, count_support
from app.voting.counting.orders import Order, Tie, Way
from app.voting.counting.payments import Payments, Utility, worth_of
from app.voting.counting.support import Support, Turned
from app.voting.counting.terms import Terms
from app.voting.counting.ties import TieRule, Ties

NEVER = 10**12


def budget(chance: random.Random, points: bool) -> tuple[Support, Terms]:
    """A random vote with few voters. Half of them have round costs, so that there are many ties."""
    options = tuple(range(1, chance.randint(2, 7)))
    turned = Turned(options)
    for _ in range(chance.randint(1, 8)):
        marked = chance.sample(options, chance.randint(0, len(options)))
        turned.add(marked, [chance.randint(1, 4) for _ in marked] if points else None)
    each = chance.choice((1, 60))
    costs = {option: each * chance.randint(0, 8 if each > 1 else 500) for option in options}
    support = turned.support()
    ties = chance.choice((Ties(), Ties(TieRule.LOT, "seed")))
    spent = max(1, sum(costs.values()) * chance.randint(1, 9) // 10)
    return support, Terms(options, support.ballots, ties=ties, budget=spent, costs=costs)


@pytest.mark.parametrize("utility", Utility)
@pytest.mark.parametrize("points", [False, True])
def test_leaving_out_raises_changes_neither_the_result_nor_a_word_of_the_account(utility, points, monkeypatch) -> None:
    chance = random.Random(f"{utility}{points}")
    monkeypatch.setattr(raises, "STEADY", 150)
    monkeypatch.setattr(raises, "SLOW", 20)
    for _ in range(150):
        support, terms = budget(chance, points)
        shares = Shares(
            chance.choice((Completion.ADD1, Completion.ADD1U)),
            utility=utility,
            whole=chance.random() < 0.5,
            until_full=chance.random() < 0.3,
        )
        monkeypatch.setattr(raises, "LOOK", NEVER)
        step_by_step = count_support(support, terms, shares)
        monkeypatch.setattr(raises, "LOOK", 0)

        assert count_support(support, terms, shares) == step_by_step


def run(support: Support, terms: Terms, share: Fraction, utility: Utility) -> tuple[list[int], list[Tie]]:
    way = Way(Order({option: option for option in terms.options}))
    payments = Payments(support, terms.costs, share, utility, way)
    return [offer.option for offer in payments], way.ties


@pytest.mark.parametrize("points", [False, True])
def test_within_the_room_all_shares_pay_the_same_in_the_same_order(points) -> None:
    chance = random.Random(7)
    some = 0
    for _ in range(400):
        support, terms = budget(chance, points)
        share, utility = Fraction(chance.randint(1, 900), chance.randint(1, 7)), chance.choice(list(Utility))
        worth = worth_of(support, terms.costs, utility)
        paid, ties = run(support, terms, share, utility)
        room = raises.room(support, terms.costs, worth, share, [option for option in paid if option in worth])
        reach = Fraction(5000) if room is None else room
        some += reach > 0
        for part in (0, Fraction(1, 1000), Fraction(1, 3), Fraction(999, 1000)):
            assert run(support, terms, share + part * reach, utility) == (paid, ties)
    assert some > 200


def test_one_unit_after_another_is_as_far_as_the_next_project_becomes_affordable() -> None:
    turned = Turned((1, 2))
    turned.add([1])
    turned.add([2])
    costs = {1: 30, 2: 35}

    assert raises.room(turned.support(), costs, costs, Fraction(10), []) == 20
    assert raises.room(turned.support(), costs, costs, Fraction(31), [1]) == 4


def test_few_voters_and_a_budget_of_a_million_do_not_hold_up_a_count(monkeypatch) -> None:
    chance = random.Random(24)
    options = tuple(range(1, 31))
    turned = Turned(options)
    for _ in range(24):
        turned.add(chance.sample(options, chance.randint(2, 8)))
    costs = {option: chance.randint(30_000, 400_000) for option in options}
    support, terms = turned.support(), Terms(options, 24, budget=1_000_000, costs=costs)

    def took() -> float:
        begun = time.process_time()
        count_support(support, terms, Shares(Completion.ADD1U))
        return time.process_time() - begun

    ours = took()
    monkeypatch.setattr(raises, "LOOK", NEVER)

    assert took() > 5 * ours
