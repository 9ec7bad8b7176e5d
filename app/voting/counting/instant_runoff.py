"""Instant runoff: the last drops out, its ballots go on, until somebody has more than half.

Definition: in each round a ballot counts for the option that it ranks highest among those that still stand. A ballot
that ranks none of them is *exhausted* and no longer counts. An option with more than half of the ballots that count in
a round is carried, and the count ends. Otherwise the option with the fewest drops out, and the next round begins. An
option that no ballot ranks never takes part. Ballots rank one option at each place; they need not rank all.

Ties for the fewest: when all who tie have together fewer votes than the next option, they drop out together, since no
order among them could change anything else. Otherwise, with a lot, whoever the lot names last drops out. Without a lot
the count is followed *every* way in which this tie and later ones can fall. An option that wins in all of them is
carried; several that win in some are tied. (Known as parallel universes, Conitzer, Rognlie and Xia 2009.)
A count with more than MOST_WAYS such positions is not followed to its end: whoever stood at the first tie is reported
as tied, and the account says so.

Sources: W. R. Ware (1871); Nicolaus Tideman, Collective Decisions and Voting (2006), ch. 13; V. Conitzer, M. Rognlie,
L. Xia, "Preference Functions That Score Rankings and Maximum Likelihood Estimation", IJCAI 2009.

Complexity: one pass to read n ballots over m options; then at most m rounds of O(n m^2) bits, in whole words.
What it does not promise: a better rank can hurt (it is not monotone), and a Condorcet winner can lose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.charter.words import N_, Words
from app.voting.counting.limits import quorum_step
from app.voting.counting.outcome import Decision, OptionResult, Outcome, Step, Table
from app.voting.counting.profile import Ballots
from app.voting.counting.rankings import Rankings, Standing
from app.voting.counting.rounds import rounds_table
from app.voting.counting.terms import Terms
from app.voting.counting.ties import Ties

NAME = "instant-runoff"
MOST_WAYS = 5_000
"""How many positions of a count are looked at when ties are followed every way they can fall."""

_OUT = N_(
    "Round %(round)s: it has the fewest votes, %(votes)s, and drops out. "
    "%(moved)s ballots go on to their next choice, %(ended)s name no other proposal that still stands."
)
_OUT_TOGETHER = N_(
    "Round %(round)s: %(out)s proposals have the fewest votes, %(votes)s each. "
    "Together they have fewer than the next, so all of them drop out."
)
_OUT_BY_LOT = N_(
    "Round %(round)s: %(tied)s proposals have the fewest votes, %(votes)s each. The lot says that this one drops out."
)
_MAJORITY = N_("Round %(round)s: %(votes)s of the %(live)s ballots that count are more than half.")
_TIE = N_(
    "Round %(round)s: %(tied)s proposals have the fewest votes, %(votes)s each. "
    "No lot is drawn, so the count was followed every way in which this tie can fall."
)
_ALL_WAYS_ONE = N_("It wins whichever way the tie falls.")
_SOME_WAYS = N_("It wins in some of the ways in which the tie can fall. This is a tie, and it stays a tie.")
_TOO_MANY = N_("There are too many ways to follow. All who stood at this point are reported as tied.")


class _TooManyWaysError(Exception):
    """Ties branch further than anybody could follow."""


@dataclass
class _Count:
    """The count on its way: what the account will tell."""

    ties: Ties
    rounds: list[dict[int, int]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def run(self, standing: Standing) -> frozenset[int]:
        """Everybody who wins, in one way or another in which ties may fall."""
        while True:
            votes = standing.votes()
            live = sum(votes.values())
            self.rounds.append(votes)
            self.ended.append(standing.ballots.total - live)
            leader = max(votes, key=votes.__getitem__)
            if 2 * votes[leader] > live:
                return self._ended(votes, leader, live)
            lowest = _lowest(votes)
            if len(lowest) > 1 and not _together(votes, lowest) and not self.ties.by_lot:
                return self._every_way(standing, votes, lowest)
            standing = self._drop(standing, votes, lowest)

    def _ended(self, votes: Mapping[int, int], leader: int, live: int) -> frozenset[int]:
        self.places |= {one: 1 + sum(other > votes[one] for other in votes.values()) for one in votes}
        self._say(_MAJORITY, leader, votes=votes[leader], live=live)
        return frozenset([leader])

    def _drop(self, standing: Standing, votes: Mapping[int, int], lowest: Sequence[int]) -> Standing:
        """Let the last drop out, or all of the last together, or whom the lot names."""
        fewest = votes[lowest[0]]
        out = list(lowest) if _together(votes, lowest) else self.ties.order(lowest)[-1:] if len(lowest) > 1 else lowest
        left = standing.without(out)
        self.places |= dict.fromkeys(out, len(votes) - len(out) + 1)
        if len(out) > 1:
            self._say(_OUT_TOGETHER, None, out=len(out), votes=fewest)
            return left
        if len(lowest) > 1:
            self._say(_OUT_BY_LOT, out[0], tied=len(lowest), votes=fewest)
        ended = standing.ballots.total - sum(left.votes().values()) - self.ended[-1]
        self._say(_OUT, out[0], votes=fewest, moved=fewest - ended, ended=ended)
        return left

    def _every_way(self, standing: Standing, votes: Mapping[int, int], lowest: Sequence[int]) -> frozenset[int]:
        self._say(_TIE, None, tied=len(lowest), votes=votes[lowest[0]])
        try:
            winners = _winners(standing, {})
        except _TooManyWaysError:
            self.steps.append(Step(Words(_TOO_MANY)))
            return frozenset(votes)
        said = _ALL_WAYS_ONE if len(winners) == 1 else _SOME_WAYS
        self.steps += [Step(Words(said), option) for option in votes if option in winners]
        return winners

    def _say(self, text: str, option: int | None, **values: int) -> None:
        self.steps.append(Step(Words(text, {"round": len(self.rounds), **values}), option))


def count(ballots: Ballots | Rankings, terms: Terms) -> Outcome:
    """Find the one option that is carried.

    :raises BallotError: when a ballot is no ranking, or has several options at one place.
    """
    rankings = Rankings.of(ballots, terms.options)
    rankings.refuse_equals()
    counting = _Count(terms.ties)
    winners: frozenset[int] = frozenset()
    if named := rankings.named():
        standing = [option for option in terms.options if option in named]
        winners = counting.run(Standing.of(rankings.strict(), standing))
    first = counting.rounds[0] if counting.rounds else {}
    needed = terms.quorum.needed(terms.roll)
    met = rankings.total >= needed
    results = tuple(
        OptionResult(
            option, {"first": first.get(option, 0)}, _decision(option, winners, met), counting.places.get(option)
        )
        for option in terms.options
    )
    steps = (quorum_step(rankings.total, needed, terms.roll), *counting.steps)
    return Outcome(NAME, rankings.total, terms.roll, needed, results, steps, _tables(terms.options, counting))


def _decision(option: int, winners: frozenset[int], met: bool) -> Decision:
    if not met:
        return Decision.NO_QUORUM
    if option not in winners:
        return Decision.REJECTED
    return Decision.CARRIED if len(winners) == 1 else Decision.TIED


def _tables(options: Sequence[int], counting: _Count) -> tuple[Table, ...]:
    return (rounds_table(options, counting.rounds, counting.ended),) if counting.rounds else ()


def _lowest(votes: Mapping[int, int]) -> list[int]:
    fewest = min(votes.values())
    return [option for option, number in votes.items() if number == fewest]


def _together(votes: Mapping[int, int], lowest: Sequence[int]) -> bool:
    """Whether those who tie for the fewest can drop out together: no order among them changes anything else."""
    others = [number for option, number in votes.items() if option not in lowest]
    return len(lowest) > 1 and bool(others) and len(lowest) * votes[lowest[0]] < min(others)


def _winners(standing: Standing, known: dict[frozenset[int], frozenset[int]]) -> frozenset[int]:
    """Who wins, in one way or another, when these are left. What stands decides it, not how it came about."""
    position = frozenset(standing.options)
    if position in known:
        return known[position]
    if len(known) >= MOST_WAYS:
        raise _TooManyWaysError
    votes = standing.votes()
    leader = max(votes, key=votes.__getitem__)
    lowest = _lowest(votes)
    if 2 * votes[leader] > sum(votes.values()) or len(votes) == 1:
        found = frozenset([leader])
    elif _together(votes, lowest):
        found = _winners(standing.without(lowest), known)
    else:
        found = frozenset().union(*(_winners(standing.without([one]), known) for one in lowest))
    known[position] = found
    return found
