"""A log written down as the files that a site serves below /log/, for programs that know nothing of Folkmoot."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import queries, tiles
from app.audit.models import LogCheckpoint, LogEntry
from tests.audit.served import paths_of_tiles


def write(session: Session, folder: Path, *, proofs: Iterable[int] = (), more: str = "") -> Path:
    """Write the log into `folder`, with the proofs of these entries. `more`: further lines of signatures."""
    length = session.scalar(select(func.count()).select_from(LogEntry)) or 0
    _put(folder / "checkpoint", (queries.newest_checkpoint(session) or "") + more)
    earlier = session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.size))
    lines = [json.dumps({"size": one.size, "note": one.note}, ensure_ascii=False) + "\n" for one in earlier]
    _put(folder / "checkpoints.jsonl", "".join(lines))
    for path in paths_of_tiles(length):
        _put(folder / "tile" / path, queries.resource(session, tiles.parse(path)) or b"")
    for index in proofs:
        body = session.scalar(select(LogEntry.body).where(LogEntry.idx == index)) or b""
        _put(folder / "entry" / f"{index}.json", bytes(body))
        _put(folder / "entry" / f"{index}.tlog-proof", queries.proof(session, index) or "")
    return folder


def _put(path: Path, what: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(what.encode() if isinstance(what, str) else what)
