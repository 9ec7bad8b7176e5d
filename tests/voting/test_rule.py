"""The rule of a vote round as settings, as words, and as a count."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.voting.counting.limits import Quorum, Threshold
from app.voting.counting.methods import Method
from app.voting.rule import ReceiptMode, RuleError, VoteRule

RULES = [
    VoteRule(Method.YES_NO),
    VoteRule(Method.YES_NO, threshold=Threshold.TWO_THIRDS, quorum=Quorum(share=Fraction(1, 3))),
    VoteRule(Method.APPROVAL, max_choices=3, seats=2, quorum=Quorum(number=40), proposals=(3, 1, 2)),
    VoteRule(Method.APPROVAL, receipts=ReceiptMode.TRACKED),
]


@pytest.mark.parametrize("rule", RULES)
def test_settings_read_back_as_the_same_rule(rule: VoteRule) -> None:
    assert VoteRule.from_settings(rule.to_settings()) == rule


def test_without_settings_a_vote_is_yes_or_no_by_simple_majority() -> None:
    assert VoteRule.from_settings({"eligibility": "verified"}) == VoteRule(Method.YES_NO)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "lottery"),
        ("threshold", "nearly"),
        ("receipts", "loud"),
        ("quorum", {"share": "3/2"}),
        ("quorum", {"share": "1/0"}),
        ("quorum", {"share": 0.25}),
        ("quorum", {"number": 2.5}),
        ("quorum", {"number": 3, "share": "1/2"}),
        ("quorum", "half"),
        ("proposals", []),
        ("proposals", [1, 1]),
        ("proposals", ["1"]),
        ("proposals", 4),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: object) -> None:
    with pytest.raises(RuleError) as caught:
        VoteRule.from_settings({name: value})
    assert list(caught.value.problems) == [name]
    assert str(caught.value.problems[name])


@pytest.mark.parametrize(("name", "value"), [("max_choices", 0), ("max_choices", True), ("seats", -1), ("seats", "2")])
def test_limits_of_an_approval_vote_are_whole_numbers(name: str, value: object) -> None:
    with pytest.raises(RuleError) as caught:
        VoteRule.from_settings({"method": "approval", name: value})
    assert list(caught.value.problems) == [name]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(RuleError) as caught:
        VoteRule.from_settings({"threshold": "nearly", "quorum": "half", "proposals": []})
    assert set(caught.value.problems) == {"threshold", "quorum", "proposals"}


@pytest.mark.parametrize(
    ("roll", "options", "receipts"),
    [
        (199, 3, ReceiptMode.INCLUSION),
        (200, 3, ReceiptMode.TRACKED),
        (200, 7, ReceiptMode.TRACKED),
        (200, 8, ReceiptMode.INCLUSION),
    ],
)
def test_small_rolls_and_long_ballots_get_receipts_of_inclusion(roll: int, options: int, receipts: ReceiptMode) -> None:
    assert VoteRule(Method.YES_NO).receipts_for(roll, options) is receipts


def test_a_city_that_chose_its_receipts_gets_them() -> None:
    assert VoteRule(Method.YES_NO, receipts=ReceiptMode.TRACKED).receipts_for(9, 20) is ReceiptMode.TRACKED


def test_the_rule_is_told_in_words() -> None:
    said = [str(words) for words in RULES[2].in_words()]
    assert any("at most 3" in line for line in said)
    assert any("Places to fill: 2" in line for line in said)
    assert any("at least 40 people" in line for line in said)


@pytest.mark.parametrize(("share", "said"), [(Fraction(1, 4), "25%"), (Fraction(1, 3), "1/3")])
def test_a_quorum_is_told_as_a_percentage_where_that_is_exact(share: Fraction, said: str) -> None:
    rule = VoteRule(Method.YES_NO, quorum=Quorum(share=share))
    assert any(f"at least {said} of the people" in str(words) for words in rule.in_words())


def test_a_rule_counts_by_its_method() -> None:
    by_approval = VoteRule(Method.APPROVAL).count([{"approve": [1]}], options=(1, 2), roll=5)
    by_answers = VoteRule(Method.YES_NO).count([{"yes": [1], "no": [2]}], options=(1, 2), roll=5)
    assert (by_approval.method, by_approval.carried) == ("approval", (1,))
    assert (by_answers.method, by_answers.carried) == ("yes-no", (1,))
