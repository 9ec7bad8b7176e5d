"""A walk through the whole log, from its first entry, that collects everything that does not fit (PURE).

Each hash of an entry is kept three times: in its text, in its row and in its tile. Two against one tell which of them
was changed; where somebody changed all three, the signed checkpoints tell where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.audit.verify import (
    Checkpoint,
    Frontier,
    NoteError,
    SignatureCheck,
    Vkey,
    is_canonical,
    leaf_hash,
    node_hash,
    open_checkpoint,
)

WIDTH: Final = 256
HASH: Final = 32

StoredTile = Callable[[int, int], bytes]
"""(level, n) -> the tile as it is stored; b"" where there is none."""


@dataclass(frozen=True)
class Finding:
    """Something that does not fit, as a sentence. `index`: the entry concerned, or the first that may be."""

    what: str
    index: int | None = None


@dataclass(frozen=True)
class Stored:
    """An entry as it is stored: its text and its hash."""

    body: bytes
    leaf: bytes


class Walk:
    """Entries are given in blocks of 256, checkpoints in any order before the block that they end in."""

    def __init__(self, vkey: Vkey, check: SignatureCheck, tile: StoredTile, found: Callable[[Finding], None]) -> None:
        self.vkey = vkey
        self.check = check
        self.tile = tile
        self.found = found
        self.tree = Frontier()
        self.tiles_seen = 0
        self._levels: list[list[bytes]] = []
        self._signed: dict[int, list[tuple[str, bytes]]] = {}
        self._good = 0
        self._lost = False

    def find(self, what: str, index: int | None = None) -> None:
        self.found(Finding(what, index))

    @property
    def largest_signed(self) -> int:
        """The size of the largest checkpoint with a good signature that is still to be compared."""
        return max(self._signed, default=0)

    def checkpoint(self, note: str, where: str) -> Checkpoint | None:
        """Check a signed checkpoint now, and its root when the walk comes to its size. `where`: what to call it."""
        try:
            checkpoint = open_checkpoint(note, self.vkey, self.check)
        except NoteError as error:
            self.find(f"{where} cannot be trusted: {error}.")
            return None
        self._signed.setdefault(checkpoint.size, []).append((where, checkpoint.root))
        return checkpoint

    def block(self, first: int, count: int, entries: Mapping[int, Stored]) -> None:
        """The next `count` entries, from number `first` on."""
        self._compare_roots(first)
        slots = self.tile(0, first // WIDTH)
        leaves = []
        for index in range(first, first + count):
            at = (index - first) * HASH
            leaf = self._leaf(index, entries.get(index), slots[at : at + HASH])
            leaves.append(leaf)
            self.tree.add(leaf)
            self._compare_roots(index + 1)
        self._check_length(0, first // WIDTH, slots, count)
        if count == WIDTH:
            self._complete(1, _root_above(leaves))

    def finish(self) -> None:
        """Check the unfinished tiles of the upper levels; call once, after the last block."""
        for size in sorted(self._signed):
            for where, _ in self._signed[size]:
                self.find(f"{where} was signed over {size} entries, but there are {self.tree.size}.", self.tree.size)
        for level, hashes in enumerate(self._levels, start=1):
            if hashes:
                self._check_tile(level, (self.tree.size >> (8 * level)) // WIDTH, hashes)

    def _leaf(self, index: int, entry: Stored | None, slot: bytes) -> bytes:
        """What the tree should hold at `index`, by the majority of what is stored."""
        if entry is None:
            self.find(f"Entry {index} is missing.", index)
            self._lost = self._lost or len(slot) != HASH
            return slot
        hashed = leaf_hash(entry.body)
        if not is_canonical(entry.body):
            self.find(f"Entry {index}: its text is not written in the one form that the log allows.", index)
        if entry.leaf == hashed and len(slot) < HASH:
            return hashed  # the tile as a whole is found wanting below
        if entry.leaf == hashed != slot:
            self.find(f"Entry {index} was replaced, or its hash in the tile was: the two differ.", index)
        elif entry.leaf == slot != hashed:
            self.find(f"Entry {index}: its text was changed after it was logged.", index)
        elif hashed == slot != entry.leaf:
            self.find(f"Entry {index}: its stored hash was changed.", index)
        elif entry.leaf != hashed:
            self.find(f"Entry {index}: its text does not fit its hash.", index)
        return slot if entry.leaf == slot else hashed

    def _compare_roots(self, size: int) -> None:
        for where, root in self._signed.pop(size, ()):
            if self._lost:
                continue  # with an entry and its hash gone no later root can be computed: that has been said
            if root == self.tree.root():
                self._good = max(self._good, size)
                continue
            last = max(size - 1, 0)
            which = f"Entry {last} is" if self._good >= last else f"One or more of the entries {self._good}-{last} are"
            self.find(f"{which} not what was signed: {where} has another root.", min(self._good, last))
            self._lost = True

    def _check_length(self, level: int, n: int, stored: bytes, count: int) -> None:
        self.tiles_seen += bool(stored)
        if len(stored) < count * HASH:
            self.find(f"Tile {level}/{n} is {'cut short' if stored else 'missing'}.", (n * WIDTH) << (8 * level))
        elif len(stored) > count * HASH:
            self.find(f"Tile {level}/{n} holds more than the log has entries for.", (n * WIDTH) << (8 * level))

    def _complete(self, level: int, hash_: bytes) -> None:
        """A subtree of 256**level entries is full: its root goes into the tile above."""
        while len(self._levels) < level:
            self._levels.append([])
        hashes = self._levels[level - 1]
        hashes.append(hash_)
        if len(hashes) == WIDTH:
            self._check_tile(level, (self.tree.size >> (8 * level)) // WIDTH - 1, hashes)
            self._complete(level + 1, _root_above(hashes))
            hashes.clear()

    def _check_tile(self, level: int, n: int, hashes: list[bytes]) -> None:
        stored = self.tile(level, n)
        for place, hash_ in enumerate(hashes):
            found = stored[place * HASH : (place + 1) * HASH]
            if len(found) == HASH and found != hash_:
                first = (n * WIDTH + place) << (8 * level)
                last = first + (1 << (8 * level)) - 1
                self.find(f"Tile {level}/{n} holds a hash that is not that of the entries {first}-{last}.", first)
        self._check_length(level, n, stored, len(hashes))


def _root_above(hashes: Iterable[bytes]) -> bytes:
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
