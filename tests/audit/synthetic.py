"""Logs of any length, made without a database: for measuring, and for what no act would ever do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.audit import merkle, tiles
from app.audit.canonical import canonical
from app.audit.notes import Signer

BEGIN = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
CLERK = {"p": "p:00000000c1e0", "role": "clerk"}
FACILITATOR = {"p": "p:0000000fac11", "role": "facilitator"}
RESIDENT = {"p": "p:0000000ada00", "role": "resident"}
OPERATOR = {"role": "operator"}


def entry(index: int, act: str, by: Mapping[str, str], seconds: float | None = None, **more: Any) -> bytes:
    """One entry, a second after the one before it unless told otherwise."""
    at = BEGIN + timedelta(seconds=index if seconds is None else seconds)
    said = {"v": 1, "id": f"{index:032x}", "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "act": act, "by": dict(by), **more}
    return canonical(said)


def opening() -> list[tuple[str, Mapping[str, str], dict[str, Any]]]:
    """What a city begins with: people with offices, and a deliberation with a round for proposals."""
    here = {"process": "deliberations/1"}
    times = {"opens_at": None, "closes_at": None}
    return [
        ("account.registered", OPERATOR, {"object": "accounts/00000000c1e0"}),
        ("role.granted", OPERATOR, {"object": "accounts/00000000c1e0", "facts": {"role": "clerk"}}),
        ("account.registered", OPERATOR, {"object": "accounts/0000000fac11"}),
        ("role.granted", OPERATOR, {"object": "accounts/0000000fac11", "facts": {"role": "facilitator"}}),
        ("deliberation.created", FACILITATOR, {"object": "deliberations/1", **here}),
        ("round.planned", FACILITATOR, {"object": "rounds/1", "facts": {"kind": "propose", **times}, **here}),
        ("round.opened", FACILITATOR, {"object": "rounds/1", "facts": {"before": times, "after": times}, **here}),
        ("proposal.submitted", RESIDENT, {"object": "proposals/1", "facts": {"revision": 1}, **here}),
    ]


def busy(count: int) -> Iterator[bytes]:
    """The entries of a city where people comment, each with the fingerprint of its row."""
    for index, (act, by, more) in enumerate(opening()):
        yield entry(index, act, by, **more)
    for index in range(len(opening()), count):
        number = index + 1
        more = {
            "object": f"comments/{number}",
            "process": "deliberations/1",
            "facts": {"proposal": 1, "lang": "en", "position": "for"},
            "rows": {f"comments/{number}": f"{number:064x}"},
        }
        yield entry(index, "comment.posted", RESIDENT, **more)


@dataclass
class Synthetic:
    """A log that is being written as a folder, signed by `signer`."""

    signer: Signer
    folder: Path
    size: int = 0
    tiles: dict[merkle.Tile, bytes] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def add(self, bodies: Sequence[bytes], sign: Callable[[int, bytes], str] | None = None) -> None:
        """Append entries, and sign a checkpoint over them."""
        self.tiles.update(merkle.append(self.size, self.tiles, [merkle.leaf_hash(body) for body in bodies]))
        self.size += len(bodies)
        self.bodies += bodies
        note = (sign or self.signer.checkpoint)(self.size, self.root())
        signed_at = (BEGIN + timedelta(seconds=self.size)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.lines.append(json.dumps({"size": self.size, "signed_at": signed_at, "note": note}, ensure_ascii=False))

    def root(self) -> bytes:
        return merkle.root(lambda level, n: self.tiles.get((level, n), b""), self.size)

    def write(self) -> Path:
        """Write the folder as an export would (without the record)."""
        for (level, n), hashes in self.tiles.items():
            self._file(f"tile/{tiles.Ref(level, n, len(hashes) // 32)}", hashes)
        for n in range(-(-self.size // 256)):
            some = self.bodies[n * 256 : (n + 1) * 256]
            self._file(f"tile/{tiles.Ref(None, n, len(some))}", tiles.bundle(some))
        self._file("checkpoints.jsonl", "".join(line + "\n" for line in self.lines).encode())
        self._file("checkpoint", json.loads(self.lines[-1])["note"].encode())
        return self.folder

    def _file(self, path: str, data: bytes) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(data)


def long_log(signer: Signer, folder: Path, count: int, batch: int = 2048) -> Path:
    """A log of so many entries as a folder."""
    log = Synthetic(signer, folder)
    waiting: list[bytes] = []
    for body in busy(count):
        waiting.append(body)
        if len(waiting) == batch:
            log.add(waiting)
            waiting = []
    if waiting:
        log.add(waiting)
    return log.write()
