"""A PostgreSQL of one's own whose server can be killed and started again. It waits for the disk as a city's does."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests import services
from tests.components import postgresql_programs

SECONDS_TO_START = 60


@dataclass
class Cluster:
    """Its folder holds the data and the socket."""

    programs: Path
    folder: Path
    user: str | None
    _server: subprocess.Popen[bytes] | None = field(default=None)

    def make(self) -> None:
        if self.user:
            shutil.chown(self.folder, self.user, self.user)
        made = self._run("initdb", "-D", self._data, "-U", "postgres", "--auth=trust", "--encoding=UTF8")
        if made.wait():
            raise RuntimeError(f"initdb failed:\n{self._log.read_text(errors='replace')}")

    def start(self) -> None:
        """Start the server and wait until it answers. It refuses while any process of a killed one still lives."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if self._server is None or self._server.poll() is not None:
                self._server = self._run(
                    "postgres", "-D", self._data, "-k", str(self.folder), "-c", "listen_addresses="
                )
            with suppress(psycopg.OperationalError), closing(services.connect(self.folder)):
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text(errors='replace')}")

    def kill(self) -> None:
        """SIGKILL, as a lack of memory does it; then start it again."""
        self.stop()
        self.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        groups: list[str] | None = [] if self.user else None
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [str(self.programs / program), *arguments],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                user=self.user,
                group=self.user,
                extra_groups=groups,
            )


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A cluster made in this folder, until the end of the block. Raises RuntimeError where PostgreSQL is missing."""
    programs = postgresql_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed")
    user = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    cluster = Cluster(programs, folder, user)
    cluster.make()
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
