"""What the log costs those who act, and how long their entries wait for a signature: PostgreSQL, 32 connections.

Each client is a process with one connection, and acts on a thing of its own (`commenting.py`). The sequencer runs
beside them all the time, as a city runs it.
"""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import text

from app.audit.home import Home, size_of
from app.database import db
from benchmarks import commenting, places
from benchmarks.commenting import WAYS
from benchmarks.places import Place
from benchmarks.ratio import Ratio

CLIENTS, TURNS, SECONDS = 32, 7, 3.0
OF_NONE, OF_CHAIN = 0.75, 2.5
WARM_UP = 0.3
PACED_CLIENTS, PACE, PACED_SECONDS, MOST_DELAY = 8, 500, 15, 2.0
"""The delay is measured at this many acts a second, from all clients together."""
LOOK = 0.005
"""Seconds between two looks at the checkpoint that is public."""

# A copy of this process: what it has compiled is compiled for all. Connections cannot be shared, so it has none open.
_context = multiprocessing.get_context("fork")


def measure(place: Place, _folder: Path) -> list[Ratio]:
    """The acts on PostgreSQL; nothing on SQLite, where a single writer writes and a chain costs no less."""
    if place.kind != places.POSTGRESQL:
        return []
    with place.entered(), _following(place):
        commenting.settle()
        for way in WAYS.values():
            _act(0, way, WARM_UP)
        db.engine.dispose()
        turns = _rates()
        delays, rate = _delays(place)
    none, outbox, chain = ([turn[name] for turn in turns] for name in WAYS)
    return [
        _ratio(f"Acts with the log, {CLIENTS} clients, against none", outbox, none, OF_NONE),
        _ratio(f"Acts with the log, {CLIENTS} clients, against a chain", outbox, chain, OF_CHAIN),
        Ratio.of(f"Act to signed checkpoint, 99 of 100, {rate:.0f} acts/s", delays[98], MOST_DELAY, 1.0, "s"),
    ]


def _ratio(name: str, ours: Sequence[float], theirs: Sequence[float], limit: float) -> Ratio:
    each = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    return Ratio(name, median(ours), median(theirs), each, limit, "acts/s", at_least=True)


@contextmanager
def _following(place: Place) -> Iterator[None]:
    """The sequencer, until the end of the block."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "audit", "sequence", "--follow"]
    process = subprocess.Popen(command, env=place.environment, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _rates() -> list[dict[str, float]]:
    """Acts a second in each turn of each variant."""
    order = [name for _ in range(TURNS) for name in WAYS]
    ready, done = _context.Barrier(CLIENTS), _context.Array("l", CLIENTS * len(order))
    _all_at_once(CLIENTS, lambda number: _take_turns(number, order, ready, done))
    counts = [sum(done[turn * CLIENTS : (turn + 1) * CLIENTS]) / SECONDS for turn in range(len(order))]
    many = len(WAYS)
    return [dict(zip(WAYS, counts[at : at + many], strict=True)) for at in range(0, len(order), many)]


def _all_at_once(clients: int, work: Callable[[int], None]) -> None:
    processes = [_context.Process(target=work, args=(number,)) for number in range(clients)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a client failed")


def _take_turns(number: int, order: Sequence[str], ready: Barrier, done: Any) -> None:
    _act(number, WAYS["none"], WARM_UP)
    for turn, name in enumerate(order):
        ready.wait()
        done[turn * CLIENTS + number] = _act(number, WAYS[name], SECONDS)
    db.engine.dispose()


def _act(thing: int, way: commenting.Way, seconds: float) -> int:
    """Act for so long; how often that was."""
    acts, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        commenting.comment(thing, way)
        acts += 1
    return acts


def _delays(place: Place) -> tuple[list[float], float]:
    """Seconds from an act's commit until a checkpoint that covers it was public, in hundredths; and acts a second."""
    acts = PACE * PACED_SECONDS
    ended = _context.Array("d", acts)
    numbers = _context.Array("l", acts)
    watch = _Watch(Home.of(place.settings))
    with watch:
        _all_at_once(PACED_CLIENTS, lambda number: _act_in_step(number, numbers, ended))
        watch.wait_for(_logged())
    indices = _indices()
    waited = [watch.seen(indices[commenting.reference(numbers[at])]) - ended[at] for at in range(acts)]
    return quantiles(waited, n=100), acts / (max(ended) - min(ended))


def _act_in_step(number: int, numbers: Any, ended: Any) -> None:
    """Every act of this client at its time, or as soon as the one before is done."""
    begun = time.monotonic()
    for at in range(number, len(ended), PACED_CLIENTS):
        time.sleep(max(0.0, begun + at / PACE - time.monotonic()))
        numbers[at] = commenting.comment(number, commenting.queued)
        ended[at] = time.monotonic()
    db.engine.dispose()


def _logged() -> int:
    """How many entries there are, with those that wait."""
    counted = db.session.scalar(text("SELECT (SELECT size FROM log_state) + (SELECT count(*) FROM log_pending)"))
    db.session.remove()
    return int(counted or 0)


def _indices() -> dict[str, int]:
    found = db.session.execute(text("SELECT object, idx FROM log_entries")).all()
    db.session.remove()
    return {row.object: row.idx for row in found}


class _Watch:
    """Notes when each checkpoint came to stand in its file, where everybody can fetch it."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._seen: list[tuple[int, float]] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopped.wait(LOOK):
            note = self._home.last_signed()
            size = size_of(note) if note else 0
            if size and (not self._seen or size > self._seen[-1][0]):
                self._seen.append((size, time.monotonic()))

    def wait_for(self, size: int) -> None:
        """Until so many entries are covered."""
        while not self._seen or self._seen[-1][0] < size:
            time.sleep(LOOK)

    def seen(self, index: int) -> float:
        """When this entry was first covered."""
        return next(when for size, when in self._seen if size > index)
