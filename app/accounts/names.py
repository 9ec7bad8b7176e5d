"""Which display names are allowed (PURE): any that a person may have, none that pretends to an office."""

from __future__ import annotations

import re
import unicodedata

from app.charter.words import N_, Words

LONGEST = 80
ERASED = N_("Erased person")
"""The name of everybody whose account was erased. Nobody else may take it."""

JOINERS = "\u200c\u200d"
"""Zero-width characters without which some Persian and Indic names cannot be spelled."""
MOST_MARKS = 3
"""Marks stacked on one letter. More serve to scribble over the lines above and below."""

OFFICES = frozenset(
    "admin administrator administrators administrador administradora administracion "
    "clerk clerks secretario secretaria secretariat moderator moderators moderador moderadora "
    "facilitator facilitators facilitador facilitadora reviewer reviewers revisor revisora "
    "official officials funcionario funcionaria oficial sysadmin operator operador staff folkmoot".split()
)
OFFICE_PHRASES = (
    "city of",
    "city hall",
    "city council",
    "town hall",
    "mayor of",
    "office of",
    "ciudad de",
    "ayuntamiento",
    "alcaldia",
    "alcalde de",
    "alcaldesa de",
    "oficina de",
    "human rights review",
    "erased person",
    "persona borrada",
)
# Letters of other scripts, and signs, that pass for a Latin letter at a glance.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнӏαεορυνικτηβγ03457@$|",
    "aeopcyxijsdhkmtbhlaeopuviktnbyoeastasl",
)
_READINGS = (str.maketrans("1!", "ll"), str.maketrans("1!", "ii"), str.maketrans("", "", "0123456789"))
"""“1” may stand for l, for i, or for nothing at all."""
_GLUED = re.compile(rf"(city|town|the|el|la|municipal)({'|'.join(sorted(OFFICES))})")


def trimmed(name: str) -> str:
    """The name as it is kept: composed letters, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def problem(name: str) -> Words | None:
    """Why nobody can go by this (trimmed) name here, or None if they can."""
    if len(name) > LONGEST:
        return Words(N_("Use at most %(most)s letters for your name."), {"most": LONGEST})
    if any(_is_control(name, place) for place in range(len(name))) or _is_scribbled(name):
        return Words(
            N_("Your name holds characters that cannot be seen or that disturb the text around it. Type it anew.")
        )
    if len(name) < 2 or not any(char.isalpha() for char in name):
        return Words(N_("Enter a name of at least two characters with a letter in it. It need not be your legal name."))
    if _claims_office(name):
        return Words(
            N_(
                "A name cannot contain the name of an office, such as “clerk” or “City of”, so that nobody is "
                "taken for an official. Officials are shown with a badge."
            )
        )
    return None


def _is_control(name: str, place: int) -> bool:
    char = name[place]
    if char in JOINERS:
        around = name[place - 1 : place] + name[place + 1 : place + 2]
        return len(around) < 2 or any(one.isascii() or unicodedata.category(one)[0] not in "LM" for one in around)
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _is_scribbled(name: str) -> bool:
    run = 0
    for char in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if run > MOST_MARKS:
            return True
    return False


def _claims_office(name: str) -> bool:
    """Whether the name reads like an office, however its letters were dressed up."""
    folded = unicodedata.normalize("NFKD", name.translate({ord(char): None for char in JOINERS})).casefold()
    bare = "".join(char for char in folded if unicodedata.category(char) != "Mn")
    return any(_reads_like_office(bare.translate(reading).translate(_LOOKALIKES)) for reading in _READINGS)


def _reads_like_office(plain: str) -> bool:
    words = re.findall(r"[^\W_]+", plain)
    spelled_out = "".join(words) if all(len(word) == 1 for word in words) else ""
    said = f" {' '.join(words)} "
    return (
        not OFFICES.isdisjoint(words)
        or spelled_out in OFFICES
        or any(f" {phrase} " in said for phrase in OFFICE_PHRASES)
        or any(_GLUED.fullmatch(word) for word in words)
    )
