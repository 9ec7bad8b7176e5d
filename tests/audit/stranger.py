"""A stranger: has verify.py, Python and a key, and nothing of ours."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.audit import exporting, folder, sequencer
from app.audit.home import Home
from app.database import db
from app.records.opened import opened


@dataclass(frozen=True)
class Answer:
    """What verify.py said."""

    status: int
    said: str
    trouble: str

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.said)

    @property
    def first(self) -> str:
        """The first thing that does not fit, without its number."""
        lines = self.said.splitlines()
        return next((line.strip()[3:] for line in lines if line.startswith("  1. ")), "")


def check(source: Path | str, *words: str, key: str, program: Path, python: str = sys.executable) -> Answer:
    """Run verify.py with the standard library alone: no site packages, no environment, no folder of ours."""
    command = [python, "-I", "-S", "-W", "error", str(program), str(source), "--vkey", key, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return Answer(done.returncode, done.stdout, done.stderr)


@dataclass
class Export:
    """An exported folder, and the key as the city printed it."""

    path: Path
    key: str
    program: Path

    def check(self, *words: str, key: str = "") -> Answer:
        return check(self.path, *words, key=key or self.key, program=self.program)


def export(settings: Any, to: Path, *, sequenced: bool = True) -> Export:
    """The log of this application as a folder; its verifier apart, where nobody tampers with it."""
    home = Home.of(settings)
    if sequenced:
        sequencer.run(db.engine, home)
    folder.export(db.engine, to, opened(), home.public_keys())
    program = to.parent / "verify-kept.py"
    program.write_bytes(exporting.verifier())
    return Export(to, str(home.public_key()), program)
