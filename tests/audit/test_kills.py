"""Killed at any instant, acting and sequencing resume with nothing lost, nothing twice and nothing contradicted."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from app.audit import merkle
from app.audit.notes import read_checkpoint
from app.audit.verify import Checkpoint, consistency_holds
from tests.audit.conftest import Park

ROUNDS = 3
WORKERS = 2
ROOT = Path(__file__).resolve().parents[2]


def test_kills_at_random_instants_lose_nothing_and_contradict_nothing(park: Park, database: str) -> None:
    chance = random.Random(2026)
    acknowledged: set[int] = set()
    published: list[Checkpoint] = []
    for kill_round in range(ROUNDS):
        workers = [Worker(park, database, kill_round * WORKERS + one) for one in range(WORKERS)]
        for one in workers:
            one.wait_for_first_words()
        for one in workers:
            time.sleep(chance.uniform(0.01, 0.15))
            acknowledged |= one.kill()
        if park.home.checkpoint_file.exists():
            published.append(read_checkpoint(park.home.checkpoint_file.read_text(), park.vkey))
    park.sequence()
    report = park.verify()
    assert [str(one) for one in report.found] == []
    logged = [int(row[0].split("/")[1]) for row in park.ask("SELECT object FROM log_entries")]
    assert acknowledged <= set(logged)
    assert len(acknowledged) >= ROUNDS * WORKERS
    assert len(logged) == len(set(logged))
    assert published
    assert all(grew_into(park, earlier) for earlier in published)


class Worker:
    """A process that places benches and sequences, until it is killed."""

    def __init__(self, park: Park, database: str, number: int) -> None:
        self.words = park.home.folder / f"words-{number}"
        self.trouble = park.home.folder / f"trouble-{number}"
        command = [sys.executable, "-m", "tests.audit.busy", database, str(park.home.folder), str(number * 100_000)]
        with self.words.open("wb") as words, self.trouble.open("wb") as trouble:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=words, stderr=trouble)

    def wait_for_first_words(self) -> None:
        while not self.words.stat().st_size:
            assert self.process.poll() is None, self.trouble.read_text()
            time.sleep(0.005)

    def kill(self) -> set[int]:
        """Kill it, and give the numbers of the benches that it said it had placed."""
        self.process.kill()
        self.process.wait()
        assert self.trouble.read_text() == ""
        return {int(line) for line in self.words.read_text().splitlines(keepends=True) if line.endswith("\n")}


def grew_into(park: Park, earlier: Checkpoint) -> bool:
    """Whether the tree of now begins with the one that was made public then."""
    tiles = {(level, n): hashes for level, n, hashes in park.ask("SELECT level, n, hashes FROM log_tiles")}
    now = read_checkpoint(park.home.checkpoint_file.read_text(), park.vkey)
    proof = merkle.consistency(lambda level, n: tiles[level, n], earlier.size, now.size)
    return consistency_holds(earlier.size, earlier.root, now.size, now.root, proof)
