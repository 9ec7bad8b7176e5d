"""Checking the log: standard library only, nothing shared with the code that writes it.

Proof checks follow RFC 9162 (2.1.3.2 and 2.1.4.2), notes and checkpoints C2SP signed-note and tlog-checkpoint. The
signature check is handed in, so that this file needs no cryptography package and no trust in ours.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SignatureCheck = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) -> whether the Ed25519 signature is right."""

_ED25519 = b"\x01"


class NoteError(ValueError):
    """A note, checkpoint or key that is malformed, or that the trusted key did not sign."""


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


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

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"


def parse_vkey(text: str) -> Vkey:
    """Read `name+id+base64`. Raises NoteError when the parts do not belong together."""
    try:
        name, key_id, encoded = text.strip().split("+", 2)
        raw = _decoded(encoded)
    except ValueError as error:
        raise NoteError("a verifier key reads name+8 hex digits+base64") from error
    vkey = Vkey(name, raw[1:])
    if not name or any(c.isspace() for c in name) or raw[:1] != _ED25519 or len(raw) != 33:
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


def open_note(note: str, vkey: Vkey, check: SignatureCheck) -> str:
    """The text, once `vkey` has been found to have signed it; unknown signatures are ignored. Raises NoteError."""
    text, signatures = split_note(note)
    ours = [one for one in signatures if (one.name, one.key_id) == (vkey.name, vkey.key_id)]
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
    if not (size.isascii() and size.isdigit()) or str(int(size)) != size or len(root) != 32:
        raise NoteError("the size or the root of the checkpoint is malformed")
    return Checkpoint(origin, int(size), root)


def open_checkpoint(note: str, vkey: Vkey, check: SignatureCheck) -> Checkpoint:
    """The checkpoint in a signed note, its signature and origin checked. Raises NoteError."""
    checkpoint = parse_checkpoint(open_note(note, vkey, check))
    if checkpoint.origin != vkey.name:
        raise NoteError(f"it speaks for the log {checkpoint.origin}, the key for {vkey.name}")
    return checkpoint


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

    def root(self) -> bytes:
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def is_canonical(body: bytes) -> bool:
    """Whether the entry is written in the one way that the log allows (RFC 8785, whole numbers only)."""
    try:
        value = json.loads(body, parse_float=_refuse, parse_constant=_refuse)
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return again.encode() == body
    except (ValueError, RecursionError):
        return False


def _refuse(number: str) -> object:
    raise ValueError(f"{number} is not a whole number")
