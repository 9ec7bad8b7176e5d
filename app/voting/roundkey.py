"""The one secret of a vote round, and everything that is done with it: handles, envelopes, the order of options.

Pure. A round's key is 32 random bytes. From it come, by HKDF-SHA256 with different labels, a key for *handles* (which
find a person's envelope again), one for *envelopes* (which close a ballot) and one for the *order* in which somebody
sees the options. Nothing in the database says whose an envelope is or what is in it; once the key is gone, nobody can
compute a handle or open an envelope again, not in old backups either.
"""

from __future__ import annotations

import hmac
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.voting.receipts import SALT_BYTES, TRACKER_BYTES, commitment

KEY_BYTES = 32
CAST_ID_BYTES = 16
NONCE_BYTES = 12
_HEAD = struct.Struct(f">B{TRACKER_BYTES}s{SALT_BYTES}s{CAST_ID_BYTES}sHI")
_EARLIER = struct.Struct(f">{CAST_ID_BYTES}s{TRACKER_BYTES}s32s")
_LAYOUT = 1


class WrongKeyError(ValueError):
    """This key does not open this envelope: another round's, another row's, or the bytes were changed."""


@dataclass(frozen=True)
class Earlier:
    """A ballot that was replaced: enough to answer a late retry and to list its commitment, not to open it."""

    cast_id: bytes
    tracker: bytes
    commit: bytes


@dataclass(frozen=True)
class Envelope:
    """One person's ballot as it lies in the box, with the ones that it replaced. `choices` is canonical JSON."""

    tracker: bytes
    salt: bytes
    choices: bytes
    cast_id: bytes
    earlier: tuple[Earlier, ...] = ()

    @classmethod
    def new(cls, choices: bytes, cast_id: bytes, earlier: tuple[Earlier, ...] = ()) -> Envelope:
        """An envelope with a fresh random tracker and salt."""
        return cls(secrets.token_bytes(TRACKER_BYTES), secrets.token_bytes(SALT_BYTES), choices, cast_id, earlier)

    def commit(self, round_id: int) -> bytes:
        return commitment(round_id, self.tracker, self.salt, self.choices)

    def replaced_by(self, round_id: int, choices: bytes, cast_id: bytes) -> Envelope:
        """A new envelope that remembers this one."""
        mine = Earlier(self.cast_id, self.tracker, self.commit(round_id))
        return Envelope.new(choices, cast_id, (*self.earlier, mine))

    @classmethod
    def empty(cls) -> Envelope:
        """What lies in the box for somebody who was handed a paper ballot and had cast none: as long as any other."""
        return cls.new(b"", secrets.token_bytes(CAST_ID_BYTES))

    @property
    def is_empty(self) -> bool:
        return not self.choices

    @property
    def version(self) -> int:
        return len(self.earlier) + 1


class RoundKey:
    """The key of one round, with what is derived from it."""

    def __init__(self, round_id: int, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise WrongKeyError("a round's key has 32 bytes")
        self.round_id = round_id
        self._handles = _derived(secret, round_id, "handle")
        self._order = _derived(secret, round_id, "order")
        self._batches = AESGCM(_derived(secret, round_id, "batch"))
        self._envelopes = AESGCM(_derived(secret, round_id, "box"))
        self._readings = AESGCM(_derived(secret, round_id, "paper"))
        self.check_value = _derived(secret, round_id, "check")[:8].hex()
        """Sixteen hex digits by which two copies of a key are compared without showing it."""

    def handle(self, person_id: int) -> bytes:
        """The 32 bytes under which this person's envelope lies in the box."""
        return hmac.digest(self._handles, person_id.to_bytes(8, "big"), "sha256")

    def order(self, person_id: int, options: Sequence[int]) -> list[int]:
        """The options in an order that is random, the same for this person as long as the round lasts."""

        def place(option: int) -> bytes:
            return hmac.digest(self._order, person_id.to_bytes(8, "big") + option.to_bytes(8, "big"), "sha256")

        return sorted(options, key=place)

    def lock(self, handle: bytes, envelope: Envelope, longest: int) -> bytes:
        """Close an envelope for the row of this handle and version.

        The result's length follows from `longest` (bytes of choices) and the version alone, never from the choices.
        """
        head = _HEAD.pack(
            _LAYOUT,
            envelope.tracker,
            envelope.salt,
            envelope.cast_id,
            len(envelope.earlier),
            len(envelope.choices),
        )
        earlier = b"".join(_EARLIER.pack(one.cast_id, one.tracker, one.commit) for one in envelope.earlier)
        plain = head + earlier + envelope.choices.ljust(longest, b"\0")
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._envelopes.encrypt(nonce, plain, self._bound(handle, envelope.version))

    def unlock(self, handle: bytes, version: int, blob: bytes) -> Envelope:
        """Open the envelope of this row.

        :raises WrongKeyError: when it was not closed by this key for this row.
        """
        try:
            plain = self._envelopes.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], self._bound(handle, version))
        except InvalidTag:
            raise WrongKeyError("this envelope does not open with this key") from None
        layout, tracker, salt, cast_id, count, length = _HEAD.unpack_from(plain)
        if layout != _LAYOUT:
            raise WrongKeyError(f"envelope layout {layout} is unknown")
        at = _HEAD.size + count * _EARLIER.size
        earlier = tuple(Earlier(*one) for one in _EARLIER.iter_unpack(plain[_HEAD.size : at]))
        return Envelope(tracker, salt, plain[at : at + length], cast_id, earlier)

    def lock_leaves(self, number: int, commits: Sequence[bytes]) -> bytes:
        """The commitments of one batch, closed until the seal, when they are deleted."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._batches.encrypt(nonce, b"".join(commits), number.to_bytes(8, "big"))

    def unlock_leaves(self, number: int, blob: bytes) -> list[bytes]:
        """The commitments of a batch. Raises WrongKeyError."""
        try:
            plain = self._batches.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], number.to_bytes(8, "big"))
        except InvalidTag:
            raise WrongKeyError("this batch does not open with this key") from None
        return [plain[at : at + 32] for at in range(0, len(plain), 32)]

    def lock_reading(self, place: str, choices: bytes, longest: int) -> bytes:
        """How somebody read a paper ballot, closed for this place alone until its batch is entered."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._readings.encrypt(nonce, choices.ljust(longest, b"\0"), place.encode())

    def unlock_reading(self, place: str, blob: bytes) -> bytes:
        """What `lock_reading` closed. Raises WrongKeyError."""
        try:
            plain = self._readings.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise WrongKeyError("this reading does not open with this key") from None
        return plain.rstrip(b"\0")

    def _bound(self, handle: bytes, version: int) -> bytes:
        return self.round_id.to_bytes(8, "big") + handle + version.to_bytes(4, "big")


def new_secret() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _derived(secret: bytes, round_id: int, label: str) -> bytes:
    info = b"folkmoot/v1/" + label.encode() + b"/" + str(round_id).encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
