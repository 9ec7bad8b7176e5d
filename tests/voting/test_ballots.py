"""From marks on a ballot paper to a ballot: what is explained, what is remarked on, what is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.voting import ballots
from app.voting.counting.methods import Method
from app.voting.receipts import choices_text
from app.voting.rule import VoteRule

OPTIONS = (101, 7, 33)
YES_NO = VoteRule(Method.YES_NO)
AT_MOST_TWO = VoteRule(Method.APPROVAL, max_choices=2)


def test_what_is_left_blank_abstains_and_the_voter_is_told() -> None:
    reading = ballots.read(YES_NO, OPTIONS, {101: "yes"})

    assert reading.choices == {"abstain": [7, 33], "no": [], "yes": [101]}
    assert not reading.problems
    assert "Left blank: 2" in str(reading.remarks[0])


def test_a_complete_ballot_needs_no_remark() -> None:
    reading = ballots.read(YES_NO, OPTIONS, {101: "yes", 7: "no", 33: "abstain"})
    assert reading.remarks == ()


def test_an_empty_ballot_can_be_cast_after_a_warning() -> None:
    for rule in (YES_NO, AT_MOST_TWO):
        reading = ballots.read(rule, OPTIONS, {})
        assert not reading.problems
        assert "taking part" in str(reading.remarks[0])


def test_too_many_marks_are_explained_and_nothing_is_dropped() -> None:
    reading = ballots.read(AT_MOST_TWO, OPTIONS, dict.fromkeys(OPTIONS, "approve"))

    assert [str(words) for words in reading.problems] == ["You marked 3 proposals. Keep 2 or fewer."]
    assert reading.choices == {"approve": [7, 33, 101]}


def test_exactly_as_many_marks_as_allowed_are_fine() -> None:
    assert not ballots.read(AT_MOST_TWO, OPTIONS, {7: "approve", 33: "approve"}).problems


def test_a_proposal_or_a_mark_from_elsewhere_is_refused() -> None:
    assert ballots.read(YES_NO, OPTIONS, {5: "yes"}).problems
    assert ballots.read(YES_NO, OPTIONS, {7: "maybe"}).problems
    assert ballots.read(AT_MOST_TWO, OPTIONS, {7: "yes"}).problems


def test_choices_that_read_would_not_have_made_are_refused() -> None:
    good = {"abstain": [7, 33], "no": [], "yes": [101]}
    assert ballots.check(YES_NO, OPTIONS, good) == ()
    assert ballots.check(YES_NO, OPTIONS, {"yes": [101]})
    assert ballots.check(YES_NO, OPTIONS, good | {"abstain": [33, 7]})
    assert ballots.check(YES_NO, OPTIONS, good | {"no": [101]})
    assert ballots.check(YES_NO, OPTIONS, good | {"yes": [101, 5]})


@given(st.dictionaries(st.sampled_from(OPTIONS), st.sampled_from(["yes", "no", "abstain"])))
def test_every_ballot_that_can_be_marked_can_be_cast_counted_and_read_back(marked: dict[int, str]) -> None:
    choices = ballots.read(YES_NO, OPTIONS, marked).choices

    assert ballots.check(YES_NO, OPTIONS, choices) == ()
    assert YES_NO.count([choices], options=OPTIONS, roll=1).ballots == 1
    assert all(ballots.mark_of(choices, option) == marked.get(option, "abstain") for option in OPTIONS)
    assert len(choices_text(choices)) <= ballots.longest(YES_NO, OPTIONS)


@given(st.lists(st.integers(1, 10**9), unique=True, min_size=1, max_size=30), st.data())
def test_no_ballot_is_longer_than_the_room_kept_for_it(options: list[int], data: st.DataObject) -> None:
    marked = data.draw(st.dictionaries(st.sampled_from(options), st.just("approve")))
    rule = VoteRule(Method.APPROVAL)
    choices = ballots.read(rule, options, marked).choices
    assert len(choices_text(choices)) <= ballots.longest(rule, options)
