"""The tree of RFC 6962, kept as tiles of 256 hashes.

Tile (level, n) holds the hashes of the complete subtrees of 256**level leaves, from number 256*n on. Appending touches
only the tile at the right edge of each level, whatever the size of the log. The functions that *check* proofs are in
`verify.py` and share no code with these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Final

WIDTH: Final = 256
"""Hashes in a full tile."""

HASH: Final = 32
"""Bytes of a hash."""

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves."""

Tile = tuple[int, int]
"""Level and number of a tile."""

TileReader = Callable[[int, int], bytes]
"""(level, n) -> the hashes of that tile, as many as there are; b"" for none."""


def leaf_hash(body: bytes) -> bytes:
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def edge(size: int) -> list[Tile]:
    """The unfinished tiles of a tree of `size` leaves, one for each level in use, lowest first."""
    tiles, level = [], 0
    while size:
        tiles.append((level, size // WIDTH))
        size //= WIDTH
        level += 1
    return tiles


def append(size: int, stored: Mapping[Tile, bytes], leaves: Iterable[bytes]) -> dict[Tile, bytes]:
    """Every tile that changes when `leaves` follow a tree of `size`; `stored` holds the tiles of `edge(size)`."""
    changed: dict[Tile, bytes] = {}
    _extend(changed, stored, 0, size, list(leaves))
    return changed


def _extend(
    changed: dict[Tile, bytes], stored: Mapping[Tile, bytes], level: int, width: int, hashes: list[bytes]
) -> None:
    """Put `hashes` behind the `width` ones that a level has; each tile that fills up gives one to the next level."""
    if not hashes:
        return
    start, completed, taken = width, [], 0
    while taken < len(hashes):
        n, filled = divmod(width, WIDTH)
        some = hashes[taken : taken + WIDTH - filled]
        tile = changed[level, n] = (stored[level, n] if filled else b"") + b"".join(some)
        if len(tile) == WIDTH * HASH:
            completed.append(_complete(tile))
        taken += len(some)
        width += len(some)
    _extend(changed, stored, level + 1, start // WIDTH, completed)


def _complete(hashes: bytes) -> bytes:
    """The root above 1, 2, 4 … 256 hashes."""
    row = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def root(read: TileReader, size: int) -> bytes:
    """The Merkle Tree Hash of the first `size` leaves."""
    return _range(read, 0, size) if size else EMPTY_ROOT


def inclusion(read: TileReader, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962, 2.1.1: siblings from the leaf up. Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range(read, middle, high))
            high = middle
        else:
            path.append(_range(read, low, middle))
            low = middle
    return path[::-1]


def consistency(read: TileReader, old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962, 2.1.2. Raises ValueError when `old` is larger than `new`."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not contain one of {old}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    low, high, whole = 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range(read, middle, high))
            high = middle
        else:
            path.append(_range(read, low, middle))
            low, whole = middle, False
    return [*([] if whole else [_range(read, low, high)]), *reversed(path)]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _range(read: TileReader, low: int, high: int) -> bytes:
    """MTH(D[low:high]) for a range that the recursion of RFC 6962 produces: `low` is a multiple of its left half."""
    count = high - low
    if count & (count - 1) == 0:
        level, height = divmod(count.bit_length() - 1, 8)
        at = low >> (8 * level)
        hashes = read(level, at // WIDTH)[(at % WIDTH) * HASH :][: HASH << height]
        if len(hashes) != HASH << height:
            raise ValueError(f"tile {level}/{at // WIDTH} is shorter than a tree of {high} needs")
        return _complete(hashes)
    middle = low + _split(count)
    return node_hash(_range(read, low, middle), _range(read, middle, high))
