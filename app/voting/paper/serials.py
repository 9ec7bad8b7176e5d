"""Serials of paper ballots: made, typed, committed to, and drawn for an audit (PURE).

A serial has ten letters and digits that nobody confuses on paper, and one more that tells typing mistakes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256

from app.audit import merkle
from app.charter.words import N_
from app.voting.receipts import root

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
"""Twenty-nine characters: no 0 and O, no 1, I and L, no U, which is taken for V, and no Z, which is taken for 2."""
DIGITS = 10
_PLACE = {character: place for place, character in enumerate(ALPHABET)}


class Channel(StrEnum):
    """How somebody votes who does not vote online by themself."""

    PAPER = "paper"
    ASSISTED = "assisted"


CHANNEL_WORDS = {
    Channel.PAPER: N_("On paper"),
    Channel.ASSISTED: N_("On paper, with help"),
}


class SerialError(ValueError):
    """What was typed cannot be a serial: too long, too short, or mistyped."""


def new_serials(how_many: int, taken: frozenset[str] = frozenset()) -> list[str]:
    """So many fresh random serials, none of them taken, in their own order (which says nothing)."""
    made: set[str] = set()
    while len(made) < how_many:
        made |= {_complete("".join(secrets.choice(ALPHABET) for _ in range(DIGITS)))} - taken
    return sorted(made)


def typed(said: str) -> str:
    """A serial as somebody typed it from paper, gaps, dashes and small letters aside.

    :raises SerialError: when it is none.
    """
    plain = "".join(said.replace("-", "").split()).upper()
    if len(plain) != DIGITS + 1 or not set(plain) <= set(ALPHABET) or _complete(plain[:DIGITS]) != plain:
        raise SerialError("this is not a serial of a paper ballot")
    return plain


def shown(serial: str) -> str:
    """A serial as it is printed: in groups."""
    return f"{serial[:4]}-{serial[4:8]}-{serial[8:]}"


def _complete(digits: str) -> str:
    """The digits with their check character. Since 29 is prime, it tells every single mistake and every swap."""
    total = sum((place + 2) * _PLACE[character] for place, character in enumerate(digits))
    return digits + ALPHABET[total % len(ALPHABET)]


def serials_root(round_id: int, serials: Iterable[str]) -> bytes:
    """The Merkle root by which the log commits to serials, in their own order."""
    prefix = b"paper/v1\0" + str(round_id).encode() + b"\0"
    return root([merkle.leaf_hash(prefix + serial.encode()) for serial in sorted(serials)])


def sample(seed: str, serials: Sequence[str], size: int) -> list[str]:
    """So many of the serials, as the public seed draws them: those with the smallest SHA-256 of `seed,serial`.

    Anybody with the seed and the serials draws the same, and nobody can tell before the seed is thrown.
    """
    return sorted(serials, key=lambda serial: sha256(f"{seed},{serial}".encode()).digest())[:size]
