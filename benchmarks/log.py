"""The log at a size: how fast and in how much memory a backlog is sequenced, what a proof costs, how checking grows.

The entries are put into the outbox directly, as many as there are to be, each with a row of a table beside it that
it commits to. What is measured are Folkmoot's own commands and functions.

A rate is for one second of processor time, of the sequencer and of PostgreSQL's process that serves it together: one
core does no more, whatever else the machine is busy with.
"""

from __future__ import annotations

import os
import random
import resource
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.orm import Session

from app.audit import bulk, queries
from app.audit.canonical import canonical
from app.audit.checks import verify
from app.audit.home import Home
from app.audit.models import LogPending
from app.database import WRITE, Model, db, writer
from benchmarks.places import Place
from benchmarks.ratio import Ratio

ENTRIES = 1_000_000
"""How many in the end. A tenth of them comes first, to see how checking grows."""
MOST_TIMES, MOST_MEMORY, MOST_PROOF, LEAST_RATE = 12.0, 200.0, 5.0, 20_000.0
PROOFS, AT_ONCE, DELIBERATIONS, ALIASES = 200, 10_000, 40, 20_000
BEGUN = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
PENDING = Model.metadata.tables[LogPending.__tablename__]
BENCHES = Table(
    "benches",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("place", Text),
    Column("salt", LargeBinary),
)


def measure(place: Place, _folder: Path) -> list[Ratio]:
    """The log of an empty, migrated database that is not needed afterwards."""
    tenth = ENTRIES // 10
    with place.entered():
        BENCHES.create(db.engine)
        _fill(0, tenth)
        _sequence(place)
        small = _checking(place)
        _fill(tenth, ENTRIES)
        run = _sequence(place)
        proof = _proof()
        large = _checking(place)
    name, placed = f"{ENTRIES:,} entries, {place.kind}", ENTRIES - tenth
    return [
        Ratio.of(f"Sequencing {name}", placed / run.cpu, LEAST_RATE, 1.0, "a CPU s", at_least=True),
        Ratio.of(f"Sequencing {name}, by the clock", placed / run.clock, LEAST_RATE, 0, "a second", at_least=True),
        Ratio.of(f"Sequencing {name}, memory", run.memory, MOST_MEMORY, 1.0, "MiB"),
        Ratio.of(f"A proof from {name}", proof * 1000, MOST_PROOF, 1.0, "CPU ms"),
        Ratio.of(f"Checking {name}, against a tenth", large, small, MOST_TIMES, "CPU s"),
    ]


@dataclass(frozen=True)
class Run:
    """What a run of `flask audit sequence` took, from its start to its end: seconds, and MiB."""

    cpu: float
    clock: float
    memory: float


def _fill(first: int, end: int) -> None:
    """Put entries into the outbox, and the rows that they commit to beside them."""
    chance = random.Random(first)
    with writer(db.engine), db.engine.connect() as connection:
        connection.execution_options(**{WRITE: True})
        for start in range(first, end, AT_ONCE):
            with connection.begin():
                _put(connection, range(start, min(start + AT_ONCE, end)), chance)


def _put(connection: Connection, numbers: range, chance: random.Random) -> None:
    rows = ({"id": number, "place": f"Mill Street {number}"} for number in numbers)
    entries = [_entry(number, digest, chance) for number, digest in bulk.insert(connection, BENCHES, rows)]
    columns = {"act_id": [act_id for act_id, _ in entries], "body": [body for _, body in entries]}
    bulk.sender(connection, PENDING, columns)(columns)


def _entry(number: int, digest: str, chance: random.Random) -> tuple[str, bytes]:
    act_id, reference = secrets.token_hex(16), f"benches/{number}"
    said = {
        "v": 1,
        "id": act_id,
        "at": (BEGUN + timedelta(seconds=number // 10)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "act": "bench.placed",
        "by": {"p": f"p:{chance.randrange(ALIASES):012x}", "role": "resident"},
        "object": reference,
        "process": f"deliberations/{chance.randrange(DELIBERATIONS)}",
        "facts": {"lang": "en", "proposal": chance.randrange(10_000)},
        "rows": {reference: digest},
    }
    return act_id, canonical(said)


def _sequence(place: Place) -> Run:
    command = [sys.executable, "-m", "benchmarks.peak", "audit", "sequence"]
    served, ours, begun = _server_cpu(), _cpu_of_children(), time.perf_counter()
    ended = subprocess.run(command, env=place.environment, check=True, capture_output=True, text=True)
    clock = time.perf_counter() - begun
    cpu = _cpu_of_children() - ours + _server_cpu() - served
    return Run(cpu, clock, float(ended.stdout.splitlines()[-1]))


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _server_cpu() -> float:
    """Processor seconds of all of PostgreSQL's processes that have ended: what served a command ends with it."""
    if db.engine.dialect.name == "sqlite":
        return 0.0
    folder = db.session.scalar(text("SHOW data_directory"))
    db.session.remove()
    master = (Path(str(folder)) / "postmaster.pid").read_text().split()[0]
    told = Path(f"/proc/{master}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in told[13:15]) / os.sysconf("SC_CLK_TCK")


def _checking(place: Place) -> float:
    """Processor seconds of checking everything as `flask audit verify` does."""
    home = Home.of(place.settings)
    begun = time.process_time()
    report = verify(db.engine, home, home.signer(may_make=False).vkey, tables=[BENCHES])
    took = time.process_time() - begun
    if not report.whole:
        raise RuntimeError(str(report.found[0]))
    return took


def _proof() -> float:
    """Processor seconds of one proof."""
    chance = random.Random(7)
    with Session(db.engine) as session:
        queries.proof(session, 0)
        begun = time.process_time()
        for _ in range(PROOFS):
            assert queries.proof(session, chance.randrange(ENTRIES))
        return (time.process_time() - begun) / PROOFS
