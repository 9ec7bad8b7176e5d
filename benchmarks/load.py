"""`python -m benchmarks.load FILE HOST PORT SECONDS`: send prepared requests, count the answers.

FILE is a JSON list with, for each connection, the list of requests that it sends one after another and over again, as
text. Prints JSON: how many answers came in how many seconds, how many bytes, and how many by each status. In a process
of its own, so that it never waits for the server's Python; a request is one write and an answer is read to the byte, so
that it costs the machine little.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Answers:
    """What came back."""

    seconds: float
    statuses: dict[str, int] = field(default_factory=dict)
    bytes: int = 0

    @property
    def number(self) -> int:
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        """Answers a second. Raises RuntimeError where one was refused or failed: its speed would mean nothing."""
        wrong = {status: many for status, many in self.statuses.items() if status[0] not in "23"}
        if wrong or not self.number:
            raise RuntimeError(f"the server answered {self.statuses}")
        return self.number / self.seconds


class _Connection:
    """A browser that sends its next request as soon as it has the answer to its last, on one kept connection."""

    def __init__(self, address: tuple[str, int], requests: Sequence[str], over_again: bool) -> None:
        self._address = address
        self.connect()
        prepared = [request.encode("latin-1") for request in requests]
        self._requests = cycle(prepared) if over_again else iter(prepared)
        self._answer = bytearray()
        self._missing = -1
        self._status = ""
        self.closing = False
        """Whether the server keeps no connection (gunicorn's plain workers do not): then each request makes its own."""

    def connect(self) -> None:
        self.socket = socket.create_connection(self._address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> bool:
        """Send the next request; whether there was one."""
        request = next(self._requests, None)
        if request is None:
            return False
        self.socket.sendall(request)
        self._answer.clear()
        self._missing = -1
        return True

    def read(self) -> tuple[str, int] | None:
        """Read what is there; the status and the size of the answer once it is whole."""
        piece = self.socket.recv(AT_ONCE)
        if not piece:
            raise ConnectionError("the server closed a connection that was to be kept")
        self._answer += piece
        if self._missing < 0:
            end = self._answer.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = bytes(self._answer[:end]).lower()
            self._status = head[9:12].decode()
            length = head.find(b"content-length:")
            whole = int(head[length + 15 : length + 30].split(b"\r\n")[0]) if length >= 0 else 0
            self._missing = end + 4 + whole
            self.closing = b"connection: close" in head
        if len(self._answer) < self._missing:
            return None
        return self._status, self._missing


def run(address: tuple[str, int], requests: Sequence[Sequence[str]], seconds: float) -> Answers:
    """Send from one connection for each list of requests. `seconds` 0 sends each request once."""
    over_again = seconds > 0
    connections = [_Connection(address, some, over_again) for some in requests]
    statuses: Counter[str] = Counter()
    received = 0
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        begun = time.perf_counter()
        waiting = sum(connection.send() for connection in connections)
        until = begun + seconds if over_again else float("inf")
        while waiting and time.perf_counter() < until:
            for key, _ in selector.select(timeout=1):
                whole = key.data.read()
                if whole is None:
                    continue
                statuses[whole[0]] += 1
                received += whole[1]
                if key.data.closing:
                    _again(selector, key.data)
                waiting -= not key.data.send()
        took = time.perf_counter() - begun
    for connection in connections:
        connection.socket.close()
    return Answers(took, dict(statuses), received)


def _again(selector: selectors.BaseSelector, connection: _Connection) -> None:
    selector.unregister(connection.socket)
    connection.socket.close()
    connection.connect()
    selector.register(connection.socket, selectors.EVENT_READ, connection)


def from_outside(address: tuple[str, int], requests: Sequence[Sequence[str]], seconds: float) -> Answers:
    """The same from a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requests.json"
        file.write_text(json.dumps(requests))
        command = [sys.executable, "-m", "benchmarks.load", str(file), address[0], str(address[1]), str(seconds)]
        ended = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ})
    return Answers(**json.loads(ended.stdout))


def get(path: str, **headers: str) -> str:
    """A request for a page as a browser sends it; `headers` by their names with _ for -."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n"


def post(path: str, body: str, **headers: str) -> str:
    """The same with a filled-in form."""
    length = str(len(body))
    plain = get(path, Content_Type="application/x-www-form-urlencoded", Content_Length=length, **headers)
    return plain.replace("GET", "POST", 1) + body


def main(arguments: Sequence[str]) -> None:
    file, host, port, seconds = arguments
    requests: Any = json.loads(Path(file).read_text())
    answers = run((host, int(port)), requests, float(seconds))
    print(json.dumps({"seconds": answers.seconds, "statuses": answers.statuses, "bytes": answers.bytes}))


if __name__ == "__main__":
    main(sys.argv[1:])
