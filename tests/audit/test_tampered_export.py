"""A single byte changed anywhere in an exported log is found by verify.py, and the finding says where.

As `test_tampering.py`, but on the folder, by the program that strangers use, without the database.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.audit import tiles, verify
from app.audit.home import Home
from tests.audit.tampering import TAMPERS

SEED = 5
UNSIGNED = re.compile(rb'"signed_at":"[^"]*"')
"""In the list of checkpoints: when each was signed, as the city says. No signature covers it."""
KINDS = ("entries", "tile", "checkpoint", "checkpoints.jsonl", "record", "manifest")

pytestmark = pytest.mark.parametrize("city", ["sqlite"], indirect=True)


class Exported:
    """An exported folder, and who checks it."""

    def __init__(self, folder: Path, vkey: verify.Vkey) -> None:
        self.folder, self.vkey = folder, vkey
        self.files = {kind: sorted(self._files(kind)) for kind in KINDS}

    def _files(self, kind: str) -> Sequence[Path]:
        every = [path for path in self.folder.rglob("*") if path.is_file()]
        said = {path: path.relative_to(self.folder).as_posix() for path in every}
        of = {"entries": "tile/entries/", "tile": "tile/"}.get(kind, kind)
        return [
            path
            for path, name in said.items()
            if (name == of or name.startswith(f"{of}/" if "/" not in of else of))
            and path.stat().st_size
            and name != "record/index.json"
            and not (kind == "tile" and "entries" in name)
        ]

    def verify(self, **options: object) -> verify.Outcome:
        asked = verify.Options(patience=0, **options)
        return verify.Verification(verify.source_of(str(self.folder)), [self.vkey], asked).run()

    def found(self, **options: object) -> list[str]:
        return [finding.what for finding in self.verify(**options).findings]

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)


@pytest.fixture
def exported(city, tmp_path) -> Exported:
    folder = tmp_path / "exported"
    done = city.app.test_cli_runner().invoke(args=["audit", "export", str(folder)])
    assert done.exit_code == 0, done.output
    return Exported(folder, Home.of(city.settings).signer(may_make=False).vkey)


def test_nothing_is_found_where_nothing_was_changed(exported) -> None:
    assert exported.found() == []


def test_every_byte_changed_in_an_export_is_found_and_located(exported) -> None:
    chance = random.Random(SEED)
    missed = []
    for _ in range(TAMPERS):
        kind = chance.choice(KINDS)
        path = chance.choice(exported.files[kind])
        good = path.read_bytes()
        at, bad = changed(good, chance)
        path.write_bytes(bad)
        found = exported.found()
        path.write_bytes(good)
        named = named_at(exported, path, good, at)
        if not any(re.search(named, one) for one in found):
            missed.append((path.relative_to(exported.folder).as_posix(), at, good[at], bad[at], found[:3]))
    assert missed == []


def changed(good: bytes, chance: random.Random) -> tuple[int, bytes]:
    while True:
        at = chance.randrange(len(good))
        bad = bytearray(good)
        bad[at] = chance.randrange(256)
        if bad != good and not any(said.start() <= at < said.end() for said in UNSIGNED.finditer(good)):
            return at, bytes(bad)


def named_at(exported: Exported, path: Path, good: bytes, at: int) -> str:
    """What a finding about this byte must say, as a pattern."""
    name = path.relative_to(exported.folder).as_posix()
    if name == "checkpoint":
        return "newest checkpoint"
    if name == "checkpoints.jsonl":
        return rf"checkpoint of {json.loads(line_at(good, at))['size']} entries|line of checkpoints.jsonl"
    if name.startswith("tile/entries/"):
        return entry_at(good, at)
    if name.startswith("tile/"):
        return tile_at(tiles.parse(name.removeprefix("tile/")), at)
    if name.startswith("manifest/"):
        return f"The list of rows in {path.name} that entry [0-9]+ commits to"
    return record_at(name, good, at)


def line_at(raw: bytes, at: int) -> bytes:
    start = raw.rfind(b"\n", 0, at) + 1
    return raw[start : raw.index(b"\n", at)]


def entry_at(bundle: bytes, at: int) -> str:
    """The entry whose bytes these are; a length that was changed damages the bundle from there on."""
    start, index = 0, 0
    while True:
        length = int.from_bytes(bundle[start : start + 2], "big")
        if at < start + 2:
            return rf"Entry {index}\b|bundle of the entries"
        if at < start + 2 + length:
            return rf"Entry {index}\b"
        start, index = start + 2 + length, index + 1


def tile_at(ref: tiles.Ref, at: int) -> str:
    index = ref.n * 256 + at // 32
    return rf"Entry {index}\b|Tile {ref.level}/{ref.n} " if ref.level == 0 else f"Tile {ref.level}/{ref.n} "


def record_at(name: str, good: bytes, at: int) -> str:
    number = good.count(b"\n", 0, at) + 1
    return rf"{json.loads(line_at(good, at))['key']}\b|Line {number} of {re.escape(name)}"
