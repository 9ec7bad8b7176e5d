"""Threads: putting comments in reading order (PURE)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Protocol, TypeVar


class Answerable(Protocol):
    """Anything that has a key and may answer another of its kind."""

    @property
    def id(self) -> Hashable: ...

    @property
    def parent_id(self) -> Hashable | None: ...


C = TypeVar("C", bound=Answerable)


def in_reading_order(
    comments: Iterable[C], *, tops: Callable[[C], object], answers: Callable[[C], object]
) -> list[tuple[C, int]]:
    """Each comment with its depth (0 at the top), every answer below what it answers.

    `tops` and `answers` give the sort key among the tops of threads and among the answers to one comment. A comment
    whose parent is not among them counts as a top. Comments that answer each other in a ring come last, as tops, so
    that nothing is ever lost.
    """
    known = list(comments)
    by_id = {one.id: one for one in known}
    below: dict[Hashable | None, list[C]] = {}
    for one in known:
        parent = one.parent_id if one.parent_id in by_id and one.parent_id != one.id else None
        below.setdefault(parent, []).append(one)
    ordered: list[tuple[C, int]] = []
    seen: set[Hashable] = set()
    _walk(sorted(below.get(None, []), key=tops), below, answers, ordered, seen)  # type: ignore[arg-type]  # keys of one kind compare
    ringed = [one for one in known if one.id not in seen]
    for one in sorted(ringed, key=tops):  # type: ignore[arg-type]  # as above
        if one.id not in seen:
            _walk([one], below, answers, ordered, seen)
    return ordered


def _walk(
    tops: list[C],
    below: dict[Hashable | None, list[C]],
    answers: Callable[[C], object],
    ordered: list[tuple[C, int]],
    seen: set[Hashable],
) -> None:
    """Depth first without recursion: a thread may be deeper than Python's stack."""
    waiting = [(one, 0) for one in reversed(tops)]
    while waiting:
        one, depth = waiting.pop()
        key = one.id
        if key in seen:
            continue
        seen.add(key)
        ordered.append((one, depth))
        if replies := below.get(key):
            replies = sorted(replies, key=answers)  # type: ignore[arg-type]  # keys of one kind compare
            waiting.extend((reply, depth + 1) for reply in reversed(replies))
