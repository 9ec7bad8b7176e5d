"""What was said of a proposal in terms of rights, as one plain paragraph. Made of the answers alone. PURE.

Sentences are English sources with named values; whoever shows them translates them. The same answers give the same
sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.charter.words import N_, Words
from app.rights.tags import Direction

Listing = Callable[[Sequence[str]], str]
"""Makes `a, b and c` of names, in the reader's language."""


@dataclass(frozen=True)
class Point:
    """One article of one point of view. `safeguard`: something is recorded that lessens the danger."""

    article: str
    """As readers see it, such as `ICESCR 11`."""
    direction: Direction
    by_author: bool
    groups: tuple[str, ...] = ()
    """As readers see them."""
    safeguard: bool = False


def sentences(said: Iterable[Point], listing: Listing) -> list[Words]:
    """The paragraph, sentence by sentence; empty where nothing was said."""
    points = list(said)
    author = [one for one in points if one.by_author]
    others = [one for one in points if not one.by_author]
    return [
        *_by(author, N_("Its author says that it advances %(articles)s."), _ENDANGERS_BY_AUTHOR, listing),
        *_by(others, N_("Others say that it advances %(articles)s."), _ENDANGERS_BY_OTHERS, listing),
        *_groups(points, listing),
        *_safeguards(points, listing),
        *_difference(author, others, listing),
    ]


_ENDANGERS_BY_AUTHOR = N_("Its author sees a danger to %(articles)s.")
_ENDANGERS_BY_OTHERS = N_("Others see a danger to %(articles)s.")


def _by(points: Sequence[Point], advances: str, endangers: str, listing: Listing) -> list[Words]:
    gains = _articles(one for one in points if one.direction is not Direction.ENDANGERS)
    harms = _articles(one for one in points if one.direction.harms)
    found = [(advances, gains), (endangers, harms)]
    return [Words(text, {"articles": listing(articles)}) for text, articles in found if articles]


def _articles(points: Iterable[Point]) -> list[str]:
    return list(dict.fromkeys(one.article for one in points))


def _groups(points: Sequence[Point], listing: Listing) -> list[Words]:
    named = list(dict.fromkeys(group for one in points for group in one.groups))
    if not points:
        return []
    if not named:
        return [Words(N_("Nobody has said which groups of people feel it."))]
    return [Words(N_("These groups feel it: %(groups)s."), {"groups": listing(named)})]


def _safeguards(points: Sequence[Point], listing: Listing) -> list[Words]:
    harms = [one for one in points if one.direction.harms]
    met = _articles(one for one in harms if one.safeguard)
    bare = [article for article in _articles(harms) if article not in met]
    found = [
        (N_("Something is recorded that lessens the danger to %(articles)s."), met),
        (N_("Nothing is recorded yet that lessens the danger to %(articles)s."), bare),
    ]
    return [Words(text, {"articles": listing(articles)}) for text, articles in found if articles]


def _difference(author: Sequence[Point], others: Sequence[Point], listing: Listing) -> list[Words]:
    """Where others see a danger and the author, who has spoken, does not."""
    seen = set(_articles(one for one in author if one.direction.harms))
    apart = [article for article in _articles(one for one in others if one.direction.harms) if article not in seen]
    text = N_("They differ: its author does not mark the danger to %(articles)s.")
    return [Words(text, {"articles": listing(apart)})] if author and apart else []
