"""`make kills`, or `python -m tests.audit.kills [KILLS]`: the long run, on SQLite and on PostgreSQL, half of it each.

On PostgreSQL the server itself is killed now and then. Says what was done, or ends with what was found.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine

from app.audit.home import Home
from tests import services
from tests.audit.conftest import BENCHES, Park
from tests.audit.kills import busy, cluster
from tests.audit.kills.harness import Killer
from tests.databases import migrate, settings_for

KILLS = 500
ON_ONE_LOG = 50
"""Kills, after which a new log begins: each is verified after every kill, which takes longer the more it holds."""


def main(arguments: list[str]) -> None:
    kills = int(arguments[0]) if arguments else KILLS
    seed = random.SystemRandom().randrange(1_000_000)
    _say(f"{kills} kills, seed {seed}")
    chance = random.Random(seed)
    # The server runs as another user, who must be able to get to its folder, by a short path.
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-kills-"))
    folder.chmod(0o755)
    try:
        _on_sqlite(folder, kills - kills // 2, chance)
        _on_postgresql(folder, kills // 2, chance)
    finally:
        shutil.rmtree(folder)


def _on_sqlite(folder: Path, kills: int, chance: random.Random) -> None:
    for number, some in enumerate(_portions(kills)):
        home = folder / f"sqlite-{number}"
        home.mkdir()
        database = f"sqlite:///{home / 'folkmoot.db'}"
        _report("SQLite", Killer(_park(home, database), database, chance), some)


def _on_postgresql(folder: Path, kills: int, chance: random.Random) -> None:
    place = folder / "pg"
    place.mkdir()
    with cluster.running(place) as server:
        for number, some in enumerate(_portions(kills)):
            home, name = folder / f"home-{number}", f"kills_{number}"
            home.mkdir()
            services.recreate(place, name, "template0")
            database = services.address(place, name)
            _report("PostgreSQL", Killer(_park(home, database), database, chance, kill_server=server.kill), some)


def _portions(kills: int) -> list[int]:
    return [min(ON_ONE_LOG, kills - done) for done in range(0, kills, ON_ONE_LOG)]


def _park(folder: Path, database: str) -> Park:
    migrate(settings_for(folder, database))
    engine = create_engine(database, pool_pre_ping=True)
    BENCHES.create(engine)
    return Park(engine, Home(folder, busy.ORIGIN))


def _report(name: str, killer: Killer, kills: int) -> None:
    begun = time.monotonic()
    tally = killer.kill(kills)
    killer.park.engine.dispose()
    _say(f"{name}: {tally}. {time.monotonic() - begun:.0f} s")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # somebody runs this by hand


if __name__ == "__main__":
    main(sys.argv[1:])
