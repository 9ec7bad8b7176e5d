"""Two readings of the same bundle of paper ballots held against each other, and a third where they differ (PURE).

A reading of a ballot is its choices as canonical JSON; BLANK, if it breaks the rule of the vote and so supports
nothing; or ABSENT, if the bundle holds no ballot with this serial.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BLANK = b""
ABSENT = b"absent"


@dataclass(frozen=True)
class Difference:
    """A ballot that was read in two ways. `third` is how whoever looked again read it, None until then."""

    serial: str
    first: bytes
    second: bytes
    third: bytes | None = None

    @property
    def resolved(self) -> bool:
        """Whether the third reading agrees with one of the first two. A third opinion resolves nothing."""
        return self.third is not None and self.third in (self.first, self.second)


@dataclass(frozen=True)
class Comparison:
    """What two readings of a bundle come to."""

    agreed: Mapping[str, bytes] = field(default_factory=dict)
    """Serial -> reading, of what was read alike or resolved, and lies in the bundle."""
    differences: tuple[Difference, ...] = ()

    @property
    def unresolved(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if not one.resolved)

    def complete(self, size: int) -> bool:
        """Whether the batch can be entered: nothing is open, and there are as many ballots as the bundle has."""
        return not self.unresolved and len(self.agreed) == size


def compare(first: Mapping[str, bytes], second: Mapping[str, bytes], third: Mapping[str, bytes]) -> Comparison:
    """Hold two readings against each other, by serial."""
    agreed: dict[str, bytes] = {}
    differences = []
    for serial in sorted({*first, *second}):
        one, other = first.get(serial, ABSENT), second.get(serial, ABSENT)
        if one == other:
            agreed[serial] = one
            continue
        found = Difference(serial, one, other, third.get(serial))
        differences.append(found)
        if found.resolved and found.third is not None:
            agreed[serial] = found.third
    there = {serial: reading for serial, reading in agreed.items() if reading != ABSENT}
    return Comparison(there, tuple(differences))
