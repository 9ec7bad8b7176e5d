"""Witnesses of this log: asked beside everything else, believed when it can be checked, and shown."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.acts import CITY, OPERATOR
from app.audit import sequencer
from app.audit.checks import verify
from app.audit.home import Home
from app.audit.models import LogCheckpoint
from app.audit.notes import new_signer, read_checkpoint
from app.audit.verify import parse_vkey, split_note
from app.audit.witness import asking, queries
from app.audit.witness.asking import Asked, Asker
from app.audit.witness.client import Client
from app.audit.witness.cosignatures import cosigned, parse_cosigner
from app.audit.witness.server import Witness
from app.audit.witness.words import Trouble
from app.config import Settings
from app.custody import acts, background
from app.database import db
from tests import given
from tests.audit.witnessed import growing, leaves, serving

CLIENT = Client(connect=0.5, answer=0.5, pauses=())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, sequencer="follow")


@dataclass
class Library:
    """A library that runs a witness, which the city has added."""

    witness: Witness
    url: str

    def knows(self, vkey: str) -> None:
        self.witness.trust(vkey)


@pytest.fixture
def library(app: Flask, tmp_path: Path) -> Iterator[Library]:
    witness = Witness.make(tmp_path / "library", "library.example/witness")
    with serving(witness) as url:
        acts.add_witness(OPERATOR, CITY, name="City Library", vkey=str(witness.key), url=url)
        sequence(app)
        witness.trust(str(home(app).public_key()))
        yield Library(witness, url)


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, str]]:
    def run(*words: str) -> tuple[int, str]:
        db.session.rollback()
        done = app.test_cli_runner().invoke(args=["audit", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


def home(app: Flask) -> Home:
    return Home.of(app.config["FOLKMOOT"])


def sequence(app: Flask) -> int:
    return sequencer.run(db.engine, home(app))


def ask(**how: Any) -> list[str]:
    """What came of asking, witness by witness: their size or their trouble."""
    answers = asking.ask(db.engine, CLIENT, everybody=how.get("everybody", True))
    db.session.rollback()
    return [str(one.size) if one.outcome.cosigned else one.outcome.trouble.value for one in answers]


def note_of(client: Any) -> str:
    return client.get("/log/checkpoint").get_data(as_text=True)


# ---------------------------------------------------------------- asked and kept


def test_a_cosignature_is_checked_kept_and_served_with_the_checkpoint(app, client, library) -> None:
    before = note_of(client)
    assert ask() == ["1"]
    after = note_of(client)
    assert after.startswith(before)
    found = cosigned(before, after, parse_cosigner(str(library.witness.key)))
    assert after == before + found.line
    assert read_checkpoint(after, parse_vkey(str(home(app).public_key()))).size == 1


def test_the_note_that_the_log_signed_stays_as_it_was(app, library) -> None:
    before = db.session.scalars(select(LogCheckpoint.note)).all()
    published = home(app).last_signed()
    ask()
    assert db.session.scalars(select(LogCheckpoint.note)).all() == before
    assert home(app).last_signed() == published


def test_an_offline_proof_carries_the_cosignature_too(client, library) -> None:
    ask()
    proof = client.get("/log/entry/0.tlog-proof").get_data(as_text=True)
    assert proof.endswith(note_of(client))
    assert len(split_note(note_of(client))[1]) == 2


def test_a_new_checkpoint_is_cosigned_by_a_proof_from_the_last(app, client, library) -> None:
    ask()
    for name in ("Ada", "Bo", "Cy"):
        given.resident(name)
        sequence(app)
    assert len(split_note(note_of(client))[1]) == 1  # nobody has seen this one yet
    (size,) = ask()
    assert library.witness.last(home(app).origin).size == int(size) > 4


def test_a_witness_that_stopped_knowing_what_it_saw_is_followed(app, library) -> None:
    """What the city remembers of it is a hint; the witness itself says where it stands."""
    given.resident("Ada")
    sequence(app)
    ask()
    with db.engine.begin() as connection:
        connection.execute(asking._STATES.update().values(size=1))
    assert ask() == ["5"]


def test_an_answer_that_does_not_hold_is_not_kept(app, client, tmp_path) -> None:
    named = Witness.make(tmp_path / "named", "library.example/witness")
    other = Witness.make(tmp_path / "other", "library.example/witness")
    with serving(other) as url:
        acts.add_witness(OPERATOR, CITY, name="Library", vkey=str(named.key), url=url)
        sequence(app)
        other.trust(str(home(app).public_key()))
        assert ask() == ["misanswered"]
    assert len(split_note(note_of(client))[1]) == 1


def test_several_witnesses_each_have_their_line(app, client, library, tmp_path) -> None:
    paper = Witness.make(tmp_path / "paper", "courier.example/witness")
    paper.trust(str(home(app).public_key()))
    with serving(paper) as url:
        acts.add_witness(OPERATOR, CITY, name="The Courier", vkey=str(paper.key), url=url)
        sequence(app)
        assert ask() == ["2", "2"]
    names = [one.name for one in split_note(note_of(client))[1]]
    assert names == [home(app).origin, "library.example/witness", "courier.example/witness"]


def test_a_log_with_witnesses_is_found_whole(app, library) -> None:
    ask()
    report = verify(db.engine, home(app), parse_vkey(str(home(app).public_key())))
    assert [str(one) for one in report.found] == []


# ---------------------------------------------------------------- refused


def test_a_forked_log_is_refused_and_everybody_can_read_it(app, page, library) -> None:
    """The witness has seen another history of this log, signed by its own key."""
    signer = home(app).signer(may_make=False)
    library.witness.add_checkpoint(growing(signer, leaves(1, "fork"), 0))
    assert ask() == ["contradicted"]
    given.resident("Ada")
    sequence(app)
    assert ask() == ["inconsistent"]
    seen = page.get("/log")
    assert "A witness says that this log is not the one it saw before." in seen
    assert "City Library" in seen


def test_a_restored_backup_is_noticed_by_the_witness(app, library) -> None:
    signer = home(app).signer(may_make=False)
    library.witness.add_checkpoint(growing(signer, leaves(9), 0))
    assert ask() == ["ahead"]


def test_a_witness_that_was_not_told_of_the_log_says_so(app, library) -> None:
    (library.witness.folder / "logs").unlink()
    assert ask() == ["unknown_log"]
    library.witness.trust(str(new_signer(home(app).origin).vkey))
    assert ask() == ["untrusted"]


# ---------------------------------------------------------------- when


def asked(**more: Any) -> Asked:
    now = clock.now()
    values = {"size": 5, "cosigned_at": now, "asked_at": now, "failures": 0, **more}
    return Asked(id=1, name="Library", vkey="", url="", **values)


def test_a_witness_is_asked_soon_when_there_is_something_new_and_seldom_when_not(frozen) -> None:
    assert asked(asked_at=None).due_at(5) is None
    assert asked().due_at(6) == frozen + asking.GAP
    assert asked().due_at(5) == frozen + asking.FRESH


def test_a_witness_that_fails_is_asked_less_and_less_but_always_again(frozen) -> None:
    gaps = [asked(failures=failures).due_at(6) - frozen for failures in range(1, 40)]
    assert gaps[0] == timedelta(seconds=4)
    assert gaps == sorted(gaps)
    assert gaps[-1] == asking.LONGEST_GAP


def test_only_those_that_are_due_are_asked(app, library, frozen) -> None:
    library.witness.now = lambda: clock.now().timestamp()
    assert ask(everybody=False) == ["1"]
    assert ask(everybody=False) == []
    clock.travel(asking.FRESH)
    assert ask(everybody=False) == ["1"]


def test_failures_are_counted_until_it_cosigns_again(app, library) -> None:
    trusted = (library.witness.folder / "logs").read_text()
    (library.witness.folder / "logs").write_text("")
    ask(), ask()
    with db.engine.connect() as connection:
        assert [one.failures for one in asking._witnesses(connection)] == [2]
    (library.witness.folder / "logs").write_text(trusted)
    ask()
    with db.engine.connect() as connection:
        assert [one.failures for one in asking._witnesses(connection)] == [0]


def test_a_witness_that_never_answers_holds_up_neither_acts_nor_the_sequencer(app, library, monkeypatch) -> None:
    reached, go_on = threading.Event(), threading.Event()
    answer = library.witness.add_checkpoint

    def slow(request: bytes) -> object:
        reached.set()
        go_on.wait(10)
        return answer(request)

    monkeypatch.setattr(library.witness, "add_checkpoint", slow)
    patient = Client(connect=1, answer=10, pauses=())
    waiting = threading.Thread(target=asking.ask, args=(db.engine, patient))
    waiting.start()
    assert reached.wait(5)
    db.session.remove()
    assert db.engine.pool.checkedout() == 0  # whoever waits holds no transaction open
    began = time.monotonic()
    given.resident("Ada")
    assert sequence(app) == 4
    took = time.monotonic() - began
    assert not go_on.is_set()
    go_on.set()
    waiting.join()
    assert took < 5
    assert queries.seen(db.session())[0].size == 1


def test_one_process_of_several_asks(app, library, monkeypatch) -> None:
    stopped, asking_ones, ask = threading.Event(), set(), asking.ask

    def noted(*given, **named):
        asking_ones.add(threading.get_ident())
        return ask(*given, **named)

    monkeypatch.setattr(asking, "ask", noted)
    askers = [Asker(db.engine, home(app), CLIENT) for _ in range(3)]
    threads = [threading.Thread(target=one.follow, args=(stopped, 0.01)) for one in askers]
    for one in threads:
        one.start()
    try:
        wait_until_seen()
        assert len(asking_ones) == 1
    finally:
        stopped.set()
        for one in threads:
            one.join()


def test_an_asker_reports_a_trouble_once_and_goes_on(app, library, caplog, monkeypatch) -> None:
    turns = []

    def broken(*_: object) -> None:
        turns.append(1)
        if len(turns) == 5:
            stopped.set()
        raise OSError("the line is dead")

    stopped = threading.Event()
    monkeypatch.setattr(asking, "ask", broken)
    Asker(db.engine, home(app), CLIENT).follow(stopped, 0.001)
    assert len(turns) == 5
    assert caplog.text.count("the line is dead") == 1


def test_what_breaks_for_one_witness_is_told_when_all_others_have_cosigned(app, library, tmp_path) -> None:
    other = Witness.make(tmp_path / "other", "courier.example/witness")
    acts.add_witness(OPERATOR, CITY, name="The Courier", vkey=str(other.key), url="http://127.0.0.1:9")
    sequence(app)

    class Broken(Client):
        def ask(self, url: str, *about: Any, **how: Any) -> Any:
            if url.endswith(":9"):
                raise OSError("no more files can be opened")
            return CLIENT.ask(url, *about, **how)

    with pytest.raises(OSError, match="no more files"):
        asking.ask(db.engine, Broken(), everybody=True)
    assert [one.size for one in queries.seen(db.session())] == [2, 0]


def test_nothing_asks_beside_the_pages_where_a_sequencer_does(app) -> None:
    assert background.begin(app) is None


def test_where_acts_are_sequenced_at_once_a_thread_asks_beside_the_pages(app, library, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "FOLKMOOT", replace(app.config["FOLKMOOT"], sequencer="inline"))
    stopped = threading.Event()
    thread = background.begin(app, stopped)
    assert thread is not None
    assert thread.daemon
    try:
        wait_until_seen()
    finally:
        stopped.set()
        thread.join()


def test_the_sequencer_that_follows_has_the_log_cosigned_by_itself(app, run, library) -> None:
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    watch = threading.Thread(target=stop_when_seen, args=(app,))
    watch.start()
    try:
        assert run("sequence", "--follow", "--every", "0.02")[0] == 0
    finally:
        watch.join()
        for one, handler in before.items():
            signal.signal(one, handler)
    assert library.witness.last(home(app).origin).size == 1


def wait_until_seen() -> None:
    until = time.monotonic() + 15
    while not queries.seen(db.session())[0].size and time.monotonic() < until:
        db.session.rollback()
        time.sleep(0.02)
    assert queries.seen(db.session())[0].size


def stop_when_seen(app: Flask) -> None:
    with app.app_context():
        try:
            wait_until_seen()
        finally:
            db.session.remove()
            os.kill(os.getpid(), signal.SIGTERM)


# ---------------------------------------------------------------- at the command line


def test_a_witness_is_added_asked_listed_and_removed(app, run, tmp_path) -> None:
    witness = Witness.make(tmp_path / "library", "library.example/witness")
    assert "Nobody outside" in run("witness", "list")[1]
    with serving(witness) as url:
        code, said = run("witness", "add", "City  Library", "--vkey", str(witness.key), "--url", url + "/")
        assert (code, "City Library will be asked" in said) == (0, True)
        assert "Not asked yet." in run("witness", "list")[1]
        run("sequence")
        code, said = run("witness", "ask")
        assert (code, said) == (
            1,
            "City Library: It does not know this log. Whoever keeps the witness must first add the log’s key.\n",
        )
        witness.trust(run("key")[1].strip())
        assert run("witness", "ask") == (0, "City Library: cosigned 1 entry.\n")
        assert "It cosigned 1 entry" in run("witness", "list")[1]
        assert run("witness", "remove", "City Library")[0] == 0
        assert run("witness", "ask") == (0, "There is nobody to ask, or nothing signed yet.\n")
    assert run("witness", "remove", "City Library")[0] == 1


@pytest.mark.parametrize(
    ("name", "vkey", "url", "said"),
    [
        ("", None, "https://library.example", "A name has 1 to 80 characters"),
        ("Library", "nonsense", "https://library.example", "--vkey"),
        ("Library", None, "ftp://library.example", "--url"),
    ],
)
def test_a_witness_that_cannot_be_asked_is_not_added(app, run, tmp_path, name, vkey, url, said) -> None:
    vkey = vkey or str(Witness.make(tmp_path / "w", "library.example/witness").key)
    code, told = run("witness", "add", name, "--vkey", vkey, "--url", url)
    assert (code, said in told) == (2, True)


def test_two_witnesses_do_not_share_a_name_or_a_key(app, run, library, tmp_path) -> None:
    other = Witness.make(tmp_path / "other", "other.example/witness")
    for name, vkey in (("City Library", other.key), ("Another", library.witness.key)):
        code, said = run("witness", "add", name, "--vkey", str(vkey), "--url", "https://other.example")
        assert (code, "asked already: City Library" in said) == (1, True)


def test_a_removed_witness_may_come_back(app, run, library) -> None:
    run("witness", "remove", "City Library")
    code, _ = run("witness", "add", "City Library", "--vkey", str(library.witness.key), "--url", library.url)
    assert code == 0
    run("sequence")
    assert run("witness", "ask")[0] == 0


# ---------------------------------------------------------------- on /log


def test_the_log_says_by_whom_it_was_seen_and_when(app, page, library) -> None:
    assert "Not seen by its witness lately." in page.get("/log")
    ask()
    seen = page.get("/log")
    assert "Seen by its witness, 1 minute ago." in seen
    assert "City Library" in seen
    assert str(library.witness.key) in seen


def test_of_several_witnesses_it_says_how_many(app, page, library, tmp_path) -> None:
    for number in (2, 3):
        silent = Witness.make(tmp_path / f"silent {number}", f"silent.example/{number}")
        acts.add_witness(OPERATOR, CITY, name=f"Silent {number}", vkey=str(silent.key), url="http://127.0.0.1:9")
    sequence(app)
    assert sorted(ask()) == ["3", "unreachable", "unreachable"]
    seen = page.get("/log")
    assert "Seen by 1 of 3 witnesses, 1 minute ago." in seen
    assert "It could not be reached." in seen


def test_a_witness_that_saw_the_log_long_ago_does_not_count(app, page, library, frozen) -> None:
    library.witness.now = lambda: clock.now().timestamp()
    ask()
    clock.travel(queries.LATELY + timedelta(minutes=1))
    seen = page.get("/log")
    assert "Not seen by its witness lately." in seen
    assert "saw 1 entry" in seen


def test_why_a_witness_did_not_cosign_is_said_in_words(app, page, library) -> None:
    (library.witness.folder / "logs").write_text("")
    assert ask() == [Trouble.UNKNOWN_LOG.value]
    assert "It does not know this log." in page.get("/log")


def test_a_log_without_witnesses_says_nothing_of_them(app, page) -> None:
    given.resident("Ada")
    sequence(app)
    assert "Seen from outside" not in page.get("/log")
