"""One figure: what Folkmoot needs, what the yardstick needs for the same, and how far apart they may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A measurement beside its yardstick, both in `unit` and from the same run on the same machine.

    `ratio` is `ours` over `yardstick`. It may be at most `limit`; with `at_least`, as for rates, it must reach it.
    """

    name: str
    ours: float
    yardstick: float
    ratio: float
    limit: float
    unit: str
    at_least: bool = False

    @classmethod
    def of(cls, name: str, ours: float, yardstick: float, limit: float, unit: str, *, at_least: bool = False) -> Ratio:
        """The ratio of two measurements."""
        return cls(name, ours, yardstick, ours / yardstick, limit, unit, at_least)

    @property
    def reached(self) -> bool:
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit
