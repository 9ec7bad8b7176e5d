"""How tiles and entry bundles are named and packed: C2SP tlog-tiles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.audit.merkle import WIDTH

_PATH: Final = re.compile(
    r"(?P<level>entries|0|[1-5]?[0-9]|6[0-3])/(?P<groups>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class Ref:
    """One resource below `tile/`: level None stands for the bundle of the entries themselves."""

    level: int | None
    n: int
    width: int = WIDTH

    def __str__(self) -> str:
        """The path below `tile/`, such as `0/x001/234`, `2/000.p/17` or `entries/391`."""
        groups = [f"{self.n % 1000:03}"]
        rest = self.n // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{level}/{'/'.join(groups)}{partial}"


def parse(path: str) -> Ref:
    """Read what `str(Ref)` writes. Raises ValueError for every other spelling, so that a resource has one address."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise ValueError(f"“{path}” is not the path of a tile")
    level = None if match["level"] == "entries" else int(match["level"])
    n = int(match["groups"].replace("x", "").replace("/", ""))
    ref = Ref(level, n, int(match["width"] or WIDTH))
    if str(ref) != path:
        raise ValueError(f"“{path}” is another spelling of {ref}")
    return ref


def width_at(level: int, n: int, size: int) -> int:
    """How many hashes tile (level, n) has in a tree of `size` leaves: 0 to 256."""
    return max(0, min(WIDTH, (size >> (8 * level)) - n * WIDTH))


def bundle(bodies: Iterable[bytes]) -> bytes:
    """Entries as a bundle: each behind its length as two bytes. Raises OverflowError above 65,535 bytes."""
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError when it ends in the middle of one."""
    bodies, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        body = data[at + 2 : at + 2 + length]
        if len(data) < at + 2 or len(body) < length:
            raise ValueError("the bundle ends in the middle of an entry")
        bodies.append(body)
        at += 2 + length
    return bodies
