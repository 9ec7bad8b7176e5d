"""What changed between two texts, word by word."""

from __future__ import annotations

from itertools import pairwise

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


def test_a_very_long_paragraph_is_shown_as_replaced_whole() -> None:
    old, new = "word " * 7000, "other " * 7000
    assert [piece.kind for piece in words(old, new)] == [Kind.REMOVED, Kind.ADDED]
