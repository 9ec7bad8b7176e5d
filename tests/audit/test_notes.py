"""Signed notes and checkpoints, against the example that Go's reference implementation publishes."""

from __future__ import annotations

import pytest

from app.audit import notes
from app.audit.verify import Checkpoint, NoteError, open_note, parse_checkpoint, parse_vkey

# From the documentation of golang.org/x/mod/sumdb/note.
GO_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT + "\n\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ROOT = bytes(range(32))
SIGNER = notes.new_signer("city.example/log")


def test_a_note_is_byte_for_byte_what_the_go_implementation_signs() -> None:
    signer = notes.load_signer(GO_SKEY)
    assert signer.sign(GO_TEXT) == GO_NOTE
    assert str(signer.vkey) == GO_VKEY
    assert signer.dump() == GO_SKEY


def test_a_note_of_the_go_implementation_opens() -> None:
    assert open_note(GO_NOTE, parse_vkey(GO_VKEY), notes.signature_holds) == GO_TEXT


def test_a_checkpoint_comes_back_as_it_was_signed() -> None:
    note = SIGNER.checkpoint(12, ROOT)
    assert notes.read_checkpoint(note, SIGNER.vkey) == Checkpoint("city.example/log", 12, ROOT)


def test_a_signature_of_somebody_unknown_is_ignored() -> None:
    witness = notes.new_signer("library.example")
    note = SIGNER.checkpoint(12, ROOT)
    line = witness.sign(note.rpartition("\n\n")[0] + "\n").rpartition("\n\n")[2]
    assert notes.read_checkpoint(note + line, SIGNER.vkey).size == 12


def test_a_note_that_only_somebody_else_signed_does_not_open() -> None:
    other = notes.new_signer(SIGNER.name)
    with pytest.raises(NoteError, match="not signed by"):
        notes.read_checkpoint(other.checkpoint(12, ROOT), SIGNER.vkey)


def test_a_checkpoint_for_another_log_is_refused() -> None:
    note = SIGNER.sign(Checkpoint("elsewhere.example/log", 1, ROOT).text())
    with pytest.raises(NoteError, match="speaks for"):
        notes.read_checkpoint(note, SIGNER.vkey)


@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_of_a_checkpoint_goes_unseen(bit: int) -> None:
    note = SIGNER.checkpoint(4242, ROOT).encode()
    for at in range(len(note)):
        changed = note[:at] + bytes([note[at] ^ 1 << bit]) + note[at + 1 :]
        with pytest.raises((NoteError, UnicodeDecodeError)):
            notes.read_checkpoint(changed.decode(), SIGNER.vkey)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        "o\n01\nAAAA\n",
        f"o\n-1\n{'A' * 43}=\n",
        f"o\n1\n{'A' * 43}=",
        f"o\n1\n{'A' * 43}=\n\n",
        "o\n1\n!\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(text)


@pytest.mark.parametrize("vkey", ["", "a+b", GO_VKEY.replace("c74f20a3", "c74f20a4"), GO_VKEY[:-4], "x" + GO_VKEY])
def test_a_verifier_key_that_was_miscopied_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        parse_vkey(vkey)


def test_a_broken_key_file_is_refused_without_showing_it() -> None:
    with pytest.raises(NoteError) as refusal:
        notes.load_signer(GO_SKEY[:-2] + "AA")
    assert GO_SKEY[40:60] not in str(refusal.value)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_log_cannot_take_a_name_that_notes_cannot_carry(name: str) -> None:
    with pytest.raises(NoteError):
        notes.new_signer(name)
