"""Asking one witness over HTTP: C2SP tlog-witness, `add-checkpoint`. Knows no database."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import urllib3

from app import clock
from app.audit.verify import NoteError
from app.audit.witness.cosignatures import Cosigned, Cosigner, cosigned, request
from app.audit.witness.words import Trouble

CONNECT: Final = 5.0
ANSWER: Final = 10.0
"""Seconds that a witness may take to be reached, and to answer."""
LARGEST: Final = 16 * 1024
"""Bytes of an answer that are read."""
PAUSES: Final = (0.5, 2.0)
"""Seconds before the second and the third try, where a witness cannot be reached or has trouble of its own."""
CORRECTIONS: Final = 3
"""How often a witness may name another size that it saw last: another process may be asking it too."""
APART: Final = timedelta(minutes=10)

_REFUSALS: Final[dict[int, Trouble]] = {
    HTTPStatus.NOT_FOUND: Trouble.UNKNOWN_LOG,
    HTTPStatus.FORBIDDEN: Trouble.UNTRUSTED,
    HTTPStatus.UNPROCESSABLE_ENTITY: Trouble.INCONSISTENT,
    HTTPStatus.TOO_MANY_REQUESTS: Trouble.BUSY,
}

Proof = Callable[[int], Sequence[bytes]]
"""The consistency proof from an older size to that of the checkpoint."""


class AddressError(ValueError):
    """The address of a witness cannot be used. The message says why."""


@dataclass(frozen=True)
class Outcome:
    """What came of asking: a cosignature, or why there is none."""

    cosigned: Cosigned | None
    trouble: Trouble


class _Reply(NamedTuple):
    status: int
    text: str


def checked_address(url: str) -> str:
    """The address without a slash at its end. Raises AddressError unless it is plain http or https."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        there = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise AddressError("this is not an address") from error
    if not there or any(c.isspace() or c < " " for c in url):
        raise AddressError("give an address that begins with http:// or https://")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise AddressError("give an address without user name, question mark or #")
    return url.rstrip("/")


class Client:
    """Asks witnesses. Follows no redirection: only the operator says where a checkpoint is sent."""

    def __init__(self, connect: float = CONNECT, answer: float = ANSWER, pauses: Sequence[float] = PAUSES) -> None:
        self._pauses = pauses
        self._answer = answer
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=connect, read=answer), retries=False, headers={"User-Agent": "Folkmoot"}
        )

    def ask(self, url: str, cosigner: Cosigner, note: str, size: int, *, seen: int, proof: Proof) -> Outcome:
        """Ask for a cosignature on the checkpoint in `note`. `seen` is the size that the witness is thought to know."""
        old = min(seen, size)
        for _ in range(CORRECTIONS):
            reply = self._insist(url, request(old, list(proof(old)), note))
            if reply is None:
                return Outcome(None, Trouble.UNREACHABLE)
            if reply.status != HTTPStatus.CONFLICT:
                return _outcome(reply, note, cosigner, clock.now())
            named = _size(reply.text)
            if named in (None, old):  # it knows this size, and still there is a conflict: the root is another
                return Outcome(None, Trouble.CONTRADICTED if old == size else Trouble.MISANSWERED)
            if named > size:
                return Outcome(None, Trouble.AHEAD)
            old = named
        return Outcome(None, Trouble.BUSY)

    def _insist(self, url: str, body: bytes) -> _Reply | None:
        """Send, and again after a pause where that may help. None where nobody answers."""
        reply = None
        for pause in (0.0, *self._pauses):
            time.sleep(pause)
            reply = self._send(url, body)
            if reply is not None and reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                return reply
        return reply

    def _send(self, url: str, body: bytes) -> _Reply | None:
        until = time.monotonic() + 2 * self._answer
        try:
            response = self._pool.request(
                "POST",
                f"{url}/add-checkpoint",
                body=body,
                headers={"Content-Type": "text/plain; charset=utf-8"},
                preload_content=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError:
            return None
        read = b""
        try:
            while len(read) <= LARGEST and time.monotonic() < until and (more := response.read1(LARGEST)):
                read += more
        except (urllib3.exceptions.HTTPError, OSError):
            return None
        finally:
            response.close()
        return _Reply(response.status, read[:LARGEST].decode("utf-8", "replace"))


def _size(text: str) -> int | None:
    said = text.strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None


def _outcome(reply: _Reply, note: str, cosigner: Cosigner, now: datetime) -> Outcome:
    if reply.status != HTTPStatus.OK:
        busy = reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return Outcome(None, Trouble.BUSY if busy else _REFUSALS.get(reply.status, Trouble.REFUSED))
    try:
        found = cosigned(note, reply.text, cosigner)
    except NoteError:
        return Outcome(None, Trouble.MISANSWERED)
    if abs(found.at - now) > APART:
        return Outcome(None, Trouble.CLOCK)
    return Outcome(found, Trouble.NONE)
