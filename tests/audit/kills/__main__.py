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


def main(arguments: list[str]) -> None:
    kills = int(arguments[0]) if arguments else KILLS
    seed = random.SystemRandom().randrange(1_000_000)
    _say(f"{kills} kills, seed {seed}")
    # The server runs as another user, who must be able to get to its folder, by a short path.
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-kills-"))
    folder.chmod(0o755)
    try:
        _on_sqlite(folder, kills - kills // 2, seed)
        _on_postgresql(folder, kills // 2, seed)
    finally:
        shutil.rmtree(folder)


def _on_sqlite(folder: Path, kills: int, seed: int) -> None:
    place = folder / "sqlite"
    place.mkdir()
    database = f"sqlite:///{place / 'folkmoot.db'}"
    killer = Killer(_park(place, database), database, random.Random(seed))
    _report("SQLite", killer, kills)


def _on_postgresql(folder: Path, kills: int, seed: int) -> None:
    place, home = folder / "pg", folder / "home"
    place.mkdir()
    home.mkdir()
    with cluster.running(place) as server:
        services.recreate(place, "kills", "template0")
        database = services.address(place, "kills")
        killer = Killer(_park(home, database), database, random.Random(seed), kill_server=server.kill)
        _report("PostgreSQL", killer, kills)
        killer.park.engine.dispose()


def _park(folder: Path, database: str) -> Park:
    migrate(settings_for(folder, database))
    engine = create_engine(database, pool_pre_ping=True)
    BENCHES.create(engine)
    return Park(engine, Home(folder, busy.ORIGIN))


def _report(name: str, killer: Killer, kills: int) -> None:
    begun = time.monotonic()
    tally = killer.kill(kills)
    _say(f"{name}: {tally}. {time.monotonic() - begun:.0f} s")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # somebody runs this by hand


if __name__ == "__main__":
    main(sys.argv[1:])
