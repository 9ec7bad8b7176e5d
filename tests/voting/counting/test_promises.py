"""What every method promises, and what some promise besides."""

from __future__ import annotations

import json
import random
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.audit.canonical import canonical
from app.voting.counting.limits import Quorum
from app.voting.counting.methods import MARKING, Marking, Method, count
from app.voting.counting.outcome import Decision, Outcome
from app.voting.counting.profile import Profile, content
from app.voting.counting.terms import Terms
from app.voting.counting.ties import TieRule, Ties
from tests.voting.counting.boxes import COUNTED, IN_PAIRS, OPTIONS, Box, boxes, inverse, ranked, result, with_equals

RANK = {Decision.REJECTED: 0, Decision.TIED: 1, Decision.CARRIED: 2}
LOT = Ties(TieRule.LOT, "riverbend 2026")
seats = st.integers(1, 3)


def decisions(outcome: Outcome) -> dict[int, Decision]:
    return {one.option: one.decision for one in outcome.results}


def box_of(method: Method, data: st.DataObject) -> Box:
    return data.draw(boxes(MARKING[method]))


@pytest.mark.parametrize("method", COUNTED)
@given(data=st.data(), places=seats, chance=st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_changes_nothing(method, data, places, chance: random.Random) -> None:
    box = box_of(method, data)
    shuffled = list(box)
    chance.shuffle(shuffled)
    assert result(method, shuffled, places) == result(method, box, places)


@pytest.mark.parametrize("method", COUNTED)
@given(data=st.data(), places=seats, names=st.permutations(OPTIONS))
def test_other_names_for_the_options_only_rename_the_result(method, data, places, names) -> None:
    box = box_of(method, data)
    new = dict(zip(OPTIONS, names, strict=True))
    renamed = [{mark: sorted(new[one] for one in marked) for mark, marked in ballot.items()} for ballot in box]
    was, now = decisions(result(method, box, places)), decisions(result(method, renamed, places))
    assert {new[option]: decision for option, decision in was.items()} == now


@pytest.mark.parametrize("method", COUNTED)
@given(data=st.data(), places=seats)
def test_ballots_grouped_are_the_same_ballots(method, data, places) -> None:
    box = box_of(method, data)
    terms = Terms(options=OPTIONS, roll=1000, seats=places)
    texts = [json.dumps(ballot).encode() for ballot in box]
    alone = count(method, box, terms)
    assert count(method, Profile.of(box), terms) == count(method, Profile.of_texts(texts), terms) == alone
    assert decisions(count(method, Profile.of_texts(texts, [5] * len(texts)), terms)) == decisions(
        count(method, box * 5, terms)
    )


@pytest.mark.parametrize("method", COUNTED)
@given(data=st.data(), places=seats)
def test_never_more_are_carried_than_there_are_places(method, data, places) -> None:
    outcome = result(method, box_of(method, data), places)
    room = places if method not in (Method.INSTANT_RUNOFF, *IN_PAIRS) else 1
    assert len(outcome.carried) <= room
    assert not outcome.tied or len(outcome.carried) + len(outcome.tied) > room


@pytest.mark.parametrize("method", COUNTED)
@given(data=st.data(), places=seats)
def test_a_lot_decides_between_those_who_tie_and_nobody_else(method, data, places) -> None:
    box = box_of(method, data)
    reported, drawn = result(method, box, places), result(method, box, places, LOT)
    assert not drawn.tied
    assert set(drawn.carried) <= set(reported.carried) | set(reported.tied)
    assert set(reported.carried) <= set(drawn.carried)


@pytest.mark.parametrize("method", COUNTED)
@given(data=st.data(), places=seats)
def test_an_outcome_survives_being_written_down(method, data, places) -> None:
    outcome = result(method, box_of(method, data), places)
    written = json.dumps(outcome.as_data(), allow_nan=False)
    assert Outcome.from_data(json.loads(written)) == outcome
    assert "." not in "".join(str(value) for one in outcome.results for value in one.counts.values())


@pytest.mark.parametrize("method", [Method.SCORE, Method.CUMULATIVE, Method.SCHULZE, Method.RANKED_PAIRS])
@given(data=st.data(), favourite=st.sampled_from(OPTIONS))
def test_where_it_is_promised_a_better_mark_never_hurts(method, data, favourite) -> None:
    box = box_of(method, data)
    assume(box)
    raised = [_raised(MARKING[method], box[0], favourite), *box[1:]]
    before, after = result(method, box).of(favourite).decision, result(method, raised).of(favourite).decision
    assert RANK[after] >= RANK[before]


def _raised(marking: Marking, ballot: dict[str, list[int]], option: int) -> dict[str, list[int]]:
    """The same ballot with this option marked better than before."""
    marked = {one: mark for mark, some in ballot.items() for one in some}
    if marking is Marking.RANK:
        order = [one for mark in sorted(ballot) for one in ballot[mark] if one != option]
        return ranked(option, *order)
    return inverse(marked | {option: "5" if marking is Marking.SCORE else "10"})


@pytest.mark.parametrize("method", IN_PAIRS)
@given(box=st.lists(with_equals, max_size=9))
def test_the_winner_is_in_every_group_that_beats_all_others(method, box: Box) -> None:
    """The Smith criterion; with a group of one it is the Condorcet criterion."""
    outcome = result(method, box)
    chosen = set(outcome.carried) | set(outcome.tied)
    for size in range(1, len(OPTIONS)):
        for group in combinations(OPTIONS, size):
            if all(_beats(box, a, b) for a in group for b in OPTIONS if b not in group):
                assert chosen <= set(group)
                assert size > 1 or outcome.carried == group


def _beats(box: Box, a: int, b: int) -> bool:
    place = [{one: int(mark) for mark, some in ballot.items() for one in some} for ballot in box]
    return sum((at.get(a, 99) < at.get(b, 99)) - (at.get(a, 99) > at.get(b, 99)) for at in place) > 0


@given(data=st.data())
def test_a_majority_that_ranks_one_option_first_gets_it(data) -> None:
    box = box_of(Method.INSTANT_RUNOFF, data)
    loyal = [ranked(12)] * (len(box) + 1)
    for method in (Method.INSTANT_RUNOFF, *IN_PAIRS, Method.STV):
        assert result(method, [*box, *loyal]).carried == (12,)


@given(data=st.data())
def test_a_third_of_the_voters_gets_one_place_of_two(data) -> None:
    others = data.draw(st.lists(boxes(Marking.RANK).filter(bool).map(lambda box: box[0]), min_size=2, max_size=8))
    loyal = [ranked(13)] * (len(others) // 2 + 1)
    assert 13 in result(Method.STV, [*others, *loyal], seats=2).carried


@pytest.mark.parametrize("method", COUNTED)
def test_an_empty_box_carries_nobody(method) -> None:
    for box in ([], [{}]):
        outcome = result(method, box)
        assert (outcome.carried, outcome.tied) == ((), ())


@pytest.mark.parametrize("method", COUNTED)
def test_below_the_quorum_nothing_is_decided(method) -> None:
    terms = Terms(options=OPTIONS, roll=10, quorum=Quorum(number=2))
    outcome = count(method, [{}], terms)
    assert {one.decision for one in outcome.results} == {Decision.NO_QUORUM}


@pytest.mark.parametrize("method", COUNTED)
def test_the_tally_of_the_largest_ballot_fits_into_an_entry_of_the_log(method) -> None:
    """Twelve proposals in the time it takes; the numbers are as long as those of a million people over 150."""
    options = tuple(range(900_001, 900_013))
    marks = {Marking.SCORE: "5", Marking.POINTS: "10", Marking.OPINION: "agree", Marking.RANK: "1"}
    marked = options[:1] if MARKING[method] is Marking.RANK else options
    one = {marks[MARKING[method]]: list(marked)}
    outcome = count(method, Profile({content(one): 10**6}), Terms(options=options, roll=10**6))
    assert len(canonical({"tally": outcome.tally, "carried": list(options)})) * 150 / 12 < 7 * 1024


@pytest.mark.parametrize("method", [Method.INSTANT_RUNOFF, Method.STV])
@given(data=st.data(), places=seats)
def test_no_vote_is_lost_or_made_from_round_to_round(method, data, places) -> None:
    """With what has ended, the votes of every round come to the ballots; rounding for the page takes a little."""
    box = box_of(method, data)
    for table in result(method, box, places).tables:
        for column in zip(*(cells for _, cells in table.rows), strict=True):
            assert abs(sum(float(cell or 0) for cell in column) - len(box)) < 1e-3
