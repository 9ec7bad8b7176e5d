"""What stands for a ballot in public: its commitment, the receipt that names it, and the trees over many of them.

Pure. A commitment is `SHA256("ballot/v1\\0" || round || "\\0" || tracker16 || salt32 || JCS(choices))`, the round as
decimal digits: the salt keeps anybody from guessing the choices, the tracker from finding the same
commitment twice. A receipt is a signed note, readable by every tool that reads the log's checkpoints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.audit import merkle
from app.audit.notes import Signer, signature_holds
from app.audit.verify import NoteError, Vkey, open_note
from app.voting.counting.outcome import Choices

TRACKER_BYTES = 16
SALT_BYTES = 32
HEADING = "Folkmoot ballot receipt v1"


def choices_text(choices: Choices) -> bytes:
    """The choices as canonical JSON (RFC 8785; sorted keys and whole numbers make the standard library enough)."""
    plain = {mark: list(marked) for mark, marked in choices.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()


def commitment(round_id: int, tracker: bytes, salt: bytes, choices: bytes) -> bytes:
    """The 32 bytes that stand for a ballot. `choices` is what `choices_text` wrote."""
    return sha256(b"ballot/v1\0" + str(round_id).encode() + b"\0" + tracker + salt + choices).digest()


def roll_leaf(round_id: int, person: str, salt: bytes, voted: bool | None = None) -> bytes:
    """One line of the roll as a leaf: before the vote (`voted` None), and with its mark at the seal."""
    mark = b"" if voted is None else (b"\x01" if voted else b"\x00")
    text = b"roll/v1\0" + str(round_id).encode() + b"\0" + salt + person.encode() + b"\0" + mark
    return merkle.leaf_hash(text)


def root(leaves: Sequence[bytes]) -> bytes:
    """The RFC 6962 root over leaf hashes, in the order given."""
    tiles = merkle.append(0, {}, leaves)
    return merkle.root(lambda level, n: tiles.get((level, n), b""), len(leaves))


def commits_root(commits: Iterable[bytes]) -> bytes:
    """The root over commitments in their own order, so that the order of casting is lost."""
    return root([merkle.leaf_hash(commit) for commit in sorted(commits)])


@dataclass(frozen=True)
class Receipt:
    """What a voter takes home. `tracker` is None where receipts prove inclusion only."""

    round_id: int
    commit: bytes
    tracker: bytes | None = None

    def text(self, name: str) -> str:
        """The words that are signed; `name` is the signer's."""
        lines = [name, HEADING, f"round {self.round_id}", f"commit {self.commit.hex()}"]
        if self.tracker is not None:
            lines.append(f"tracker {self.tracker.hex()}")
        return "\n".join(lines) + "\n"

    def signed(self, signer: Signer) -> str:
        """The receipt as a signed note. The same receipt always gives the same bytes."""
        return signer.sign(self.text(signer.name))


def open_receipt(note: str, vkey: Vkey) -> Receipt:
    """Read a receipt that this key signed.

    :raises NoteError: when it is no receipt, or the signature does not fit.
    """
    lines = open_note(note, vkey, signature_holds).splitlines()
    if len(lines) not in (4, 5) or lines[:2] != [vkey.name, HEADING]:
        raise NoteError("this is not a ballot receipt")
    try:
        fields = dict(line.split(" ", 1) for line in lines[2:])
        tracker = fields.get("tracker")
        receipt = Receipt(
            round_id=int(fields["round"]),
            commit=bytes.fromhex(fields["commit"]),
            tracker=None if tracker is None else bytes.fromhex(tracker),
        )
    except (KeyError, ValueError):
        raise NoteError("this ballot receipt is damaged") from None
    if receipt.text(vkey.name).splitlines() != lines:
        raise NoteError("this ballot receipt is damaged")
    return receipt


def grouped(value: bytes) -> str:
    """Bytes as people copy them from paper: four hex digits at a time."""
    digits = value.hex()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def ungrouped(typed: str) -> bytes | None:
    """What somebody typed from a receipt, spaces and dashes aside; None when it is not hex."""
    try:
        return bytes.fromhex("".join(typed.replace("-", "").split()))
    except ValueError:
        return None
