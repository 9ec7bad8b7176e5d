"""The address of a deliberation, made once from its question and never changed (PURE)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

LONGEST = 60
RESERVED = frozenset({"new"})
NAMELESS = "deliberation"
"""For a question in a script that has no Latin letters."""


def slug_for(question: str, taken: Container[str] = ()) -> str:
    """A short address of plain letters, such as `should-mill-street-be-closed`, that is not `taken`."""
    stem = _stem(question)
    number, slug = 1, stem
    while slug in taken or slug in RESERVED:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _stem(question: str) -> str:
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    stem = ""
    for word in words:
        longer = f"{stem}-{word}" if stem else word
        if len(longer) > LONGEST:
            break
        stem = longer
    return stem or (words[0][:LONGEST] if words else NAMELESS)
