"""Any name a person may have, and none that pretends to an office."""

from __future__ import annotations

import pytest

from app.accounts import names


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "José Núñez",
        "Nguyễn Thị Minh Khai",
        "田中 さくら",
        "Ольга",
        "محمد",
        "O'Brien-Smith",
        "Zoë 2",
        "Federico Mayor",
        "Clerkenwell Joe",
        "नमस्ते\u200dक",
        "می\u200cخواهم",
    ],
)
def test_people_keep_the_names_they_have(name):
    assert names.problem(names.trimmed(name)) is None


@pytest.mark.parametrize(
    "name",
    [
        "Clerk",
        "Ada (clerk)",
        "City Clerk",
        "CityClerk",
        "c1erk",
        "CLERK2",
        "c l e r k",
        "Аdmіnistrator",  # two letters of it Cyrillic
        "Ａｄｍｉｎ",
        "Clérk",
        "admin_ada",
        "City of Riverbend",
        "city  OF riverbend",
        "Human Rights Reviewer",
        "Ayuntamiento",
        "Ciudad de México",
        "Moderador",
        "Folkmoot",
        "Erased person",
    ],
)
def test_nobody_is_named_like_an_office(name):
    found = names.problem(names.trimmed(name))
    assert found is not None
    assert "office" in str(found)


@pytest.mark.parametrize(
    "name",
    [
        "Ada\u202eevil",  # turns what follows around
        "Ada\u2066x\u2069",
        "Ada\u200bB",
        "Ada\x07",
        "A\u200dda",  # a joiner where no script needs one
        "A\u0301\u0301\u0301\u0301\u0301da",  # marks that cover the lines above
        "\ue000\ue001 Ada",
    ],
)
def test_a_name_holds_nothing_that_cannot_be_seen_or_that_disturbs_the_page(name):
    assert "characters" in str(names.problem(names.trimmed(name)))


@pytest.mark.parametrize("name", ["", "A", "42", "--"])
def test_a_name_has_two_characters_and_a_letter(name):
    assert "at least two" in str(names.problem(name))


def test_a_name_is_no_longer_than_its_column():
    assert names.problem("ab" * 40) is None
    assert "80" in str(names.problem("ab" * 40 + "c"))


def test_a_name_is_kept_composed_and_with_single_spaces():
    assert names.trimmed("  Jose\u0301 \t\n Nu\u0301ñez ") == "José Núñez"
