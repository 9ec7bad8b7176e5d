"""A small witness for transparency logs, in one file: C2SP tlog-witness with Ed25519 cosignatures.

    python3 server.py init  --folder DIR --name library.example/witness
    python3 server.py trust --folder DIR VKEY-OF-A-LOG
    python3 server.py serve --folder DIR --port 8421

Whoever runs one needs this file, Python and the package `cryptography`, and nothing else of Folkmoot: it shares no code
with the logs that it watches. It remembers, for each log, the last checkpoint that it cosigned, and cosigns another
only when that one is a continuation. The folder is its memory: a witness that has lost it must not go on under its old
key.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import fcntl
import hashlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LARGEST = 128 * 1024
"""Bytes of a request. A proof has at most 63 lines, and signatures of other kinds may take some kilobytes each."""
AT_ONCE = 128
"""Connections at the same time; further ones are closed."""
SECONDS = 10
"""How long a client may take to say the next part of its request."""
EVIDENCE = 100
"""Refused checkpoints that are kept: signed by the log, they prove that it contradicts itself."""
NOTHING = hashlib.sha256(b"").digest()
"""The root of a log without entries."""
LOG_KEY, COSIGNER_KEY = b"\x01", b"\x04"
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"

logger = logging.getLogger("witness")


class Malformed(ValueError):
    """What was read is not in the form that it should have."""


@dataclass(frozen=True)
class Key:
    """The public half of a key, with the name of its owner."""

    name: str
    kind: bytes
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.kind + self.public).decode()}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_key(text: str) -> Key:
    """Read a verifier key, `name+id+base64`. Raises Malformed."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    key = Key(name, raw[:1], raw[1:])
    if not name or len(raw) != 33 or key.kind not in (LOG_KEY, COSIGNER_KEY) or key.key_id.hex() != key_id:
        raise Malformed("this is not a verifier key, or it was not copied whole")
    return key


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint as a log signed it."""

    text: str
    origin: str
    size: int
    root: bytes
    signatures: Sequence[tuple[str, bytes, bytes]]
    """(name, key id, signature)"""


def read_checkpoint(note: str) -> Checkpoint:
    """Read a signed note that holds a checkpoint; checks no signature. Raises Malformed."""
    head, gap, lines = note.rpartition("\n\n")
    body = head.split("\n")
    if not gap or not lines.endswith("\n") or len(body) < 3 or not all(body) or any(c < " " != c != "\n" for c in note):
        raise Malformed("this is not a signed checkpoint")
    root, signatures = _decoded(body[2]), []
    for line in lines[:-1].split("\n"):
        dash, name, encoded = [*line.split(" "), "", ""][:3]
        raw = _decoded(encoded)
        if dash != "\u2014" or not name or "+" in name or line.count(" ") != 2 or len(raw) < 5:
            raise Malformed("a signature line is malformed")
        signatures.append((name, raw[:4], raw[4:]))
    if len(root) != 32:
        raise Malformed("the root is not a hash")
    return Checkpoint(head + "\n", body[0], _whole(body[1]), root, signatures)


def _decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Malformed("this is not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise Malformed("this is not base64 in its one spelling")
    return raw


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20) or str(int(text)) != text:
        raise Malformed(f"“{text[:30]}” is not a size")
    return int(text)


def continues(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `new` leaves begins with that of `old` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0 or not proof:
        return old == 0 and not proof
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = _above(sibling, first), _above(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = _above(second, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _above(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    kind: str = TEXT


class Witness:
    """The witness that lives in a folder. Any number of threads and processes may ask it at the same time."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self.folder, self.now = folder, now
        try:
            _, _, name, key_id, encoded = (folder / "key").read_text().strip().split("+", 4)
            self._private = Ed25519PrivateKey.from_private_bytes(_decoded(encoded)[1:])
        except FileNotFoundError:
            raise Malformed(f"{folder} holds no witness: make one with “init”") from None
        except ValueError as error:
            raise Malformed(f"{folder / 'key'} is damaged") from error
        self.key = Key(name, COSIGNER_KEY, self._private.public_key().public_bytes_raw())
        if self.key.key_id.hex() != key_id or not (folder / "seen").is_dir():
            raise Malformed(f"{folder} was damaged: a witness without its memory must not go on")

    @classmethod
    def make(cls, folder: Path, name: str) -> Witness:
        """Make a witness with a new key. Raises Malformed where there is one, or the name cannot be used."""
        if not name or "+" in name or any(c.isspace() or c < " " for c in name):
            raise Malformed("the name must have neither spaces nor plus signs: such as library.example/witness")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (folder / "key").exists():
            raise Malformed(f"{folder} holds a witness already")
        private = Ed25519PrivateKey.generate()
        key = Key(name, COSIGNER_KEY, private.public_key().public_bytes_raw())
        (folder / "seen").mkdir(exist_ok=True)
        secret = base64.b64encode(COSIGNER_KEY + private.private_bytes_raw()).decode()
        _write(folder / "key", f"PRIVATE+KEY+{name}+{key.key_id.hex()}+{secret}\n")
        return cls(folder)

    def trust(self, vkey: str) -> Key:
        """Cosign for the log that this key signs. A log may have several keys. Raises Malformed."""
        key = read_key(vkey)
        if key.kind != LOG_KEY:
            raise Malformed("this is the key of a witness, not of a log")
        if key not in self.logs():
            with self._alone():
                _write(self.folder / "logs", "".join(f"{one}\n" for one in [*self.logs(), key]))
        return key

    def logs(self) -> list[Key]:
        """The keys of the logs that it cosigns for, from the file `logs`, one a line. Raises Malformed."""
        file = self.folder / "logs"
        try:
            lines = file.read_text().splitlines()
        except FileNotFoundError:
            return []
        try:
            return [read_key(line) for line in lines if line.strip() and not line.startswith("#")]
        except Malformed as error:
            raise Malformed(f"{file} has a line that is no verifier key: {error}") from error

    def last(self, origin: str) -> Checkpoint | None:
        """The last checkpoint cosigned for a log. Raises Malformed where its file is damaged."""
        try:
            return read_checkpoint(self._seen(origin).read_text())
        except FileNotFoundError:
            return None

    def add_checkpoint(self, request: bytes) -> Answer:
        """Answer a request as tlog-witness says. What is cosigned was remembered, on the disk, before."""
        try:
            head, _, note = request.decode().partition("\n\n")
            first, *lines = head.split("\n")
            old, proof, new = _old_size(first), [_decoded(line) for line in lines], read_checkpoint(note)
        except ValueError as error:
            return Answer(400, f"The request cannot be read: {error}.\n")
        refusal = self._untrusted(new)
        if refusal is not None:
            return refusal
        if old > new.size or len(proof) > 63 or any(len(one) != 32 for one in proof):
            return Answer(400, "The old size is larger than the new one, or the proof is malformed.\n")
        with self._alone():
            return self._decide(old, proof, new, note)

    def _untrusted(self, new: Checkpoint) -> Answer | None:
        keys = [key for key in self.logs() if key.name == new.origin]
        if not keys:
            return Answer(404, f"This witness does not know the log {new.origin}.\n")
        known = {key.key_id: key for key in keys}
        theirs = [
            (known[number], raw) for name, number, raw in new.signatures if name == new.origin and number in known
        ]
        if not theirs or not all(key.signed(new.text.encode(), raw) for key, raw in theirs):
            return Answer(403, "The checkpoint is not signed by a key that this witness trusts for the log.\n")
        return None

    def _decide(self, old: int, proof: Sequence[bytes], new: Checkpoint, note: str) -> Answer:
        last = self.last(new.origin)
        size, root = (last.size, last.root) if last else (0, NOTHING)
        if old != size:
            return Answer(409, f"{size}\n", SIZE)
        if size and new.size == size and new.root != root:
            self._keep_evidence("contradiction", new.origin, note)
            return Answer(409, f"This log showed another root over {size} entries before.\n")
        if not continues(size, root, new.size, new.root, proof):
            self._keep_evidence("unproven", new.origin, note)
            return Answer(
                422, f"The proof does not show that this log continues the one of {size} entries seen last.\n"
            )
        if last is None or new.size > size:
            _write(self._seen(new.origin), note)
        return Answer(200, self._cosigned(new))

    def _cosigned(self, new: Checkpoint) -> str:
        moment = int(self.now())
        signature = self._private.sign(f"cosignature/v1\ntime {moment}\n{new.text}".encode())
        raw = self.key.key_id + moment.to_bytes(8, "big") + signature
        return f"\u2014 {self.key.name} {base64.b64encode(raw).decode()}\n"

    def _keep_evidence(self, kind: str, origin: str, note: str) -> None:
        """Keep what the log signed although it does not continue what it had signed before, and that beside it."""
        logger.warning("refused a checkpoint of %s: %s", origin, kind)
        folder = self.folder / "refused"
        folder.mkdir(exist_ok=True)
        if self._seen(origin).exists() and len(list(folder.glob(f"{kind}-*"))) < EVIDENCE:
            name = f"{kind}-{hashlib.sha256(note.encode()).hexdigest()[:16]}"
            _write(folder / name, f"{note}\n{self._seen(origin).read_text()}")

    def _seen(self, origin: str) -> Path:
        return self.folder / "seen" / hashlib.sha256(origin.encode()).hexdigest()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _old_size(line: str) -> int:
    word, _, size = line.partition(" ")
    if word != "old":
        raise Malformed("it does not begin with the old size")
    return _whole(size)


def _write(path: Path, text: str) -> None:
    """Write a file whole and durably, or leave the one that was there."""
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Server(ThreadingHTTPServer):
    """The witness on HTTP. TLS is left to whatever stands in front."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, Handler)
        self.witness = witness
        self.places = threading.BoundedSemaphore(AT_ONCE)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.info("a connection broke off: %s", sys.exc_info()[1])


class Handler(BaseHTTPRequestHandler):
    """One connection, which may be kept for several requests."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "witness", ""
    timeout = SECONDS

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True  # the rest of what it sends is not read
            self._say(Answer(413 if length.isdigit() else 411, f"A request has at most {LARGEST} bytes.\n"))
            return
        body = self.rfile.read(int(length))
        if self.path.rstrip("/").rpartition("/")[2] != "add-checkpoint":
            self._say(Answer(404, "Checkpoints are sent to add-checkpoint.\n"))
            return
        self._answer(lambda: self.server.witness.add_checkpoint(body))

    def do_GET(self) -> None:
        self._answer(lambda: Answer(200, told(self.server.witness)))

    def _answer(self, answer: Callable[[], Answer]) -> None:
        try:
            said = answer()
        except (Malformed, OSError):
            logger.exception("the witness cannot answer")
            said = Answer(500, "The witness has trouble of its own; its keeper finds it in the log.\n")
        self._say(said)

    def _say(self, answer: Answer) -> None:
        body = answer.text.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002  # its name in the standard library
        logger.info("%s %s", self.address_string(), format % values)


def told(witness: Witness) -> str:
    """What the witness has seen, as text for people."""
    lines = [f"This is a witness of public logs. Its key is\n\n{witness.key}\n"]
    for origin in sorted({key.name for key in witness.logs()}):
        last = witness.last(origin)
        said = f"{last.size} entries, root {last.root.hex()}" if last else "nothing cosigned yet"
        lines.append(f"{origin}: {said}")
    return "\n".join(lines) + "\n"


def serve(folder: Path, host: str, port: int, ready: Callable[[Server], None] = lambda _server: None) -> None:
    """Answer until the process is stopped. Raises Malformed where the folder holds no sound witness."""
    witness = Witness(folder)
    witness.logs()  # a miscopied key should be found now, and not by the first city that asks
    with Server((host, port), witness) as server:
        ready(server)
        server.serve_forever()


def main(words: Sequence[str] | None = None) -> int:
    """The command line: init, trust, serve."""
    parser = argparse.ArgumentParser(description="A small witness for transparency logs (C2SP tlog-witness).")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, said in (
        ("init", "make a key"),
        ("trust", "cosign for a log"),
        ("serve", "answer logs"),
        ("show", "say what was seen"),
    ):
        command = commands.add_parser(name, help=said)
        command.add_argument(
            "--folder", type=Path, required=True, help="where the witness keeps its key and its memory"
        )
        if name == "init":
            command.add_argument("--name", required=True, help="such as library.example/witness")
        if name == "trust":
            command.add_argument("vkey", help="the verifier key of the log, as the city printed it")
        if name == "serve":
            command.add_argument("--host", default="127.0.0.1")
            command.add_argument("--port", type=int, default=8421)
    asked = parser.parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        sys.stdout.write(_done(asked))
    except Malformed as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


def _done(asked: argparse.Namespace) -> str:
    if asked.command == "init":
        return f"{Witness.make(asked.folder, asked.name).key}\n"
    if asked.command == "trust":
        return f"Cosigning for {Witness(asked.folder).trust(asked.vkey).name}.\n"
    if asked.command == "show":
        return told(Witness(asked.folder))
    with contextlib.suppress(KeyboardInterrupt):
        serve(asked.folder, asked.host, asked.port)
    return ""


if __name__ == "__main__":
    sys.exit(main())
