"""Serials on paper, readings held against each other, and samples that nobody can steer."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.voting.paper.comparing import ABSENT, BLANK, compare
from app.voting.paper.serials import ALPHABET, SerialError, new_serials, sample, serials_root, shown, typed

SERIALS = new_serials(200)


def test_serials_are_all_different_and_leave_out_what_is_taken() -> None:
    assert len(set(SERIALS)) == 200
    assert not set(new_serials(50, frozenset(SERIALS))) & set(SERIALS)
    assert sorted(SERIALS) == SERIALS


def test_a_serial_is_read_as_people_type_it() -> None:
    for serial in SERIALS[:20]:
        assert typed(shown(serial)) == serial
        assert typed(f" {serial.lower()} ") == serial


@given(st.sampled_from(SERIALS), st.integers(0, 10), st.sampled_from(ALPHABET))
def test_one_mistyped_character_is_always_noticed(serial: str, place: int, other: str) -> None:
    wrong = serial[:place] + other + serial[place + 1 :]
    if wrong != serial:
        with pytest.raises(SerialError):
            typed(wrong)


@given(st.sampled_from(SERIALS), st.integers(0, 8))
def test_two_swapped_characters_are_always_noticed(serial: str, place: int) -> None:
    wrong = serial[:place] + serial[place + 1] + serial[place] + serial[place + 2 :]
    if wrong != serial:
        with pytest.raises(SerialError):
            typed(wrong)


@pytest.mark.parametrize(
    "said",
    ["", "ABC", "0123456789A", "ÄÖÜÄÖÜÄÖÜÄÖ", SERIALS[0] + "2"],
    ids=["nothing", "short", "zeros", "accents", "long"],
)
def test_what_cannot_be_a_serial_is_refused(said: str) -> None:
    with pytest.raises(SerialError):
        typed(said)


def test_a_commitment_to_serials_does_not_depend_on_their_order() -> None:
    mixed = random.Random(1).sample(SERIALS, len(SERIALS))
    assert serials_root(1, mixed) == serials_root(1, SERIALS)
    assert serials_root(2, SERIALS) != serials_root(1, SERIALS)


def test_a_sample_follows_from_seed_and_serials_alone() -> None:
    mixed = random.Random(2).sample(SERIALS, len(SERIALS))
    assert sample("1234567890", SERIALS, 12) == sample("1234567890", mixed, 12)
    assert sample("1234567891", SERIALS, 12) != sample("1234567890", SERIALS, 12)
    assert len(set(sample("1234567890", SERIALS, 200))) == 200


def test_every_ballot_is_drawn_about_as_often_as_any_other() -> None:
    drawn = [serial for seed in range(2000) for serial in sample(f"{seed:010}", SERIALS[:20], 5)]
    often = [drawn.count(serial) for serial in SERIALS[:20]]
    assert min(often) > 400
    assert max(often) < 600


YES, NO = b'{"yes":[1]}', b'{"no":[1]}'


def test_readings_that_agree_need_no_third_look() -> None:
    found = compare({"A": YES, "B": BLANK}, {"B": BLANK, "A": YES}, {})
    assert found.agreed == {"A": YES, "B": BLANK}
    assert found.complete(2)
    assert not found.complete(3)


def test_a_third_look_decides_between_the_two_readings() -> None:
    open_ = compare({"A": YES}, {"A": NO}, {})
    assert [one.serial for one in open_.unresolved] == ["A"]
    assert not open_.complete(1)
    assert compare({"A": YES}, {"A": NO}, {"A": NO}).agreed == {"A": NO}


def test_a_third_opinion_resolves_nothing() -> None:
    assert compare({"A": YES}, {"A": NO}, {"A": BLANK}).unresolved


def test_a_ballot_that_only_one_has_read_is_a_difference_too() -> None:
    found = compare({"A": YES, "B": NO}, {"A": YES, "C": NO}, {"B": NO, "C": ABSENT})
    assert [one.serial for one in found.differences] == ["B", "C"]
    assert found.agreed == {"A": YES, "B": NO}
    assert found.complete(2)
