"""Ballots of every marking, made small enough to meet ties often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from app.voting.counting.methods import Marking, Method, count
from app.voting.counting.outcome import Outcome
from app.voting.counting.terms import Terms
from app.voting.counting.ties import REPORTED, Ties

OPTIONS = (11, 12, 13, 14)
Ballot = dict[str, list[int]]
Box = list[Ballot]

RANKED = (Method.INSTANT_RUNOFF, Method.RANKED_PAIRS, Method.SCHULZE, Method.STV)
IN_PAIRS = (Method.RANKED_PAIRS, Method.SCHULZE)
COUNTED = (Method.SCORE, Method.CUMULATIVE, Method.OPINIONS, *RANKED)


def ranked(*places: int | Sequence[int]) -> Ballot:
    """A ranking, its first place first; a list stands for several at one place."""
    each = [[place] if isinstance(place, int) else list(place) for place in places]
    return {str(number): place for number, place in enumerate(each, 1)}


def inverse(marked: Mapping[int, str]) -> Ballot:
    ballot: Ballot = {}
    for option in sorted(marked):
        ballot.setdefault(marked[option], []).append(option)
    return ballot


def result(
    method: Method, box: Box, seats: int = 1, ties: Ties = REPORTED, options: Sequence[int] = OPTIONS
) -> Outcome:
    return count(method, box, Terms(options=tuple(options), roll=1000, seats=seats, ties=ties))


strict = st.lists(st.sampled_from(OPTIONS), unique=True).map(lambda order: ranked(*order))
"""Rankings without equals, which may leave options out."""

with_equals = st.dictionaries(st.sampled_from(OPTIONS), st.integers(1, 4)).map(
    lambda at: ranked(*[[o for o in sorted(at) if at[o] == place] for place in sorted(set(at.values()))])
)

ONE_BALLOT = {
    Marking.SCORE: st.dictionaries(st.sampled_from(OPTIONS), st.sampled_from("012345")).map(inverse),
    Marking.POINTS: st.dictionaries(st.sampled_from(OPTIONS), st.sampled_from("1 2 3 10".split())).map(inverse),
    Marking.OPINION: st.dictionaries(st.sampled_from(OPTIONS), st.sampled_from(["agree", "disagree", "pass"])).map(
        inverse
    ),
    Marking.RANK: strict,
}


def boxes(marking: Marking) -> st.SearchStrategy[Box]:
    return st.lists(ONE_BALLOT[marking], max_size=9)
