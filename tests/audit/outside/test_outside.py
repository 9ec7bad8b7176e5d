"""Verifiers that nobody here wrote accept our log, and refuse it with one bit changed.

Go's own transparency log (golang.org/x/mod/sumdb, behind every `go get`) and aics-tlog from the Python package index.
"""

from __future__ import annotations

import base64
import hashlib
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.audit.home import Home
from app.audit.notes import new_signer
from app.audit.verify import parse_vkey
from app.database import db
from tests import components
from tests.audit.conftest import Park
from tests.audit.outside import folder as folders
from tests.audit.test_keys import Rotated
from tests.databases import once

HERE = Path(__file__).parent
BITS = 24
"""Single bits changed for each verifier, one at a time."""

Verifier = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def go_program(run_folder: Path) -> Path:
    """verify.go, compiled once in a test run, without asking any network."""
    go, sources = components.go()
    folder = run_folder / "go"
    with once(folder) as first:
        if first:
            settings = {
                "GO111MODULE": "off",
                "GOPATH": str(sources),
                "GOPROXY": "off",
                "GOFLAGS": "",
                "CGO_ENABLED": "0",
            }
            command = [go, "build", "-o", folder / "verify", HERE / "verify.go"]
            environment = settings | {"GOCACHE": str(folder / "cache"), "PATH": "/usr/bin:/bin"}
            subprocess.run(command, env=environment, check=True)
    return folder / "verify"


@pytest.fixture
def go(go_program: Path) -> Verifier:
    def check(folder: Path, *keys: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([go_program, folder, *map(str, keys)], capture_output=True, text=True)

    return check


@pytest.fixture
def aics() -> Verifier:
    where = components.outside_packages()

    def check(folder: Path, *keys: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, HERE / "audit.py", folder, *map(str, keys)]
        return subprocess.run(command, env={"PYTHONPATH": str(where)}, capture_output=True, text=True)

    return check


@pytest.fixture(params=["go", "aics"])
def outside(request: pytest.FixtureRequest) -> Verifier:
    """Either of the two."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def written(demo, tmp_path) -> tuple[Path, str]:
    """The demo city's log as a folder, signed by a witness too, and the key of the log."""
    folder = folders.write(db.session(), tmp_path / "log", proofs=(0, 255, 256, 1000), more=foreign_lines())
    return folder, str(Home.of(demo.config["FOLKMOOT"]).public_key())


def foreign_lines() -> str:
    """A line such as a witness appends, and one of a kind that is still to be invented."""
    kind, public = b"\x04", bytes(range(32))
    key_id = hashlib.sha256(b"library.example\n" + kind + public).digest()[:4]
    lines = (("library.example", key_id + bytes(8 + 64)), ("ferry.example", bytes(4) + b"\xff" * 200))
    return "".join(f"\u2014 {name} {base64.b64encode(raw).decode()}\n" for name, raw in lines)


def test_our_log_is_accepted(outside: Verifier, written) -> None:
    done = outside(*written)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("entries 10")


def test_another_key_of_the_same_name_is_refused(outside: Verifier, written) -> None:
    assert outside(written[0], new_signer(parse_vkey(written[1]).name).vkey).returncode != 0


def test_one_bit_changed_anywhere_is_refused(outside: Verifier, written, tmp_path) -> None:
    chance = random.Random(7)
    files = sorted(path for path in written[0].rglob("*") if path.is_file() and path.suffix not in SIDE)
    accepted = []
    for number in range(BITS):
        path = chance.choice(files)
        good = path.read_bytes()
        bad = flipped(good, chance, path)
        path.write_bytes(bad)
        if outside(*written).returncode == 0:
            accepted.append((number, path.name))
        path.write_bytes(good)
    assert accepted == []


SIDE = {".json", ".tlog-proof"}
"""Proofs of single entries: Go's program alone reads them, and a test of their own breaks them."""


def flipped(good: bytes, chance: random.Random, path: Path) -> bytes:
    """One bit changed; of a checkpoint in what the log's key signed, since others' lines are for others to check."""
    end = good.index(b"\n\n") if path.name == "checkpoint" else len(good)
    changed = bytearray(good)
    changed[chance.randrange(end)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def test_go_refuses_a_proof_with_one_bit_changed(go: Verifier, written) -> None:
    chance = random.Random(8)
    for path in sorted(written[0].glob("entry/*")):
        good = path.read_bytes()
        end = good.index(b"\n\n") if path.suffix == ".tlog-proof" else len(good)
        changed = bytearray(good)
        changed[chance.randrange(end)] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        assert go(*written).returncode != 0, path
        path.write_bytes(good)
    assert go(*written).returncode == 0


def test_two_entries_swapped_are_refused(outside: Verifier, written) -> None:
    from app.audit import tiles

    path = written[0] / "tile" / "entries" / "000"
    entries = tiles.unbundle(path.read_bytes())
    entries[3], entries[4] = entries[4], entries[3]
    path.write_bytes(tiles.bundle(entries))
    assert outside(*written).returncode != 0


def test_a_log_of_two_keys_is_accepted_by_who_knows_both(go: Verifier, park: Park, tmp_path) -> None:
    from sqlalchemy.orm import Session

    keys = Rotated(park)
    with Session(park.engine) as session:
        folder = folders.write(session, tmp_path / "log")
    done = go(folder, keys.old, keys.new)
    assert done.returncode == 0, done.stderr
    assert "earlier 4" in done.stdout
    assert go(folder, keys.old).returncode != 0, "the old key no longer signs"
    shutil.rmtree(folder)
