"""Whoever serves a log may lie to those who check it, or try to break what they check it with."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.audit import tiles, verify
from app.audit.home import Home
from tests.audit.test_tampered_export import Exported

pytestmark = pytest.mark.parametrize("city", ["sqlite"], indirect=True)

Answering = Callable[[BaseHTTPRequestHandler, str], bool]
"""Answers a request for a path, unless it is to be answered as usual."""


@pytest.fixture
def exported(city, tmp_path) -> Exported:
    folder = tmp_path / "exported"
    assert city.app.test_cli_runner().invoke(args=["audit", "export", str(folder)]).exit_code == 0
    return Exported(folder, Home.of(city.settings).signer(may_make=False).vkey)


@contextmanager
def served(folder: Path, answering: Answering) -> Iterator[str]:
    """The folder as a site; `answering` may do something else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.removeprefix("/log/")
            try:
                if answering(self, path):
                    return
                file = folder / path
                self.send_response(200 if file.is_file() else 404)
                body = file.read_bytes() if file.is_file() else b""
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                pass  # whoever checks has heard enough

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/log"
    finally:
        server.shutdown()
        server.server_close()


def looked_at(exported: Exported, address: str) -> verify.Outcome:
    options = verify.Options(patience=0)
    return verify.Verification(verify.source_of(address), [exported.vkey], options).run()


def only_if(name: str, do: Callable[[BaseHTTPRequestHandler], None]) -> Answering:
    def answer(handler: BaseHTTPRequestHandler, path: str) -> bool:
        if path == name:
            do(handler)
        return path == name

    return answer


def never(_handler: BaseHTTPRequestHandler, _path: str) -> bool:
    return False


# ---------------------------------------------------------------- a site that misbehaves


def test_an_honest_site_is_found_whole(exported) -> None:
    with served(exported.folder, never) as address:
        assert looked_at(exported, address).whole


def test_an_answer_without_end_fills_neither_disk_nor_time(exported) -> None:
    sent = []

    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(1 << 16))
            sent.append(1 << 16)

    began = time.monotonic()
    with served(exported.folder, only_if("tile/0/000.p/" + str(size(exported)), pour)) as address:
        found = [one.what for one in looked_at(exported, address).findings]
    assert any("longer than it can be" in one for one in found)
    assert sum(sent) < 64 << 20
    assert time.monotonic() - began < 20


def test_an_answer_that_drips_is_given_up(exported, monkeypatch) -> None:
    monkeypatch.setattr(verify.Site, "ALTOGETHER", 0.3)
    monkeypatch.setattr(verify.Site, "TRIES", 1)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b".")
            time.sleep(0.02)

    with (
        served(exported.folder, only_if("checkpoint", drip)) as address,
        pytest.raises(verify.Unreachable, match="not over after"),
    ):
        looked_at(exported, address)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "http://localhost:1/log/checkpoint", "/log/key"])
def test_nobody_is_sent_elsewhere(exported, to) -> None:
    def send_on(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.end_headers()

    with (
        served(exported.folder, only_if("checkpoint", send_on)) as address,
        pytest.raises(verify.Unreachable, match="lies elsewhere"),
    ):
        looked_at(exported, address)


def test_an_answer_cut_short_is_asked_for_again_and_then_told(exported, monkeypatch) -> None:
    monkeypatch.setattr(verify.Site, "TRIES", 2)

    def break_off(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"short")

    with (
        served(exported.folder, only_if("checkpoint", break_off)) as address,
        pytest.raises(verify.Unreachable, match="cut short"),
    ):
        looked_at(exported, address)


# ---------------------------------------------------------------- a folder that lies


def size(exported: Exported) -> int:
    return int(exported.path("checkpoint").read_text().split("\n")[1])


def index_of_record(exported: Exported, **changes: object) -> None:
    path = exported.path("record", "index.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_record_cannot_excuse_itself_as_waiting_or_as_old(exported) -> None:
    path = exported.path("record", "proposals.jsonl")
    first, rest = path.read_text().split("\n", 1)
    path.write_text(rest)
    index_of_record(exported, waiting=["proposals/*"], size=0)
    found = exported.found()
    assert any(json.loads(first)["key"] in one and "nothing vouches for them" in one for one in found)


def test_an_older_state_of_the_record_does_not_pass_for_the_present_one(city, exported, tmp_path) -> None:
    from app.audit import sequencer
    from app.database import db
    from app.deliberations import acts as rounds
    from app.deliberations.models import Deliberation
    from tests import given

    old = exported.path("record", "deliberations.jsonl").read_text()
    place = db.session.get_one(Deliberation, 1)
    words = {"question": "Shorter?", "background": place.background, "promise": "Nothing any more.", "lang": "en"}
    rounds.edit(given.facilitator("Fay"), place, **words)
    sequencer.run(db.engine, Home.of(city.settings))
    again = Exported(tmp_path / "again", exported.vkey)
    city.app.test_cli_runner().invoke(args=["audit", "export", str(again.folder)])
    assert again.found() == []
    again.path("record", "deliberations.jsonl").write_text(old)
    index_of_record(again, size=size(exported))
    assert any(one.startswith("deliberations/1 was changed behind the log") for one in again.found())


def test_a_checkpoint_over_more_entries_than_there_are_ends_the_search(exported) -> None:
    path = exported.path("checkpoint")
    path.write_text(path.read_text().replace(f"\n{size(exported)}\n", f"\n{10**18}\n"))
    began = time.monotonic()
    found = exported.found()
    assert any("are missing" in one for one in found)
    assert time.monotonic() - began < 20


NESTED = "[" * 60_000


@pytest.mark.parametrize("name", ["checkpoints.jsonl", "record/index.json", "record/proposals.jsonl"])
def test_what_is_nested_without_end_is_told_and_not_stumbled_over(exported, name) -> None:
    path = exported.path(*name.split("/"))
    path.write_text(NESTED + "\n")
    assert exported.found()


@pytest.mark.parametrize(
    "body",
    [
        NESTED.encode(),
        b'{"act":"account.registered","act":"role.granted","at":"2026-05-04T09:00:00Z"}',
        b'{"act":"\\u001b[2J\\u001b[HEverything fits.","at":"x","object":"\\u009b2J\\u202e"}',
        b"\xff\xfe",
        b"1e999",
        b"null",
    ],
    ids=["nested", "twice the same key", "steers the terminal", "no text", "no number", "nothing"],
)
def test_an_entry_that_is_no_entry_is_told_in_words_that_steer_nothing(exported, body, capsys) -> None:
    name = f"tile/entries/000.p/{size(exported)}"
    path = exported.path(*name.split("/"))
    entries = tiles.unbundle(path.read_bytes())
    entries[7] = body
    path.write_bytes(tiles.bundle(entries))
    assert verify.main([str(exported.folder), "--vkey", str(exported.vkey)]) == 1
    said = capsys.readouterr().out
    assert "Entry 7" in said
    assert all(one.isprintable() or one == "\n" for one in said)


def test_a_pipe_in_the_folder_keeps_nobody_waiting(exported) -> None:
    path = exported.path("record", "proposals.jsonl")
    path.unlink()
    os.mkfifo(path)
    assert any("record/proposals.jsonl is missing" in one for one in exported.found())


# ---------------------------------------------------------------- notes in other spellings


def _other_base64(note: str) -> str:
    """The last letter before the padding has bits that no byte uses."""
    head, _, line = note.rstrip("\n").rpartition(" ")
    raw = line.rstrip("=")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters[letters.index(raw[-1]) ^ 1]
    other = raw[:-1] + last + "=" * (len(line) - len(raw))
    assert base64.b64decode(other) == base64.b64decode(line)
    return f"{head} {other}\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note.replace("\n", "\u2028"),
        lambda note: note.replace("\u2014", "-"),
        lambda note: note.replace("\n\n", "\n\n\n"),
        lambda note: note + "\n",
        lambda note: note.rstrip("\n"),
        lambda note: "\ufeff" + note,
        lambda note: note.replace("folkmoot", "f\u043elkmoot"),
        lambda note: note.replace("\n", "\n0", 1),
        lambda note: note.replace("\n", "\n+", 1),
        lambda note: note.replace("\n", "\n\u0661", 1),
        _other_base64,
        lambda _note: "",
        lambda note: note[: len(note) // 2],
    ],
)
def test_a_checkpoint_in_another_spelling_is_refused(exported, change) -> None:
    path = exported.path("checkpoint")
    path.write_text(change(path.read_text()))
    assert any("newest checkpoint cannot be trusted" in one for one in exported.found())
