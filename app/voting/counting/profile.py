"""Ballots as counts take them: one by one from anywhere, or grouped by equal content.

Pure. A count reads its ballots once and keeps what it needs of them, never one object for each. A `Profile` is for
whoever must read them more than once: as large as the number of *different* ballots.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.voting.counting.outcome import BallotError, Choices

Content = tuple[tuple[str, tuple[int, ...]], ...]
"""Choices that can be a key: (mark, options so marked), in the order of the marks."""


@dataclass(frozen=True)
class Profile:
    """Different ballots, each with how many people cast it."""

    groups: Mapping[Content, int]

    @classmethod
    def of(cls, ballots: Iterable[Choices]) -> Profile:
        """Group ballots as they come."""
        return cls(Counter(map(content, ballots)))

    @classmethod
    def of_texts(cls, texts: Iterable[bytes], times: Iterable[int] | None = None) -> Profile:
        """Group ballots written as JSON, each cast once or so many `times`; equal texts are read only once."""
        weights: Counter[bytes] = Counter()
        if times is None:
            weights.update(texts)
        else:
            for text, weight in zip(texts, times, strict=True):
                weights[text] += weight
        groups: Counter[Content] = Counter()
        for text, weight in weights.items():
            groups[content(json.loads(text))] += weight
        return cls(groups)

    @property
    def total(self) -> int:
        return sum(self.groups.values())

    def __iter__(self) -> Iterator[tuple[Choices, int]]:
        """Each different ballot with its weight."""
        return ((dict(ballot), weight) for ballot, weight in self.groups.items())


Ballots = Iterable[Choices] | Profile
"""What a count takes. Ballots that come one by one are read once."""


def content(choices: Choices) -> Content:
    """These choices as a key: the same for the same ballot, whatever the order of its marks."""
    return tuple((mark, tuple(choices[mark])) for mark in sorted(choices))


def weighted(ballots: Ballots) -> Iterator[tuple[Choices, int]]:
    """Each ballot with how often it was cast."""
    if isinstance(ballots, Profile):
        return iter(ballots)
    return ((choices, 1) for choices in ballots)


def tally_marks(
    ballots: Ballots, options: Sequence[int], marks: Sequence[str]
) -> tuple[int, dict[str, dict[int, int]]]:
    """How many ballots there are, and how often each option got each mark; one pass, no copy.

    :raises BallotError: when a ballot marks an option twice, an unknown one, or in a way that
        the method does not know.
    """
    counts = {mark: dict.fromkeys(options, 0) for mark in marks}
    total = 0
    for choices, weight in weighted(ballots):
        total += weight
        seen: set[int] = set()
        for mark, marked in choices.items():
            if mark not in counts:
                raise BallotError(f"ballot {total} has the unknown mark {mark!r}")
            of_mark = counts[mark]
            for option in marked:
                if option in seen or option not in of_mark:
                    raise BallotError(f"ballot {total}: option {option} is unknown or twice")
                seen.add(option)
                of_mark[option] += weight
    return total, counts
