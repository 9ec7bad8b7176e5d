"""Commitments, receipts and roots: the same for everybody, and tied to every byte."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.notes import new_signer
from app.audit.verify import Frontier, NoteError
from app.voting import receipts
from app.voting.receipts import Receipt

TRACKER, SALT = bytes(range(16)), bytes(range(32))
SIGNER = new_signer("town.example/log/receipt")


def test_a_commitment_is_what_its_definition_says() -> None:
    text = receipts.choices_text({"yes": [3, 5], "abstain": [], "no": [4]})
    assert text == b'{"abstain":[],"no":[4],"yes":[3,5]}'
    by_hand = hashlib.sha256(b"ballot/v1\x00" + b"17" + b"\x00" + TRACKER + SALT + text).digest()
    assert receipts.commitment(17, TRACKER, SALT, text) == by_hand


def test_a_commitment_changes_with_everything_that_is_in_it() -> None:
    commits = {
        receipts.commitment(17, TRACKER, SALT, b"{}"),
        receipts.commitment(18, TRACKER, SALT, b"{}"),
        receipts.commitment(17, SALT[:16][::-1], SALT, b"{}"),
        receipts.commitment(17, TRACKER, SALT[::-1], b"{}"),
        receipts.commitment(17, TRACKER, SALT, b"[]"),
    }
    assert len(commits) == 5


@pytest.mark.parametrize("tracker", [TRACKER, None], ids=["tracked", "inclusion"])
def test_a_receipt_reads_back_with_the_right_key(tracker: bytes | None) -> None:
    receipt = Receipt(17, SALT, tracker)
    assert receipts.open_receipt(receipt.signed(SIGNER), SIGNER.vkey) == receipt


def test_the_same_receipt_is_the_same_text() -> None:
    assert Receipt(17, SALT, TRACKER).signed(SIGNER) == Receipt(17, SALT, TRACKER).signed(SIGNER)


def test_a_receipt_of_inclusion_says_nothing_about_a_tracker() -> None:
    assert "tracker" not in Receipt(17, SALT).signed(SIGNER)


def test_a_receipt_does_not_say_who_voted_or_when_or_what() -> None:
    fields = [line.split(" ")[0] for line in Receipt(17, SALT, TRACKER).text("town.example/log/receipt").splitlines()]
    assert fields == ["town.example/log/receipt", "Folkmoot", "round", "commit", "tracker"]


@given(st.data())
def test_a_receipt_with_any_character_changed_is_not_believed(data: st.DataObject) -> None:
    note = Receipt(17, SALT, TRACKER).signed(SIGNER)
    text_end = note.index("\n\n")
    at = data.draw(st.integers(0, text_end))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda char: char != note[at]))
    with pytest.raises(NoteError):
        receipts.open_receipt(note[:at] + other + note[at + 1 :], SIGNER.vkey)


def test_a_receipt_from_another_key_of_the_same_name_is_not_believed() -> None:
    forged = Receipt(17, SALT, TRACKER).signed(new_signer(SIGNER.name))
    with pytest.raises(NoteError):
        receipts.open_receipt(forged, SIGNER.vkey)


def test_another_note_of_the_same_key_is_no_receipt() -> None:
    with pytest.raises(NoteError):
        receipts.open_receipt(SIGNER.checkpoint(4, SALT), SIGNER.vkey)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=600))
def test_a_root_agrees_with_the_tree_that_verifiers_grow(leaves: list[bytes]) -> None:
    grown = Frontier()
    for leaf in leaves:
        grown.add(leaf)
    assert receipts.root(leaves) == grown.root()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=20))
def test_the_root_of_a_box_does_not_depend_on_the_order_of_casting(commits: list[bytes]) -> None:
    assert receipts.commits_root(commits) == receipts.commits_root(commits[::-1])


def test_a_line_of_the_roll_changes_with_its_mark() -> None:
    lines = {receipts.roll_leaf(1, "p:ab", SALT, voted) for voted in (None, False, True)}
    assert len(lines) == 3


@pytest.mark.parametrize("typed", ["0001 0203", "0001-0203", "00010203", " 00 01 02 03\n"])
def test_trackers_may_be_typed_with_spaces_and_dashes(typed: str) -> None:
    assert receipts.ungrouped(typed) == bytes(range(4))


def test_what_is_not_hex_is_no_tracker() -> None:
    assert receipts.ungrouped("not a tracker") is None


@given(st.binary(min_size=1, max_size=40))
def test_grouped_digits_read_back(value: bytes) -> None:
    assert receipts.ungrouped(receipts.grouped(value)) == value
