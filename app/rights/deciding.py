"""A result in terms of rights: what it advances, which dangers it brings and what was said to them. PURE."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.rights.findings import FindingAnswerKind
from app.rights.tags import Direction


@dataclass(frozen=True)
class Point:
    """A proposal works on an article. `answers`: what was said to the danger; `mitigation`: what would lessen it."""

    proposal_id: int
    article: str
    direction: Direction
    mitigation: str = ""
    lang: str = "en"
    answers: tuple[FindingAnswerKind, ...] = ()

    @property
    def met(self) -> bool:
        """Whether anything is recorded to the danger."""
        return bool(self.answers or self.mitigation.strip())


@dataclass(frozen=True)
class Decided:
    """What follows for rights from a vote."""

    advanced: tuple[tuple[str, int], ...]
    """Articles with how many carried proposals advance each, most first."""
    dangers: tuple[Point, ...]
    """Of carried proposals."""
    asked_in_vain: tuple[tuple[int, tuple[str, ...]], ...]
    """Proposals that were not carried, with the articles they would have advanced."""
    left_alone: tuple[str, ...]
    """Of these articles, those that no carried proposal advances."""


def decided(points: Iterable[Point], carried: Collection[int], lost: Collection[int]) -> Decided:
    """What a vote with these outcomes means for rights."""
    said = list(points)
    gains = _gains(said)
    of_carried = [article for proposal in carried for article in gains.get(proposal, ())]
    in_vain = tuple((proposal, gains[proposal]) for proposal in lost if proposal in gains)
    asked = dict.fromkeys(article for _, articles in in_vain for article in articles)
    counted = {article: of_carried.count(article) for article in dict.fromkeys(of_carried)}
    return Decided(
        advanced=tuple(sorted(counted.items(), key=lambda one: -one[1])),
        dangers=tuple(one for one in said if one.direction.harms and one.proposal_id in carried),
        asked_in_vain=in_vain,
        left_alone=tuple(article for article in asked if article not in counted),
    )


def _gains(said: Iterable[Point]) -> dict[int, tuple[str, ...]]:
    """By proposal, the articles that it advances, each once, whoever said it."""
    found: dict[int, dict[str, None]] = {}
    for one in said:
        if one.direction is not Direction.ENDANGERS:
            found.setdefault(one.proposal_id, {})[one.article] = None
    return {proposal: tuple(articles) for proposal, articles in found.items()}
