"""Whom a round is for, as read from its settings."""

from __future__ import annotations

import pytest

from app.charter.electorate import Electorate, ElectorateError, told_detail
from app.charter.rounds import Eligibility


def test_without_a_word_a_round_is_for_verified_residents() -> None:
    assert Electorate.from_settings({}) == Electorate(Eligibility.VERIFIED)


@pytest.mark.parametrize(
    "electorate",
    [
        Electorate(),
        Electorate(Eligibility.EVERYONE),
        Electorate(Eligibility.LIST),
        Electorate(Eligibility.DISTRICTS, districts=("North", "Old Harbour")),
        Electorate(Eligibility.AGES, age_from=16, age_to=25),
        Electorate(Eligibility.AGES, age_to=0),
    ],
)
def test_an_electorate_reads_back_as_it_was_written(electorate: Electorate) -> None:
    assert Electorate.from_settings(electorate.to_settings()) == electorate
    assert (told_detail(electorate.told()) is None) == (electorate.detail is None)


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"eligibility": "everybody"}, "eligibility"),
        ({"eligibility": "districts"}, "districts"),
        ({"eligibility": "districts", "districts": "North"}, "districts"),
        ({"eligibility": "districts", "districts": [" "]}, "districts"),
        ({"eligibility": "ages"}, "age_from"),
        ({"eligibility": "ages", "age_from": 30, "age_to": 20}, "age_to"),
        ({"eligibility": "ages", "age_from": True}, "age_from"),
        ({"eligibility": "ages", "age_to": 131}, "age_to"),
    ],
)
def test_what_names_nobody_is_refused_with_the_setting_to_put_right(settings: dict[str, object], wrong: str) -> None:
    with pytest.raises(ElectorateError) as refused:
        Electorate.from_settings(settings)
    assert refused.value.setting == wrong


def test_what_its_kind_does_not_use_is_left_out() -> None:
    settings = {"eligibility": "verified", "districts": ["North"], "age_from": 16}
    assert Electorate.from_settings(settings).to_settings() == {"eligibility": "verified"}


def test_ages_are_those_reached_in_the_year_of_the_opening() -> None:
    assert Electorate(Eligibility.AGES, age_from=16, age_to=25).birth_years(2026) == (2001, 2010)
    assert Electorate(Eligibility.AGES, age_from=65).birth_years(2026)[1] == 1961
    assert Electorate(Eligibility.AGES, age_to=18).birth_years(2026) == (2008, 2026)
