"""Ranked pairs: the clearest majorities count first, and none that contradicts clearer ones.

Definition: the majorities are taken in the order of their margins, the largest first. Each is *locked in*, unless the
majorities locked in before already put its loser ahead of its winner by a chain. An option wins when no locked majority
is against it. Margins are used (ballots for minus ballots against), also where ballots leave options out or rank some
equal.

Equal margins: with a lot, the majority whose winner the lot names first goes first, and among those with the same
winner the one whose loser it names last. Without a lot the equal ones are followed in *every* order; an option that
alone wins in all of them is carried, several that win in some are tied. (Where that takes more than MOST_WAYS
positions, or MOST_LOOKS at majorities, it is not followed to its end: whoever no majority was locked against until
then is reported as tied.)

Sources: T. N. Tideman, "Independence of clones as a criterion for voting rules", Social Choice and Welfare 4 (1987),
185-206; T. M. Zavist and T. N. Tideman, "Complete independence of clones in the ranked pairs rule", SCW 6 (1989).

Complexity: the pairwise matrix, O(n m^3) bits in whole words for n ballots and m options; then O(m^3) in bit
sets. Following ties every way is NP-hard (Brill and Fischer 2012), hence the limit.
What it promises: a Condorcet winner wins, the winner is in the Smith set, a better rank never hurts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from app.charter.words import N_, Words
from app.voting.counting.condorcet import Read
from app.voting.counting.outcome import Outcome, Step
from app.voting.counting.pairs import Pairs
from app.voting.counting.profile import Ballots
from app.voting.counting.rankings import Rankings
from app.voting.counting.terms import Terms
from app.voting.counting.ties import Ties

NAME = "ranked-pairs"
MOST_WAYS = 5_000
"""How many positions are looked at when equal margins are followed in every order …"""
MOST_LOOKS = 50_000
"""… and how many majorities on the way, so that a hundred options on ten ballots are counted in seconds too."""
MOST_TOLD = 40
"""Of more majorities than this the account tells only those that are not counted."""

_COUNTS = N_("Ahead of %(other)s by %(margin)s ballots: counts.")
_DROPPED = N_("Ahead of %(other)s by %(margin)s ballots: contradicts clearer majorities and does not count.")
_OPEN = N_("Ahead of %(other)s by %(margin)s ballots: whether it counts depends on the order among equal majorities.")
_EVERY_ORDER = N_("Some majorities are equally clear. No lot is drawn, so they were followed in every order.")
_TOO_MANY = N_("There are too many orders to follow. Those whom no clearer majority is against are reported as tied.")

Majority = tuple[int, int, int]
Reach = tuple[int, ...]
"""For each option, as bits, which options it is ahead of by what is locked in; it is not among them itself."""


class _TooManyWaysError(Exception):
    """Equal majorities can be taken in more orders than anybody could follow."""


def count(ballots: Ballots | Rankings, terms: Terms) -> Outcome:
    """Find the option that is carried.

    :raises BallotError: when a ballot is no ranking.
    """
    read = Read.of(ballots, terms)
    majorities = _in_order(read.pairs, terms.ties)
    place = {option: at for at, option in enumerate(read.pairs.options)}
    ends, unfinished = _lock(majorities, place, terms.ties.by_lot)
    winners = sorted({option for reach in ends for option in place if not _against(reach, place[option])})
    places = {}
    if len(ends) == 1 and not unfinished:
        places = {option: 1 + _against(next(iter(ends)), at).bit_count() for option, at in place.items()}
    steps = _account(majorities, ends, place)
    if unfinished:
        steps.append(Step(Words(_TOO_MANY)))
    elif len(ends) > 1:
        steps.append(Step(Words(_EVERY_ORDER)))
    return read.outcome(NAME, winners, places, steps)


def _in_order(pairs: Pairs, ties: Ties) -> list[Majority]:
    """The majorities from the clearest down; among equals in the order of the lot, where there is one."""
    majorities = pairs.majorities()
    if not ties.by_lot:
        return majorities
    drawn = {option: at for at, option in enumerate(ties.order(pairs.options))}
    return sorted(majorities, key=lambda one: (-one[0], drawn[one[1]], -drawn[one[2]]))


def _lock(majorities: Sequence[Majority], place: dict[int, int], in_order: bool) -> tuple[set[Reach], bool]:
    """What can be locked in at the end; and whether that was not followed to its end."""
    ends: set[Reach] = {(0,) * len(place)}
    for _margin, equal in groupby(majorities, key=lambda one: one[0]):
        edges = [(place[winner], place[loser]) for _, winner, loser in equal]
        if in_order:
            ends = {_add_each(reach, edges) for reach in ends}
            continue
        seen: set[Reach] = set()
        try:
            ends = {end for reach in ends for end in _every_order(reach, edges, seen)}
        except _TooManyWaysError:
            return ends, True
    return ends, False


def _add_each(reach: Reach, edges: Iterable[tuple[int, int]]) -> Reach:
    for winner, loser in edges:
        if not reach[loser] >> winner & 1:
            reach = _added(reach, winner, loser)
    return reach


def _every_order(reach: Reach, edges: Sequence[tuple[int, int]], seen: set[Reach]) -> set[Reach]:
    """What these edges can come to, in whatever order they are taken."""
    if reach in seen:
        return set()
    seen.add(reach)
    if len(seen) > MOST_WAYS or len(seen) * len(edges) > MOST_LOOKS:
        raise _TooManyWaysError
    left = [(a, b) for a, b in edges if not reach[b] >> a & 1 and not reach[a] >> b & 1]
    together = _add_each(reach, left)
    if all(together[a] >> b & 1 for a, b in left):
        return {together}
    return {end for a, b in left for end in _every_order(_added(reach, a, b), left, seen)}


def _added(reach: Reach, winner: int, loser: int) -> Reach:
    """Lock in one majority, with everything that follows by chains."""
    gained = reach[loser] | 1 << loser
    return tuple(ahead | gained if at == winner or ahead >> winner & 1 else ahead for at, ahead in enumerate(reach))


def _against(reach: Reach, at: int) -> int:
    """As bits: who is ahead of this option."""
    return sum(1 << other for other, ahead in enumerate(reach) if ahead >> at & 1)


def _account(majorities: Sequence[Majority], ends: set[Reach], place: dict[int, int]) -> list[Step]:
    steps = []
    for margin, winner, loser in majorities:
        locked = [bool(reach[place[winner]] >> place[loser] & 1) for reach in ends]
        text = _COUNTS if all(locked) else _OPEN if any(locked) else _DROPPED
        if text is not _COUNTS or len(majorities) <= MOST_TOLD:
            steps.append(Step(Words(text, {"other": loser, "margin": margin}), winner))
    return steps
