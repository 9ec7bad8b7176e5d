"""What changed between two revisions, word by word (PURE)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_TOKENS = re.compile(r"\s+|\w+\s*|[^\w\s]\s*", re.UNICODE)
"""A word or sign with the space after it: spaces by themselves would all look alike and take most of the time."""
MOST_STEPS = 5_000_000
"""Comparisons of one word with another for two texts, about a second; texts can be made to need a thousand times as
many. What is still to be compared then is shown as replaced whole, which is still true."""


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
    effort = _Effort()
    pieces: list[Piece] = []
    for before, after in _paragraphs(old, new, effort):
        pieces.extend(_compare(before, after, effort))
    return list(_merged(pieces))


class _Effort:
    """Compares, as long as it does not take too long in all."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def changes(self, old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
        """What stayed, as text, after what was in `old` before it and what is in `new` instead."""
        at, to = 0, 0
        for i, j, size in [*self._same(old, new), (len(old), len(new), 0)]:
            yield "".join(old[i : i + size]), old[at:i], new[to:j]
            at, to = i + size, j + size

    def _same(self, old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
        """Where both say the same, the longest first looked for: (place in old, place in new, how much)."""
        matcher, often = SequenceMatcher(None, old, new, autojunk=False), Counter(new)
        waiting, found = [(0, len(old), 0, len(new))], []
        while waiting:
            a, b, c, d = waiting.pop()
            self._left -= sum(often[token] for token in old[a:b])
            if self._left < 0:
                break
            i, j, size = matcher.find_longest_match(a, b, c, d)
            if size:
                found.append((i, j, size))
                waiting += [(a, i, c, j), (i + size, b, j + size, d)]
        return sorted(found)


def changed(old: str, new: str) -> bool:
    """Whether anything differs at all."""
    return old != new


def _paragraphs(old: str, new: str, effort: _Effort) -> Iterator[tuple[str, str]]:
    for same, gone, come in effort.changes(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        shared = min(len(gone), len(come))
        yield from zip(gone[:shared], come[:shared], strict=True)
        yield "".join(gone[shared:]), "".join(come[shared:])
        yield same, same


def _compare(before: str, after: str, effort: _Effort) -> Iterator[Piece]:
    if before == after:
        yield Piece(Kind.SAME, before)
        return
    for same, gone, come in effort.changes(_TOKENS.findall(before), _TOKENS.findall(after)):
        yield from _replaced("".join(gone), "".join(come))
        yield Piece(Kind.SAME, same)


def _replaced(gone: str, come: str) -> Iterator[Piece]:
    """Words that gave way to others. A space that stands after both stayed."""
    space = min(_end_of(gone), _end_of(come), key=len)
    if not (gone.endswith(space) and come.endswith(space)):
        space = ""
    yield Piece(Kind.REMOVED, gone.removesuffix(space))
    yield Piece(Kind.ADDED, come.removesuffix(space))
    yield Piece(Kind.SAME, space)


def _end_of(text: str) -> str:
    """The space with which it ends."""
    return text[len(text.rstrip()) :]


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
