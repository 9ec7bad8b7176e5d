"""Asking a witness over HTTP: what it answers is believed only as far as it can be checked."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.audit.notes import Signer, new_signer
from app.audit.witness import client as asking
from app.audit.witness.client import AddressError, Client, Outcome, checked_address
from app.audit.witness.cosignatures import parse_cosigner
from app.audit.witness.server import Witness
from app.audit.witness.words import TROUBLE, Trouble
from tests.audit.witnessed import Leaves, growing, leaves, proof_of, serving, signed

ORIGIN = "city.example/log"


@pytest.fixture
def signer() -> Signer:
    return new_signer(ORIGIN)


@pytest.fixture
def witness(tmp_path: Path, signer: Signer) -> Witness:
    made = Witness.make(tmp_path / "witness", "library.example/witness")
    made.trust(str(signer.vkey))
    return made


@pytest.fixture
def client() -> Client:
    return Client(connect=0.5, answer=0.5, pauses=(0.01, 0.01))


def ask(client: Client, url: str, witness: Witness, signer: Signer, hashes: Leaves, seen: int = 0) -> Outcome:
    return client.ask(
        url,
        parse_cosigner(str(witness.key)),
        signed(signer, hashes),
        len(hashes),
        seen=seen,
        proof=lambda old: proof_of(hashes, old),
    )


def test_a_log_that_grows_is_cosigned(client: Client, witness: Witness, signer: Signer) -> None:
    with serving(witness) as url:
        assert ask(client, url, witness, signer, leaves(3)).cosigned
        assert ask(client, url, witness, signer, leaves(90), seen=3).cosigned


@pytest.mark.parametrize("seen", [0, 2, 50, 200])
def test_the_size_that_the_witness_really_knows_is_learned_from_it(
    client: Client, witness: Witness, signer: Signer, seen: int
) -> None:
    witness.add_checkpoint(growing(signer, leaves(50), 0))
    with serving(witness) as url:
        assert ask(client, url, witness, signer, leaves(90), seen=seen).cosigned
    assert witness.last(ORIGIN).size == 90


def test_each_refusal_has_its_words(client: Client, witness: Witness, signer: Signer) -> None:
    witness.add_checkpoint(growing(signer, leaves(50), 0))
    found = {}
    with serving(witness) as url:
        found["another log"] = ask(client, url, witness, new_signer("elsewhere.example/log"), leaves(3))
        found["another key"] = ask(client, url, witness, new_signer(ORIGIN), leaves(90), 50)
        found["a fork"] = ask(client, url, witness, signer, leaves(90, "fork"), 50)
        found["a fork of the same size"] = ask(client, url, witness, signer, leaves(50, "fork"), 50)
        found["a backup"] = ask(client, url, witness, signer, leaves(20), 20)
    assert {what: outcome.trouble for what, outcome in found.items()} == {
        "another log": Trouble.UNKNOWN_LOG,
        "another key": Trouble.UNTRUSTED,
        "a fork": Trouble.INCONSISTENT,
        "a fork of the same size": Trouble.CONTRADICTED,
        "a backup": Trouble.AHEAD,
    }
    assert not any(outcome.cosigned for outcome in found.values())
    assert set(TROUBLE) == set(Trouble) - {Trouble.NONE}


def test_a_witness_with_another_key_than_was_named_is_not_believed(
    client: Client, witness: Witness, signer: Signer, tmp_path: Path
) -> None:
    named = Witness.make(tmp_path / "other", "library.example/witness")
    with serving(witness) as url:
        assert ask(client, url, named, signer, leaves(3)).trouble is Trouble.MISANSWERED


@pytest.mark.parametrize("now", [0, 4_000_000_000, 2**62])
def test_a_witness_whose_clock_is_wrong_is_not_believed(
    client: Client, witness: Witness, signer: Signer, now: int
) -> None:
    wrong = Witness(witness.folder, now=lambda: now)
    with serving(wrong) as url:
        assert ask(client, url, witness, signer, leaves(3)).trouble in (Trouble.CLOCK, Trouble.MISANSWERED)


# ---------------------------------------------------------------- servers that are no witness


@dataclass
class Odd:
    """A server that answers as it was told, and counts."""

    answer: Callable[[BaseHTTPRequestHandler], None]
    asked: list[str] = field(default_factory=list)


@contextmanager
def odd(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, Odd]]:
    told = Odd(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append(self.path)
            told.answer(self)

        def log_message(self, *_: object) -> None:
            """Tests stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", told
        finally:
            server.shutdown()
            thread.join()


def says(status: int, text: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text)

    return answer


@pytest.mark.parametrize(
    ("status", "text", "trouble"),
    [
        (200, b"", Trouble.MISANSWERED),
        (200, b"<html>Welcome!</html>", Trouble.MISANSWERED),
        (200, b"\xff" * 100, Trouble.MISANSWERED),
        (200, b"x" * 5_000_000, Trouble.MISANSWERED),
        (301, b"", Trouble.REFUSED),
        (409, b"many", Trouble.MISANSWERED),
        (409, b"0\n", Trouble.MISANSWERED),
        (409, b"9" * 300, Trouble.MISANSWERED),
        (418, b"", Trouble.REFUSED),
        (429, b"", Trouble.BUSY),
        (499, b"", Trouble.REFUSED),
    ],
)
def test_nothing_but_a_cosignature_counts(
    client: Client, witness: Witness, signer: Signer, status: int, text: bytes, trouble: Trouble
) -> None:
    with odd(says(status, text)) as (url, told):
        assert ask(client, url, witness, signer, leaves(3)) == Outcome(None, trouble)
        assert told.asked == ["/add-checkpoint"]


def test_a_redirection_is_not_followed(client: Client, witness: Witness, signer: Signer) -> None:
    with odd(says(200, b"")) as (inside, secret), odd(says(307, b"", Location=inside + "/admin")) as (url, _):
        assert ask(client, url, witness, signer, leaves(3)).trouble is Trouble.REFUSED
        assert secret.asked == []


def test_a_witness_in_trouble_is_asked_again_a_few_times(client: Client, witness: Witness, signer: Signer) -> None:
    with odd(says(503, b"")) as (url, told):
        assert ask(client, url, witness, signer, leaves(3)).trouble is Trouble.BUSY
        assert len(told.asked) == 3


def test_a_witness_that_names_another_size_each_time_is_left_alone(
    client: Client, witness: Witness, signer: Signer
) -> None:
    turn = iter(range(1, 100))

    def wander(handler: BaseHTTPRequestHandler) -> None:
        says(409, f"{next(turn)}\n".encode())(handler)

    with odd(wander) as (url, told):
        assert ask(client, url, witness, signer, leaves(90)).trouble is Trouble.BUSY
        assert len(told.asked) == asking.CORRECTIONS


def test_nobody_at_the_address_is_said_so(client: Client, witness: Witness, signer: Signer) -> None:
    with odd(says(200, b"")) as (url, _):
        pass
    assert ask(client, url, witness, signer, leaves(3)).trouble is Trouble.UNREACHABLE


def test_a_witness_that_never_answers_is_waited_for_a_short_while(
    client: Client, witness: Witness, signer: Signer
) -> None:
    with odd(lambda _handler: time.sleep(3)) as (url, _):
        began = time.monotonic()
        assert ask(client, url, witness, signer, leaves(3)).trouble is Trouble.UNREACHABLE
        assert time.monotonic() - began < 2.5


def test_a_witness_that_answers_a_letter_at_a_time_is_waited_for_a_short_while(
    client: Client, witness: Witness, signer: Signer
) -> None:
    def dribble(handler: BaseHTTPRequestHandler) -> None:
        says(200, b"")(handler)
        with contextlib.suppress(OSError):  # until nobody listens any more
            for _ in range(40):
                time.sleep(0.1)
                handler.wfile.write(b"x")

    with odd(dribble) as (url, _):
        began = time.monotonic()
        assert not ask(client, url, witness, signer, leaves(3)).cosigned
        assert time.monotonic() - began < 2.5


@pytest.mark.parametrize(
    "url",
    ["", "library.example", "ftp://library.example", "file:///etc/passwd", "http://", "http://a:b@library.example",
     "https://library.example/?a=b", "https://library.example/#a", "javascript:alert(1)",
     "http://library.example:99999", "http://[", "http://library\n.example"],
)  # fmt: skip
def test_an_address_that_is_not_plain_http_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        checked_address(url)


def test_an_address_is_kept_without_its_last_slash() -> None:
    assert checked_address(" https://library.example/witness/ ") == "https://library.example/witness"
