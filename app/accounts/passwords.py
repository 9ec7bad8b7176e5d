"""Passwords: how they are kept, and which are strong enough.

Kept as argon2id with the parameters that OWASP lists first (47104 KiB of memory, one pass, one lane). Strength is what
zxcvbn estimates, on its scale from 0 to 4, in place of rules such as “one digit, one capital”.
"""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.charter.words import N_, Words

SHORTEST = 10
LONGEST = 256
STRONG_ENOUGH = 3
_ESTIMATED = 40
"""How many characters zxcvbn looks at; it takes too long over more, and what is strong by then stays so."""

_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
_one_at_a_time = threading.Lock()
"""zxcvbn keeps what is known of a person in a global."""

LONGER = N_("Add another word or two: several uncommon words in a row are strong and easy to remember.")
_ADVICE: dict[str, str] = {
    "passwords": N_("This is like a password that many people use, so it would be guessed at once."),
    "user_inputs": N_("This holds your name, your e-mail address or the name of this place, which is guessed first."),
    "names": N_("Names of people are easy to guess."),
    "words": N_("Common words are easy to guess, also with capitals or with @ in place of a."),
    "spatial": N_("Keys that lie side by side are easy to guess."),
    "repeat": N_("Repeating the same characters hardly makes it harder to guess."),
    "sequence": N_("Runs such as abc or 6543 are easy to guess."),
    "date": N_("Dates and years are easy to guess."),
}
_KINDS = {
    "passwords": "passwords",
    "user_inputs": "user_inputs",
    "male_names": "names",
    "female_names": "names",
    "surnames": "names",
}


def hashed(password: str) -> str:
    """What is kept of a password. Takes some 50 ms on purpose, so call it before a write transaction begins."""
    return _hasher.hash(_composed(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. Takes as long where there is none to compare with (`kept` None: nobody)."""
    try:
        _hasher.verify(kept or _decoy(), _composed(password))
    except VerifyMismatchError:
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether it was kept with weaker parameters than today's, and should be hashed anew at the next sign-in."""
    return _hasher.check_needs_rehash(kept)


def problem(password: str, about: Iterable[str] = ()) -> list[Words]:
    """Why a password is not good enough and what would be; empty if it is.

    `about` holds what others know of the person: name, address, the city's name.
    """
    if len(password) < SHORTEST:
        return [Words(N_("Use at least %(least)s characters. A short sentence is fine."), {"least": SHORTEST})]
    if len(password) > LONGEST:
        return [Words(N_("Use at most %(most)s characters."), {"most": LONGEST})]
    from zxcvbn import zxcvbn  # here, because its word lists are large and most processes never need them

    with _one_at_a_time:
        found = zxcvbn(password[:_ESTIMATED], user_inputs=[part for part in _parts(about) if len(part) > 2])
    if found["score"] >= STRONG_ENOUGH:
        return []
    weakest = max(found["sequence"], key=lambda match: len(match["token"]))
    advice = _advice(weakest)
    return [Words(text) for text in (advice, LONGER) if text]


def _advice(match: dict[str, Any]) -> str | None:
    kind = match["pattern"]
    if kind == "dictionary":
        kind = _KINDS.get(match["dictionary_name"], "words")
    return _ADVICE.get("date" if kind == "regex" else kind)


def _parts(about: Iterable[str]) -> Iterable[str]:
    for one in about:
        yield one
        yield from one.replace("@", " ").replace(".", " ").split()


def _composed(password: str) -> str:
    """The same characters from every keyboard: “ñ” may arrive as one or as two."""
    return unicodedata.normalize("NFKC", password)


@cache
def _decoy() -> str:
    """A hash that no password has, as costly to check as a real one."""
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (16, 32))
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
