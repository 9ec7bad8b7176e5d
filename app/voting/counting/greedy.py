"""Spending a budget from the top down: by votes, or by votes for the money.

Definition: projects are looked at one by one, the one with the most votes first (*by votes*), or the one with the most
votes for each unit of its cost (*by votes for the money*). A project whose cost is still there is funded; one that
costs more than what is left is passed over, and the next is looked at. A project that nobody supports is not funded.
Where ballots give points, points stand for votes. Projects that are equal in this and cannot all be paid are a tie,
reported or decided by the lot.

Sources: the rule of most cities that vote on budgets. Nimrod Talmon and Piotr Faliszewski, "A framework for
approval-based budgeting methods", AAAI 33 (2019), 2181-2188, call it R^max_g; by votes for the money it is theirs
scaled by cost, the greedy rule for knapsacks of George B. Dantzig, Operations Research 5 (1957), 266-288.

Complexity: one pass over the ballots, then O(m log m) for m projects and each order of ties.
What they promise: one more vote for a funded project never hurts it. They do not promise that groups of voters get
their share: a majority can spend everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from app.charter.words import N_, Words
from app.voting.counting.orders import Order, Tie, Way
from app.voting.counting.outcome import Outcome, Step
from app.voting.counting.profile import Ballots
from app.voting.counting.spending import MARK, Spend, Spent, outcome_of
from app.voting.counting.support import Support, support_of
from app.voting.counting.terms import Terms

BY_VOTES = "greedy"
BY_COST = "greedy-cost"

Worth = Callable[[int], Fraction]
"""How early a project is looked at: the greater, the earlier."""

_FUNDED = N_("%(votes)s votes, costs %(cost)s: funded. %(left)s is left.")
_PASSED = N_("%(votes)s votes, costs %(cost)s, and only %(left)s is left: passed over.")
_STOPPED = N_("%(votes)s votes, costs %(cost)s, and only %(left)s is left: here the count ends.")
COLUMNS = (Words(N_("Votes")), Words(N_("Left")))


def count_by_votes(ballots: Ballots, terms: Terms) -> Outcome:
    """Fund what has the most votes. Raises BallotError for a ballot that does not approve known projects once each."""
    support = support_of(ballots, terms.options, MARK)
    return outcome_of(BY_VOTES, by_votes(support, terms), support, terms, COLUMNS)


def count_by_cost(ballots: Ballots, terms: Terms) -> Outcome:
    """Fund what has the most votes for its cost. Raises BallotError as `count_by_votes` does."""
    support = support_of(ballots, terms.options, MARK)
    return outcome_of(BY_COST, by_cost(support, terms), support, terms, COLUMNS)


def by_votes(support: Support, terms: Terms, *, stops: bool = False) -> Spend:
    """How to spend by votes. `stops`: what cannot be paid ends the count instead of being passed over."""
    return _spend(support, terms, lambda option: Fraction(support.backers[option].total), stops)


def by_cost(support: Support, terms: Terms, *, stops: bool = False) -> Spend:
    """How to spend by votes for the money. What costs nothing is looked at first."""
    most = 1 + sum(backers.total for backers in support.backers.values())

    def worth(option: int) -> Fraction:
        total, cost = support.backers[option].total, terms.costs[option]
        return Fraction(total, cost) if cost else Fraction(most)

    return _spend(support, terms, worth, stops)


def _spend(support: Support, terms: Terms, worth: Worth, stops: bool) -> Spend:
    options = [option for option in terms.options if support.backers[option].total > 0]

    def spend(order: Order) -> tuple[Spent, list[Tie]]:
        way = Way(order)
        funded, steps, cells = [], [], {}
        for option, pays, left in looked_at(options, terms.costs, terms.budget, worth, way, stops=stops):
            votes, cost = support.backers[option].total, terms.costs[option]
            text = _FUNDED if pays else _STOPPED if stops else _PASSED
            steps.append(Step(Words(text, {"votes": votes, "cost": cost, "left": left}), option))
            if pays:
                funded.append(option)
                cells[option] = (votes, left)
        return Spent(tuple(funded), tuple(steps), cells), way.ties

    return spend


def looked_at(
    options: Sequence[int],
    costs: Mapping[int, int],
    left: int,
    worth: Worth,
    way: Way,
    *,
    stops: bool = False,
) -> Iterator[tuple[int, bool, int]]:
    """Each project in its turn, whether it is funded, and what is left then."""
    for rank, alike in groupby(sorted(options, key=worth, reverse=True), key=worth):
        equals = list(alike)
        while equals:
            fits = [option for option in equals if costs[option] <= left]
            if not fits and not stops:
                yield from ((option, False, left) for option in equals)
                break
            option = way.choose(equals if stops else fits, rank)
            equals.remove(option)
            if costs[option] > left:
                yield option, False, left
                way.end()
                return
            left -= costs[option]
            yield option, True, left
    way.end()
