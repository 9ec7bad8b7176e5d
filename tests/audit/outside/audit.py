"""A log of Folkmoot's, checked by aics-tlog, which others wrote: `python audit.py FOLDER KEY`.

Says what it found; ends with status 1 unless everything fits what the key signed. Imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import aics_tlog

EVERY = 37
"""Of so many entries one is proven by itself too; `audit_tiles` has looked at all of them by then."""


def main(folder: Path, key: str) -> None:
    vkey = aics_tlog.parse_vkey(key)
    newest = _opened((folder / "checkpoint").read_text(), vkey)
    reader = aics_tlog.HttpTileReader([folder.as_uri()])
    report = aics_tlog.audit_tiles(reader, newest.size, newest.root)
    for index in range(0, newest.size, EVERY):
        proof = aics_tlog.inclusion_proof_from_tiles(reader, index, newest.size)
        entry = aics_tlog.read_entry(reader, index, newest.size)
        _must(aics_tlog.verify_leaf_inclusion(entry, index, newest.size, proof, newest.root), f"entry {index}")
    earlier = _lines(folder / "checkpoints.jsonl")
    for line in earlier:
        old = _opened(line["note"], vkey)
        proof = aics_tlog.consistency_proof_from_tiles(reader, old.size, newest.size)
        holds = aics_tlog.verify_consistency(old.size, newest.size, old.root, newest.root, proof)
        _must(holds, f"checkpoint of {old.size}")
    print(f"entries {newest.size} tiles {report.tiles} bundles {report.bundles} earlier {len(earlier)}")  # noqa: T201  # the test reads it


def _opened(text: str, vkey: aics_tlog.VKey) -> aics_tlog.Checkpoint:
    note = aics_tlog.parse_note(text)
    checked = aics_tlog.verify_checkpoint(note, vkey, expected_origin=vkey.name)
    _must(checked.ok, f"checkpoint: {checked.error}")
    return aics_tlog.parse_checkpoint(note.text)


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise SystemExit(f"does not fit: {what}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
