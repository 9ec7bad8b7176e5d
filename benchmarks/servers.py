"""The servers that can stand before Folkmoot, each started alike for Folkmoot and for the yardstick."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS_TO_START = 60
HOST = "127.0.0.1"
FOLKMOOT, YARDSTICK = "wsgi:app", "benchmarks.yardstick_wsgi:app"


@dataclass(frozen=True)
class Kind:
    """A server and how many processes and threads it is given."""

    program: str
    workers: int
    threads: int

    def __str__(self) -> str:
        return f"{self.program}, {self.workers} x {self.threads}"

    def command(self, app: str, port: int) -> list[str]:
        """How it is started. Raises KeyError for a program that nobody here knows."""
        address, workers, threads = f"{HOST}:{port}", str(self.workers), str(self.threads)
        gunicorn = ["gunicorn", "--bind", address, "--workers", workers, "--log-level", "warning"]
        return {
            "granian": [
                *("granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--log-level", "warning"),
                *("--workers", workers, "--blocking-threads", threads, app),
            ],
            "gunicorn gthread": [
                *gunicorn,
                *("--worker-class", "gthread", "--threads", threads, "--keep-alive", "30", app),
            ],
            "gunicorn sync": [*gunicorn, "--worker-class", "sync", app],
            "uwsgi": [
                *("uwsgi", "--http11-socket", address, "--master", "--die-on-term", "--disable-logging"),
                *("--workers", workers, "--threads", threads, "--need-app", "--module", app),
                *("--pythonpath", str(ROOT), "--lazy-apps"),
            ],
        }[self.program]


MADE_FOR = Kind("granian", 2, 4)
"""What `make run` and the docs use, and what the pages are measured on."""


def programs() -> list[str]:
    """Those that are installed. uWSGI is not among what Folkmoot needs; it is measured where somebody has it."""
    return [name for name in ("granian", "gunicorn gthread", "gunicorn sync", "uwsgi") if _path(name.split()[0])]


def _path(program: str) -> str | None:
    beside = Path(sys.executable).parent / program
    return str(beside) if beside.exists() else shutil.which(program)


@contextmanager
def serving(kind: Kind, app: str, environment: Mapping[str, str], log: Path) -> Iterator[tuple[str, int]]:
    """Where `app` is served, until the end of the block. What the server says goes to `log`."""
    port = _free_port()
    command = kind.command(app, port)
    command[0] = _path(command[0]) or command[0]
    with log.open("ab") as said:
        server = subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=said, stderr=said)
        try:
            _wait_for(port, server, log)
            yield HOST, port
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=5) as probe:
            probe.settimeout(SECONDS_TO_START)
            probe.sendall(b"GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if probe.recv(12):
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")
