"""Signing checkpoints: Ed25519 signed notes. Reading them is `verify.py`'s business."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.audit.verify import Checkpoint, NoteError, Vkey, open_checkpoint

_ED25519 = b"\x01"


@dataclass(frozen=True, repr=False)
class Signer:
    """A log's name and private key."""

    name: str
    key: Ed25519PrivateKey

    @cached_property
    def vkey(self) -> Vkey:
        return Vkey(self.name, self.key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note: `text` and the line that vouches for it. Ed25519 is deterministic: the same text, the same note."""
        return f"{text}\n{self.line(text)}"

    def line(self, text: str) -> str:
        """The signature line alone."""
        signature = self.vkey.key_id + self.key.sign(text.encode())
        return f"\u2014 {self.name} {base64.b64encode(signature).decode()}\n"

    def checkpoint(self, size: int, root: bytes) -> str:
        return self.sign(Checkpoint(self.name, size, root).text())

    def dump(self) -> str:
        """The private key in the form that Go's note package reads: PRIVATE+KEY+name+id+base64."""
        encoded = base64.b64encode(_ED25519 + self.key.private_bytes_raw()).decode()
        return f"PRIVATE+KEY+{self.name}+{self.vkey.key_id.hex()}+{encoded}"


def new_signer(name: str) -> Signer:
    """Make a key. Raises NoteError for a name that a note cannot carry."""
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise NoteError(f"“{name}” cannot name a log: it must have neither spaces nor plus signs")
    return Signer(name, Ed25519PrivateKey.generate())


def load_signer(text: str) -> Signer:
    """Read what `Signer.dump` wrote. Raises NoteError; the message never shows the key."""
    try:
        private, key, name, key_id, encoded = text.strip().split("+", 4)
        raw = base64.b64decode(encoded, validate=True)
        signer = Signer(name, Ed25519PrivateKey.from_private_bytes(raw[1:]))
    except (ValueError, binascii.Error):
        raise NoteError("the key file does not hold a log key") from None
    if (private, key, raw[:1], key_id) != ("PRIVATE", "KEY", _ED25519, signer.vkey.key_id.hex()):
        raise NoteError("the key file does not hold a log key")
    return signer


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this Ed25519 signature over `message` is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def read_checkpoint(note: str, vkey: Vkey) -> Checkpoint:
    """The checkpoint in a note signed by `vkey`. Raises NoteError."""
    return open_checkpoint(note, vkey, signature_holds)


def proof_text(index: int, proof: list[bytes], checkpoint: str) -> str:
    """An offline proof that an entry stands in the log: C2SP tlog-proof."""
    lines = "".join(base64.b64encode(one).decode() + "\n" for one in proof)
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{lines}\n{checkpoint}"
