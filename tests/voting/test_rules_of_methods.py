"""The rule of each method: its settings and limits, what its ballots look like, what other methods make of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.voting import ballots
from app.voting.counting.compare import IN_PAIRS
from app.voting.counting.methods import COUNTERS, MARKING, Marking, Method
from app.voting.counting.outcome import Outcome
from app.voting.counting.ties import TieRule
from app.voting.receipts import choices_text
from app.voting.rule import RuleError, VoteRule
from tests.voting.counting.boxes import ranked

OPTIONS = (101, 7, 33, 2)
COSTS = [[101, 400], [7, 300], [33, 250], [2, 50]]
NEEDED: dict[Method, dict[str, Any]] = {
    Method.CUMULATIVE: {"points": 12},
    **{one: {"budget": 700, "costs": COSTS} for one in (Method.GREEDY, Method.GREEDY_COST, Method.EQUAL_SHARES)},
}


def rule_of(method: Method, **more: object) -> VoteRule:
    return VoteRule.from_settings({"method": method.value, **NEEDED.get(method, {}), **more})


@pytest.mark.parametrize("method", COUNTERS)
def test_the_rule_of_every_method_reads_back_from_its_settings(method: Method) -> None:
    for more in ({}, {"ties": "lot", "seats": 2, "max_choices": 3, "seed": "ab" * 16, "within_budget": True}):
        rule = rule_of(method, **more)
        assert VoteRule.from_settings(rule.to_settings()) == rule
        assert all(str(words) for words in rule.in_words())


@pytest.mark.parametrize(
    ("method", "said", "wrong"),
    [
        ("cumulative", {}, "points"),
        ("cumulative", {"points": 0}, "points"),
        ("greedy", {"costs": COSTS}, "budget"),
        ("greedy", {"budget": 10}, "costs"),
        ("greedy", {"budget": 10, "costs": [[1, 5], [1, 6]]}, "costs"),
        ("greedy", {"budget": 10, "costs": [[1, 0]]}, "costs"),
        ("greedy", {"budget": 10, "costs": [[1, 2.5]]}, "costs"),
        ("greedy", {"budget": 10, "costs": COSTS, "proposals": [7, 99]}, "costs"),
        ("equal-shares", {"budget": 10, "costs": COSTS, "completion": "perhaps"}, "completion"),
        ("approval", {"ties": "guess"}, "ties"),
        ("stv", {"seats": 0}, "seats"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(method: str, said: dict[str, Any], wrong: str) -> None:
    with pytest.raises(RuleError) as caught:
        VoteRule.from_settings({"method": method, **said})
    assert list(caught.value.problems) == [wrong]


def test_a_method_leaves_alone_what_it_does_not_use() -> None:
    rule = VoteRule.from_settings({"method": "schulze", "seats": 4, "points": 3, "budget": 9, "threshold": "absolute"})
    assert rule == VoteRule(Method.SCHULZE)


def test_a_budget_asks_about_what_has_a_cost() -> None:
    assert rule_of(Method.GREEDY).proposals == OPTIONS


def test_a_charter_is_read_with_the_long_lists_of_its_settings() -> None:
    rule = rule_of(Method.EQUAL_SHARES, ties="lot").frozen("5eed")
    frozen = {name: value for name, value in rule.to_settings().items() if name not in ("costs", "proposals")}
    charter = {"settings": rule_of(Method.EQUAL_SHARES, ties="lot").to_settings(), "rule": frozen}
    assert VoteRule.from_charter(charter) == rule


def test_only_a_lot_has_a_seed() -> None:
    assert rule_of(Method.STV).frozen("5eed").seed == ""
    assert rule_of(Method.STV, ties="lot").frozen("5eed").seed == "5eed"
    assert rule_of(Method.YES_NO, ties="lot").ties is TieRule.REPORT


TYPED = {
    Marking.APPROVE: st.just("approve"),
    Marking.ANSWER: st.sampled_from(["yes", "no", "abstain"]),
    Marking.SCORE: st.sampled_from("012345"),
    Marking.POINTS: st.integers(0, 3).map(str),
    Marking.RANK: st.integers(1, 4).map(str),
    Marking.OPINION: st.sampled_from(["agree", "disagree", "pass"]),
}


@pytest.mark.parametrize("method", COUNTERS)
@settings(deadline=None, max_examples=40)  # equal shares of one ballot are raised by one unit hundreds of times
@given(data=st.data())
def test_every_ballot_that_reads_well_can_be_cast_counted_and_sealed_in_its_room(method: Method, data) -> None:
    rule = rule_of(method)
    marked = data.draw(st.dictionaries(st.sampled_from(OPTIONS), TYPED[MARKING[method]]))
    reading = ballots.read(rule, OPTIONS, marked)
    if not reading.is_sound:
        assert method in ballots.ONE_AT_A_PLACE
        return
    assert ballots.check(rule, OPTIONS, reading.choices) == ()
    assert rule.count([reading.choices], options=OPTIONS, roll=1).ballots == 1
    assert len(choices_text(reading.choices)) <= ballots.longest(rule, OPTIONS)


@given(options=st.lists(st.integers(1, 10**9), unique=True, min_size=1, max_size=20), data=st.data())
def test_the_room_for_a_ballot_is_enough_for_the_longest(options: list[int], data) -> None:
    order = data.draw(st.permutations(options))
    ranking = VoteRule(Method.SCHULZE)
    places = {option: str(place) for place, option in enumerate(order, 1)}
    full = ballots.read(ranking, options, places).choices
    assert len(choices_text(full)) <= ballots.longest(ranking, options)
    sharing = VoteRule(Method.CUMULATIVE, points=300)
    shares = {option: str(place) for place, option in enumerate(order, 1)}
    shared = ballots.read(sharing, options, shares)
    if shared.is_sound:
        assert len(choices_text(shared.choices)) <= ballots.longest(sharing, options)


@pytest.mark.parametrize(
    "choices",
    [{"1": [7], "3": [33]}, {"2": [7]}, {"1": [33, 7]}, {"1": [7], "01": [33]}, {"1": [7, 7]}],
    ids=["a gap", "no first", "not in order", "an odd mark", "twice"],
)
def test_rankings_that_read_would_not_have_made_are_refused(choices: dict[str, list[int]]) -> None:
    assert ballots.check(VoteRule(Method.SCHULZE), OPTIONS, choices)


def test_points_left_over_are_remarked_on_and_points_too_many_are_refused() -> None:
    rule = rule_of(Method.CUMULATIVE)
    some = ballots.read(rule, OPTIONS, {7: "5", 33: " 4 ", 2: "0"})
    assert (some.used, some.left, some.choices) == (9, 3, {"4": [33], "5": [7]})
    assert "3 points left" in str(some.remarks[0])
    many = ballots.read(rule, OPTIONS, {7: "12", 33: "1"})
    assert not many.is_sound
    assert "Take away 1." in str(many.problems[0])


@pytest.mark.parametrize("typed", ["-1", "2.5", "ten", "1e3", "9" * 30, "²"])
def test_what_is_no_whole_number_is_a_fault_of_its_option(typed: str) -> None:
    reading = ballots.read(rule_of(Method.CUMULATIVE), OPTIONS, {7: typed, 33: "1"})
    assert list(reading.faults) == [7]
    assert not reading.problems


def others(outcome: Outcome) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    return {one.method: (one.carried, one.tied) for one in outcome.others}


def test_the_same_rankings_are_counted_by_the_other_methods_for_information() -> None:
    box = [ranked(1, 2, 3, 4)] * 42 + [ranked(2, 3, 4, 1)] * 26 + [ranked(3, 4, 2, 1)] * 15 + [ranked(4, 3, 2, 1)] * 17
    outcome = VoteRule(Method.INSTANT_RUNOFF).count(box, options=(1, 2, 3, 4), roll=100)
    assert outcome.carried == (4,)
    assert others(outcome) == {"ranked-pairs": ((2,), ()), "schulze": ((2,), ()), IN_PAIRS: ((2,), ())}


def test_scores_tell_who_is_ahead_of_all_others() -> None:
    box = [{"5": [1], "4": [2]}] * 3 + [{"5": [2], "0": [1]}] * 2
    outcome = VoteRule(Method.SCORE).count(box, options=(1, 2), roll=10)
    assert outcome.carried == (2,)
    assert others(outcome)[IN_PAIRS] == ((1,), ())


def test_where_equals_stand_together_methods_that_cannot_count_them_are_left_out() -> None:
    outcome = VoteRule(Method.SCHULZE).count([ranked([1, 2]), ranked(1)], options=(1, 2), roll=10)
    assert set(others(outcome)) == {"ranked-pairs", IN_PAIRS}


def test_below_the_quorum_nothing_is_compared() -> None:
    rule = VoteRule.from_settings({"method": "schulze", "quorum": {"number": 5}})
    assert rule.count([ranked(1)], options=(1, 2), roll=10).others == ()


def test_what_others_say_takes_no_part_in_a_recount() -> None:
    outcome = VoteRule(Method.SCHULZE).count([ranked(1)], options=(1, 2), roll=10)
    told = outcome.as_data()
    assert Outcome.from_data({**told, "others": []}) == outcome
    assert Outcome.from_data(told).others == outcome.others


def test_an_outcome_of_the_first_version_is_still_read() -> None:
    told = VoteRule(Method.APPROVAL).count([{"approve": [1]}], options=(1, 2), roll=5).as_data()
    first = {name: value for name, value in told.items() if name not in ("tables", "others")}
    assert Outcome.from_data(first).carried == (1,)
