"""Agreement with `pabutools` (S. Rey and others), an independent implementation, on random budgets, ties included.

Instances are small and costs round, so that most of them have ties. `pabutools` is asked for its outcome in every
order of ties; ours carries what is in all of them, ties what is in some. Nothing is left out because it
disagreed; where the two differ on purpose, the test says how.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest

from app.voting.counting import equal_shares, greedy
from app.voting.counting.equal_shares import Completion, Shares
from app.voting.counting.outcome import Outcome
from app.voting.counting.payments import Utility
from app.voting.counting.spending import outcome_of
from app.voting.counting.support import Support, Turned
from app.voting.counting.terms import Terms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own imports warn, of libraries that only draw; what it counts is looked at
    from pabutools.election import (
        Additive_Cardinal_Sat,
        ApprovalBallot,
        ApprovalProfile,
        CardinalBallot,
        Cardinality_Sat,
        CardinalProfile,
        Cost_Sat,
        Instance,
        Project,
    )
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
    from pabutools.tiebreaking import TieBreakingRule

BUDGETS = 2000


@dataclass(frozen=True)
class Vote:
    """One random budget, as both take it. A ballot gives points to options, 1 each where it approves."""

    costs: dict[int, int]
    budget: int
    ballots: list[dict[int, int]]

    @property
    def terms(self) -> Terms:
        return Terms(tuple(self.costs), len(self.ballots), budget=self.budget, costs=self.costs)

    @property
    def support(self) -> Support:
        turned = Turned(self.costs)
        for ballot in self.ballots:
            turned.add(list(ballot), list(ballot.values()))
        return turned.support()

    @property
    def instance(self) -> tuple[Instance, dict[int, Project]]:
        projects = {option: Project(str(option), cost) for option, cost in self.costs.items()}
        return Instance(projects.values(), budget_limit=self.budget), projects

    def approvals(self, projects: dict[int, Project]) -> ApprovalProfile:
        return ApprovalProfile([ApprovalBallot([projects[one] for one in ballot]) for ballot in self.ballots])

    def points(self, projects: dict[int, Project]) -> CardinalProfile:
        return CardinalProfile(
            [CardinalBallot({projects[one]: given for one, given in ballot.items()}) for ballot in self.ballots]
        )


def votes(seed: int, most_points: int = 1) -> Iterator[Vote]:
    chance = random.Random(seed)
    for _ in range(BUDGETS):
        options = range(1, chance.randint(2, 4) + 1)
        costs = {option: chance.choice((5, 10, 10, 15, 20, 30)) for option in options}
        ballots = [
            {one: chance.randint(1, most_points) for one in chance.sample(options, chance.randint(0, len(options)))}
            for _ in range(chance.randint(1, 8))
        ]
        yield Vote(costs, chance.choice((20, 30, 40, 60)), ballots)


def every_order(vote: Vote, count: Callable[..., Iterable[Project]]) -> tuple[set[int], set[int]]:
    """What `pabutools` funds in every order of ties, and what in some only.

    Its own search of all orders breaks off for equal shares, as it copies what cannot be copied; so we tell it each.
    """
    instance, projects = vote.instance
    found = []
    for order in permutations(vote.costs):
        rule = TieBreakingRule(lambda _instance, _profile, project, order=order: order.index(int(project.name)))
        found.append({int(project.name) for project in count(instance, projects, tie_breaking=rule)})
    # It also funds what nobody supports, where money is left. We do not: nobody asked for it.
    asked = {option for ballot in vote.ballots for option in ballot}
    return set.intersection(*found) & asked, (set.union(*found) - set.intersection(*found)) & asked


def ours(outcome: Outcome) -> tuple[set[int], set[int]]:
    return set(outcome.carried), set(outcome.tied)


def by_approvals(vote: Vote, satisfaction: type, rule: Callable[..., Iterable[Project]], **more: Any):
    return lambda instance, projects, tie_breaking: rule(
        instance, vote.approvals(projects), satisfaction, tie_breaking=tie_breaking, **more
    )


@pytest.mark.parametrize(("satisfaction", "utility"), [(Cost_Sat, Utility.COST), (Cardinality_Sat, Utility.POINTS)])
def test_equal_shares_funds_in_every_order_what_pabutools_does(satisfaction, utility):
    ties = 0
    for vote in votes(seed=1):
        theirs = every_order(vote, by_approvals(vote, satisfaction, method_of_equal_shares))
        outcome = equal_shares.count_support(vote.support, vote.terms, Shares(utility=utility))
        assert ours(outcome) == theirs, vote
        ties += bool(outcome.tied)
    assert ties > 100


def test_equal_shares_of_points_funds_what_pabutools_does():
    ties = 0
    for vote in votes(seed=2, most_points=4):
        theirs = every_order(
            vote,
            lambda instance, projects, tie_breaking, vote=vote: method_of_equal_shares(
                instance, vote.points(projects), Additive_Cardinal_Sat, tie_breaking=tie_breaking
            ),
        )
        outcome = equal_shares.count_support(vote.support, vote.terms, Shares(utility=Utility.POINTS))
        assert ours(outcome) == theirs, vote
        ties += bool(outcome.tied)
    assert ties > 50


def test_raising_shares_until_nothing_fits_funds_in_every_order_what_pabutools_does():
    ties = 0
    shares = Shares(Completion.ADD1, whole=False, until_full=True)
    for vote in votes(seed=3):
        theirs = every_order(vote, by_approvals(vote, Cost_Sat, method_of_equal_shares, voter_budget_increment=1))
        outcome = equal_shares.count_support(vote.support, vote.terms, shares)
        assert ours(outcome) == theirs, vote
        ties += bool(outcome.tied)
    assert ties > 100


@pytest.mark.parametrize(("satisfaction", "spend"), [(Cost_Sat, greedy.by_votes), (Cardinality_Sat, greedy.by_cost)])
def test_spending_from_the_top_funds_in_every_order_what_pabutools_does(satisfaction, spend):
    """What it calls greedy looks at satisfaction for each unit of cost; with cost as satisfaction that is votes."""
    ties = 0
    for vote in votes(seed=4):
        theirs = every_order(vote, by_approvals(vote, satisfaction, greedy_utilitarian_welfare))
        outcome = outcome_of("greedy", spend(vote.support, vote.terms), vote.support, vote.terms)
        assert ours(outcome) == theirs, vote
        ties += bool(outcome.tied)
    assert ties > 100
