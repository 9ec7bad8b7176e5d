"""While a vote is open: where one's own ballot lies in the batches to which the log has committed.

Found with the round's key, for its voter alone. Batches are closed with that key, so nobody else can look.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import merkle
from app.voting.models import BallotBatch, BallotBox
from app.voting.roundkey import RoundKey

HEADING = "Folkmoot proof of a ballot in a batch v1"


@dataclass(frozen=True)
class BatchProof:
    """A ballot's place in the Merkle tree of a batch (RFC 6962), whose root stands in the log as `ballots.batched`."""

    round_id: int
    batch: int
    commit: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes

    def text(self) -> str:
        """The proof as a file. `audit.verify.inclusion_holds` checks it, and any tool that knows RFC 6962."""
        lines = [
            HEADING,
            f"round {self.round_id}",
            f"batch {self.batch}",
            f"root {self.root.hex()}",
            f"commit {self.commit.hex()}",
            f"index {self.index}",
            f"size {self.size}",
            *(f"path {one.hex()}" for one in self.path),
        ]
        return "\n".join(lines) + "\n"


def proof_of(session: Session, key: RoundKey, account_id: int) -> BatchProof | None:
    """The proof that this person's present ballot is in a batch; None while it waits for one, or there is none."""
    handle = key.handle(account_id)
    row = session.execute(
        select(BallotBox.version, BallotBox.blob).where(BallotBox.round_id == key.round_id, BallotBox.handle == handle)
    ).one_or_none()
    if row is None:
        return None
    commit = key.unlock(handle, row.version, row.blob).commit(key.round_id)
    found = session.execute(
        select(BallotBatch.number, BallotBatch.root, BallotBatch.leaves)
        .where(BallotBatch.round_id == key.round_id, BallotBatch.leaves.is_not(None))
        .order_by(BallotBatch.number.desc())
    )
    for batch in found:
        commits = sorted(key.unlock_leaves(batch.number, batch.leaves))
        if commit in commits:
            return _proof(key.round_id, batch.number, batch.root, commits, commit)
    return None


def _proof(round_id: int, number: int, root: bytes, commits: list[bytes], commit: bytes) -> BatchProof:
    tiles = merkle.append(0, {}, [merkle.leaf_hash(one) for one in commits])
    index = commits.index(commit)
    path = merkle.inclusion(lambda level, n: tiles.get((level, n), b""), index, len(commits))
    return BatchProof(round_id, number, commit, index, len(commits), tuple(path), root)
