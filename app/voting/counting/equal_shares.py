"""The method of equal shares: each voter has the same part of the budget, and projects are paid by who wants them.

Definition. Everybody gets an equal share of the budget. A ballot gives each project it supports a number of points (1
where it only approves). A project can be paid when its supporters together still have its cost. Then it has a *price
for each point*: the number q for which the sum over its supporters of min(what they have left, q times their points)
is the cost. So all pay alike for each point, and whoever has less than that pays all that is left. With *cost
utilities* the project with the lowest q for each unit of its cost comes next, which is the one with the highest
*effective support*, its cost divided by q; with *unit utilities* the one with the lowest q. Its supporters pay, and so
on until nothing can be paid. What costs nothing and has a supporter is funded first. Equal projects of which one cannot
be paid any more after the other are a tie, reported or decided by the lot (`orders`).

As that leaves money over, a *completion* follows:

none        nothing more is funded.
greedy      what is left goes to projects by votes (also called utilitarian completion).
add1        everybody gets one unit of currency more and the count begins again, as long as what is funded costs no
            more than the budget; the last count that does is the result.
add1u       add1, then greedy with what is left.

add1 begins with shares in whole units, rounded down, unless `whole` is off. It goes on until the budget is overspent;
with `until_full` it ends as soon as nothing more would fit, as pabutools does. On the Wieliczka vote of 2023 that makes
a difference of three projects: at 150 units more the result is full, at 154 it is another and better one, which the
city carried out. After 10,000 raises each raise is twice as much, and twice that after each 1,000 more, so that the
count ends soon even where few voters face dear projects.

A *comparison* may follow ("-comparison" after the completion's name): the budget is also spent by votes; whoever gave
more points to what one of the two results funds prefers that one; when more voters prefer the result by votes, it
stands.

Sources: Dominik Peters, Grzegorz Pierczyński and Piotr Skowron, "Proportional Participatory Budgeting with Additive
Utilities", NeurIPS 34 (2021), 12726-12737; equalshares.net, "Completion" and "Implementation", for completions and the
comparison; Pabulib names the rules of its files after them.

Complexity: O(m) prices at worst for each funded project, each in time linear in the project's supporters; memory grows
with the marks on ballots. add1 does this once for each unit of currency that is added; after 200 raises it looks how
far shares can be raised before anything changes (`raises`), and leaves out the runs up to there.
What it promises: whoever agrees on projects and makes up a part of the voters decides about that part of the money
(extended justified representation up to one project). More votes for a funded project can, rarely, hurt it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.charter.words import N_, Words
from app.voting.counting import greedy
from app.voting.counting.orders import Order, Tie, Way
from app.voting.counting.outcome import Cell, Outcome, Step
from app.voting.counting.payments import Payments, Utility, worth_of
from app.voting.counting.profile import Ballots
from app.voting.counting.purses import Offer, Purses
from app.voting.counting.raises import Raises, room
from app.voting.counting.spending import MARK, Spent, cost_of, outcome_of
from app.voting.counting.support import Support, support_of
from app.voting.counting.terms import Terms

NAME = "equal-shares"
DEFAULT = "add1u"
"""The completion of a round that names none."""


_SHARED = N_("%(ballots)s people voted. In the count that decides, each of them has a share of %(share)s.")
_RAISED = N_(
    "To spend more of the budget, all shares were raised %(times)s times, by %(more)s in all. With one more raise the "
    "projects would cost %(over)s, more than the budget."
)
_RAISED_FULL = N_(
    "To spend more of the budget, all shares were raised %(times)s times, by %(more)s in all. Now nothing more would "
    "fit."
)
_PAID = N_("Costs %(cost)s. Its %(people)s supporters pay %(price)s each: funded.")
_PAID_POINTS = N_("Costs %(cost)s. Its %(people)s supporters pay %(price)s for each point they gave it: funded.")
_PAID_IN_PART = N_(
    "Costs %(cost)s. Of its %(people)s supporters %(full)s pay the price of %(price)s, and %(others)s who have less "
    "pay all they have left: funded."
)
_SHORT = N_("Costs %(cost)s, and its supporters have %(left)s left together: not paid by shares.")
_FILLED = N_("%(votes)s votes, costs %(cost)s: funded with what was left over. %(left)s is left now.")
_STANDS = N_(
    "Compared with the result by number of votes: %(shares)s people got more of what they marked this way, %(votes)s "
    "would get more the other way. This result stands."
)
_FALLS = N_(
    "Compared with the result by number of votes: %(shares)s people got more of what they marked this way, %(votes)s "
    "get more the other way. So the result by number of votes stands."
)
COLUMNS = (Words(N_("Supporters")), Words(N_("Price")), Words(N_("Pay the full price")))


class Completion(StrEnum):
    NONE = "none"
    GREEDY = "greedy"
    ADD1 = "add1"
    ADD1U = "add1u"


@dataclass(frozen=True)
class Shares:
    """Everything about the method that can be chosen."""

    completion: Completion = Completion.NONE
    comparison: bool = False
    utility: Utility = Utility.COST
    unit: int = 1
    """How much add1 adds to each share, in what costs are counted in."""
    whole: bool = True
    until_full: bool = False

    @classmethod
    def named(cls, name: str) -> Shares:
        """By a completion's name, with "-comparison" behind it if there is one.

        :raises ValueError: for a name that means nothing.
        """
        completion, _, more = (name or DEFAULT).partition("-")
        if more not in ("", "comparison"):
            raise ValueError(f"{name!r} names no completion")
        return cls(Completion(completion), comparison=bool(more))


def count(ballots: Ballots, terms: Terms) -> Outcome:
    """Fund by equal shares. Raises BallotError for a ballot that does not approve known projects once each."""
    return count_support(support_of(ballots, terms.options, MARK), terms, Shares.named(terms.completion))


def count_support(support: Support, terms: Terms, shares: Shares) -> Outcome:
    """Fund by equal shares of this kind, whatever the ballots looked like."""
    return outcome_of(NAME, _Count(support, terms, shares).spend, support, terms, COLUMNS)


class _Count:
    def __init__(self, support: Support, terms: Terms, shares: Shares) -> None:
        self.support = support
        self.terms = terms
        self.shares = shares
        self.wanted = [option for option in terms.options if support.backers[option].total]
        self.ties: list[Tie] = []
        self.steps: list[Step] = []
        self.cells: dict[int, Sequence[Cell]] = {}

    def spend(self, order: Order) -> tuple[Spent, Sequence[Tie]]:
        """Spend the budget, taking ties in this order."""
        self.ties, self.steps, self.cells = [], [], {}
        if not self.support.ballots:
            return Spent(()), ()
        funded = self._tell(self._share(order), order)
        if self.shares.completion in (Completion.GREEDY, Completion.ADD1U):
            funded += self._filled(funded, order)
        if self.shares.comparison:
            funded = self._compared(funded, order)
        return Spent(tuple(funded), tuple(self.steps), self.cells), self.ties

    def _share(self, order: Order) -> Fraction:
        """How much everybody gets in the run that decides."""
        equal = Fraction(self.terms.budget, self.support.ballots)
        if self.shares.completion not in (Completion.ADD1, Completion.ADD1U):
            return equal
        unit = self.shares.unit
        share = Fraction(equal // unit * unit) if self.shares.whole else equal
        if cost_of(self.wanted, self.terms.costs) <= self.terms.budget:
            return max(share, self._enough_for_all())
        return self._raise(share, order)

    def _raise(self, share: Fraction, order: Order) -> Fraction:
        """add1, from this share on: the last share with which the budget is kept."""
        begun, raised, raises = share, 0, Raises(self.shares.unit)
        funded, ties = self._run(share, order)
        while True:
            self.ties += ties
            if self.shares.until_full and self._full(funded):
                self.steps.append(_raised(raised, share - begun))
                return share
            if raises.worth_a_look(raised):
                for same in raises.within(share, raised, self._room(share, funded)):
                    share, raised = same, raised + 1
                    self.ties += ties
            more = share + raises.next(raised)
            funded, ties = self._run(more, order)
            cost = cost_of(funded, self.terms.costs)
            if cost > self.terms.budget:
                self.ties += ties
                self.steps.append(_raised(raised, share - begun, cost))
                return share
            share, raised = more, raised + 1

    def _room(self, share: Fraction, funded: Collection[int]) -> Fraction | None:
        """How much the share can grow before anything changes in the run that funds these."""
        worth = worth_of(self.support, self.terms.costs, self.shares.utility)
        paid = [option for option in funded if option in worth]
        return room(self.support, self.terms.costs, worth, share, paid)

    def _enough_for_all(self) -> Fraction:
        """A share with which everything that anybody supports is paid."""
        return Fraction(cost_of(self.wanted, self.terms.costs))

    def _run(self, share: Fraction, order: Order) -> tuple[list[int], Sequence[Tie]]:
        """What a run with this share funds, and its ties; nothing of it is told."""
        way = Way(order)
        payments = Payments(self.support, self.terms.costs, share, self.shares.utility, way)
        return [offer.option for offer in payments], way.ties

    def _full(self, funded: Collection[int]) -> bool:
        left = self.terms.budget - cost_of(funded, self.terms.costs)
        return all(self.terms.costs[option] > left for option in self.wanted if option not in funded)

    def _tell(self, share: Fraction, order: Order) -> list[int]:
        """The run that decides, with an account of each payment."""
        values = {"budget": self.terms.budget, "ballots": self.support.ballots, "share": decimal(share)}
        self.steps.append(Step(Words(_SHARED, values)))
        way = Way(order)
        payments = Payments(self.support, self.terms.costs, share, self.shares.utility, way)
        funded = []
        for offer in payments:
            funded.append(offer.option)
            self._told(offer, payments.purses)
        self.ties += way.ties
        for option in self.terms.options:
            if option not in funded:
                has = payments.purses.money_of(self.support.backers[option])
                values = {"cost": self.terms.costs[option], "left": decimal(has)}
                self.steps.append(Step(Words(_SHORT, values), option))
        return funded

    def _told(self, offer: Offer, purses: Purses) -> None:
        people = self.support.backers[offer.option].people
        full, price = purses.full_payers(offer), decimal(offer.price)
        cost = self.terms.costs[offer.option]
        values = {"people": people, "cost": cost, "price": price, "full": full, "others": people - full}
        points = self.support.backers[offer.option].points is not None
        text = (_PAID_POINTS if points else _PAID) if full == people or not cost else _PAID_IN_PART
        self.steps.append(Step(Words(text, values), offer.option))
        self.cells[offer.option] = (people, price, full)

    def _filled(self, funded: Collection[int], order: Order) -> list[int]:
        """What is left of the budget, spent by votes."""
        costs = {option: self.terms.costs[option] for option in self.wanted if option not in funded}
        way = Way(order)
        more = []
        left = self.terms.budget - cost_of(funded, self.terms.costs)
        for option, pays, after in greedy.looked_at(list(costs), costs, left, self._votes, way):
            if pays:
                more.append(option)
                values = {"votes": self.support.backers[option].total, "cost": costs[option], "left": after}
                self.steps.append(Step(Words(_FILLED, values), option))
                self.cells[option] = (self.support.backers[option].people, None, None)
        self.ties += way.ties
        return more

    def _votes(self, option: int) -> Fraction:
        return Fraction(self.support.backers[option].total)

    def _compared(self, funded: list[int], order: Order) -> list[int]:
        """This result, or the one by votes where more voters prefer that."""
        by_votes, ties = greedy.by_votes(self.support, self.terms)(order)
        here, there = self.support.satisfied(funded), self.support.satisfied(by_votes.funded)
        shares = votes = 0
        for weight, one, other in zip(self.support.weights(), here, there, strict=True):
            shares += weight * (one > other)
            votes += weight * (other > one)
        stands = votes <= shares
        self.steps.append(Step(Words(_STANDS if stands else _FALLS, {"shares": shares, "votes": votes})))
        if stands:
            return funded
        self.ties += ties
        self.steps += by_votes.steps
        self.cells = {option: (self.support.backers[option].people, None, None) for option in by_votes.funded}
        return list(by_votes.funded)


def decimal(money: Fraction) -> str:
    """To the hundredth, halves up: for people to read, never to decide by."""
    hundredths = (200 * money.numerator + money.denominator) // (2 * money.denominator)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def _raised(times: int, by: Fraction, over: int | None = None) -> Step:
    values = {"times": times, "more": decimal(by), "over": over}
    return Step(Words(_RAISED_FULL if over is None else _RAISED, values))
