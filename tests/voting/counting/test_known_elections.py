"""Elections that others have counted by hand or in public, step by step."""

from __future__ import annotations

import random
import tracemalloc
from fractions import Fraction

import pytest

from app.voting.counting import schulze
from app.voting.counting.methods import Method, count
from app.voting.counting.outcome import BallotError, Decision, TableKind
from app.voting.counting.pairs import Pairs
from app.voting.counting.profile import Profile, content
from app.voting.counting.rankings import Rankings
from app.voting.counting.rounds import shown
from app.voting.counting.terms import Terms
from app.voting.counting.ties import TieRule, Ties
from tests.voting.counting.boxes import RANKED, ranked, result


def profile(*groups: tuple[int, str]) -> Profile:
    """(how many, who stands where by letters: "ABC")."""
    return Profile({content(ranked(*map(ord, order))): times for times, order in groups})


def winners(method: Method, ballots: Profile, options: str, seats: int = 1) -> str:
    outcome = count(method, ballots, Terms(options=tuple(map(ord, options)), roll=10**6, seats=seats))
    assert not outcome.tied
    return "".join(map(chr, outcome.carried))


BURLINGTON = profile(
    (1332, "MKW"), (767, "MWK"), (455, "M"),
    (2043, "KMW"), (371, "KWM"), (568, "K"),
    (1513, "WMK"), (495, "WKM"), (1289, "W"),
)  # fmt: skip
"""Mayor of Burlington, Vermont, 2009, when Kiss, Montroll and Wright were left (W. Poundstone and others)."""


def test_burlington_2009_as_it_was_counted() -> None:
    outcome = count(Method.INSTANT_RUNOFF, BURLINGTON, Terms(options=tuple(map(ord, "KMW")), roll=10**5))
    (table,) = outcome.tables
    assert {chr(head.option or 45): cells for head, cells in table.rows} == {
        "K": (2982, 4314),
        "M": (2554, None),
        "W": (3297, 4064),
        "-": (0, 455),
    }
    assert chr(outcome.carried[0]) == "K"


def test_burlington_2009_would_have_been_another_by_pairs() -> None:
    above = Pairs.of(Rankings.of((c for c, times in BURLINGTON for _ in range(times)), tuple(map(ord, "KMW")))).above
    assert (above[ord("M"), ord("K")], above[ord("K"), ord("M")]) == (4067, 3477)
    assert (above[ord("M"), ord("W")], above[ord("W"), ord("M")]) == (4597, 3668)
    assert winners(Method.SCHULZE, BURLINGTON, "KMW") == winners(Method.RANKED_PAIRS, BURLINGTON, "KMW") == "M"


SCHULZE_1 = profile(
    (5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"), (7, "CAEBD"), (2, "CBADE"), (7, "DCEBA"), (8, "EBADC")
)  # fmt: skip
"""Example 1 of Schulze's paper of 2011."""


def test_the_first_example_of_schulze() -> None:
    options = tuple(map(ord, "ABCDE"))
    outcome = count(Method.SCHULZE, SCHULZE_1, Terms(options=options, roll=45))
    order = sorted(outcome.results, key=lambda one: one.place or 0)
    assert "".join(chr(one.option) for one in order) == "EACBD"
    pairs = Pairs.of(Rankings.of((c for c, times in SCHULZE_1 for _ in range(times)), options))
    strength = schulze.strengths(pairs)
    votes = {pair: (45 + margin) // 2 for pair, margin in strength.items()}  # the paper counts votes for
    assert [votes[ord("E"), ord(to)] for to in "ABCD"] == [25, 28, 28, 31]
    assert [votes[ord(of), ord("E")] for of in "ABCD"] == [24, 24, 24, 24]


def test_the_capital_of_tennessee() -> None:
    """The example of many textbooks: Memphis, Nashville, Chattanooga and Knoxville, by distance and population."""
    ballots = profile((42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM"))
    assert winners(Method.INSTANT_RUNOFF, ballots, "MNCK") == "K"
    assert winners(Method.SCHULZE, ballots, "MNCK") == winners(Method.RANKED_PAIRS, ballots, "MNCK") == "N"


def test_three_sorts_of_food_for_twenty_guests() -> None:
    """The example with which many explain the single transferable vote, with its surplus passed on at one half."""
    ballots = profile((4, "O"), (2, "PO"), (8, "CS"), (4, "CH"), (1, "S"), (1, "H"))
    outcome = count(Method.STV, ballots, Terms(options=tuple(map(ord, "OPCSH")), roll=20, seats=3))
    assert {chr(one) for one in outcome.carried} == set("OCS")
    said = [str(step.said) for step in outcome.steps]
    assert "Places to fill: 3. 20 ballots rank something, so the quota is 6." in said
    assert "Round 1: its surplus of 6 goes on. Each of its ballots is passed on with 1/2 of its weight." in said
    rounds = {chr(head.option or 45): cells for head, cells in outcome.tables[0].rows}
    assert rounds["S"] == (1, 5, 5, 5)
    assert rounds["C"] == (12, 6, 6, 6)
    assert rounds["-"] == (0, 0, 0, 3)


def test_a_weight_is_never_rounded() -> None:
    """Seven ballots pass on a surplus of three: three sevenths each, which come to three votes and not to less."""
    box = [ranked(1, 2)] * 7 + [ranked(2), ranked(3), ranked(3), ranked(4)]
    outcome = result(Method.STV, box, seats=2, options=(1, 2, 3, 4))
    rounds = {head.option: cells for head, cells in outcome.tables[0].rows}
    assert rounds[2] == (1, 4)
    assert outcome.carried == (1, 2)


@pytest.mark.parametrize(
    ("number", "said"),
    [(Fraction(7), 7), (Fraction(1, 3), "0.33333"), (Fraction(2, 3), "0.66667"), (Fraction(5, 2), "2.50000"), (12, 12)],
)
def test_people_read_fractions_as_decimals(number: Fraction, said: int | str) -> None:
    assert shown(number) == said


def test_a_tie_for_the_fewest_is_followed_both_ways() -> None:
    box = [ranked(1, 2)] * 2 + [ranked(2, 1)] * 2 + [ranked(3)] * 3
    outcome = result(Method.INSTANT_RUNOFF, box, options=(1, 2, 3))
    assert outcome.tied == (1, 2)
    assert outcome.of(3).decision is Decision.REJECTED
    assert any("every way" in str(step.said) for step in outcome.steps)


def test_a_tie_that_makes_no_difference_is_none() -> None:
    box = [ranked(1, 4)] * 2 + [ranked(2, 4)] * 2 + [ranked(4)] * 4
    assert result(Method.INSTANT_RUNOFF, box, options=(1, 2, 4)).carried == (4,)


def test_a_lot_can_be_drawn_again_by_anybody() -> None:
    """Seed `riverbend`: printf '%s' riverbend/1 | sha256sum, and so on."""
    box = [ranked(1), ranked(2)]
    ties = Ties(TieRule.LOT, "riverbend")
    first = min((1, 2), key=ties.lot)
    assert ties.lot(1).hex() == "19027481e51e84803cd6350b30e416560a3b1a180ff317614df2b1b1f9f77f26"
    for method in RANKED:
        assert result(method, box, ties=ties, options=(1, 2)).carried == (first,)


def test_a_lot_needs_a_seed() -> None:
    with pytest.raises(ValueError, match="seed"):
        Ties(TieRule.LOT)


@pytest.mark.parametrize(
    "ballot",
    [{"1": [11], "3": [12]}, {"1": [99]}, {"1": [11], "2": [11]}, {"first": [11]}, {"1": []}],
    ids=["a place left out", "unknown option", "twice", "unknown mark", "an empty place"],
)
def test_a_ranking_that_cannot_be_counted_stops_the_count(ballot: dict[str, list[int]]) -> None:
    for method in RANKED:
        with pytest.raises(BallotError):
            result(method, [ranked(12), ballot])


def test_equals_stop_a_count_in_rounds_and_none_in_pairs() -> None:
    box = [ranked([11, 12], 13), ranked(12)]
    for method in (Method.INSTANT_RUNOFF, Method.STV):
        with pytest.raises(BallotError, match="several options at one place"):
            result(method, box)
    assert result(Method.SCHULZE, box).carried == result(Method.RANKED_PAIRS, box).carried == (12,)


@pytest.mark.parametrize("mark", ["0", "-1", "01", "x", "١"])
def test_points_are_whole_numbers(mark: str) -> None:
    with pytest.raises(BallotError):
        result(Method.CUMULATIVE, [{mark: [11]}])


def test_scores_tell_how_often_each_was_given() -> None:
    outcome = result(Method.SCORE, [{"5": [11], "0": [12]}, {"2": [11, 12]}])
    assert outcome.of(11).counts == {"points": 7, "0": 0, "1": 0, "2": 1, "3": 0, "4": 0, "5": 1}
    assert outcome.of(12).counts["0"] == 1
    assert outcome.of(13).counts["0"] == 2


def test_opinions_stand_in_the_order_of_agreement_and_decide_nothing() -> None:
    box = [{"agree": [11, 12]}, {"agree": [11], "disagree": [12]}, {"disagree": [13], "pass": [11]}]
    outcome = result(Method.OPINIONS, box)
    assert [outcome.of(option).place for option in (11, 12, 13, 14)] == [1, 2, 3, 4]
    assert {one.decision for one in outcome.results} == {Decision.OPINION}
    said = [str(step.said) for step in outcome.steps if step.option == 12]
    assert said == ["1 agree, 1 disagree, 0 pass. 1 did not answer."]


def test_a_matrix_shows_every_pair() -> None:
    outcome = result(Method.SCHULZE, [ranked(11, 12), ranked([11, 12], 13)])
    (table,) = outcome.tables
    assert table.kind is TableKind.PAIRS
    assert [cells for _, cells in table.rows] == [(None, 1, 2), (0, None, 2), (0, 0, None)]


def test_no_ballot_is_an_object_of_its_own() -> None:
    """Twenty thousand different rankings in a few bytes each, while they are read and while they are counted."""
    options, many = tuple(range(12)), 20_000
    chance = random.Random(9)
    box = (ranked(*chance.sample(options, 12)) for _ in range(many))
    tracemalloc.start()
    try:
        rankings = Rankings.of(box, options)
        kept, _ = tracemalloc.get_traced_memory()
        count(Method.INSTANT_RUNOFF, rankings, Terms(options=options, roll=many))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 25 * many
    assert most < 75 * many
