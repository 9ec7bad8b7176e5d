"""A throw-away PostgreSQL for the tests: made on first need, gone when the test run ends.

However many worker processes pytest has, they share one cluster, made by the first that asks. The
cluster belongs to a keeper, a process of its own which stops it as soon as pytest's main process has
ended, even if that was killed. It listens on a Unix socket in a temporary folder and nowhere else.

Run as root, the cluster is started as the user `postgres`, since PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.components import postgresql_programs, skip_without

SECONDS_TO_START = 60
OPTIONS = {"listen_addresses": "", "max_connections": "200", "timezone": "UTC"}
HURRY = {
    # Nothing of this outlives the run, so nothing waits for the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
}


def postgresql(shared: Path, owner: int, *, hurry: bool = True) -> Path:
    """The folder of the socket of this run's cluster, started now if nobody did.

    `shared` is a folder that all worker processes of the run know, `owner` the process whose end
    ends the cluster. Without `hurry` it waits for the disk as a city's does, which benchmarks want.
    Skips the test where PostgreSQL isn't installed.
    """
    if postgresql_programs() is None:
        skip_without("PostgreSQL")
    with _locked(shared / "postgresql.lock"):
        note = shared / "postgresql"
        if not note.exists():
            note.write_text(_start_keeper(owner, hurry))
        return Path(note.read_text())


def connect(folder: Path, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(host=str(folder), user="postgres", dbname=database, autocommit=True)


def address(folder: Path, database: str) -> str:
    """How SQLAlchemy calls a database of the cluster."""
    return f"postgresql+psycopg://postgres@/{database}?host={folder}"


def recreate(folder: Path, database: str, template: str) -> None:
    """Make `database` anew as a copy of `template`; whoever is connected to it is cut off."""
    with contextlib.closing(connect(folder)) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy'.encode())


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start_keeper(owner: int, hurry: bool) -> str:
    # A short path of our own: a socket's whole path may have about 100 characters only.
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-pg-"))
    with (folder / "keeper.log").open("wb") as log:
        subprocess.run(
            [sys.executable, "-m", "tests.services", str(folder), str(owner), "hurry" if hurry else "durable"],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for pytest; the keeper then sees it end
            check=True,
        )
    _wait_for(folder)
    return str(folder)


def _wait_for(folder: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):  # not listening yet
            connect(folder).close()
            return
        time.sleep(0.05)
    log = (folder / "keeper.log").read_text(errors="replace")
    raise RuntimeError(f"PostgreSQL did not start in {SECONDS_TO_START} s:\n{log}")


def _keep(folder: Path, owner: int, hurry: bool) -> None:
    """The keeper: make and start a cluster, wait for the owner's end, stop and delete it."""
    programs = postgresql_programs()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed")
    user = _unprivileged_user()
    data = folder / "data"
    if user:
        shutil.chown(folder, user, user)
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
    try:
        _run_as(user, [*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], folder).wait()
        options = [f"--{name}={value}" for name, value in {**OPTIONS, **(HURRY if hurry else {})}.items()]
        server = _run_as(user, [programs / "postgres", "-D", data, "-k", folder, *options], folder)
        while server.poll() is None and _lives(owner):
            time.sleep(0.25)
        server.send_signal(signal.SIGINT)  # "fast": doesn't wait for clients
        server.wait()
    finally:
        if not _lives(owner):  # else it stopped by itself, and whoever waits for it reads its log
            shutil.rmtree(folder)


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam("postgres").pw_name


def _run_as(user: str | None, command: list[str | Path], folder: Path) -> subprocess.Popen[bytes]:
    groups: list[str] | None = [] if user else None
    return subprocess.Popen(command, cwd=folder, user=user, group=user, extra_groups=groups)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # the keeper outlives the worker that started it
    _keep(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "hurry")
