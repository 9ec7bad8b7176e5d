"""The tree against RFC 6962's published vectors, a tree written naively, and the proof checkers of `verify.py`."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit import merkle
from app.audit.verify import Frontier, consistency_holds, inclusion_holds

# The inputs and results with which Certificate Transparency implementations test themselves.
INPUTS = [
    bytes.fromhex(h)
    for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Tiles:
    """A tree in memory that grows by batches, as the sequencer's does."""

    def __init__(self) -> None:
        self.size = 0
        self.stored: dict[merkle.Tile, bytes] = {}

    def add(self, leaves: list[bytes]) -> Tiles:
        edge = {tile: self.stored[tile] for tile in merkle.edge(self.size) if tile in self.stored}
        self.stored |= merkle.append(self.size, edge, leaves)
        self.size += len(leaves)
        return self

    def read(self, level: int, n: int) -> bytes:
        return self.stored.get((level, n), b"")


def leaves_up_to(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 words it, without any thought for speed."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


LEAVES = leaves_up_to(70_000)
BIG = Tiles().add(LEAVES)


def test_the_empty_tree_has_the_root_of_the_rfc() -> None:
    assert merkle.root(Tiles().read, 0).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    tree = Tiles().add([merkle.leaf_hash(one) for one in INPUTS])
    assert merkle.root(tree.read, size).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_published_vectors(index: int, size: int) -> None:
    tree = Tiles().add([merkle.leaf_hash(one) for one in INPUTS])
    assert [one.hex() for one in merkle.inclusion(tree.read, index, size)] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_published_vectors(old: int, new: int) -> None:
    tree = Tiles().add([merkle.leaf_hash(one) for one in INPUTS])
    assert [one.hex() for one in merkle.consistency(tree.read, old, new)] == CONSISTENCY[old, new]


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    widths = {tile: len(hashes) // 32 for tile, hashes in BIG.stored.items()}
    assert sum(1 for (level, _), width in widths.items() if level == 0 and width == 256) == 273
    assert (widths[0, 273], widths[1, 0], widths[1, 1], widths[2, 0]) == (112, 256, 17, 1)
    assert len(widths) == 273 + 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_the_root_does_not_depend_on_how_leaves_came_in_batches(batches: list[int]) -> None:
    tree, taken = Tiles(), 0
    for count in batches:
        tree.add(LEAVES[taken : taken + count])
        taken += count
    assert merkle.root(tree.read, taken) == naive_root(LEAVES[:taken])


@settings(max_examples=15, deadline=None)  # a large tree takes its time where other work shares the machine
@given(st.integers(1, 70_000))
def test_earlier_roots_can_be_computed_from_the_tiles_of_a_later_tree(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.add(leaf)
    assert merkle.root(BIG.read, size) == frontier.root()


def test_a_batch_touches_only_the_right_edge() -> None:
    edge = {tile: BIG.stored[tile] for tile in merkle.edge(BIG.size)}
    changed = merkle.append(BIG.size, edge, leaves_up_to(3))
    assert set(changed) == {(0, 273)}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_inclusion_proof_holds_and_breaks_with_one_flipped_bit(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70_000))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(BIG.read, index, size)
    root = merkle.root(BIG.read, size)
    assert inclusion_holds(LEAVES[index], index, size, proof, root)
    parts = [LEAVES[index], root, *proof]
    bit = data.draw(st.integers(0, len(parts) * 256 - 1))
    leaf, other_root, *other_proof = flipped(parts, bit)
    assert not inclusion_holds(leaf, index, size, other_proof, other_root)
    assert not inclusion_holds(LEAVES[index], size, size, proof, root)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_consistency_proof_holds_and_breaks_with_one_flipped_bit(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 70_000))
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency(BIG.read, old, new)
    roots = [merkle.root(BIG.read, old), merkle.root(BIG.read, new)]
    assert consistency_holds(old, roots[0], new, roots[1], proof)
    bit = data.draw(st.integers(0, (2 + len(proof)) * 256 - 1))
    old_root, new_root, *other = flipped([*roots, *proof], bit)
    assert not consistency_holds(old, old_root, new, new_root, other)


def test_a_proof_that_is_too_long_or_too_short_does_not_hold() -> None:
    proof = merkle.inclusion(BIG.read, 5, 1000)
    root = merkle.root(BIG.read, 1000)
    assert not inclusion_holds(LEAVES[5], 5, 1000, proof[:-1], root)
    assert not inclusion_holds(LEAVES[5], 5, 1000, [*proof, proof[0]], root)
    steps = merkle.consistency(BIG.read, 5, 1000)
    assert not consistency_holds(5, merkle.root(BIG.read, 5), 1000, root, steps[:-1])
    assert not consistency_holds(5, merkle.root(BIG.read, 5), 1000, root, [*steps, steps[0]])
    assert not consistency_holds(1000, root, 5, merkle.root(BIG.read, 5), steps)


def test_proofs_outside_the_tree_are_refused() -> None:
    with pytest.raises(ValueError, match="not in a tree of 8"):
        merkle.inclusion(BIG.read, 8, 8)
    with pytest.raises(ValueError, match="does not contain"):
        merkle.consistency(BIG.read, 9, 8)


def test_a_tile_that_lost_hashes_is_an_error_and_not_a_wrong_root() -> None:
    def read(level: int, n: int) -> bytes:
        return BIG.read(level, n)[:-32]

    with pytest.raises(ValueError, match="shorter"):
        merkle.root(read, 70_000)


def flipped(parts: list[bytes], bit: int) -> list[bytes]:
    at, within = divmod(bit, 256)
    changed = bytearray(parts[at])
    changed[within // 8] ^= 1 << (within % 8)
    return [*parts[:at], bytes(changed), *parts[at + 1 :]]
