"""Killing processes that act and sequence at random instants, and looking each time at what they left.

Two processes act, and two sequence at once, all on one database. One after the other is killed with SIGKILL; after each
kill the log is verified as it stands then. After a round of them nobody runs, what waits is sequenced, and every act
that was acknowledged must stand in the log once, in a tree that every checkpoint made public so far grew into.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from app.audit import merkle
from app.audit.notes import read_checkpoint
from app.audit.verify import Checkpoint, consistency_holds
from tests.audit.conftest import Park
from tests.audit.kills import busy

JOBS = (busy.act, busy.act, busy.sequence, busy.sequence)
LONGEST = 0.25
"""Seconds between two kills at most."""
START = 60
"""Seconds in which a process has to say its first word."""

# A copy of a process that has everything imported starts in an instant; the test's own has threads and connections.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.audit.kills.busy"])


class LostError(AssertionError):
    """The log is not what the acts made of it."""


@dataclass
class Tally:
    """What was done."""

    kills: int = 0
    server_kills: int = 0
    verified: int = 0
    acknowledged: set[int] = field(default_factory=set)
    entries: int = 0
    checkpoints: int = 0
    published: dict[int, str] = field(default_factory=dict)
    """Each checkpoint seen in public, by its size."""

    def __str__(self) -> str:
        server = f" and {self.server_kills} of the database server" if self.server_kills else ""
        unheard = self.entries - len(self.acknowledged)
        return (
            f"{self.kills} kills{server}: {len(self.acknowledged):,} acts acknowledged, none missing, none twice; "
            f"{self.entries:,} entries ({unheard:,} acts done whose acknowledgement the kill cut off), "
            f"{self.checkpoints:,} checkpoints signed, {len(self.published):,} of them seen in public, "
            f"no two contradicting; verified {self.verified:,} times"
        )


@dataclass
class Killer:
    """Kills on one database. `kill_server` kills the database's server and brings it back, where that is tried too."""

    park: Park
    database: str
    chance: random.Random
    kill_server: Callable[[], None] | None = None
    tally: Tally = field(default_factory=Tally)
    _started: int = 0

    def kill(self, times: int) -> Tally:
        """Kill so often, in rounds of up to four. Raises LostError as soon as something is not as it must be."""
        self.park.home.signer(may_make=True)  # the first kill may come before anything was signed
        rounds = -(-times // len(JOBS))
        for number in range(rounds):
            self._round(min(len(JOBS), times - self.tally.kills), server=number % 5 == 4)
        return self.tally

    def _round(self, kills: int, *, server: bool) -> None:
        running = [self._start(job) for job in JOBS]
        try:
            for orders, process in running:
                _wait_for_words(orders, process)
            self.chance.shuffle(running)
            for place, (orders, process) in enumerate(running):
                time.sleep(self.chance.uniform(0, LONGEST))
                if server and place == 1 and self.kill_server is not None:
                    self.kill_server()
                    self.tally.server_kills += 1
                process.kill()
                process.join()
                self.tally.kills += place < kills  # those beyond the number wanted end the round as well
                self._heard(orders)
                self._verify()
        finally:
            for _, process in running:
                process.kill()
        self.park.sequence()
        self._verify()
        self._compare()

    def _start(self, job: Callable[[busy.Orders], None]) -> tuple[busy.Orders, BaseProcess]:
        self._started += 1
        first = self._started * 1_000_000
        orders = busy.Orders(self.database, str(self.park.home.folder), first, self.kill_server is not None)
        process = _context.Process(target=job, args=(orders,), daemon=True)
        process.start()
        return orders, process

    def _heard(self, orders: busy.Orders) -> None:
        """Take in what a killed process had said. Its last line may be cut off."""
        if orders.trouble.exists():
            raise LostError(orders.trouble.read_text())
        lines = orders.words.read_text().splitlines(keepends=True)
        self.tally.acknowledged |= {int(line) for line in lines if line.endswith("\n")} - {0}
        orders.words.unlink()

    def _verify(self) -> None:
        """Look at the log as it stands, while others may be at it."""
        public = self.park.home.last_signed()
        if public is not None:
            size = read_checkpoint(public, self.park.vkey).size
            if self.tally.published.setdefault(size, public) != public:
                raise LostError(f"two checkpoints of {size} entries:\n{self.tally.published[size]}\n{public}")
        report = self.park.verify()
        if not report.whole:
            raise LostError("\n".join(str(one) for one in report.found))
        self.tally.verified += 1

    def _compare(self) -> None:
        """Hold the log, at rest, against what was acknowledged and what was made public."""
        logged = [int(row[0].split("/")[1]) for row in self.park.ask("SELECT object FROM log_entries ORDER BY idx")]
        places = [row[0] for row in self.park.ask("SELECT idx FROM log_entries ORDER BY idx")]
        if missing := self.tally.acknowledged - set(logged):
            raise LostError(f"acknowledged and not in the log: {sorted(missing)}")
        if len(logged) != len(set(logged)):
            raise LostError("an act stands in the log twice")
        if places != list(range(len(places))):
            raise LostError("the entries' places have a gap")
        self._all_grew_into_one()
        self.tally.entries = len(logged)

    def _all_grew_into_one(self) -> None:
        kept = dict(self.park.ask("SELECT size, note FROM log_checkpoints"))
        tiles = {
            (level, n): bytes(hashes) for level, n, hashes in self.park.ask("SELECT level, n, hashes FROM log_tiles")
        }
        now = read_checkpoint(kept[max(kept)], self.park.vkey)
        for size, note in self.tally.published.items():
            if kept.get(size) != note or not _grew_into(tiles, read_checkpoint(note, self.park.vkey), now):
                raise LostError(f"the checkpoint made public of {size} entries is not one of this log")
        self.tally.checkpoints = len(kept)


def _grew_into(tiles: dict[merkle.Tile, bytes], then: Checkpoint, now: Checkpoint) -> bool:
    proof = merkle.consistency(lambda level, n: tiles[level, n], then.size, now.size)
    return consistency_holds(then.size, then.root, now.size, now.root, proof)


def _wait_for_words(orders: busy.Orders, process: BaseProcess) -> None:
    deadline = time.monotonic() + START
    while not (orders.words.exists() and orders.words.stat().st_size):
        if not process.is_alive() or time.monotonic() > deadline:
            trouble = orders.trouble.read_text() if orders.trouble.exists() else "it said nothing"
            raise LostError(f"a process did not get to work: {trouble}")
        time.sleep(0.002)
