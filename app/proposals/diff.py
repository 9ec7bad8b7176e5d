"""What changed between two revisions, word by word (PURE)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)
LONGEST_COMPARED = 6_000
"""Tokens of one paragraph compared word by word; beyond that it is shown as replaced whole, which is still true."""


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A run of text that stayed, came or went."""

    kind: Kind
    text: str


def words(old: str, new: str) -> list[Piece]:
    """The way from `old` to `new`: the pieces that are not ADDED spell the old text, those not REMOVED the new one.

    Paragraphs are matched first, so that a moved line does not tear up the words around it.
    """
    pieces: list[Piece] = []
    for before, after in _paragraphs(old, new):
        pieces.extend(_compare(before, after))
    return list(_merged(pieces))


def changed(old: str, new: str) -> bool:
    """Whether anything differs at all."""
    return old != new


def _paragraphs(old: str, new: str) -> Iterator[tuple[str, str]]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "".join(before[i1:i2]), "".join(after[j1:j2])
            continue
        shared = min(i2 - i1, j2 - j1)
        for step in range(shared):
            yield before[i1 + step], after[j1 + step]
        yield "".join(before[i1 + shared : i2]), "".join(after[j1 + shared : j2])


def _compare(before: str, after: str) -> Iterator[Piece]:
    if before == after:
        yield Piece(Kind.SAME, before)
        return
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) > LONGEST_COMPARED or len(new) > LONGEST_COMPARED:
        yield from (Piece(Kind.REMOVED, before), Piece(Kind.ADDED, after))
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(old[i1:i2]))
        else:
            yield Piece(Kind.REMOVED, "".join(old[i1:i2]))
            yield Piece(Kind.ADDED, "".join(new[j1:j2]))


def _merged(pieces: list[Piece]) -> Iterator[Piece]:
    """Join neighbours of one kind and drop what is empty."""
    kept: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if kept is not None and kept.kind is piece.kind:
            kept = Piece(kept.kind, kept.text + piece.text)
            continue
        if kept is not None:
            yield kept
        kept = piece
    if kept is not None:
        yield kept
