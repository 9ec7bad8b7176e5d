"""What changed between two texts, word by word."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proposals.diff import Kind, Piece, words

TEXTS = st.text(alphabet=st.sampled_from("ab é\n.,"), max_size=60)


def spelled(pieces: list[Piece], but: Kind) -> str:
    return "".join(piece.text for piece in pieces if piece.kind is not but)


@given(TEXTS, TEXTS)
def test_the_pieces_spell_both_texts(old: str, new: str) -> None:
    pieces = words(old, new)
    assert spelled(pieces, Kind.ADDED) == old
    assert spelled(pieces, Kind.REMOVED) == new


@given(TEXTS)
def test_nothing_changed_is_one_piece(text: str) -> None:
    assert all(piece.kind is Kind.SAME for piece in words(text, text))


@given(TEXTS, TEXTS)
def test_neighbours_are_never_of_one_kind_and_never_empty(old: str, new: str) -> None:
    pieces = words(old, new)
    assert all(piece.text for piece in pieces)
    assert all(one.kind is not other.kind for one, other in pairwise(pieces))


def test_one_changed_word_leaves_the_rest_alone() -> None:
    assert words("Plant oaks on Mill Street", "Plant limes on Mill Street") == [
        Piece(Kind.SAME, "Plant "),
        Piece(Kind.REMOVED, "oaks"),
        Piece(Kind.ADDED, "limes"),
        Piece(Kind.SAME, " on Mill Street"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 5000, "b a " * 5000),
        ("ab." * 6600, ".ba" * 6600),
        ("a\n" * 9999, "b\na\n" * 4999),
        ("\n" * 19_999, "a\n" * 9999),
        (" " * 20_000, " \t" * 9999),
    ],
)
def test_texts_made_to_be_hard_to_compare_do_not_hold_up_a_page(old: str, new: str) -> None:
    began = time.process_time()
    pieces = words(old, new)
    assert time.process_time() - began < 10  # without an end to it they take minutes
    assert spelled(pieces, Kind.ADDED) == old
    assert spelled(pieces, Kind.REMOVED) == new


def test_a_long_text_with_changes_here_and_there_is_compared_word_by_word() -> None:
    old = " ".join(f"word{number % 700} and the" for number in range(1000))
    new = old.replace("word13 ", "other ").replace("word690 ", "")
    pieces = words(old, new)
    assert max(len(piece.text) for piece in pieces if piece.kind is not Kind.SAME) < 20
