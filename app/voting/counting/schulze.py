"""Schulze: who has the stronger chain of majorities to each other option.

Definition: a chain from a to b is a row of options from a to b in which each beats the next; it is as strong as the
smallest margin in it. Let p(a, b) be the strength of the strongest chain from a to b, 0 where there is none. An option
a wins when p(a, b) >= p(b, a) for every other b. Margins are used (ballots for minus ballots against), also where
ballots leave options out or rank some equal. Several winners are a tie, reported or decided by the lot.

Source: Markus Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
election method", Social Choice and Welfare 36 (2011), 267-303.

Complexity: the pairwise matrix, O(n m^3) bits in whole words for n ballots and m options; then O(m^3).
What it promises: a Condorcet winner wins, the winner is in the Smith set, a better rank never hurts.
"""

from __future__ import annotations

from app.charter.words import N_, Words
from app.voting.counting.condorcet import Read
from app.voting.counting.outcome import Outcome, Step
from app.voting.counting.pairs import Pairs
from app.voting.counting.profile import Ballots
from app.voting.counting.rankings import Rankings
from app.voting.counting.terms import Terms

NAME = "schulze"

_WINS = N_("No other proposal has a stronger chain of majorities to it than it has back.")
_LOSES = N_("%(other)s has a stronger chain of majorities to it, of %(there)s ballots. The way back has %(back)s.")

Strengths = dict[tuple[int, int], int]


def count(ballots: Ballots | Rankings, terms: Terms) -> Outcome:
    """Find the option that is carried.

    :raises BallotError: when a ballot is no ranking.
    """
    read = Read.of(ballots, terms)
    strength = strengths(read.pairs)
    options = read.pairs.options
    beaten_by = {a: [b for b in options if b != a and strength[b, a] > strength[a, b]] for a in options}
    winners = [option for option in options if not beaten_by[option]]
    places = {option: 1 + len(others) for option, others in beaten_by.items()}
    steps = [_step(option, beaten_by[option], places, strength) for option in sorted(options, key=places.__getitem__)]
    return read.outcome(NAME, winners, places, steps)


def strengths(pairs: Pairs) -> Strengths:
    """How strong the strongest chain from each option to each other is (the widest path, by Floyd and Warshall)."""
    options = pairs.options
    strength = {(a, b): max(pairs.margin(a, b), 0) for a in options for b in options if a != b}
    for via in options:
        for a in options:
            if a == via:
                continue
            first = strength[a, via]
            for b in options:
                if b not in (a, via):
                    chain = min(first, strength[via, b])
                    if chain > strength[a, b]:
                        strength[a, b] = chain
    return strength


def _step(option: int, beaten_by: list[int], places: dict[int, int], strength: Strengths) -> Step:
    if not beaten_by:
        return Step(Words(_WINS), option)
    other = min(beaten_by, key=places.__getitem__)
    return Step(
        Words(_LOSES, {"other": other, "there": strength[other, option], "back": strength[option, other]}), option
    )
