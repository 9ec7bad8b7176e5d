"""Which passwords are strong enough, what advice the others get, and that the time it takes tells nothing."""

from __future__ import annotations

import time
from statistics import median

import pytest
from argon2 import PasswordHasher

from app.accounts import passwords

ADA = ("Ada Lovelace", "ada.lovelace@example.org", "Riverbend")


@pytest.mark.parametrize(
    "password", ["hazel ladder quorum tide", "Zwölf Boxkämpfer jagen", "g7#Kq!vR2x_mPz", "ñandú y cebolla roja"]
)
def test_a_good_password_is_good_enough(password):
    assert passwords.problem(password, ADA) == []


@pytest.mark.parametrize(
    ("password", "advice"),
    [
        ("password1234", "many people use"),
        ("aaaaaaaaaaaaaa", "Repeating"),
        ("abcdefghijkl", "Runs such as"),
        ("lovelace ada", "your name"),
        ("riverbend2026", "this place"),
        ("sdfghjklpoi", "side by side"),
    ],
)
def test_a_weak_password_is_told_why_and_what_would_be_better(password, advice):
    why, *better = map(str, passwords.problem(password, ADA))
    assert advice in why
    assert better == [passwords.LONGER]


def test_a_password_has_ten_characters_at_least_and_256_at_most():
    assert "10" in passwords.problem("g7#Kq!vR2")[0].text % {"least": 10}
    assert passwords.problem("hazel ladder quorum tide " * 10 + "abcdef") == []
    assert "256" in str(passwords.problem("hazel ladder quorum tide " * 10 + "abcdefg")[0])


def test_a_password_made_to_be_hard_to_judge_holds_nobody_up():
    began = time.process_time()
    passwords.problem("4@8({[<3691!|705$+7%2" * 12, ADA)
    assert time.process_time() - began < 2


def test_what_is_kept_is_argon2id_and_differs_for_equal_passwords():
    one, other = passwords.hashed("hazel ladder quorum tide"), passwords.hashed("hazel ladder quorum tide")
    assert one.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert one != other
    assert len(one) <= 200


def test_a_password_matches_itself_and_nothing_else():
    kept = passwords.hashed("hazel ladder quorum tide")
    assert passwords.matches("hazel ladder quorum tide", kept)
    assert not passwords.matches("Hazel ladder quorum tide", kept)
    assert not passwords.matches("", kept)


def test_the_same_letters_match_however_a_keyboard_spells_them():
    assert passwords.matches("nandu\u0301 con cebolla", passwords.hashed("nandú con cebolla"))


def test_nobody_has_the_password_of_an_account_that_is_not_there():
    assert not passwords.matches("hazel ladder quorum tide", None)


def test_an_unknown_account_takes_as_long_as_a_wrong_password():
    kept = passwords.hashed("hazel ladder quorum tide")

    def seconds(against):
        began = time.perf_counter()
        passwords.matches("wrong password", against)
        return time.perf_counter() - began

    pairs = [(seconds(kept), seconds(None)) for _ in range(9)]
    known, unknown = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    assert 0.5 < known / unknown < 2


def test_a_hash_with_weaker_parameters_is_outdated():
    assert not passwords.outdated(passwords.hashed("hazel ladder quorum tide"))
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("hazel"))
