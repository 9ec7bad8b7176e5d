"""What methods that spend a budget have in common: the projects, and how the result and its account are told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.charter.words import N_, Words
from app.voting.counting.limits import quorum_step
from app.voting.counting.orders import Order, Tie, Ways, every_way
from app.voting.counting.outcome import Cell, Decision, Head, OptionResult, Outcome, Step, Table, TableKind
from app.voting.counting.support import Support
from app.voting.counting.terms import Terms

MARK = "approve"

_LEFT = N_("All in all %(spent)s of %(budget)s is spent. %(left)s is left.")
_TIES = N_(
    "%(tied)s projects are tied: which of them can be paid depends on which is looked at first, and nothing in the "
    "ballots says which. The tie is reported."
)
_TOO_MANY = N_(
    "There are more ties than can be followed in every order; %(orders)s orders were followed, and further projects "
    "may be tied. Lots would decide."
)
_LOT = N_("Ties that mattered were decided by the lot: %(ties)s.")


@dataclass(frozen=True)
class Spent:
    """One way of spending the budget: what is funded, in this order, and what is told of each step."""

    funded: tuple[int, ...]
    steps: tuple[Step, ...] = ()
    cells: Mapping[int, Sequence[Cell]] = field(default_factory=dict)
    """The table's cells of each funded project, after its cost."""


Spend = Callable[[Order], tuple[Spent, Sequence[Tie]]]


def outcome_of(
    method: str,
    spend: Spend,
    support: Support,
    terms: Terms,
    columns: Sequence[Words] = (),
) -> Outcome:
    """Spend in every order that ties allow, and tell the result."""
    needed = terms.quorum.needed(terms.roll)
    ways = every_way(spend, terms.options, terms.ties)
    decided = decide(ways, terms.options)
    if support.ballots < needed:
        decided = dict.fromkeys(terms.options, Decision.NO_QUORUM)
    results = tuple(_result(option, support, terms, decided[option]) for option in terms.options)
    told = ways.results[0]
    steps = [quorum_step(support.ballots, needed, terms.roll)]
    if support.ballots >= needed:
        steps += [*told.steps, *_endings(ways, decided, terms)]
    return Outcome(method, support.ballots, terms.roll, needed, results, tuple(steps), (_table(told, terms, columns),))


def decide(ways: Ways[Spent], options: Iterable[int]) -> dict[int, Decision]:
    """Carried is what is funded in every order, tied what is funded in some."""
    funded = [set(spent.funded) for spent in ways.results]
    always, ever = set.intersection(*funded), set.union(*funded)
    return {
        option: Decision.CARRIED if option in always else Decision.TIED if option in ever else Decision.REJECTED
        for option in options
    }


def cost_of(funded: Collection[int], costs: Mapping[int, int]) -> int:
    return sum(costs[option] for option in funded)


def _result(option: int, support: Support, terms: Terms, decision: Decision) -> OptionResult:
    backers = support.backers[option]
    counts = {"approve": backers.people, "cost": terms.costs[option]}
    if backers.points is not None:
        counts["points"] = backers.total
    place = 1 + sum(other.total > backers.total for other in support.backers.values())
    return OptionResult(option, counts, decision, place)


def _endings(ways: Ways[Spent], decided: Mapping[int, Decision], terms: Terms) -> list[Step]:
    """What is left of the money, and what became of ties."""
    carried = [option for option, decision in decided.items() if decision is Decision.CARRIED]
    spent = cost_of(carried, terms.costs)
    said = [Step(Words(_LEFT, {"spent": spent, "budget": terms.budget, "left": terms.budget - spent}))]
    tied = sum(decision is Decision.TIED for decision in decided.values())
    if tied:
        said.append(Step(Words(_TIES, {"tied": tied})))
    if not ways.all_followed:
        said.append(Step(Words(_TOO_MANY, {"orders": len(ways.results)})))
    if ways.by_lot and ways.ties:
        said.append(Step(Words(_LOT, {"ties": len(ways.ties)})))
    return said


def _table(told: Spent, terms: Terms, columns: Sequence[Words]) -> Table:
    heads = (Head(said=Words(N_("Cost"))), *(Head(said=words) for words in columns))
    rows = tuple((Head(option=option), (terms.costs[option], *told.cells.get(option, ()))) for option in told.funded)
    return Table(TableKind.COSTS, heads, rows)
