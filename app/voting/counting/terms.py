"""What a count is told besides the ballots. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.voting.counting.limits import Quorum, Threshold
from app.voting.counting.ties import Ties

COMPLETIONS = ("none", "greedy", "add1", "add1u")
"""How equal shares can go on when nothing more can be paid for; "-comparison" may follow the name."""


@dataclass(frozen=True)
class Terms:
    """The terms of a count; a method reads those that it knows.

    :raises ValueError: when there is no place to fill, or a cost or the budget is negative.
    """

    options: tuple[int, ...]
    roll: int
    quorum: Quorum = field(default_factory=Quorum)
    threshold: Threshold = Threshold.SIMPLE
    ties: Ties = field(default_factory=Ties)
    seats: int = 1
    budget: int = 0
    """What may be spent, in the same unit as the costs."""
    costs: Mapping[int, int] = field(default_factory=dict)
    completion: str = ""
    """How equal shares goes on when nothing more can be afforded; empty for its own default."""

    def __post_init__(self) -> None:
        if self.seats < 1:
            raise ValueError("a vote fills at least one place")
        if self.budget < 0 or any(cost < 0 for cost in self.costs.values()):
            raise ValueError("a budget and its costs are not negative")
