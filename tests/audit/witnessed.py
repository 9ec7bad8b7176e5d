"""Logs to be witnessed, and a witness that answers on this machine."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.audit import merkle
from app.audit.notes import Signer
from app.audit.witness.server import Server, Witness

Leaves = list[bytes]


def leaves(count: int, seed: str = "") -> Leaves:
    return [merkle.leaf_hash(f"{seed}{number}".encode()) for number in range(count)]


def tiles_of(hashes: Leaves) -> merkle.TileReader:
    tiles = merkle.append(0, {}, hashes)
    return lambda level, n: tiles.get((level, n), b"")


def root_of(hashes: Leaves) -> bytes:
    return merkle.root(tiles_of(hashes), len(hashes))


def signed(signer: Signer, hashes: Leaves) -> str:
    return signer.checkpoint(len(hashes), root_of(hashes))


def proof_of(hashes: Leaves, old: int) -> list[bytes]:
    return merkle.consistency(tiles_of(hashes), old, len(hashes)) if old <= len(hashes) else []


def asked(old: int, proof: list[bytes], note: str) -> bytes:
    """A request as C2SP tlog-witness has it, written out by hand."""
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note]
    return "\n".join(lines).encode()


def growing(signer: Signer, hashes: Leaves, old: int) -> bytes:
    """A sound request: the log grew from `old`."""
    return asked(old, proof_of(hashes, old), signed(signer, hashes))


@contextmanager
def serving(witness: Witness) -> Iterator[str]:
    """The address at which the witness answers."""
    with Server(("127.0.0.1", 0), witness) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
