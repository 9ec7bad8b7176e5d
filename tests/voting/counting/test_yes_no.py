"""Yes, no and abstain, against counts written in another way, and at the very edge of each threshold."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.voting.counting import yes_no
from app.voting.counting.limits import Quorum, Threshold
from app.voting.counting.outcome import BallotError, Decision, Outcome

OPTIONS = (7, 8, 9)
answers = st.fixed_dictionaries({option: st.sampled_from(["yes", "no", "abstain"]) for option in OPTIONS})

Box = list[dict[str, list[int]]]


def as_ballot(marked: dict[int, str]) -> dict[str, list[int]]:
    return {mark: [option for option in OPTIONS if marked[option] == mark] for mark in yes_no.MARKS}


boxes = st.lists(answers.map(as_ballot), max_size=20)
thresholds = st.sampled_from(Threshold)


def counted(
    box: Box, threshold: Threshold = Threshold.SIMPLE, quorum: Quorum | None = None, roll: int = 100
) -> Outcome:
    return yes_no.count(box, options=OPTIONS, threshold=threshold, quorum=quorum or Quorum(), roll=roll)


def box_of(yes: int, no: int, abstain: int = 0) -> Box:
    """A box in which option 7 has these answers and everybody abstains on the rest."""
    return (
        [{"yes": [7], "no": [], "abstain": [8, 9]}] * yes
        + [{"yes": [], "no": [7], "abstain": [8, 9]}] * no
        + [{"yes": [], "no": [], "abstain": [7, 8, 9]}] * abstain
    )


def by_pairing(box: Box, option: int, threshold: Threshold) -> Decision:
    """Judge without division: send people off in pairs and triples, and see who is left."""
    yes = sum(option in ballot["yes"] for ballot in box)
    no = sum(option in ballot["no"] for ballot in box)
    others = len(box) - yes
    if threshold is Threshold.SIMPLE:
        paired = min(yes, no)
        if yes - paired == no - paired == 0:
            return Decision.TIED
        return Decision.CARRIED if yes - paired else Decision.REJECTED
    if threshold is Threshold.ABSOLUTE:
        return Decision.CARRIED if yes - min(yes, others) > 0 else Decision.REJECTED
    for _ in range(no):
        yes -= 2
    return Decision.CARRIED if yes >= 0 and no + yes > 0 else Decision.REJECTED


@given(boxes, thresholds)
def test_the_count_agrees_with_sending_people_off_in_pairs(box: Box, threshold: Threshold) -> None:
    outcome = counted(box, threshold)
    assert {r.option: r.decision for r in outcome.results} == {o: by_pairing(box, o, threshold) for o in OPTIONS}


@given(boxes, thresholds, st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_changes_nothing(box: Box, threshold: Threshold, chance: random.Random) -> None:
    shuffled = list(box)
    chance.shuffle(shuffled)
    assert counted(shuffled, threshold) == counted(box, threshold)


@given(boxes, thresholds)
def test_every_ballot_is_counted_once_for_every_option(box: Box, threshold: Threshold) -> None:
    assert all(sum(result.counts.values()) == len(box) for result in counted(box, threshold).results)


@given(boxes, thresholds)
def test_one_more_yes_never_hurts(box: Box, threshold: Threshold) -> None:
    rank = {Decision.REJECTED: 0, Decision.TIED: 1, Decision.CARRIED: 2}
    before, after = counted(box, threshold), counted([*box, *box_of(1, 0)], threshold)
    assert rank[after.of(7).decision] >= rank[before.of(7).decision]


@given(boxes)
def test_leaving_an_option_out_is_the_same_as_abstaining(box: Box) -> None:
    silent = [{"yes": ballot["yes"], "no": ballot["no"]} for ballot in box]
    assert counted(silent) == counted(box)


@given(boxes, thresholds)
def test_an_outcome_survives_being_written_down(box: Box, threshold: Threshold) -> None:
    outcome = counted(box, threshold)
    assert Outcome.from_data(outcome.as_data()) == outcome


@pytest.mark.parametrize(
    ("threshold", "yes", "no", "abstain", "decision"),
    [
        (Threshold.SIMPLE, 5, 4, 90, Decision.CARRIED),
        (Threshold.SIMPLE, 5, 5, 90, Decision.TIED),
        (Threshold.SIMPLE, 4, 5, 90, Decision.REJECTED),
        (Threshold.ABSOLUTE, 50, 0, 50, Decision.REJECTED),
        (Threshold.ABSOLUTE, 51, 0, 49, Decision.CARRIED),
        (Threshold.ABSOLUTE, 50, 1, 48, Decision.CARRIED),
        (Threshold.TWO_THIRDS, 2, 1, 97, Decision.CARRIED),
        (Threshold.TWO_THIRDS, 66, 33, 0, Decision.CARRIED),
        (Threshold.TWO_THIRDS, 66, 34, 0, Decision.REJECTED),
        (Threshold.TWO_THIRDS, 0, 0, 100, Decision.REJECTED),
    ],
)
def test_thresholds_are_exact_at_their_edge(
    threshold: Threshold, yes: int, no: int, abstain: int, decision: Decision
) -> None:
    assert counted(box_of(yes, no, abstain), threshold).of(7).decision is decision


def test_two_thirds_holds_where_a_float_would_not_know() -> None:
    third = 10**17 + 1
    assert float(2 * third - 1) / (3 * third - 1) == 2 / 3  # a float sees no difference
    assert Threshold.TWO_THIRDS.judge(2 * third, third, 0) is Decision.CARRIED
    assert Threshold.TWO_THIRDS.judge(2 * third - 1, third, 0) is Decision.REJECTED


@pytest.mark.parametrize(
    ("quorum", "roll", "needed"),
    [
        (Quorum(), 100, 0),
        (Quorum(number=12), 100, 12),
        (Quorum(share=Fraction(1, 4)), 100, 25),
        (Quorum(share=Fraction(1, 4)), 101, 26),
        (Quorum(share=Fraction(1, 3)), 99, 33),
        (Quorum(share=Fraction(1)), 7, 7),
    ],
)
def test_a_quorum_is_a_whole_number_of_people(quorum: Quorum, roll: int, needed: int) -> None:
    assert quorum.needed(roll) == needed


def test_a_quorum_is_met_exactly_at_its_number() -> None:
    assert counted(box_of(25, 0), quorum=Quorum(share=Fraction(1, 4))).carried == (7,)
    assert counted(box_of(24, 0), quorum=Quorum(share=Fraction(1, 4))).of(7).decision is Decision.NO_QUORUM


def test_abstaining_counts_for_the_quorum() -> None:
    assert counted(box_of(1, 0, abstain=9), quorum=Quorum(number=10)).carried == (7,)


@pytest.mark.parametrize(
    "bad", [{"share": Fraction(1, 2), "number": 3}, {"share": Fraction(3, 2)}, {"number": -1}], ids=str
)
def test_a_quorum_that_makes_no_sense_is_refused(bad: dict[str, Fraction | int]) -> None:
    with pytest.raises(ValueError, match="quorum"):
        Quorum(**bad)  # type: ignore[arg-type]  # what is wrong is the test's point


def test_the_account_says_each_count_and_why() -> None:
    said = [str(step.said) for step in counted(box_of(4, 2, 1), Threshold.TWO_THIRDS).steps if step.option == 7]
    assert said == ["4 yes, 2 no, 1 abstentions.", "4 of 6 is at least two thirds: carried."]


def test_below_the_quorum_the_account_gives_counts_but_no_verdict() -> None:
    outcome = counted(box_of(3, 0), quorum=Quorum(number=4))
    assert "nothing is decided" in str(outcome.steps[0].said)
    assert [str(step.said) for step in outcome.steps if step.option == 7] == ["3 yes, 0 no, 0 abstentions."]


def test_an_option_marked_both_ways_stops_the_count() -> None:
    with pytest.raises(BallotError):
        counted([{"yes": [7], "no": [7], "abstain": []}])
