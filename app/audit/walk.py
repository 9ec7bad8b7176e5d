"""A walk through the whole log, from its first entry, that collects everything that does not fit (PURE).

Each hash of an entry is kept three times: in its text, in its row and in its tile. Two against one tell which of them
was changed; where somebody changed all three, the signed checkpoints tell where.
"""

from __future__ import annotations

import json
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
    parse_checkpoint,
    parse_vkey,
    split_note,
)

WIDTH: Final = 256
HASH: Final = 32
KEYS: Final = b'"act":"key.'
"""How the act stands in an entry about the log's own keys."""

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


@dataclass(frozen=True)
class Untrusted:
    """A checkpoint that the keys known when the walk came to its size had not signed."""

    where: str
    size: int
    why: str
    fits: bool
    """Whether its root is that of the entries all the same."""


class Walk:
    """Entries are given in blocks of 256, checkpoints in any order before the block that they end in.

    `vkey` is a key that signed at some time. Which keys came after it, the entries say themselves.
    """

    def __init__(self, vkey: Vkey, check: SignatureCheck, tile: StoredTile, found: Callable[[Finding], None]) -> None:
        self.vkey = vkey
        self.keys = [vkey]
        self.check = check
        self.tile = tile
        self.found = found
        self.tree = Frontier()
        self.tiles_seen = 0
        self._levels: list[list[bytes]] = []
        self._signed: dict[int, list[tuple[str, str]]] = {}
        self._leaving: list[Vkey] = []
        self._untrusted: list[Untrusted] = []
        self._good = 0
        self._lost = False

    def find(self, what: str, index: int | None = None) -> None:
        self.found(Finding(what, index))

    @property
    def largest_signed(self) -> int:
        """The size of the largest checkpoint that is still to be compared."""
        return max(self._signed, default=0)

    def checkpoint(self, note: str, where: str) -> Checkpoint | None:
        """Read a checkpoint now, and check it when the walk comes to its size. `where`: what to call it."""
        try:
            checkpoint = parse_checkpoint(split_note(note)[0])
        except NoteError as error:
            self.find(f"{where} cannot be trusted: {error}.")
            return None
        self._signed.setdefault(checkpoint.size, []).append((where, note))
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
            if index in entries and KEYS in entries[index].body:
                self._follow(index, entries[index].body)
            self._compare_roots(index + 1)
        self._check_length(0, first // WIDTH, slots, count)
        if count == WIDTH:
            self._complete(1, _root_above(leaves))

    def finish(self) -> None:
        """Check the unfinished tiles of the upper levels; call once, after the last block."""
        for size in sorted(self._signed):
            for where, note in self._signed[size]:
                self._beyond(where, size, note)
        for one in self._untrusted:
            self.find(f"{one.where} cannot be trusted: {one.why}.")
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

    def _beyond(self, where: str, size: int, note: str) -> None:
        try:
            self._open(note)
        except NoteError as error:
            self.find(f"{where} cannot be trusted: {error}.")
        else:
            self.find(f"{where} was signed over {size} entries, but there are {self.tree.size}.", self.tree.size)

    def _follow(self, index: int, body: bytes) -> None:
        """Take in an entry that says which keys sign from now on."""
        try:
            said = json.loads(body)
            act = said["act"]
            if act not in ("key.added", "key.retired"):
                return
            vkey = parse_vkey(said["facts"]["vkey"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.find(f"Entry {index} names a key that cannot be read.", index)
            return
        if act == "key.retired":
            if vkey in self.keys and len(self.keys) > 1:
                self.keys.remove(vkey)
                self._leaving.append(vkey)
        elif vkey not in self.keys:
            self.keys.append(vkey)
        elif vkey == self.vkey:
            self._excuse(index)

    def _excuse(self, index: int) -> None:
        """The trusted key came in at this entry only: what was signed before it came was signed by another."""
        earlier = [one for one in self._untrusted if one.size <= index]
        self._untrusted = [one for one in self._untrusted if one.size > index]
        for one in earlier:
            if not one.fits:
                self.find(f"{one.where}, signed by an earlier key, has another root.", one.size - 1)

    def _open(self, note: str) -> None:
        """Raises NoteError unless every key that must sign the checkpoint has signed it."""
        for vkey in (*self.keys, *self._leaving):
            open_checkpoint(note, vkey, self.check)

    def _compare_roots(self, size: int) -> None:
        signed = self._signed.pop(size, ())
        for where, note in signed:
            fits = self._lost or parse_checkpoint(split_note(note)[0]).root == self.tree.root()
            try:
                self._open(note)
            except NoteError as error:
                self._untrusted.append(Untrusted(where, size, str(error), fits))
                continue
            if self._lost:
                continue  # with an entry and its hash gone no later root can be computed: that has been said
            if fits:
                self._good = max(self._good, size)
                continue
            last = max(size - 1, 0)
            which = f"Entry {last} is" if self._good >= last else f"One or more of the entries {self._good}-{last} are"
            self.find(f"{which} not what was signed: {where} has another root.", min(self._good, last))
            self._lost = True
        if signed:
            self._leaving.clear()  # a key that was retired signs the checkpoint over its retirement, and no other

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
