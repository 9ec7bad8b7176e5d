"""Single transferable vote: several places, in proportion to what people want.

Definition (the Scottish rules, except that nothing is rounded): the *quota* is the number of ballots that rank
anything, divided by one more than the places, rounded down, plus one (Droop). Every ballot stands with the option that
it ranks highest among those that take part, with weight 1. Then, round by round:
1. Every option with at least the quota is carried.
2. When all places are filled, the count ends. When no more options stand than places are left, all of them are carried.
3. Otherwise, if carried options have more than the quota, the largest such surplus is passed on: *all* ballots of that
   option go to the next option on them that still stands, each with its weight times surplus/votes (the Weighted
   Inclusive Gregory Method). Otherwise the option with the fewest votes drops out, and its ballots go on at their
   weight. A ballot that names nobody who still stands is exhausted with its weight.
Weights are exact fractions; Scotland cuts them off after five decimals. An option that no ballot ranks never takes
part.

Ties for the fewest or for the largest surplus: Scotland looks at earlier rounds first. We do not, since that favours
early support over late without a reason. With a lot, whoever it names last drops out, and whose surplus it names first
is passed on first. Without, the count is followed every way in which ties can fall: who is carried in all is carried,
who in some is tied.
Options without any votes drop out together. When there are more than MOST_WAYS ways, whoever stood at the first tie is
reported as tied.

Source: The Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45-52; on the transfer:
David M. Farrell and Ian McAllister, "The 1983 change in surplus vote transfer procedures for the Australian Senate",
Australian Journal of Political Science 38 (2003).

Complexity: one pass to read n ballots over m options; each round looks once at the ballots that go on.
What it promises: a group that ranks its own k options first and has k quotas of ballots gets k places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from app.charter.words import N_, Words
from app.voting.counting.limits import quorum_step
from app.voting.counting.outcome import Decision, OptionResult, Outcome, Step
from app.voting.counting.profile import Ballots
from app.voting.counting.rankings import Bits, Rankings, Strict
from app.voting.counting.rounds import rounds_table, shown
from app.voting.counting.terms import Terms
from app.voting.counting.ties import Ties

NAME = "stv"
MOST_WAYS = 500
"""How many positions of a count are looked at when ties are followed every way they can fall."""

_QUOTA = N_("Places to fill: %(seats)s. %(ballots)s ballots rank something, so the quota is %(quota)s.")
_REACHED = N_("Round %(round)s: it has %(votes)s votes, at least the quota, and is carried.")
_LEFT_OVER = N_("Round %(round)s: no more proposals stand than places are left, so it is carried with %(votes)s votes.")
_SURPLUS = N_(
    "Round %(round)s: its surplus of %(votes)s goes on. Each of its ballots is passed on with %(value)s of its weight."
)
_OUT = N_("Round %(round)s: it has the fewest votes, %(votes)s, and drops out. Its ballots go on at their weight.")
_LOT = N_("Round %(round)s: %(tied)s proposals are equal, with %(votes)s. The lot names this one.")
_TIE = N_(
    "Round %(round)s: %(tied)s proposals are equal, with %(votes)s. No lot is drawn, so the count was followed every "
    "way in which this tie can fall."
)
_ALL_WAYS = N_("It is carried whichever way the tie falls.")
_SOME_WAYS = N_("It is carried in some of the ways in which the tie can fall. This is a tie, and it stays a tie.")
_TOO_MANY = N_("There are too many ways to follow. All who stood at this point are reported as tied.")

Parcels = tuple[tuple[Fraction, Bits], ...]
"""Ballots by their weight."""


class _TooManyWaysError(Exception):
    """Ties branch further than anybody could follow."""


@dataclass(frozen=True)
class _Move:
    """What happens next: a surplus goes on, or options drop out."""

    options: tuple[int, ...]
    surplus: bool


@dataclass(frozen=True)
class _Position:
    """A count between two rounds."""

    ballots: Strict
    seats: int
    quota: int
    held: Mapping[int, Parcels]
    """Standing options, and carried ones that still have their surplus, with their ballots."""
    standing: tuple[int, ...]
    carried: tuple[int, ...] = ()
    ended: Fraction = Fraction(0)

    def votes(self) -> dict[int, Fraction]:
        """The votes of everybody who stands or is carried; a surplus that was passed on leaves the quota."""
        found = {option: Fraction(self.quota) for option in self.carried}
        for option, parcels in self.held.items():
            found[option] = sum((weight * self.ballots.count(some) for weight, some in parcels), Fraction(0))
        return found

    @property
    def is_full(self) -> bool:
        return len(self.carried) == self.seats or not self.standing

    def elect(self, votes: Mapping[int, Fraction]) -> tuple[_Position, list[int], list[int]]:
        """Carry whoever reaches the quota, and whoever is left over; returns both lists."""
        reached = sorted((one for one in self.standing if votes[one] >= self.quota), key=lambda one: -votes[one])
        standing = tuple(one for one in self.standing if one not in reached)
        room = self.seats - len(self.carried) - len(reached)
        left_over = list(standing) if room and len(standing) <= room else []
        if left_over:
            standing = ()
        carried = (*self.carried, *reached, *left_over)
        return replace(self, standing=standing, carried=carried), reached, left_over

    def moves(self, votes: Mapping[int, Fraction]) -> list[_Move]:
        """What can happen next; several only where there is a tie."""
        surpluses = {one: votes[one] - self.quota for one in self.carried if votes[one] > self.quota}
        if surpluses:
            most = max(surpluses.values())
            return [_Move((one,), True) for one, surplus in surpluses.items() if surplus == most]
        fewest = min(votes[one] for one in self.standing)
        lowest = [one for one in self.standing if votes[one] == fewest]
        if fewest == 0 and len(self.standing) - len(lowest) >= self.seats - len(self.carried):
            return [_Move(tuple(lowest), False)]
        return [_Move((one,), False) for one in lowest]

    def after(self, move: _Move, votes: Mapping[int, Fraction]) -> _Position:
        """Pass on the ballots of whom the move names."""
        standing = self.standing if move.surplus else tuple(one for one in self.standing if one not in move.options)
        held = {one: list(parcels) for one, parcels in self.held.items() if one not in move.options}
        ended = self.ended
        for option in move.options:
            value = (votes[option] - self.quota) / votes[option] if move.surplus else Fraction(1)
            for weight, some in self.held[option]:
                ended += weight * value * self.ballots.count(some)
                for to, part in self.ballots.firsts(standing, some).items():
                    if part:
                        held[to].append((weight * value, part))
                        ended -= weight * value * self.ballots.count(part)
        kept = {one: tuple(parcels) for one, parcels in held.items()}
        return replace(self, held=kept, standing=standing, ended=ended)


@dataclass
class _Count:
    """The count on its way: what the account will tell."""

    ties: Ties
    rounds: list[dict[int, Fraction]] = field(default_factory=list)
    ended: list[Fraction] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def run(self, position: _Position) -> tuple[frozenset[int], frozenset[int]]:
        """Who is carried, and who is tied."""
        while True:
            votes = position.votes()
            self.rounds.append(votes)
            self.ended.append(position.ended)
            position, reached, left_over = position.elect(votes)
            for text, some in ((_REACHED, reached), (_LEFT_OVER, left_over)):
                for option in some:
                    self._say(text, option, votes=shown(votes[option]))
            if position.is_full:
                return frozenset(position.carried), frozenset()
            moves = position.moves(votes)
            if len(moves) > 1 and not self.ties.by_lot:
                return self._every_way(position, votes, moves)
            position = self._move(position, votes, moves)

    def _move(self, position: _Position, votes: Mapping[int, Fraction], moves: Sequence[_Move]) -> _Position:
        move = moves[0]
        if len(moves) > 1:
            drawn = self.ties.order(one.options[0] for one in moves)
            first = drawn[0] if move.surplus else drawn[-1]
            move = _Move((first,), move.surplus)
            self._say(_LOT, first, tied=len(moves), votes=shown(votes[first]))
        for option in move.options:
            if move.surplus:
                surplus = votes[option] - position.quota
                self._say(_SURPLUS, option, votes=shown(surplus), value=str(surplus / votes[option]))
            else:
                self._say(_OUT, option, votes=shown(votes[option]))
        return position.after(move, votes)

    def _every_way(
        self, position: _Position, votes: Mapping[int, Fraction], moves: Sequence[_Move]
    ) -> tuple[frozenset[int], frozenset[int]]:
        self._say(_TIE, None, tied=len(moves), votes=shown(votes[moves[0].options[0]]))
        ends: set[frozenset[int]] = set()
        try:
            _follow(position, votes, ends, [0])
        except _TooManyWaysError:
            self.steps.append(Step(Words(_TOO_MANY)))
            return frozenset(position.carried), frozenset(position.standing)
        always = frozenset.intersection(*ends)
        sometimes = frozenset.union(*ends) - always
        known = set(position.carried)
        self.steps += [Step(Words(_ALL_WAYS), option) for option in sorted(always - known)]
        self.steps += [Step(Words(_SOME_WAYS), option) for option in sorted(sometimes)]
        return always, sometimes

    def _say(self, text: str, option: int | None, **values: object) -> None:
        self.steps.append(Step(Words(text, {"round": len(self.rounds), **values}), option))


def _follow(position: _Position, votes: Mapping[int, Fraction], ends: set[frozenset[int]], looked: list[int]) -> None:
    """Go every way from here, and note who is carried at the end of each."""
    looked[0] += 1
    if looked[0] > MOST_WAYS:
        raise _TooManyWaysError
    for move in position.moves(votes):
        after = position.after(move, votes)
        new_votes = after.votes()
        elected, _, _ = after.elect(new_votes)
        if elected.is_full:
            ends.add(frozenset(elected.carried))
        else:
            _follow(elected, new_votes, ends, looked)


def count(ballots: Ballots | Rankings, terms: Terms) -> Outcome:
    """Fill the places.

    :raises BallotError: when a ballot is no ranking, or has several options at one place.
    """
    rankings = Rankings.of(ballots, terms.options)
    rankings.refuse_equals()
    counting = _Count(terms.ties)
    carried: frozenset[int] = frozenset()
    tied: frozenset[int] = frozenset()
    named = rankings.named()
    if named:
        standing = tuple(option for option in terms.options if option in named)
        start = _start(rankings.strict(), standing, terms.seats)
        live = int(sum(start.votes().values()))
        text = Words(_QUOTA, {"seats": terms.seats, "ballots": live, "quota": start.quota})
        counting.steps.append(Step(text))
        carried, tied = counting.run(start)
    first = counting.rounds[0] if counting.rounds else {}
    needed = terms.quorum.needed(terms.roll)
    met = rankings.total >= needed
    results = tuple(
        OptionResult(option, {"first": int(first.get(option, 0))}, _decision(option, carried, tied, met))
        for option in terms.options
    )
    steps = (quorum_step(rankings.total, needed, terms.roll), *counting.steps)
    tables = (rounds_table(terms.options, counting.rounds, counting.ended),) if named else ()
    return Outcome(NAME, rankings.total, terms.roll, needed, results, steps, tables)


def _start(ballots: Strict, standing: tuple[int, ...], seats: int) -> _Position:
    firsts = ballots.firsts(standing, ballots.everybody)
    live = sum(map(ballots.count, firsts.values()))
    quota = live // (seats + 1) + 1
    held: dict[int, Parcels] = {option: ((Fraction(1), some),) if some else () for option, some in firsts.items()}
    return _Position(ballots, seats, quota, held, standing, ended=Fraction(ballots.total - live))


def _decision(option: int, carried: frozenset[int], tied: frozenset[int], met: bool) -> Decision:
    if not met:
        return Decision.NO_QUORUM
    if option in tied:
        return Decision.TIED
    return Decision.CARRIED if option in carried else Decision.REJECTED
