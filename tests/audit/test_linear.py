"""Checking a long log takes time in proportion to its length, and no more memory than a short one.

`tests/audit/synthetic.py` makes logs of any length; the figures for a million entries are measured with it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.audit import exporting
from app.audit.notes import new_signer
from tests.audit.synthetic import long_log

SHORT, LONG = 4_000, 40_000


def spent(folder: Path, key: str, program: Path, *words: str) -> tuple[float, int]:
    """Seconds of processor time, and kilobytes at most, of one run of verify.py."""
    command = [sys.executable, "-I", "-S", str(program), str(folder), "--vkey", key, *words]
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # the device, not a path of ours
        process = os.posix_spawn(command[0], command, {}, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)])
        _, status, used = os.wait4(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss


@pytest.mark.parametrize("words", [("--no-record",), ("--tree-only",)])
def test_ten_times_the_entries_take_at_most_twelve_times_as_long(tmp_path: Path, words: tuple[str, ...]) -> None:
    signer, program = new_signer("city.example/log"), tmp_path / "verify.py"
    program.write_bytes(exporting.verifier())
    runs = []
    for count in (SHORT, LONG):
        folder = long_log(signer, tmp_path / str(count), count)
        runs.append(min(spent(folder, str(signer.vkey), program, *words) for _ in range(2)))
    (short, small), (long, large) = runs
    assert long < 12 * short
    assert large < 1.5 * small + 16_000, "kilobytes"
