#!/usr/bin/env python3
"""Check a Folkmoot log: nothing altered, nothing dropped, nothing back-dated. One file, Python's standard library.

    python3 verify.py EXPORT_OR_URL --vkey KEY [--checkpoint OLD_NOTE …] [--mirror DIR]

EXPORT_OR_URL is a folder made by `flask audit export`, or the address of the log (https://city.example/log). KEY is the
log's verifier key: take it from the city's letters, the council's minutes or somebody who kept it, never from what you
are about to check. The answer is one line a check, and the status: 0 everything fits, 1 something does not (the first
entry concerned comes first), 2 it could not be looked at.

One long file on purpose: whoever trusts nobody gets all of it at once, and can read it from top to bottom. Each
section needs only those above it: Ed25519 · signed notes · the tree · entries · the walk through the log · what acts
presuppose · the published record · where it is read from · mirrors · the whole check · the command.

Formats: RFC 6962, RFC 8032, RFC 8785, RFC 9162; C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature.
What only this log has is described in docs/log-format.md. Runs on Python 3.9 and later; needs nothing else, and uses
the package `cryptography` for signatures where it is installed, being faster.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import http.client
import io
import json
import os
import re
import sqlite3
import sys
import tempfile
import time
import urllib.error
import urllib.request
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Optional, Union

# ---------------------------------------------------------------- Ed25519 (RFC 8032)

SignatureCheck = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) -> whether the Ed25519 signature is right."""

_P = 2**255 - 19
_Q = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_M1 = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T, where x = X/Z, y = Y/Z and x*y = T/Z."""


def _add(a: _Point, b: _Point) -> _Point:
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    u, v = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: _Point) -> _Point:
    total = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = _add(total, point)
        point = _add(point, point)
        factor >>= 1
    return total


def _same_point(a: _Point, b: _Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % _P == 0 and (a[1] * b[2] - b[1] * a[2]) % _P == 0


def _decompress(raw: bytes) -> _Point | None:
    """The point that these 32 bytes stand for; None where they stand for none, or in another spelling than its own."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_M1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


_BASE: _Point = _decompress((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is right (RFC 8032, 5.1.7), in plain Python: some milliseconds each.

    Refused are an S that is not reduced, points in a spelling that is not theirs, and keys of small order, under which
    one signature could fit many messages.
    """
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = _decompress(public), _decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or s >= _Q or _same_point(_times(8, key), (0, 1, 1, 0)):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % _Q
    return _same_point(_times(s, _BASE), _add(nonce, _times(challenge, key)))


def fastest_check() -> tuple[SignatureCheck, bool]:
    """How signatures are checked here, and whether that is fast (by the package `cryptography`)."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return ed25519_holds, False

    def check(public: bytes, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    return check, True


# ---------------------------------------------------------------- signed notes (C2SP signed-note, tlog-checkpoint)

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
"""What a key signs: notes as they are, or notes as a witness saw them at a time (tlog-cosignature)."""


class NoteError(ValueError):
    """A note, checkpoint or key that is malformed, or that the trusted key did not sign."""


def _decoded(text: str) -> bytes:
    """Base64 in its one spelling: the decoder alone would let the last letter vary. Raises ValueError."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("not the one spelling")
    return raw


@dataclass(frozen=True)
class Vkey:
    """A verifier key: the name of a signer and its Ed25519 public key."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.kind + self.public).decode()}"


def parse_vkey(text: str, kinds: Sequence[bytes] = (ED25519,)) -> Vkey:
    """Read `name+id+base64`. Raises NoteError when the parts do not belong together."""
    try:
        name, key_id, encoded = text.strip().split("+", 2)
        raw = _decoded(encoded)
    except ValueError as error:
        raise NoteError("a verifier key reads name+8 hex digits+base64") from error
    vkey = Vkey(name, raw[1:], raw[:1])
    if not name or any(c.isspace() for c in name) or raw[:1] not in kinds or len(raw) != 33:
        raise NoteError("this is not an Ed25519 verifier key")
    if vkey.key_id.hex() != key_id:
        raise NoteError("the digits in the middle of the verifier key do not fit the rest: was it copied whole?")
    return vkey


@dataclass(frozen=True)
class Signature:
    name: str
    key_id: bytes
    raw: bytes


def split_note(note: str) -> tuple[str, list[Signature]]:
    """The text of a signed note, with its last newline, and its signatures. Raises NoteError."""
    if any(c < " " and c != "\n" for c in note):
        raise NoteError("the note holds a control character")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise NoteError("the note has no signature lines")
    signatures = []
    for line in lines[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            raw = _decoded(encoded)
        except ValueError as error:
            raise NoteError("a signature line is not base64") from error
        if dash != "\u2014" or not name or "+" in name or any(c.isspace() for c in name) or len(raw) < 5:
            raise NoteError("a signature line is malformed")
        signatures.append(Signature(name, raw[:4], raw[4:]))
    return text + "\n", signatures


def lines_of(vkey: Vkey, signatures: Iterable[Signature]) -> list[Signature]:
    """The signatures that claim to be by this key."""
    return [one for one in signatures if (one.name, one.key_id) == (vkey.name, vkey.key_id)]


def open_note(note: str, vkey: Vkey, check: SignatureCheck) -> str:
    """The text, once `vkey` has been found to have signed it; unknown signatures are ignored. Raises NoteError."""
    text, signatures = split_note(note)
    ours = lines_of(vkey, signatures)
    if not ours:
        raise NoteError(f"it is not signed by {vkey.name} with this key")
    if not all(check(vkey.public, text.encode(), one.raw) for one in ours):
        raise NoteError(f"the signature of {vkey.name} does not fit the text")
    return text


@dataclass(frozen=True)
class Checkpoint:
    """What a log says about itself at one size."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; extension lines are allowed and ignored. Raises NoteError."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise NoteError("a checkpoint has an origin, a size and a root, each on its line")
    origin, size, encoded = lines[:3]
    try:
        root = _decoded(encoded)
    except ValueError as error:
        raise NoteError("the root of the checkpoint is not base64") from error
    if not (size.isascii() and size.isdigit() and len(size) < 20) or str(int(size)) != size or len(root) != 32:
        raise NoteError("the size or the root of the checkpoint is malformed")
    return Checkpoint(origin, int(size), root)


def open_checkpoint(note: str, vkey: Vkey, check: SignatureCheck) -> Checkpoint:
    """The checkpoint in a signed note, its signature and origin checked. Raises NoteError."""
    checkpoint = parse_checkpoint(open_note(note, vkey, check))
    if checkpoint.origin != vkey.name:
        raise NoteError(f"it speaks for the log {checkpoint.origin}, the key for {vkey.name}")
    return checkpoint


def cosigned_at(note: str, witness: Vkey, check: SignatureCheck) -> int | None:
    """When (seconds since 1970) the witness says to have seen this checkpoint; None where it does not say so.

    Raises NoteError for a cosignature in its name that does not fit.
    """
    text, signatures = split_note(note)
    seen = None
    for one in lines_of(witness, signatures):
        at = int.from_bytes(one.raw[:8], "big")
        message = f"cosignature/v1\ntime {at}\n{text}".encode()
        if len(one.raw) != 72 or not check(witness.public, message, one.raw[8:]):
            raise NoteError(f"the cosignature of {witness.name} does not fit the text")
        seen = at if seen is None else max(seen, at)
    return seen


# ---------------------------------------------------------------- the tree (RFC 6962, RFC 9162)

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""
HASH = 32
"""Bytes of a hash."""


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_holds(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf hash stands at `index` of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistency_holds(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the larger tree begins with the smaller one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == hashlib.sha256(b"").digest()
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


class Frontier:
    """A growing tree of which only the roots of its complete subtrees are kept: 32 bytes a level."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        self.size += 1
        count = self.size
        while not count & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            count >>= 1
        self._peaks.append(leaf)

    def copy(self) -> Frontier:
        twin = Frontier()
        twin.size, twin._peaks = self.size, list(self._peaks)
        return twin

    def root(self) -> bytes:
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def _root_above(hashes: Iterable[bytes]) -> bytes:
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def tile_path(level: int | None, n: int, width: int = WIDTH) -> str:
    """Where a tile lies (C2SP tlog-tiles): `tile/0/x001/234`, `tile/2/000.p/17`; level None: `tile/entries/391`."""
    groups = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03}")
    kind = "entries" if level is None else str(level)
    return f"tile/{kind}/{'/'.join(groups)}" + ("" if width == WIDTH else f".p/{width}")


def unbundled(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError when it ends in the middle of one."""
    bodies, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or at + 2 > len(data):
            raise ValueError("the bundle ends in the middle of an entry")
        bodies.append(data[at + 2 : end])
        at = end
    return bodies


# ---------------------------------------------------------------- entries

_LARGEST = 2**53 - 1
LONGEST_ENTRY = 8 * 1024
_KEY = re.compile(r"[a-z0-9_][a-z0-9_./:-]{0,99}")
_ID = re.compile(r"[0-9a-f]{32}")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_ACT = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_ROLE = re.compile(r"[a-z_]+")
_WHO = re.compile(r"p:[0-9a-f]{12}")
_THING = re.compile(r"[a-z_]+(/[A-Za-z0-9._:-]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # every time here is UTC, and compared with others of its kind only

ALWAYS = frozenset({"v", "id", "at", "act", "by"})
SOMETIMES = frozenset({"object", "process", "facts", "rows"})


def _whole(digits: str) -> int:
    number = int(digits)
    if not -_LARGEST <= number <= _LARGEST:
        raise ValueError(f"{digits} is too large to be read exactly everywhere")
    return number


def _refuse(number: str) -> object:
    raise ValueError(f"{number} is not a whole number")


_READ = json.JSONDecoder(parse_int=_whole, parse_float=_refuse, parse_constant=_refuse).decode
_WRITE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def read_canonical(body: bytes) -> Any:
    """What these bytes say, in the one form that the log allows (RFC 8785, whole numbers only). Raises ValueError."""
    try:
        value = _READ(body.decode())
        if _WRITE(value).encode() != body:
            raise ValueError("not written in the one form that the log allows")
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def is_canonical(body: bytes) -> bool:
    """Whether the entry is written in the one way that the log allows."""
    try:
        read_canonical(body)
    except ValueError:
        return False
    return True


def seconds(at: object) -> int | None:
    """A time as entries write it, in seconds since 1970; None for anything else."""
    if not isinstance(at, str) or not _AT.fullmatch(at):
        return None
    try:
        return int((datetime.fromisoformat(at[:-1]) - _EPOCH).total_seconds())
    except ValueError:
        return None


def fault_of(said: Any, length: int = 0) -> str | None:
    """What is wrong with the form of an entry, by the closed schema of version 1; None where nothing is."""
    if not isinstance(said, dict) or not said.keys() >= ALWAYS:
        return "does not have the parts of an entry"
    unknown = said.keys() - ALWAYS - SOMETIMES
    if unknown:
        return f"has a part that no entry has: {min(unknown)}"
    if said["v"] != 1 or isinstance(said["v"], bool):
        return "is of a version that this program does not know"
    if length > LONGEST_ENTRY:
        return f"is longer than {LONGEST_ENTRY} bytes"
    for name, pattern in (("id", _ID), ("at", _AT), ("act", _ACT), ("object", _THING), ("process", _THING)):
        if name in said and not (isinstance(said[name], str) and pattern.fullmatch(said[name])):
            return f"has no proper “{name}”"
    return _fault_of_parts(said)


def _fault_of_parts(said: Mapping[str, Any]) -> str | None:
    by, rows, facts = said["by"], said.get("rows", {}), said.get("facts", {})
    if not isinstance(by, dict) or not isinstance(by.get("role"), str) or not _ROLE.fullmatch(by["role"]):
        return "does not say in which office it was done"
    if by.keys() - {"role", "p"} or ("p" in by and not (isinstance(by["p"], str) and _WHO.fullmatch(by["p"]))):
        return "names who acted otherwise than by a random name"
    if not isinstance(rows, dict) or not isinstance(facts, dict):
        return "has facts or rows that are no lists of such"
    for key, digest in rows.items():
        if not _KEY.fullmatch(key) or not (digest is None or (isinstance(digest, str) and _DIGEST.fullmatch(digest))):
            return f"has no proper fingerprint of {key}"
    return None if _keys_are_plain(facts) else "has a fact under a name that no fact has"


def _keys_are_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_KEY.fullmatch(key) and (type(one) is str or _keys_are_plain(one)) for key, one in value.items())
    return not isinstance(value, list) or all(type(one) in (str, int) or _keys_are_plain(one) for one in value)


@dataclass(frozen=True)
class Finding:
    """Something that does not fit, as a sentence. `index`: the entry concerned, or the first that may be."""

    what: str
    index: int | None = None
    area: str = "tree"


Find = Callable[[Finding], None]


def sentence(words: str) -> str:
    """The words with a full stop, unless they are a question."""
    return words if words.endswith("?") else f"{words}."


_FIRST = ("mirror", "tree", "signature", "checkpoints", "kept")


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The first entry concerned comes first; of one entry, what the tree says before what follows from it.

    Before all comes what a mirror saw, since it names the one entry where others only know that something is wrong.
    """

    def place(one: Finding) -> tuple[bool, bool, int, int]:
        rank = _FIRST.index(one.area) if one.area in _FIRST else len(_FIRST)
        return one.area != "mirror", one.index is None, one.index or 0, rank

    return sorted(findings, key=place)


# ---------------------------------------------------------------- the walk through the log

KEYS = b'"act":"key.'
"""How the act stands in an entry about the log's own keys."""
KEPT = "kept"
"""The area of findings about checkpoints that somebody kept; other areas are named where they are used."""

StoredTile = Callable[[int, int, int], Optional[bytes]]
"""(level, n, width) -> the tile as it is stored, b"" where there is none; None where it is not to be looked at."""
Entry = tuple[int, bytes, Any]
"""An entry that can be read: its index, its text, what it says."""


@dataclass(frozen=True)
class _Signed:
    where: str
    size: int
    root: bytes
    note: str
    look: bool
    area: str
    why: str = ""
    fits: bool = True


class Walk:
    """Reads entries in their order and compares them with tiles and checkpoints.

    Where each hash of an entry is kept three times (in its text, in a row of its own and in its tile), two against one
    tell which was changed; where somebody changed all, the signed checkpoints tell where. Checkpoints are given in any
    order before the entries that they end in.

    `given` are keys that signed at some time. Which keys came after them, the entries say themselves: a key signs from
    the checkpoint over its `key.added` to the one over its `key.retired`. Without `read` only hashes are looked at, and
    of what entries say nothing but that.
    """

    def __init__(
        self, given: Sequence[Vkey], check: SignatureCheck, tile: StoredTile, found: Find, *, read: bool = True
    ) -> None:
        self.read = read
        self.given = list(given)
        self.keys = list(given) if len(given) == 1 else []
        self.check = check
        self.tile = tile
        self.found = found
        self.tree = Frontier()
        self.tiles_seen = 0
        self.signatures = 0
        self.fitting = 0
        self._row: list[bytes] = []
        self._other: Frontier | None = None
        self._other_row: list[bytes] = []
        self._levels: list[list[bytes]] = []
        self._signed: dict[int, list[_Signed]] = {}
        self._leaving: list[Vkey] = []
        self._untrusted: list[_Signed] = []
        self._good = 0
        self._lost = False

    def find(self, what: str, index: int | None = None, area: str = "tree") -> None:
        self.found(Finding(what, index, area))

    @property
    def largest_signed(self) -> int:
        """The size of the largest checkpoint that is still to be compared."""
        return max(self._signed, default=0)

    def checkpoint(self, note: str, where: str, *, look: bool = True, area: str = "checkpoints") -> Checkpoint | None:
        """Read a checkpoint now, and check it when the walk comes to its size.

        `where`: what to call it. Without `look` its signatures are left unchecked.
        """
        try:
            checkpoint = parse_checkpoint(split_note(note)[0])
        except NoteError as error:
            self.find(f"{where} cannot be trusted: {error}.", None, area)
            return None
        one = _Signed(where, checkpoint.size, checkpoint.root, note, look, area)
        self._signed.setdefault(checkpoint.size, []).append(one)
        if checkpoint.size == self.tree.size:
            self._compare(checkpoint.size)
        return checkpoint

    def block(self, bodies: Sequence[bytes | None], hashes: Sequence[bytes | None] | None = None) -> Iterator[Entry]:
        """The next entries, of one tile at most: gives those that can be read.

        `hashes`: the hash that is stored beside each entry, where one is.
        """
        first = self.tree.size
        n, at = divmod(first, WIDTH)
        width = at + len(bodies)
        slots = self.tile(0, n, width)
        for place, body in enumerate(bodies):
            slot = None if slots is None else slots[(at + place) * HASH : (at + place + 1) * HASH]
            yield from self._entry(first + place, body, None if hashes is None else hashes[place], slot)
        if slots is not None:
            self._check_length(0, n, slots, width)
        if width == WIDTH:
            self._complete(1, _root_above(self._row))
            self._row, self._other_row = [], []

    def finish(self) -> None:
        """Check the unfinished tiles of the upper levels, and what was signed beyond the end; call once, at the end."""
        for size in sorted(self._signed):
            for one in self._signed[size]:
                why = self._fault(one)
                if why:
                    self.find(f"{one.where} cannot be trusted: {why}.", None, "signature")
                else:
                    text = f"{one.where} was signed over {size} entries, but there are {self.tree.size}."
                    self.find(text, self.tree.size, one.area)
        for one in self._untrusted:
            self.find(f"{one.where} cannot be trusted: {one.why}.", None, "signature")
        for level, hashes in enumerate(self._levels, start=1):
            if hashes:
                self._check_tile(level, (self.tree.size >> (8 * level)) // WIDTH, hashes)

    def _entry(self, index: int, body: bytes | None, stored: bytes | None, slot: bytes | None) -> Iterator[Entry]:
        leaf = None if body is None else leaf_hash(body)
        if leaf is None or (slot is not None and leaf != slot) or (stored is not None and leaf != stored):
            leaf = self._disputed(index, leaf, stored, slot)
        self._add(leaf, leaf_hash(body) if body is not None and stored is None else leaf)
        if body is not None and (self.read or KEYS in body):
            try:
                said = read_canonical(body)
            except ValueError:
                self.find(f"Entry {index}: its text is not written in the one form that the log allows.", index, "form")
            else:
                if KEYS in body:
                    self._follow(index, said)
                yield index, body, said
        if index + 1 in self._signed:
            self._compare(index + 1)

    def _add(self, leaf: bytes, other: bytes) -> None:
        """Add a leaf; where text and tile differ, a second tree grows with the text's, until a checkpoint decides."""
        if leaf != other and self._other is None:
            self._other, self._other_row = self.tree.copy(), list(self._row)
        if self._other is not None:
            self._other.add(other)
            self._other_row.append(other)
        self._row.append(leaf)
        self.tree.add(leaf)

    def _decide(self, root: bytes) -> None:
        """A checkpoint says which of two trees was signed."""
        if self._other is not None:
            if self._other.root() == root != self.tree.root():
                self.tree, self._row = self._other, self._other_row
            self._other = None

    def _disputed(self, index: int, hashed: bytes | None, stored: bytes | None, slot: bytes | None) -> bytes:
        """What the tree should hold at `index`, by the majority of what is stored."""
        if hashed is None:
            self.find(f"Entry {index} is missing.", index)
            self._lost = self._lost or slot is None or len(slot) != HASH
            return slot or b""
        if slot is not None and len(slot) < HASH and stored in (None, hashed):
            return hashed  # the tile as a whole is found wanting below
        if stored is None:
            self.find(f"Entry {index}: its text does not fit its hash in the tile.", index)
        elif stored == hashed:
            self.find(f"Entry {index} was replaced, or its hash in the tile was: the two differ.", index)
        elif stored == slot:
            self.find(f"Entry {index}: its text was changed after it was logged.", index)
        elif hashed == slot:
            self.find(f"Entry {index}: its stored hash was changed.", index)
        else:
            self.find(f"Entry {index}: its text does not fit its hash.", index)
        return slot if slot is not None and len(slot) == HASH and stored in (None, slot) else hashed

    # -------- signatures

    def _follow(self, index: int, said: Any) -> None:
        """Take in an entry that says which keys sign from now on."""
        try:
            act = said["act"]
            if act not in ("key.added", "key.retired"):
                return
            vkey = parse_vkey(said["facts"]["vkey"])
        except (NoteError, KeyError, TypeError, AttributeError):
            self.find(f"Entry {index} names a key that cannot be read.", index, "signature")
            return
        if act == "key.retired":
            if vkey in self.keys and len(self.keys) > 1:
                self.keys.remove(vkey)
                self._leaving.append(vkey)
            return
        if vkey in self.given:
            self._excuse(index)
        if vkey not in self.keys:
            self.keys.append(vkey)

    def _excuse(self, index: int) -> None:
        """A trusted key came in at this entry only: what was signed before it came was signed by another."""
        earlier = [one for one in self._untrusted if one.size <= index]
        self._untrusted = [one for one in self._untrusted if one.size > index]
        for one in earlier:
            if not one.fits:
                self.find(f"{one.where}, signed by an earlier key, has another root.", one.size - 1, one.area)

    def _fault(self, one: _Signed) -> str:
        """What is wrong with the signatures of a checkpoint, by the keys that must have signed it; empty: nothing."""
        try:
            if self.keys:
                for vkey in (*self.keys, *self._leaving):
                    open_checkpoint(one.note, vkey, self.check)
                self.signatures += 1
                return ""
            return self._first_signed(one)
        except NoteError as error:
            return str(error)

    def _first_signed(self, one: _Signed) -> str:
        """Of several given keys, those that have signed the first checkpoint are in force from there."""
        signatures = split_note(one.note)[1]
        signing = [vkey for vkey in self.given if lines_of(vkey, signatures)]
        for vkey in signing:
            open_checkpoint(one.note, vkey, self.check)
        self.keys = signing
        self.signatures += bool(signing)
        return "" if signing else "it is not signed with any of the keys given"

    def _compare(self, size: int) -> None:
        """The walk has come to this size: do the checkpoints over it fit?"""
        signed = self._signed.pop(size)
        self._decide(signed[0].root)
        root = self.tree.root()
        for one in signed:
            fits = self._lost or one.root == root
            why = self._fault(one) if one.look else ""
            if why:
                self._untrusted.append(replace(one, why=why, fits=fits))
            elif not self._lost and fits:
                self._good = max(self._good, size)
                self.fitting += one.area == "checkpoints"
            elif not self._lost:  # with an entry and its hash gone no root can be computed: that has been said
                self._tell_misfit(one, max(size - 1, 0))
        self._leaving.clear()  # a key that was retired signs the checkpoint over its retirement, and no other

    def _tell_misfit(self, one: _Signed, last: int) -> None:
        which = f"Entry {last} is" if self._good >= last else f"One or more of the entries {self._good}-{last} are"
        self.find(f"{which} not what was signed: {one.where} has another root.", min(self._good, last), one.area)
        self._lost = True

    # -------- tiles

    def _check_length(self, level: int, n: int, stored: bytes, count: int) -> None:
        self.tiles_seen += bool(stored)
        first = (n * WIDTH) << (8 * level)
        if len(stored) < count * HASH:
            self.find(f"Tile {level}/{n} is {'cut short' if stored else 'missing'}.", first)
        elif len(stored) > count * HASH:
            self.find(f"Tile {level}/{n} holds more than the log has entries for.", first)

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
        stored = self.tile(level, n, len(hashes))
        if stored is None:
            return
        for place, hash_ in enumerate(hashes):
            there = stored[place * HASH : (place + 1) * HASH]
            if len(there) == HASH and there != hash_:
                first = (n * WIDTH + place) << (8 * level)
                last = first + (1 << (8 * level)) - 1
                self.find(f"Tile {level}/{n} holds a hash that is not that of the entries {first}-{last}.", first)
        self._check_length(level, n, stored, len(hashes))


# ---------------------------------------------------------------- what acts presuppose

SLACK = 60
"""Seconds by which acts done at the same time may stand in another order than the clock's."""
BACK = 600
"""Seconds by which the time of an entry may lie before that of an earlier one, as clocks of several machines differ."""

_ANY = "resident"
_SYSTEM = "clock operator"
_RUN = "facilitator administrator"
_MODERATE = "facilitator clerk"
_OFFICIALS = "facilitator clerk administrator"

WHO: dict[str, str] = {
    "account.registered": f"{_ANY} {_SYSTEM}",
    "account.renamed": _ANY,
    "account.erased": f"{_ANY} administrator",
    "account.suspended": "administrator",
    "account.restored": "administrator",
    "residency.verified": "clerk",
    "residency.ended": "clerk",
    "residency.noted": "clerk",
    "role.granted": f"administrator {_SYSTEM}",
    "role.revoked": f"administrator {_SYSTEM}",
    "deliberation.created": _RUN,
    "deliberation.edited": _RUN,
    "round.planned": _RUN,
    "round.edited": _RUN,
    "round.opened": f"{_RUN} {_SYSTEM}",
    "round.closed": f"{_RUN} {_SYSTEM}",
    "round.extended": _RUN,
    "round.paused": _RUN,
    "round.resumed": _RUN,
    "round.reopened": _RUN,
    "round.cancelled": _RUN,
    "proposal.submitted": _ANY,
    "proposal.revised": _ANY,
    "proposal.withdrawn": _ANY,
    "proposal.hidden": _MODERATE,
    "proposal.restored": _MODERATE,
    "endorsement.given": _ANY,
    "endorsement.withdrawn": _ANY,
    "comment.posted": _ANY,
    "comment.edited": _ANY,
    "comment.erased": _ANY,
    "comment.marked": _ANY,
    "comment.reported": _ANY,
    "report.dismissed": _MODERATE,
    "comment.hidden": _MODERATE,
    "comment.restored": _MODERATE,
    "appeal.made": _ANY,
    "appeal.decided": _MODERATE,
    "assessment.made": _ANY,
    "article.tagged": f"{_ANY} reviewer",
    "article.untagged": _ANY,
    "reviewer.assigned": _RUN,
    "review.accepted": _ANY,
    "review.stepped_back": _ANY,
    "review.handed_in": _ANY,
    "review.opened": _RUN,
    "concern.raised": _ANY,
    "concern.answered": f"{_ANY} reviewer",
    "concern.hidden": f"{_ANY} {_MODERATE}",
    "finding.answered": f"{_ANY} reviewer facilitator",
    "adoption.entered": "clerk",
    "adoption.corrected": "clerk",
    "roll.listed": "clerk",
    "roll.added": "clerk",
    "roll.struck": "clerk",
    "ballots.batched": _SYSTEM,
    "reopening.asked": _OFFICIALS,
    "paper.issued": "clerk",
    "paper.entered": _OFFICIALS,
    "paper.sampled": _OFFICIALS,
    "paper.audited": _OFFICIALS,
    "seal.asked": _OFFICIALS,
    "round.sealed": _OFFICIALS,
    "round.key_destroyed": f"{_OFFICIALS} {_SYSTEM}",
    "proposal.answered": _MODERATE,
    "export.made": f"clerk administrator {_SYSTEM}",
    "export.downloaded": "clerk",
    "import.made": f"administrator {_SYSTEM}",
    "witness.added": _SYSTEM,
    "witness.removed": _SYSTEM,
    "key.added": _SYSTEM,
    "key.retired": _SYSTEM,
}
"""Under which offices each act may be done. An act that is not named here is of a later version: it is let pass."""

_TALKING = "inform propose discuss review revise"
DURING: dict[str, str] = {
    "proposal.submitted": "propose",
    "proposal.revised": "propose revise",
    "proposal.withdrawn": _TALKING,
    "endorsement.given": "propose discuss revise",
    "endorsement.withdrawn": "propose discuss review revise",
    "comment.posted": _TALKING,
    "assessment.made": "propose review revise",
    "article.tagged": "propose discuss review revise",
    "article.untagged": "propose discuss review revise",
    "reviewer.assigned": "propose discuss review revise",
    "review.accepted": "propose discuss review revise",
    "review.handed_in": "propose discuss review revise",
    "concern.raised": "propose discuss review revise",
    "roll.added": "vote",
    "roll.struck": "vote",
    "paper.issued": "vote",
}
"""Acts that need an open round, and of which kinds."""

OFFICES = frozenset({"facilitator", "clerk", "reviewer", "administrator"})
NAMELESS = frozenset({"comment.marked", "comment.reported", "account.erased", "concern.raised", "concern.hidden"})
"""Acts whose entry may tell nothing at all of who did them."""

_PUBLIC, _WITHDRAWN, _HIDDEN, _ERASED = 1, 2, 3, 4
_STATES = {0: "not there", _PUBLIC: "public", _WITHDRAWN: "withdrawn", _HIDDEN: "hidden", _ERASED: "erased"}

PROPOSAL_MOVES: dict[str, tuple[int, int]] = {
    "proposal.submitted": (0, _PUBLIC),
    "proposal.revised": (_PUBLIC, _PUBLIC),
    "proposal.withdrawn": (_PUBLIC, _WITHDRAWN),
    "proposal.hidden": (_PUBLIC, _HIDDEN),
    "proposal.restored": (_HIDDEN, _PUBLIC),
    "proposal.answered": (_PUBLIC, _PUBLIC),
    "endorsement.given": (_PUBLIC, _PUBLIC),
    "comment.posted": (_PUBLIC, _PUBLIC),
    "assessment.made": (_PUBLIC, _PUBLIC),
    "article.tagged": (_PUBLIC, _PUBLIC),
    "article.untagged": (_PUBLIC, _PUBLIC),
    "reviewer.assigned": (_PUBLIC, _PUBLIC),
    "review.opened": (_PUBLIC, _PUBLIC),
    "concern.raised": (_PUBLIC, _PUBLIC),
    "finding.answered": (_PUBLIC, _PUBLIC),
}
COMMENT_MOVES: dict[str, tuple[int, int]] = {
    "comment.edited": (_PUBLIC, _PUBLIC),
    "comment.marked": (_PUBLIC, _PUBLIC),
    "comment.reported": (_PUBLIC, _PUBLIC),
    "comment.hidden": (_PUBLIC, _HIDDEN),
    "comment.restored": (_HIDDEN, _PUBLIC),
}
"""From which state an act takes a proposal or comment to which."""


class _Numbers:
    """A small number for each of many things that are numbered from 1: a byte or some each, whatever their count."""

    _DENSE = 1 << 26

    def __init__(self, kind: str) -> None:
        self._dense = array(kind)
        self._sparse: dict[int, int] = {}

    def __getitem__(self, key: int) -> int:
        if key < len(self._dense):
            return int(self._dense[key])
        return self._sparse.get(key, 0)

    def __setitem__(self, key: int, value: int) -> None:
        if not 0 <= key <= min(self._DENSE, 2 * len(self._dense) + 4096):
            self._sparse[key] = value
            return
        if key >= len(self._dense):
            self._dense.frombytes(bytes((key + 1 - len(self._dense)) * self._dense.itemsize))
            for known in [one for one in self._sparse if one <= key]:
                self._dense[known] = self._sparse.pop(known)
        self._dense[key] = value


@dataclass
class _Round:
    """A round as the log tells of it."""

    process: str
    kind: str
    opens: int | None = None
    closes: int | None = None
    opened: bool = False
    paused: bool = False
    closed: bool = False
    cancelled: bool = False
    sealed: bool = False
    ended: int = 0
    asked_by: str | None = None
    reopening_by: str | None = None
    batched: int = 0
    batches: int = 0
    roll: int | None = None
    batch_size: int = 0

    def is_open(self, at: int) -> bool:
        """Whether acts were possible in it; its schedule counts where no entry says more."""
        if self.closed or self.cancelled or self.paused:
            return False
        begun = self.opened or (self.kind != "vote" and self.opens is not None and self.opens <= at + SLACK)
        return begun and (self.closes is None or at <= self.closes + SLACK)

    @property
    def state(self) -> str:
        for name in ("cancelled", "sealed", "closed", "paused"):
            if getattr(self, name):
                return name
        return "open" if self.opened else "planned"


ROUND_MOVES: dict[str, frozenset[str]] = {
    "round.edited": frozenset({"planned"}),
    "round.opened": frozenset({"planned"}),
    "round.closed": frozenset({"open", "paused"}),
    "round.extended": frozenset({"open", "paused"}),
    "round.paused": frozenset({"open"}),
    "round.resumed": frozenset({"paused"}),
    "round.reopened": frozenset({"closed"}),
    "round.cancelled": frozenset({"planned", "open", "paused"}),
    "reopening.asked": frozenset({"closed"}),
    "paper.entered": frozenset({"closed"}),
    "paper.sampled": frozenset({"sealed"}),
    "paper.audited": frozenset({"sealed"}),
    "seal.asked": frozenset({"closed"}),
    "round.sealed": frozenset({"closed"}),
    "round.key_destroyed": frozenset({"sealed", "cancelled"}),
}
"""In which states of a round an act upon it is possible."""


class Conduct:
    """Whether each act could be done when it was done, as far as the log alone shows it.

    One small state machine for each round, proposal, comment, account and office. What was imported is not known one by
    one: in a deliberation into which something was imported, a proposal or comment that the log does not name counts as
    public.
    """

    def __init__(self, found: Find) -> None:
        self.found = found
        self.latest = 0
        self.rounds: dict[int, _Round] = {}
        self.proposals = _Numbers("B")
        self.comments = _Numbers("B")
        self.proposal_of = _Numbers("Q")
        self.hidden_by: dict[str, int] = {}
        self.ballots: dict[int, int] = {}
        self.imported: set[str] = set()
        self.came_hidden: dict[int, Counter[str]] = {}
        self._agendas: dict[str, list[_Round]] = {}
        self._revisions: dict[int, int] = {}
        self._accounts: set[str] = set()
        self._gone: set[str] = set()
        self._held: dict[str, dict[tuple[str, str], int | None]] = {office: {} for office in OFFICES}
        self._hid: dict[int, str | None] = {}
        self._once: set[str] = set()

    def entry(self, index: int | None, said: Mapping[str, Any]) -> None:
        """Judge one entry, whose form is right, and take it in (`index` None: it still waits for its place)."""
        at = seconds(said["at"])
        if at is None:
            self._fault(index, "has a time that no calendar has", "form")
            return
        if at < self.latest - BACK:
            self._fault(index, f"says {said['at']}, though an earlier entry was later: was it dated back?", "time")
        self.latest = max(self.latest, at)
        act, facts = said["act"], said.get("facts", {})
        if act not in WHO:
            return
        for fault in (self._office(act, said["by"], at), self._place(act, said, at), self._thing(act, said, facts, at)):
            if fault:
                self._fault(index, fault)
        self._note_hiding(index, act, said)

    def _fault(self, index: int | None, fault: str, area: str = "acts") -> None:
        which = "An entry that waits for its place" if index is None else f"Entry {index}"
        self.found(Finding(f"{which} {sentence(fault)}", index, area))

    def _office(self, act: str, by: Mapping[str, str], at: int) -> str | None:
        role = by["role"]
        if role not in WHO[act].split():
            return f"says that {act} was done as {role}, which is not that office's to do"
        if "p" not in by and role not in _SYSTEM.split() and act not in NAMELESS:
            return "does not say who acted, not even by a random name"
        if role in OFFICES and not any(until is None or until >= at - SLACK for until in self._held[role].values()):
            return f"was done as {role}, but nobody held that office then"
        return None

    def _place(self, act: str, said: Mapping[str, Any], at: int) -> str | None:
        """Whether its deliberation was there, in a round for such an act."""
        process = said.get("process")
        if process is None or act in ("deliberation.created", "import.made"):
            return None
        if process not in self._agendas:
            return f"was done in {process}, which had not been started"
        if act in DURING and not any(
            one.kind in DURING[act].split() and one.is_open(at) for one in self._agendas[process]
        ):
            return f"({act}) was done in {process} while no round for it was open"
        return None

    def _thing(self, act: str, said: Mapping[str, Any], facts: Mapping[str, Any], at: int) -> str | None:
        """Whether the thing itself was in a state for it; and what the act made of it."""
        kind, number = _named(said.get("object"))
        if act in ROUND_MOVES or act in ("round.planned", "ballots.batched", "roll.added", "roll.struck"):
            return self._round(act, said, facts, number, at)
        if act in ("comment.posted", "article.untagged"):
            proposal = facts.get("proposal")
            if act == "comment.posted" and isinstance(number, int) and isinstance(proposal, int):
                self.comments[number], self.proposal_of[number] = _PUBLIC, proposal
            return self._proposal(act, said, facts, proposal)
        if act in PROPOSAL_MOVES:
            return self._proposal(act, said, facts, number)
        if act in COMMENT_MOVES or act in ("comment.erased", "appeal.made", "appeal.decided"):
            return self._comment(act, said, facts, number)
        if act.startswith(("account.", "residency.", "role.")):
            return self._account(act, str(said.get("object")), facts, at)
        return self._deliberation(act, said, facts, kind)

    def _deliberation(self, act: str, said: Mapping[str, Any], facts: Mapping[str, Any], kind: str) -> str | None:
        process = said.get("process")
        if act == "import.made" and process is not None:
            self._agendas.setdefault(process, [])
            self.imported.add(process)
        if act == "deliberation.created" and process is not None:
            if process in self._agendas:
                return f"starts {process}, which was there already"
            self._agendas[process] = []
            if facts.get("role") in OFFICES:
                self._held[facts["role"]][said["by"].get("p", ""), process] = None
        if act == "report.dismissed":
            return self._only_once(f"{act} {said.get('object')}", "decides a report that was decided before")
        return None

    def _only_once(self, what: str, fault: str) -> str | None:
        if what in self._once:
            return fault
        self._once.add(what)
        return None

    def _account(self, act: str, account: str, facts: Mapping[str, Any], at: int) -> str | None:
        if act == "account.registered":
            if account in self._accounts:
                return f"opens {account}, which was there already"
            self._accounts.add(account)
            return None
        if account not in self._accounts:
            return f"is about {account}, which had not been opened"
        if account in self._gone:
            return f"is about {account}, which had been erased"
        if act == "account.erased":
            self._gone.add(account)
            for held in self._held.values():
                held.update({one: at for one, until in held.items() if one[0] == account and until is None})
        return self._grant(act, account, facts, at) if act.startswith("role.") else None

    def _grant(self, act: str, account: str, facts: Mapping[str, Any], at: int) -> str | None:
        role, place = facts.get("role"), str(facts.get("deliberation", ""))
        if role not in self._held:
            return "gives or takes an office that there is not"
        held, grant = self._held[role], (account, place)
        stands = grant in held and held[grant] is None
        if act == "role.granted":
            held[grant] = None
            return f"gives {account} the office of {role}, which they held already" if stands else None
        if stands:
            held[grant] = at
        elif not any(one[1] == place and one[0].startswith("p:") for one in held):
            return f"takes the office of {role} from {account}, who did not hold it"
        return None

    def _proposal(self, act: str, said: Mapping[str, Any], facts: Mapping[str, Any], number: Any) -> str | None:
        if act == "endorsement.withdrawn" or not isinstance(number, int):
            return None if act == "endorsement.withdrawn" else "does not name a proposal"
        state = self.proposals[number]
        if not state and act != "proposal.submitted" and said.get("process") in self.imported:
            state = _PUBLIC
        before, after = PROPOSAL_MOVES[act]
        if state != before:
            return f"({act}) is about proposals/{number}, which was {_STATES[state]}"
        self.proposals[number] = after
        return self._revision(act, facts, number)

    def _revision(self, act: str, facts: Mapping[str, Any], number: int) -> str | None:
        said, known = facts.get("revision"), self._revisions.get(number, 1)
        if act == "proposal.revised":
            self._revisions[number] = known + 1
            known += 1
        if act in ("proposal.revised", "endorsement.given") and said is not None and said != known:
            return f"speaks of revision {said} of proposals/{number}, which was in revision {known}"
        return None

    def _comment(self, act: str, said: Mapping[str, Any], facts: Mapping[str, Any], number: Any) -> str | None:
        appeal = act.startswith("appeal.")
        number = facts.get("comment") if appeal else number
        if not isinstance(number, int):
            return "does not name a comment"
        state = self.comments[number]
        if not state and said.get("process") in self.imported:
            state = _PUBLIC
        if appeal:
            return self._appeal(act, said, facts, number, state)
        if act == "comment.erased":
            before, after = (state if state in (_PUBLIC, _HIDDEN) else _PUBLIC), _ERASED
        else:
            before, after = COMMENT_MOVES[act]
        if state != before:
            return f"({act}) is about comments/{number}, which was {_STATES[state]}"
        self.comments[number] = after
        if act == "comment.hidden":
            self._hid[number] = said["by"].get("p")
        return None

    def _appeal(
        self, act: str, said: Mapping[str, Any], facts: Mapping[str, Any], number: int, state: int
    ) -> str | None:
        if act == "appeal.made":
            if state != _HIDDEN:
                return f"appeals against the hiding of comments/{number}, which was {_STATES[state]}"
            return self._only_once(f"{act} {said.get('object')}", "appeals a second time against the same hiding")
        if facts.get("upheld") is True and state == _HIDDEN:
            self.comments[number] = _PUBLIC
        if number in self._hid and self._hid[number] == said["by"].get("p"):
            return f"decides an appeal about comments/{number} by the same person who hid it"
        return self._only_once(f"{act} {said.get('object')}", "decides an appeal that was decided before")

    def _round(self, act: str, said: Mapping[str, Any], facts: Mapping[str, Any], number: Any, at: int) -> str | None:
        if not isinstance(number, int):
            return "does not name a round"
        round_ = self.rounds.get(number)
        if act == "round.planned":
            return self._plan(said, facts, number, round_)
        if round_ is None:
            return f"({act}) is about rounds/{number}, which had not been planned"
        if act == "ballots.batched":
            return self._batch(round_, facts, number, at)
        if act in ("roll.added", "roll.struck"):
            return self._line(round_, facts, number, act)
        if round_.state not in ROUND_MOVES[act]:
            return f"({act}) is about rounds/{number}, which was {round_.state}"
        fault = _before(round_, facts)
        self._move(round_, act, facts, at)
        return fault or self._seal(act, round_, said, facts, number)

    def _plan(self, said: Mapping[str, Any], facts: Mapping[str, Any], number: int, known: _Round | None) -> str | None:
        if known is not None:
            return f"plans rounds/{number}, which was planned already"
        process = str(said.get("process"))
        round_ = _Round(
            process, str(facts.get("kind")), seconds(facts.get("opens_at")), seconds(facts.get("closes_at"))
        )
        self.rounds[number] = round_
        self._agendas.setdefault(process, []).append(round_)
        return None

    def _line(self, round_: _Round, facts: Mapping[str, Any], number: int, act: str) -> str | None:
        """Somebody comes onto the roll of an open vote, or off it."""
        before, after = round_.roll, facts.get("roll")
        if isinstance(after, int):
            round_.roll = after
            if before is not None and after != before + (1 if act == "roll.added" else -1):
                return f"leaves the roll of rounds/{number} at {after}, which was at {before}"
        return None

    def _move(self, round_: _Round, act: str, facts: Mapping[str, Any], at: int) -> None:
        after = facts.get("after")
        if isinstance(after, dict):
            round_.opens, round_.closes = seconds(after.get("opens_at")), seconds(after.get("closes_at"))
        round_.opened = round_.opened or act == "round.opened"
        if act in ("round.paused", "round.resumed", "round.closed", "round.cancelled"):
            round_.paused = act == "round.paused"
            round_.ended = at
        if act in ("round.closed", "round.reopened"):
            round_.closed = act == "round.closed"
        round_.cancelled = round_.cancelled or act == "round.cancelled"
        charter = facts.get("charter")
        if act == "round.opened" and isinstance(charter, dict):
            round_.roll = charter["roll"] if isinstance(charter.get("roll"), int) else None
            round_.batch_size = charter["batch_size"] if isinstance(charter.get("batch_size"), int) else 0

    def _batch(self, round_: _Round, facts: Mapping[str, Any], number: int, at: int) -> str | None:
        ballots = facts.get("ballots")
        late = round_.state in ("closed", "paused") and at > round_.ended + SLACK
        if round_.kind != "vote" or not round_.opened or round_.sealed or round_.cancelled or round_.asked_by or late:
            return f"takes in ballots of rounds/{number}, which was {round_.state}: no vote was open"
        if not isinstance(ballots, int) or ballots < max(round_.batch_size, 1):
            return f"takes in {ballots} ballots at once, fewer than rounds/{number} promised"
        round_.batched += ballots
        round_.batches += 1
        if facts.get("number") != round_.batches:
            return f"is batch {facts.get('number')} of rounds/{number}, where {round_.batches} was to come"
        return None

    def _seal(
        self, act: str, round_: _Round, said: Mapping[str, Any], facts: Mapping[str, Any], number: int
    ) -> str | None:
        if act in ("seal.asked", "round.sealed") and round_.kind != "vote":
            return f"({act}) is about rounds/{number}, which is no vote"
        who = said["by"].get("p", "nobody")
        if act == "seal.asked":
            again = round_.asked_by and not round_.reopening_by
            round_.asked_by, round_.reopening_by = who, None
            return f"asks for the seal of rounds/{number} a second time" if again else None
        if act in ("reopening.asked", "round.reopened"):
            alone = act == "round.reopened" and round_.reopening_by == who
            round_.reopening_by = who if act == "reopening.asked" else None
            round_.asked_by = round_.asked_by if act == "reopening.asked" else None
            return f"reopens rounds/{number} by the same person who asked for it" if alone else None
        if act != "round.sealed":
            return None
        round_.sealed = True
        if round_.asked_by is None:
            return f"seals rounds/{number} without anybody else having asked for the seal"
        if round_.asked_by == who:
            return f"seals rounds/{number} by the same person who asked for the seal"
        return self._count(round_, facts, number)

    def _count(self, round_: _Round, facts: Mapping[str, Any], number: int) -> str | None:
        """The roll, the voters and the ballots of a seal, against one another and against what came in before it."""
        said = {name: one for name, one in facts.items() if isinstance(one, int)}
        if not said.keys() >= {"ballots", "voted", "roll"}:
            return None
        ballots, voted, roll = said["ballots"], said["voted"], said["roll"]
        self.ballots[number] = ballots
        if round_.roll is not None and roll != round_.roll:
            return f"counts rounds/{number} on a roll of {roll}; by the entries before it was of {round_.roll}"
        if voted > roll or ballots > roll or (ballots != voted and not facts.get("paper")):
            return f"counts {ballots} ballots of rounds/{number}, by {voted} voters on a roll of {roll}"
        known = ballots + sum(said.get(name, 0) for name in ("superseded", "void", "struck"))
        if round_.batched > known:
            return f"accounts for {known} ballots of rounds/{number}, where {round_.batched} had come in"
        return None

    def _note_hiding(self, index: int | None, act: str, said: Mapping[str, Any]) -> None:
        """Which entry hid or erased a thing last, or showed it again: withheld texts are explained by it."""
        if act in ("proposal.hidden", "comment.hidden", "comment.erased", "proposal.restored", "comment.restored"):
            self.hidden_by[str(said.get("object"))] = -1 if index is None else index
        elif act == "import.made":
            came = said.get("facts", {}).get("hidden")
            here = self.came_hidden[-1 if index is None else index] = Counter()
            if isinstance(came, dict):
                here.update({table: number for table, number in came.items() if isinstance(number, int)})
        elif act == "appeal.decided":
            self.hidden_by[f"comments/{said.get('facts', {}).get('comment')}"] = -1 if index is None else index

    def hiding_of(self, thing: str, since: int) -> int | None:
        """The entry for which the words of this thing are withheld; None where there is no reason for it.

        A thing that was shown again from entry `since` on may still be withheld: the record was read about then.
        """
        kind, number = _named(thing)
        if number is None:
            return None
        state = (self.proposals if kind == "proposals" else self.comments)[number]
        index = self.hidden_by.get(thing)
        if index is not None and (state in (_HIDDEN, _ERASED) or index >= since or index < 0):
            return index
        if kind == "comments" and self.proposal_of[number]:
            return self.hiding_of(f"proposals/{self.proposal_of[number]}", since)
        return None


def _named(thing: Any) -> tuple[str, int | None]:
    """`proposals/12` as its kind and number."""
    kind, _, number = str(thing).partition("/")
    return kind, int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None


def _before(round_: _Round, facts: Mapping[str, Any]) -> str | None:
    """Whether the act found the times that the log knew of."""
    before = facts.get("before")
    if not isinstance(before, dict):
        return None
    for name, known in (("opens_at", round_.opens), ("closes_at", round_.closes)):
        if name in before and seconds(before[name]) != known:
            return f"found another {name} of its round ({before[name]}) than the log had"
    return None


# ---------------------------------------------------------------- the published record

OPEN, SHOWN, SOME, WITHHELD = "open", "shown", "some", "withheld"
RECORD: dict[str, str] = {
    "deliberations": OPEN,
    "rounds": OPEN,
    "round_changes": OPEN,
    "role_grants": OPEN,
    "polls": OPEN,
    "ballots_sealed": OPEN,
    "commits_sealed": OPEN,
    "open_ballots": OPEN,
    "log_keys": OPEN,
    "witnesses": OPEN,
    "adoptions": OPEN,
    "proposals": SHOWN,
    "revisions": SHOWN,
    "comments": SHOWN,
    "comment_revisions": SHOWN,
    "assessments": SHOWN,
    "article_tags": SHOWN,
    "reviews": SHOWN,
    "finding_answers": SHOWN,
    "answers": SHOWN,
    "accounts": SOME,
    "residencies": WITHHELD,
    "endorsements": WITHHELD,
    "statement_votes": WITHHELD,
    "helpful_marks": WITHHELD,
    "reports": WITHHELD,
    "hidings": WITHHELD,
    "appeals": WITHHELD,
    "concerns": WITHHELD,
    "exports": WITHHELD,
    "imports": WITHHELD,
}
"""Every table of the record. OPEN: each row is published. SHOWN: each, but what an act has hidden or erased. SOME:
those that the site itself shows to everybody. WITHHELD: none, since they tell of somebody what no page tells."""

_ROW = b"folkmoot/row/v1\x00"
_PAIR = 40
_FEW = 1000
"""Findings kept, and rows that are looked at a second time."""


def row_fingerprint(table: str, salt: bytes, row: Mapping[str, Any]) -> str | None:
    """The fingerprint of a published row; None where it holds what no row can hold."""
    try:
        body = _WRITE({**row, "table": table}).encode()
    except (ValueError, TypeError, RecursionError):
        return None
    return hashlib.sha256(_ROW + salt + b"\x00" + body).hexdigest()


def pairs_of(body: bytes) -> Iterator[tuple[int, str | None]]:
    """(key, fingerprint or None for a deleted row) of each row in a manifest."""
    for at in range(0, len(body) - _PAIR + 1, _PAIR):
        digest = body[at + 8 : at + _PAIR]
        yield int.from_bytes(body[at : at + 8], "big"), digest.hex() if any(digest) else None


def owner_of(said: Mapping[str, Any]) -> str | None:
    """The proposal or comment that the rows of an act belong to."""
    if str(said.get("object")).startswith(("proposals/", "comments/")):
        return str(said["object"])
    facts = said.get("facts", {})
    for name in ("comment", "proposal"):
        if isinstance(facts.get(name), int):
            return f"{name}s/{facts[name]}"
    return None


class Ledger:
    """The fingerprint that each row of the record was left with, taken from the entries in their order.

    Kept in a temporary file, so that memory does not grow with the record. `since`: the record is read while the log
    may grow, at some time after entry `since`; each fingerprint that a row had from then on is right. Close after use.
    """

    def __init__(self, found: Find, place: str, since: int | None = None) -> None:
        self.found = found
        self.place = place
        self.since = since
        self.manifests = 0
        self._file = sqlite3.connect("")  # a nameless file: held in memory while small, on disk when not
        self._file.executescript(
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA cache_size=-32000;"
            "CREATE TABLE ids (id BLOB PRIMARY KEY, idx INTEGER) WITHOUT ROWID;"
            "CREATE TABLE latest (key TEXT PRIMARY KEY, digest TEXT, idx INTEGER, owner TEXT, seen INTEGER DEFAULT 0)"
            " WITHOUT ROWID;"
            "CREATE TABLE earlier (key TEXT, digest TEXT); CREATE INDEX earlier_key ON earlier (key);"
        )

    def close(self) -> None:
        self._file.close()

    def ids(self, pairs: Sequence[tuple[str, int]]) -> None:
        """Find acts that stand in the log twice. `pairs`: the id of each entry and its index."""
        try:
            self._file.executemany("INSERT INTO ids VALUES (?, ?)", ((bytes.fromhex(id_), at) for id_, at in pairs))
            return
        except sqlite3.IntegrityError:
            self._file.rollback()
        for id_, at in pairs:
            known = self._file.execute("SELECT idx FROM ids WHERE id = ?", (bytes.fromhex(id_),)).fetchone()
            if known is None:
                self._file.execute("INSERT INTO ids VALUES (?, ?)", (bytes.fromhex(id_), at))
            elif known[0] != at:
                self.found(Finding(f"Entry {at} is entry {known[0]} once more: both are the act {id_}.", at, "form"))

    def entry(self, index: int | None, said: Mapping[str, Any], manifest: Callable[[str, str], bytes | None]) -> None:
        """Take in one entry (`index` None: it still waits). `manifest` reads the list of rows of (act id, table)."""
        facts = said.get("facts", {})
        manifests = facts.get("manifest", {}) if isinstance(facts, dict) else {}
        for table, claim in manifests.items() if isinstance(manifests, dict) else ():
            self._manifest(index, table, claim, manifest(str(said.get("id")), table))
        rows = said.get("rows", {})  # after the manifests: an act may change a row that it has imported
        if rows and isinstance(rows, dict):
            self._keep(index, owner_of(said), rows.items())

    def _keep(self, index: int | None, owner: str | None, rows: Iterable[tuple[str, Any]]) -> None:
        if self.since is not None and (index is None or index >= self.since):
            rows = list(rows)
            had = "INSERT INTO earlier SELECT ?1, (SELECT digest FROM latest WHERE key = ?1)"
            self._file.executemany(had, ((key,) for key, _ in rows))
        # A row that was compared stays so, though an entry that came meanwhile changed it.
        left = (
            "INSERT INTO latest (key, digest, idx, owner) VALUES (?, ?, ?, ?) ON CONFLICT (key)"
            " DO UPDATE SET digest = excluded.digest, idx = excluded.idx, owner = excluded.owner"
        )
        self._file.executemany(left, ((key, digest, index, owner) for key, digest in rows))

    def _manifest(self, index: int | None, table: str, claim: object, body: bytes | None) -> None:
        self.manifests += 1
        wanted = claim if isinstance(claim, dict) else {}
        text = f"The list of rows in {table} that {_entry(index)} commits to"
        if body is None:
            self.found(Finding(f"{text} is missing.", index, "record"))
        elif hashlib.sha256(body).hexdigest() != wanted.get("sha256") or len(body) != _PAIR * wanted.get("count", -1):
            self.found(Finding(f"{text} was changed.", index, "record"))
        else:
            self._keep(index, None, ((f"{table}/{key}", digest) for key, digest in pairs_of(body)))

    def compare(self, key: str, digest: str | None) -> Finding | None:
        """What is wrong with a row that is there with this fingerprint; None where nothing is."""
        known = self._file.execute("SELECT digest, idx FROM latest WHERE key = ?", (key,)).fetchone()
        if known is None:
            return Finding(f"{key} is in {self.place}, but no act in the log made it.", None, "record")
        self._file.execute("UPDATE latest SET seen = 1 WHERE key = ?", (key,))
        left, index = known
        if digest is not None and (digest == left or self._had(key, digest)):
            return None
        if left is None:
            return Finding(f"{key} is in {self.place} again, though {_entry(index)} deleted it.", index, "record")
        text = f"{key} was changed behind the log: it is not what {_entry(index)} left."
        return Finding(text, index, "record")

    def was_compared(self, key: str) -> bool:
        known = self._file.execute("SELECT seen FROM latest WHERE key = ?", (key,)).fetchone()
        return bool(known and known[0])

    def written_by(self, key: str) -> int | None:
        """The entry that wrote a row last; the row counts as compared."""
        known = self._file.execute("SELECT idx FROM latest WHERE key = ?", (key,)).fetchone()
        self._file.execute("UPDATE latest SET seen = 1 WHERE key = ?", (key,))
        return None if known is None else known[0]

    def _had(self, key: str, digest: str | None) -> bool:
        known = self._file.execute("SELECT 1 FROM earlier WHERE key = ? AND digest IS ? LIMIT 1", (key, digest))
        return known.fetchone() is not None

    def missing(self) -> Iterator[tuple[str, int | None, str | None]]:
        """(key, entry that wrote it last, what it belongs to) of each row that should be there and was not compared."""
        ordered = "SELECT key, idx, owner FROM latest WHERE NOT seen AND digest IS NOT NULL ORDER BY idx"
        for key, index, owner in self._file.execute(ordered):
            new = self.since is not None and (index is None or index >= self.since)
            if not (new and self._had(key, None)):
                yield key, index, owner


def _entry(index: int | None) -> str:
    return "an entry that waits for its place" if index is None else f"entry {index}"


# ---------------------------------------------------------------- where it is read from


class Unreachable(Exception):
    """It could not be read: nothing can be said of it."""


class Folder:
    """An exported folder."""

    live = False

    def __init__(self, folder: str) -> None:
        self.base = Path(folder)
        if not self.base.is_dir():
            raise Unreachable(f"there is no folder {folder}")

    def open(self, path: str, limit: int | None = None) -> IO[bytes] | None:
        try:
            # Neither a pipe, which would keep us waiting for ever, nor a device, which would never end.
            return (self.base / path).open("rb") if (self.base / path).is_file() else None
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise Unreachable(f"{path} cannot be read: {error}") from error

    def read(self, path: str, limit: int) -> bytes | None:
        """A file of at most `limit` bytes; None where there is none."""
        file = self.open(path)
        if file is None:
            return None
        with file:
            data = file.read(limit + 1)
        return data[: limit + 1]


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is checked lies where the person who checks said, and nowhere else."""

    def redirect_request(self, *_asked: Any) -> None:
        return None


class Site:
    """A log that is served: over HTTP, with time-outs, each resource asked for up to four times."""

    live = True
    PATIENCE = 30
    ALTOGETHER = 900
    """Seconds without a word, and for one resource from its beginning to its end."""
    TRIES = 4
    LARGEST = 1 << 33
    """Bytes of a resource that may grow with the log."""

    def __init__(self, address: str) -> None:
        self.base = address.rstrip("/")
        self._ask = urllib.request.build_opener(_StayThere).open

    def open(self, path: str, limit: int | None = None) -> IO[bytes] | None:
        """The resource, spooled to a temporary file, so that a slow reader keeps no connection waiting.

        Of more than `limit` bytes only the first are read, and one: enough to see that it is too long.
        """
        for trial in range(self.TRIES):
            if trial:
                time.sleep(2**trial / 4)
            try:
                return self._fetch(path, self.LARGEST if limit is None else limit + 1)
            except urllib.error.HTTPError as error:
                error.close()
                if error.code in (404, 410):
                    return None
                if 300 <= error.code < 400:
                    to = error.headers.get("Location")
                    raise Unreachable(
                        f"{self.base}/{path} lies elsewhere: {to}. Give that address if you trust it"
                    ) from error
                trouble: Exception = error
            except (OSError, http.client.HTTPException) as error:
                trouble = error
        raise Unreachable(f"{self.base}/{path} cannot be read: {trouble}")

    def _fetch(self, path: str, most: int) -> IO[bytes]:
        asked = urllib.request.Request(f"{self.base}/{path}", headers={"User-Agent": "folkmoot-verify"})  # noqa: S310  # http or https: see `source_of`
        spooled = tempfile.SpooledTemporaryFile(1 << 20)  # noqa: SIM115  # whoever asked closes it
        try:
            with self._ask(asked, timeout=self.PATIENCE) as answer:
                self._copy(answer, spooled, most)
        except BaseException:
            spooled.close()
            raise
        spooled.seek(0)
        return spooled

    def _copy(self, answer: Any, spooled: IO[bytes], most: int) -> None:
        """Read to the end, or as much as there may be: whoever serves it shall fill no disk and keep nobody waiting."""
        until = time.monotonic() + self.ALTOGETHER
        while most > spooled.tell() and (piece := answer.read1(min(1 << 16, most - spooled.tell()))):
            spooled.write(piece)
            if time.monotonic() > until:
                raise OSError(f"it was not over after {self.ALTOGETHER} seconds")
        if spooled.tell() < most and answer.length:
            raise OSError("the answer was cut short")

    def read(self, path: str, limit: int) -> bytes | None:
        """A resource of at most `limit` bytes; None where there is none."""
        file = self.open(path, limit)
        if file is None:
            return None
        with file:
            return file.read(limit + 1)


Source = Union[Folder, Site]


def source_of(name: str) -> Source:
    """The folder or the site of this name. Raises Unreachable."""
    return Site(name) if re.match(r"https?://", name) else Folder(name)


# ---------------------------------------------------------------- mirrors


class Mirror:
    """A folder that keeps what was seen of a log: every entry, every leaf, every checkpoint. Nothing in it is replaced.

    `entries` holds the entries as bundles do, `leaves` their hashes (32 bytes each), `checkpoints.jsonl` the signed
    notes; `evidence/` what proves that a log told two histories.
    """

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.note, self.size = self._last()
        for name in ("entries", "leaves", "checkpoints.jsonl"):
            (self.folder / name).touch()
        self._entries = (self.folder / "entries").open("rb")
        self._new = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115  # closed by `close`
        self._notes: list[str] = []
        self._end = 0

    def close(self) -> None:
        self._entries.close()
        self._new.close()

    def _last(self) -> tuple[str | None, int]:
        last = None
        with contextlib.suppress(FileNotFoundError), (self.folder / "checkpoints.jsonl").open() as lines:
            for line in lines:
                last = line
        if last is None:
            return None, 0
        try:
            note = json.loads(last)["note"]
            return note, parse_checkpoint(split_note(note)[0]).size
        except (ValueError, KeyError, TypeError) as error:
            raise Unreachable(f"the mirror {self.folder} is damaged: its last checkpoint cannot be read") from error

    def bodies(self, count: int) -> list[bytes | None]:
        """The next kept entries. Raises Unreachable where the mirror was cut."""
        found: list[bytes | None] = []
        for _ in range(count):
            length = self._entries.read(2)
            body = self._entries.read(int.from_bytes(length, "big"))
            if len(length) < 2 or len(body) < int.from_bytes(length, "big"):
                raise Unreachable(f"the mirror {self.folder} is damaged: its entries end too early")
            found.append(body)
        self._end = self._entries.tell()
        return found

    def leaf(self, index: int) -> bytes:
        with (self.folder / "leaves").open("rb") as leaves:
            leaves.seek(index * HASH)
            return leaves.read(HASH)

    def body(self, index: int) -> bytes:
        """A kept entry, looked for from the beginning: for the one that is to be named."""
        self._entries.seek(0)
        return self.bodies(index + 1)[-1] or b""

    def take(self, body: bytes) -> None:
        """A new entry, to be kept if all is well."""
        self._new.write(len(body).to_bytes(2, "big") + body)

    def take_note(self, line: str) -> None:
        self._notes.append(line)

    def keep(self) -> None:
        """Add what was taken, entries before the checkpoints over them: cut short, it is as if it had not begun."""
        if not self._notes:
            return
        self._new.seek(0)
        with (self.folder / "entries").open("r+b") as entries, (self.folder / "leaves").open("r+b") as leaves:
            entries.truncate(self._end)
            entries.seek(self._end)
            leaves.truncate(self.size * HASH)
            leaves.seek(self.size * HASH)
            while length := self._new.read(2):
                body = self._new.read(int.from_bytes(length, "big"))
                entries.write(length + body)
                leaves.write(leaf_hash(body))
            for file in (entries, leaves):
                file.flush()
                os.fsync(file.fileno())
        with (self.folder / "checkpoints.jsonl").open("a") as notes:
            notes.writelines(self._notes)
            notes.flush()
            os.fsync(notes.fileno())

    def evidence(self, shown: str, words: str, bodies: Mapping[str, bytes]) -> Path:
        """Keep the two checkpoints that contradict each other side by side, and say what they are."""
        folder = self.folder / "evidence" / hashlib.sha256(shown.encode()).hexdigest()[:16]
        if not folder.exists():
            draft = Path(tempfile.mkdtemp(dir=self.folder))
            (draft / "kept.checkpoint").write_text(self.note or "")
            (draft / "shown.checkpoint").write_text(shown)
            (draft / "what.txt").write_text(words + "\n")
            for name, body in bodies.items():
                (draft / name).write_bytes(body)
            folder.parent.mkdir(exist_ok=True)
            draft.rename(folder)
        return folder


# ---------------------------------------------------------------- the whole check

_NOTE_LIMIT = 1 << 16
_BUNDLE_LIMIT = WIDTH * (2 + 65535)
_MANIFEST_LIMIT = 1 << 28
_LINE_LIMIT = 1 << 24
"""Bytes: of what somebody else serves, no more is ever held at once."""
ABSENT = 3
"""Bundles missing in succession, after which nobody looks for more."""
SAMPLE = 64
"""Checkpoints whose signatures are looked at where that is slow, besides the newest and the kept ones."""

AREAS = {
    "signature": "signatures and keys",
    "tree": "every entry, every tile and the root",
    "checkpoints": "every earlier checkpoint",
    KEPT: "checkpoints that you kept",
    "mirror": "what the mirror saw before",
    "form": "form of each entry, each act once",
    "time": "times",
    "acts": "each act possible when it was done",
    "record": "the published record",
    "witnesses": "witnesses",
}


@dataclass
class Options:
    """What is asked for besides the log itself."""

    kept: Mapping[str, str] = field(default_factory=dict)
    mirror: Mirror | None = None
    witnesses: Sequence[Vkey] = ()
    witnesses_needed: int = 0
    record: bool = True
    entries: bool = True
    every_signature: bool = False
    patience: float = 1.0


@dataclass(frozen=True)
class Line:
    """One check in words, and whether it passed."""

    area: str
    passed: bool
    text: str


@dataclass
class Outcome:
    """What was looked at and what was found, the first entry concerned first."""

    lines: list[Line]
    findings: list[Finding]
    told: list[str]
    count: int
    size: int
    root: str

    @property
    def whole(self) -> bool:
        return not self.count


class Verification:
    """One look at a log and its published record."""

    def __init__(self, source: Source, given: Sequence[Vkey], options: Options) -> None:
        check, self.fast = fastest_check()
        self.source = source
        self.options = options
        self.check = check
        self.count = 0
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()
        self.walk = Walk(given, check, self._tile, self._find, read=options.entries)
        self.conduct = Conduct(self._find)
        self.index = self._index()
        self.note = self._newest()
        self.since = self._since()
        self.ledger = Ledger(self._find, "the published record", self.since)
        self._file: IO[bytes] = io.BytesIO()
        self._notes: Iterator[bytes] = iter(())
        self._ahead: tuple[int, Any] | None = None
        self._times: list[tuple[int, int | None]] = []
        self._next_look = 0
        self._last_note = 0
        self._absent = 0
        self._ids: list[tuple[str, int]] = []
        self.rows: Counter[str] = Counter()
        self._sealed: Counter[str] = Counter()
        self.seen_by: list[str] = []
        self.withheld: Counter[str] = Counter()
        self.excused: list[str] = []

    def _find(self, finding: Finding) -> None:
        self.count += 1
        self.counts[finding.area] += 1
        if len(self.findings) < _FEW:
            self.findings.append(finding)

    # -------- reading

    def _read(self, path: str, limit: int) -> bytes | None:
        data = self.source.read(path, limit)
        if data is not None and len(data) > limit:
            self._find(Finding(f"{path} is longer than it can be.", None, "tree"))
            return data[:limit]
        return data

    def _index(self) -> dict[str, Any] | None:
        """What the record says of itself. Read before the log: rows that are newer than the log can be told then."""
        if not self.options.record:
            return None
        data = self.source.read("record/index.json", 1 << 24)
        try:
            said: Any = json.loads(data) if data is not None else {}
            return said if isinstance(said["tables"], dict) and isinstance(said["size"], int) else None
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    def _since(self) -> int:
        """The record is read after the newest checkpoint, so it is at least as new, whatever it says of itself."""
        try:
            return parse_checkpoint(split_note(self.note)[0]).size
        except NoteError:
            return 0

    def _newest(self) -> str:
        data = self.source.read("checkpoint", _NOTE_LIMIT)
        if data is None:
            raise Unreachable("there is no log: it has no file “checkpoint”")
        return data.decode("utf-8", "replace")

    def _tile(self, level: int, n: int, width: int) -> bytes | None:
        mirror = self.options.mirror
        if mirror is not None and (n * WIDTH + width) << (8 * level) <= mirror.size:
            return None  # its entries were kept, and are compared with the roots
        return self._read(tile_path(level, n, width), WIDTH * HASH) or b""

    def _bundle(self, n: int, width: int) -> Sequence[bytes | None]:
        data = self._read(tile_path(None, n, width), _BUNDLE_LIMIT)
        self._absent = self._absent + 1 if data is None else 0
        try:
            bodies: list[bytes | None] = list(unbundled(data or b""))
        except ValueError as error:
            self._find(Finding(f"The bundle of the entries from {n * WIDTH} on is damaged: {error}.", n * WIDTH))
            bodies = []
        if len(bodies) > width:
            self._find(Finding(f"The bundle of the entries from {n * WIDTH} on holds more than {width}.", n * WIDTH))
        return [*bodies[:width], *[None] * (width - len(bodies))]

    def _manifest(self, act_id: str, table: str) -> bytes | None:
        if not _ID.fullmatch(act_id) or not re.fullmatch(r"[a-z_]+", table):
            return None
        return self._read(f"manifest/{act_id}/{table}", _MANIFEST_LIMIT)

    # -------- the log

    def run(self) -> Outcome:
        """Check everything. Raises Unreachable."""
        newest = self.walk.checkpoint(self.note, "The newest checkpoint", area="signature")
        if newest is None:
            return self._outcome(0)
        self._open_notes()
        for name, note in self.options.kept.items():
            self.walk.checkpoint(note, f"The checkpoint kept in {name}", area=KEPT)
        mirror = self.options.mirror
        if mirror is not None and mirror.note is not None:
            self.walk.checkpoint(mirror.note, "The checkpoint that the mirror kept last", area="mirror")
        self._advance(newest.size)
        newest = self._look_at_record(newest) if self.options.record else newest
        self.walk.finish()
        self._look_at_witnesses()
        self._look_at_mirror(newest)
        return self._outcome(newest.size)

    def _advance(self, size: int) -> None:
        """Walk on to this size."""
        while self.walk.tree.size < size:
            first = self.walk.tree.size
            if self._absent >= ABSENT:  # a checkpoint can claim any size, before its signature can be looked at
                self._find(
                    Finding(f"The entries from {first} on are missing: of the last {ABSENT} bundles none is there.")
                )
                return
            n, at = divmod(first, WIDTH)
            count = min(WIDTH - at, size - first)
            self._take_notes(first + count)
            for index, body, said in self.walk.block(self._bodies(n, at, count)):
                self._take(index, body, said)
            self.ledger.ids(self._ids)
            self._ids = []

    def _bodies(self, n: int, at: int, count: int) -> Sequence[bytes | None]:
        mirror = self.options.mirror
        kept = 0 if mirror is None else max(0, min(count, mirror.size - n * WIDTH - at))
        bodies: list[bytes | None] = mirror.bodies(kept) if mirror is not None and kept else []
        if kept < count:
            shown = self._bundle(n, at + count)
            bodies += shown[at + kept :]
            if mirror is not None:
                for body in shown[at + kept :]:
                    mirror.take(body or b"")
        return bodies

    def _take(self, index: int, body: bytes, said: Any) -> None:
        fault = fault_of(said, len(body))
        if fault:
            self._find(Finding(f"Entry {index} {fault}.", index, "form"))
            return
        self._ids.append((said["id"], index))
        self._dated(index, said)
        self.conduct.entry(index, said)
        if self.options.record:
            self.ledger.entry(index, said, self._manifest)

    def _dated(self, index: int, said: Mapping[str, Any]) -> None:
        """No entry can be later than the signature over it."""
        while self._times and self._times[0][0] <= index:
            self._times.pop(0)
        at, signed = seconds(said["at"]), self._times[0][1] if self._times else None
        if at is not None and signed is not None and at > signed + BACK:
            self._find(
                Finding(f"Entry {index} says {said['at']}, which is later than the signature over it.", index, "time")
            )

    # -------- checkpoints

    def _open_notes(self) -> None:
        file = self.source.open("checkpoints.jsonl")
        if file is None:
            self._find(Finding("The earlier checkpoints (checkpoints.jsonl) are missing.", None, "checkpoints"))
            return
        self._file, self._notes = file, _lines(file)
        self._next_note()

    def _next_note(self) -> None:
        self._ahead = None
        for line in self._notes:
            try:
                said = json.loads(line)
                size = parse_checkpoint(split_note(said["note"])[0]).size
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self._find(Finding(f"A line of checkpoints.jsonl cannot be read: {line[:60]!r}.", None, "checkpoints"))
                continue
            if said.get("size") != size or size <= self._last_note:
                text = f"The line of checkpoints.jsonl for {said.get('size')} entries is out of order, or not of it."
                self._find(Finding(text, size, "checkpoints"))
                continue
            self._ahead, self._last_note = (size, said), size
            return

    def _take_notes(self, upto: int) -> None:
        """Take in the earlier checkpoints of at most this size; the one after them is known too, for its time."""
        while self._ahead is not None and self._ahead[0] <= upto:
            size, said = self._ahead
            self._note_time(size, said)
            self.walk.checkpoint(said["note"], f"The checkpoint of {size} entries", look=self._look(size))
            mirror = self.options.mirror
            if mirror is not None and size > mirror.size:
                line = {"size": size, "signed_at": said.get("signed_at"), "note": said["note"]}
                mirror.take_note(json.dumps(line, ensure_ascii=False) + "\n")
            self._next_note()
        if self._ahead is not None:
            self._note_time(*self._ahead)

    def _note_time(self, size: int, said: Mapping[str, Any]) -> None:
        if self.options.entries and (not self._times or self._times[-1][0] < size):
            self._times.append((size, seconds(said.get("signed_at"))))

    def _look(self, size: int) -> bool:
        """Whether the signature of this checkpoint is looked at: each where it is fast, else some, evenly spread."""
        if self.fast or self.options.every_signature:
            return True
        if size < self._next_look:
            return False
        newest = parse_checkpoint(split_note(self.note)[0]).size
        self._next_look = size + max(1, newest // SAMPLE)
        return True

    # -------- the record

    def _look_at_record(self, newest: Checkpoint) -> Checkpoint:
        if self.index is None:
            self._find(Finding("The published record (record/index.json) is missing.", None, "record"))
            return newest
        unsure = self._read_tables()
        tries = 6 if self.source.live else 0
        if tries and (self.index or {}).get("waiting"):
            time.sleep(self.options.patience)  # what waited when the record was read has its place by now
            newest = self._grow(newest)
        while unsure and tries:
            tries -= 1
            time.sleep(self.options.patience)
            newest = self._grow(newest)
            unsure = {key: digest for key, digest in unsure.items() if self.ledger.compare(key, digest) is not None}
        for key, digest in unsure.items():
            finding = self.ledger.compare(key, digest)
            if finding is not None and self._waits(key):
                self.excused.append(key)
            elif finding is not None:
                self._find(finding)
        self._look_at_withheld()
        if self.excused:
            count, first = len(self.excused), self.excused[0]
            text = f"{count} rows, first {first}, are said to wait for entries that this log does not have yet: nothing"
            self._find(Finding(f"{text} vouches for them now. Look again later.", None, "record"))
        return newest

    def _grow(self, newest: Checkpoint) -> Checkpoint:
        """Look at the log again: a row may be newer than the checkpoint that was read."""
        note = self._newest()
        try:
            shown = parse_checkpoint(split_note(note)[0])
        except NoteError:
            return newest
        if shown.size <= self.walk.tree.size:
            return newest
        self.note = note
        later = self.source.open("checkpoints.jsonl")
        if later is not None:
            self._file.close()
            self._file, known = later, self._last_note
            self._notes = (line for line in _lines(later) if _size_in(line) > known)
            if self._ahead is None:
                self._next_note()
        self.walk.checkpoint(note, "The newest checkpoint", area="signature")
        self._advance(shown.size)
        return shown

    def _waits(self, key: str) -> bool:
        waiting = (self.index or {}).get("waiting", [])
        return key in waiting or f"{key.split('/')[0]}/*" in waiting

    def _read_tables(self) -> dict[str, str | None]:
        """Compare every published row. Returns those that do not fit, by their fingerprint: the log may have grown."""
        unsure: dict[str, str | None] = {}
        stated = (self.index or {}).get("tables", {})
        for table in sorted({*stated, *(name for name, how in RECORD.items() if how != WITHHELD)}):
            if not re.fullmatch(r"[a-z_]+", table):
                continue
            file = self.source.open(f"record/{table}.jsonl")
            if file is None:
                self._find(Finding(f"record/{table}.jsonl is missing.", None, "record"))
                continue
            with file:
                for line in _lines(file):
                    self._row(table, line, unsure)
        self._recount()
        return unsure

    def _row(self, table: str, line: bytes, unsure: dict[str, str | None]) -> None:
        self.rows[table] += 1
        try:
            said = _READ(line.decode())
            key, salt, row = said["key"], bytes.fromhex(said["salt"]), said["row"]
            digest = row_fingerprint(table, salt, row)
        except (ValueError, KeyError, TypeError, RecursionError):
            self._find(Finding(f"Line {self.rows[table]} of record/{table}.jsonl cannot be read.", None, "record"))
            return
        if not isinstance(key, str) or not isinstance(row, dict) or not key.startswith(f"{table}/"):
            text = f"Line {self.rows[table]} of record/{table}.jsonl is a row of something else: {key}."
            self._find(Finding(text, None, "record"))
            return
        if table == "ballots_sealed" and isinstance(row.get("ballots"), int):
            self._sealed[str(row.get("round_id"))] += row["ballots"]
        if self.ledger.was_compared(key):
            self._find(Finding(f"{key} is in the published record more than once.", None, "record"))
            return
        finding = self.ledger.compare(key, digest)
        if finding is None:
            return
        if len(unsure) < _FEW:
            unsure[key] = digest
        else:
            self._find(finding)

    def _recount(self) -> None:
        """As many ballots as the seal counted are published, where ballots are published at all."""
        for number, ballots in self._sealed.items():
            counted = self.conduct.ballots.get(int(number)) if number.isdecimal() else None
            if counted is not None and counted != ballots:
                text = f"{ballots} ballots of rounds/{number} are published; its seal counted {counted}."
                self._find(Finding(text, None, "record"))

    def _look_at_withheld(self) -> None:
        """Each row that the log knows and that is not published must be of a kind that may be withheld, and say why."""
        for key, index, owner in self.ledger.missing():
            table = key.split("/")[0]
            how = RECORD.get(table)
            self.withheld[table] += 1
            if how in (SOME, WITHHELD) or (how == SHOWN and self._hidden(key, table, owner)):
                continue
            if self._waits(key):
                self.excused.append(key)
                continue
            if how == SHOWN and self._came_hidden(table, index):
                continue
            why = "and no act hid or erased it" if how == SHOWN else "and rows of this kind always are"
            text = f"{key} is not published, {why}; {_entry(index)} wrote it last."
            self._find(Finding(text, index, "record"))

    def _hidden(self, key: str, table: str, owner: str | None) -> bool:
        thing = key if table in ("proposals", "comments") else owner
        since = self.since
        if thing is not None and self.conduct.hiding_of(thing, since) is not None:
            return True
        # Of what was imported the log does not say which rows belong together.
        unknown = owner is None or not self.conduct.proposal_of[_named(thing)[1] or 0]
        return (
            bool(self.conduct.imported and self.conduct.hidden_by)
            and unknown
            and thing != f"proposals/{_named(thing)[1]}"
        )

    def _came_hidden(self, table: str, index: int | None) -> bool:
        """Whether a row may be one of those that came hidden with an import, which says how many there are."""
        came = self.conduct.came_hidden.get(-1 if index is None else index)
        if came is None or not came:
            return came is not None  # an import of earlier versions, which did not say
        if not came["proposals"] and not came["comments"]:
            return False
        if table == "proposals" or (table == "comments" and not came["proposals"]):
            came[f"withheld {table}"] += 1
            return came[f"withheld {table}"] <= came[table]
        return True  # what belongs to them, which nobody counted

    # -------- witnesses and mirrors

    def _look_at_witnesses(self) -> None:
        seen = []
        for witness in self.options.witnesses:
            try:
                at = cosigned_at(self.note, witness, self.check)
            except NoteError as error:
                self._find(Finding(f"The newest checkpoint: {error}.", None, "witnesses"))
            else:
                seen += [witness.name] if at is not None else []
        if len(seen) < self.options.witnesses_needed:
            needed = self.options.witnesses_needed
            text = f"{len(seen)} of your witnesses have seen the newest checkpoint; you ask for {needed}."
            self._find(Finding(text, None, "witnesses"))
        self.seen_by = seen

    def _look_at_mirror(self, newest: Checkpoint) -> None:
        mirror = self.options.mirror
        if mirror is None:
            return
        if newest.size < mirror.size:
            text = f"The log shows {newest.size} entries; {mirror.size} were seen before."
            self._find(Finding(text, newest.size, "mirror"))
        if not any(self.counts[area] for area in ("tree", "checkpoints", "signature", KEPT, "mirror")):
            mirror.keep()
        elif mirror.size and mirror.note is not None:
            self._name_rewritten(mirror, newest)

    def _name_rewritten(self, mirror: Mirror, newest: Checkpoint) -> None:
        """Find the first entry that is not what the mirror kept, and keep the proof."""
        common = min(mirror.size, newest.size)
        for n in range((common + WIDTH - 1) // WIDTH):
            width, known = min(WIDTH, newest.size - n * WIDTH), min(WIDTH, common - n * WIDTH)
            shown = self._read(tile_path(0, n, width), WIDTH * HASH) or b""
            for place in range(known):
                index = n * WIDTH + place
                if shown[place * HASH : (place + 1) * HASH] != mirror.leaf(index):
                    self._rewritten(mirror, index, self._bundle(n, width)[place])
                    return

    def _rewritten(self, mirror: Mirror, index: int, now: bytes | None) -> None:
        was = mirror.body(index)
        text = (
            f"Entry {index} was rewritten since the mirror saw it. It was: {in_short(was)}. It is now: {in_short(now)}."
        )
        signed = [one for one in self.walk.given if lines_of(one, split_note(self.note)[1])]
        good = any(_signed_by(self.note, one, self.check) for one in signed)
        proof = "Both checkpoints are validly signed: together they prove that the log told two histories."
        words = f"{text} {proof if good else 'The checkpoint shown is not validly signed by the key given.'}"
        folder = mirror.evidence(
            self.note, words, {f"entry-{index}-kept.json": was, f"entry-{index}-shown.json": now or b""}
        )
        self._find(Finding(f"{words} Both are kept in {folder}.", index, "mirror"))

    # -------- in words

    def _outcome(self, size: int) -> Outcome:
        ordered = in_order(self.findings)
        self._file.close()
        lines = [self._line(area, text) for area, text in self._texts(size)]
        told = [self._told(one) for one in ordered[:SHOWN_AT_MOST]]
        root = self.walk.tree.root().hex()
        self.ledger.close()
        return Outcome(lines, ordered, told, self.count, size, root)

    def _line(self, area: str, text: str) -> Line:
        count = self.counts[area]
        return Line(area, not count, f"{AREAS[area]}: {count:,} things do not fit" if count else text)

    def _texts(self, size: int) -> Iterator[tuple[str, str]]:
        names = ", ".join(sorted({one.name for one in self.walk.given}))
        yield "signature", f"{AREAS['signature']}: {names}; {self.walk.signatures:,} signatures looked at{self._how()}"
        tiles, root = self.walk.tiles_seen, self.walk.tree.root().hex()
        yield "tree", f"{AREAS['tree']}: {size:,} entries, {tiles:,} tiles read, root {root}"
        yield "checkpoints", f"{AREAS['checkpoints']}: {self.walk.fitting:,}, each root computed again from the entries"
        if self.options.kept:
            yield KEPT, f"{AREAS[KEPT]}: the log goes on from {len(self.options.kept)} of them"
        mirror = self.options.mirror
        if mirror is not None:
            seen = (
                f"{mirror.size:,} entries, none rewritten" if mirror.size else "nothing yet; from now on it keeps all"
            )
            yield "mirror", f"{AREAS['mirror']}: {seen}"
        if self.options.entries:
            yield "form", f"{AREAS['form']}: {size:,} entries"
            yield "time", f"{AREAS['time']}: none dated back, none later than its signature"
            yield "acts", f"{AREAS['acts']}: rounds, offices, states and counts, as far as the log alone shows them"
        if self.options.record:
            yield "record", f"{AREAS['record']}: {self._record_in_words()}"
        if self.options.witnesses or self.options.witnesses_needed:
            yield "witnesses", f"{AREAS['witnesses']}: {', '.join(self.seen_by) or 'none'}"

    def _how(self) -> str:
        how = "" if self.fast else " (in plain Python)"
        if self.fast or self.options.every_signature:
            return f"{how}, every checkpoint's"
        return f"{how}: the newest, those you kept, and up to {SAMPLE} others evenly spread (all: --all-signatures)"

    def _record_in_words(self) -> str:
        withheld = ", ".join(f"{table} {count:,}" for table, count in sorted(self.withheld.items()))
        text = f"{sum(self.rows.values()):,} rows compared with the entries; withheld: {withheld or 'none'}"
        if self.excused:
            text += f"; {len(self.excused)} wait for their entries and were NOT compared, first {self.excused[0]}"
        return text

    def _told(self, finding: Finding) -> str:
        if finding.index is None or finding.area == "mirror":
            return finding.what
        n, at = divmod(finding.index, WIDTH)
        width = min(WIDTH, self.walk.tree.size - n * WIDTH)
        if at >= width:
            return finding.what
        with contextlib.suppress(Unreachable, ValueError):
            body = unbundled(self.source.read(tile_path(None, n, width), _BUNDLE_LIMIT) or b"")[at : at + 1]
            return f"{finding.what} (Entry {finding.index}: {in_short(body[0])}.)" if body else finding.what
        return finding.what


SHOWN_AT_MOST = 20


def _signed_by(note: str, vkey: Vkey, check: SignatureCheck) -> bool:
    try:
        open_checkpoint(note, vkey, check)
    except NoteError:
        return False
    return True


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Line by line; one without an end comes in pieces, which then cannot be read."""
    return iter(lambda: file.readline(_LINE_LIMIT), b"")


def _size_in(line: bytes) -> int:
    try:
        return int(json.loads(line)["size"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0


def in_short(body: bytes | None) -> str:
    """An entry as its act, time and object."""
    try:
        said = json.loads(body or b"")
        return f"{said['act']}, {said['at']}, {said.get('object', 'no object')}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "something that cannot be read"


# ---------------------------------------------------------------- the command


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Check a Folkmoot log and its published record: nothing altered, dropped or back-dated.",
        epilog="Status: 0 everything fits, 1 something does not, 2 it could not be looked at.",
    )
    add = parser.add_argument
    add("source", help="an exported folder, or the address of the log, such as https://city.example/log")
    add(
        "--vkey",
        action="append",
        required=True,
        help="the log's verifier key, from a source you trust; may be repeated",
    )
    add("--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint that you kept; may be repeated")
    add("--mirror", metavar="DIR", help="keep what is seen in this folder, and compare with what was seen before")
    add("--witness", action="append", default=[], metavar="VKEY", help="the key of a witness; may be repeated")
    add("--witnesses-needed", type=int, metavar="N", help="how many of them must have seen the newest checkpoint")
    add("--no-record", action="store_true", help="leave the published record out")
    add("--tree-only", action="store_true", help="only signatures, tiles and roots: do not read what entries say")
    add("--all-signatures", action="store_true", help="look at every signature, even where that is slow")
    add("--json", action="store_true", help="answer as JSON")
    return parser


def _options(asked: argparse.Namespace) -> Options:
    witnesses = [parse_vkey(one, (COSIGNATURE,)) for one in asked.witness]
    needed = asked.witnesses_needed if asked.witnesses_needed is not None else min(1, len(witnesses))
    return Options(
        kept={Path(name).name: Path(name).read_text(encoding="utf-8") for name in asked.checkpoint},
        mirror=Mirror(asked.mirror) if asked.mirror else None,
        witnesses=witnesses,
        witnesses_needed=needed,
        record=not (asked.no_record or asked.tree_only),
        entries=not asked.tree_only,
        every_signature=asked.all_signatures,
    )


def _visible(text: str) -> str:
    """What others wrote, without what would steer the terminal on which it is read."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


def _in_words(outcome: Outcome) -> Iterator[str]:
    for line in outcome.lines:
        yield f"{'ok     ' if line.passed else 'NOT OK '} {_visible(line.text)}"
    if outcome.whole:
        yield "Everything fits: nothing was changed, dropped or added behind the log."
        return
    yield f"NOT WHOLE. {outcome.count:,} things do not fit. First comes the earliest entry:"
    for number, told in enumerate(outcome.told, start=1):
        yield f"  {number}. {_visible(told)}"
    if outcome.count > len(outcome.told):
        yield f"  … and {outcome.count - len(outcome.told):,} more."


def _as_json(outcome: Outcome) -> str:
    said = {
        "whole": outcome.whole,
        "size": outcome.size,
        "root": outcome.root,
        "checks": [{"area": one.area, "passed": one.passed, "text": one.text} for one in outcome.lines],
        "findings": [{"what": one.what, "entry": one.index, "area": one.area} for one in outcome.findings],
        "count": outcome.count,
    }
    return json.dumps(said, ensure_ascii=False, indent=1)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns its exit status."""
    asked = _arguments().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        given = [parse_vkey(one) for one in asked.vkey]
        options = _options(asked)
        try:
            outcome = Verification(source_of(asked.source), given, options).run()
        finally:
            if options.mirror is not None:
                options.mirror.close()
    except (Unreachable, NoteError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"It could not be looked at: {_visible(sentence(str(error)))}\n")
        return 2
    sys.stdout.write((_as_json(outcome) if asked.json else "\n".join(_in_words(outcome))) + "\n")
    return 0 if outcome.whole else 1


if __name__ == "__main__":
    sys.exit(main())
