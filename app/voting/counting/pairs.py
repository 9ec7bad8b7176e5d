"""Every option against every other: the pairwise matrix, its majorities, and who beats all others. Pure.

a beats b when more ballots have a above b than b above a; by how many more is the majority's *margin*. Who ranks two
options equal, or neither of them, speaks for neither. An option that beats every other is the Condorcet winner.

Source: Marquis de Condorcet, Essai sur l'application de l'analyse à la probabilité des décisions (1785).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.voting.counting.outcome import Head, Table, TableKind
from app.voting.counting.rankings import Rankings


@dataclass(frozen=True)
class Pairs:
    """The pairwise matrix of some options."""

    options: tuple[int, ...]
    above: Mapping[tuple[int, int], int]

    @classmethod
    def of(cls, rankings: Rankings) -> Pairs:
        return cls(rankings.options, rankings.above())

    def among(self, some: Iterable[int]) -> Pairs:
        """The same matrix for fewer options."""
        kept = set(some)
        return Pairs(tuple(option for option in self.options if option in kept), self.above)

    def margin(self, a: int, b: int) -> int:
        """By how many ballots a is ahead of b; negative when b is ahead."""
        return self.above[a, b] - self.above[b, a]

    def wins(self, option: int) -> int:
        """How many others it beats."""
        return sum(self.margin(option, other) > 0 for other in self.options if other != option)

    def losses(self, option: int) -> int:
        """By how many others it is beaten."""
        return sum(self.margin(option, other) < 0 for other in self.options if other != option)

    def majorities(self) -> list[tuple[int, int, int]]:
        """(margin, winner, loser) of each pair that is not equal, the clearest first."""
        found = [
            (margin, a, b) for a in self.options for b in self.options if a != b and (margin := self.margin(a, b)) > 0
        ]
        return sorted(found, reverse=True)

    def condorcet_winner(self) -> int | None:
        """The option that beats every other, if there is one."""
        most = len(self.options) - 1
        return next((option for option in self.options if most and self.wins(option) == most), None)

    def table(self, options: Sequence[int]) -> Table:
        """The matrix as it is shown."""
        rows = tuple((Head(option=a), tuple(None if a == b else self.above[a, b] for b in options)) for a in options)
        return Table(TableKind.PAIRS, tuple(Head(option=option) for option in options), rows)
