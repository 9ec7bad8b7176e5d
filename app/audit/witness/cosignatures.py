"""Cosignatures of witnesses: C2SP tlog-cosignature, the kind with Ed25519 (PURE)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.audit.notes import signature_holds
from app.audit.verify import NoteError, split_note

KIND: Final = b"\x04"
_STAMP: Final = 8
_SIGNATURE: Final = 64


@dataclass(frozen=True)
class Cosigner:
    """A witness's name and public key."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + KIND + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(KIND + self.public).decode()}"


@dataclass(frozen=True)
class Cosigned:
    """A signature line that was checked, and the moment at which its witness says that it signed."""

    line: str
    at: datetime


def parse_cosigner(text: str) -> Cosigner:
    """Read a witness's verifier key, `name+id+base64`. Raises NoteError, with a sentence for people."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteError("a witness's key reads name+8 hex digits+base64") from error
    if raw[:1] == b"\x01":
        raise NoteError("this is a log's own key, not a witness's: those begin with the byte 4")
    cosigner = Cosigner(name, raw[1:])
    if not name or any(c.isspace() or c < " " for c in name) or raw[:1] != KIND or len(raw) != 1 + 32:
        raise NoteError("this is not the Ed25519 key of a witness")
    if key_id != cosigner.key_id.hex() or str(cosigner) != text.strip():
        raise NoteError("the digits in the middle of the key do not fit the rest: was it copied whole?")
    return cosigner


def cosigned(note: str, lines: str, cosigner: Cosigner) -> Cosigned:
    """Find, in a witness's answer, its cosignature on the checkpoint in `note`, and check it.

    Signatures of others are ignored. Raises NoteError when there is none of `cosigner`, or one that does not hold.
    """
    text = split_note(note)[0]
    _, signatures = split_note(f"{text}\n{lines}")
    ours = [one for one in signatures if (one.name, one.key_id) == (cosigner.name, cosigner.key_id)]
    if not ours:
        raise NoteError(f"{cosigner.name} did not sign with the key that is known of it")
    stamp, signature = ours[0].raw[:_STAMP], ours[0].raw[_STAMP:]
    moment = int.from_bytes(stamp, "big")
    if len(signature) != _SIGNATURE or not signature_holds(cosigner.public, _message(moment, text), signature):
        raise NoteError(f"the cosignature of {cosigner.name} does not fit the checkpoint")
    encoded = base64.b64encode(cosigner.key_id + stamp + signature).decode()
    return Cosigned(f"\u2014 {cosigner.name} {encoded}\n", _moment(moment))


def _message(moment: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NoteError("the cosignature names no possible time") from error


def request(old: int, proof: list[bytes], note: str) -> bytes:
    """What a witness is asked: the size that it saw last, the proof from there, the checkpoint (tlog-witness)."""
    hashes = "".join(base64.b64encode(one).decode() + "\n" for one in proof)
    return f"old {old}\n{hashes}\n{note}".encode()
