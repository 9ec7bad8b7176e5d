"""The log and its record as a folder, and live: what a stranger finds in them."""

from __future__ import annotations

import itertools
import json
import re
import threading
import wsgiref.simple_server
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts import acts as accounts
from app.accounts.models import Account
from app.acts import CITY, OPERATOR
from app.audit import exporting, folder, sequencer
from app.audit.home import Home
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.config import Settings
from app.database import Model, db
from app.deliberations import acts as deliberations
from app.deliberations.models import Deliberation
from app.discussion import acts as discussion
from app.discussion.models import Comment, Reason
from app.proposals import acts as proposals
from app.proposals.models import Proposal
from app.records import acts as records
from app.records.opened import opened
from tests import given
from tests.audit.stranger import Answer, Export, check, export
from tests.records.test_memory import material


@pytest.fixture
def town(app: Flask) -> Deliberation:
    """A deliberation with proposals and comments, one of each hidden."""
    here = given.deliberation(round=RoundKind.PROPOSE)
    oaks, limes = given.proposal(here), given.proposal(here, by=given.resident("Ben"), title="Plant limes")
    given.comment(oaks)
    rude = given.comment(oaks, by=given.unverified("Rudi"), body="Rude words on a comment.")
    given.comment(limes, by=given.unverified("Lou"), body="Words below a hidden proposal.")
    clerk = given.clerk()
    discussion.hide(clerk, rude, reason=Reason.INSULT, explanation="Rude.")
    proposals.hide(clerk, limes, reason="An advertisement.")
    return here


@pytest.fixture
def made(app: Flask, town: Deliberation, tmp_path: Path) -> Export:
    return export(app.config["FOLKMOOT"], tmp_path / "export" / "log")


def tamper(statement: str) -> None:
    with db.engine.connect() as connection:
        connection.execute(text(statement))
        connection.commit()


def again(app: Flask, made: Export) -> Export:
    return export(app.config["FOLKMOOT"], made.path)


def test_an_export_of_a_city_is_found_whole_by_a_stranger(made: Export) -> None:
    answer = made.check()
    assert answer.status == 0, answer.said + answer.trouble
    assert "Everything fits" in answer.said


def test_the_demo_city_is_found_whole(demo: Flask, tmp_path: Path) -> None:
    answer = export(demo.config["FOLKMOOT"], tmp_path / "out").check()
    assert answer.status == 0, answer.said + answer.trouble


def test_what_was_hidden_stands_in_no_file_and_is_counted_as_withheld(made: Export) -> None:
    everything = b"".join(path.read_bytes() for path in made.path.rglob("*") if path.is_file())
    for words in (b"Rude words", b"Plant limes", b"Words below", b"An advertisement"):
        assert words not in everything
    assert b"Plant oaks" in everything
    assert re.search(r"comments 2, .*proposals 1, .*revisions 1", made.check().said)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE revisions SET title = 'Fell oaks' WHERE number = 1",
            r"revisions/\d+ was changed .*proposal.submitted, ",
        ),
        (
            "UPDATE rounds SET closes_at = '2030-01-01 00:00:00'",
            r"rounds/\d+ was changed behind the log.*round.opened, ",
        ),
        ("UPDATE deliberations SET promise = 'None'", r"deliberations/\d+ was changed .*deliberation.created, "),
        ("UPDATE role_grants SET role = 'administrator'", r"role_grants/\d+ was changed .*role.granted, .*accounts/"),
        ("UPDATE accounts SET display_name = 'Nobody' WHERE display_name = 'Cleo'", r"accounts/\w+ was changed"),
        ("DELETE FROM round_changes", r"round_changes/\d+ is not published, and rows of this kind always are"),
        ("UPDATE comments SET state = 'hidden'", r"comments/\d+ is not published, and no act hid or erased it"),
    ],
)
def test_a_row_changed_behind_the_log_is_named_with_its_act(
    app: Flask, made: Export, statement: str, said: str
) -> None:
    tamper(statement)
    answer = again(app, made).check()
    assert answer.status == 1
    assert re.search(said, answer.said), answer.said


def test_a_row_that_no_act_made_and_one_that_appears_in_another_wording_are_found(made: Export) -> None:
    path = made.path / "record" / "comments.jsonl"
    (line,) = path.read_text().splitlines()
    other = json.loads(line)
    other["key"] = "comments/999"
    path.write_text(line + "\n" + json.dumps(other) + "\n")
    assert "comments/999 is in the published record, but no act in the log made it." in made.check().said
    path.write_text(line + "\n" + line + "\n")
    assert f"{json.loads(line)['key']} is in the published record more than once." in made.check().said
    path.write_text(line.replace("Good", "Bad") + "\n")
    assert "was changed behind the log" in made.check().first
    path.unlink()
    assert "record/comments.jsonl is missing" in made.check().said


def test_the_same_content_gives_the_same_bytes(app: Flask, made: Export, tmp_path: Path) -> None:
    other = export(app.config["FOLKMOOT"], tmp_path / "elsewhere")
    names = [sorted(path.relative_to(one.path) for path in one.path.rglob("*")) for one in (made, other)]
    assert names[0] == names[1]
    for name in names[0]:
        if (made.path / name).is_file():
            assert (made.path / name).read_bytes() == (other.path / name).read_bytes(), name


def test_a_newer_export_takes_the_place_of_an_earlier_one_whole(app: Flask, made: Export) -> None:
    given.comment(
        given.proposal(given.deliberation("More?", round=RoundKind.PROPOSE), by=given.resident("Zoe")),
        by=given.unverified("Zed"),
    )
    before = json.loads((made.path / "record" / "index.json").read_text())["size"]
    answer = again(app, made).check()
    assert answer.status == 0, answer.said
    assert json.loads((made.path / "record" / "index.json").read_text())["size"] > before
    assert [path.name for path in made.path.parent.iterdir() if path.name.startswith(".")] == []


def test_a_folder_with_something_else_in_it_is_left_alone(app: Flask, town: Deliberation, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear council")
    done = app.test_cli_runner().invoke(args=["audit", "export", str(tmp_path / "mine")])
    assert done.exit_code == 1
    assert "no export of a log" in done.output
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_an_export_that_breaks_off_leaves_the_earlier_one(
    app: Flask, made: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = (made.path / "checkpoint").read_bytes()
    monkeypatch.setattr(exporting, "verifier", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        again(app, made)
    assert (made.path / "checkpoint").read_bytes() == kept
    assert [path.name for path in made.path.parent.iterdir() if path.name.startswith(".")] == []


def test_the_command_writes_what_can_be_checked_with_the_key_it_names(
    app: Flask, town: Deliberation, tmp_path: Path
) -> None:
    done = app.test_cli_runner().invoke(args=["audit", "export", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    key = Home.of(app.config["FOLKMOOT"]).public_key()
    assert key is not None
    readme = (tmp_path / "out" / "README.txt").read_text()
    assert key in readme
    assert "TAKE THE KEY FROM ELSEWHERE" in readme
    assert check(tmp_path / "out", key=key, program=tmp_path / "out" / "verify.py").status == 0


def test_an_import_is_compared_by_its_manifests(app: Flask, tmp_path: Path) -> None:
    records.take_in(OPERATOR, CITY, material=material(60))
    made = export(app.config["FOLKMOOT"], tmp_path / "out")
    assert made.check().status == 0, made.check().said
    tamper("UPDATE revisions SET title = 'Cap arbre' WHERE id = (SELECT min(id) FROM revisions)")
    assert re.search(r"revisions/\d+ was changed .*import.made, ", again(app, made).check().said)
    (manifest,) = made.path.glob("manifest/*/comments")
    manifest.write_bytes(manifest.read_bytes()[:-40])
    assert "The list of rows in comments that entry" in made.check().said


# ---------------------------------------------------------------- live


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_said: object) -> None:
        """Nobody reads the access log of a test."""


class Served:
    """The application on a port of this machine, until it is closed."""

    def __init__(self, app: Flask) -> None:
        self.server = wsgiref.simple_server.make_server("127.0.0.1", 0, app, handler_class=_Quiet)
        self.address = f"http://127.0.0.1:{self.server.server_port}/log"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@contextmanager
def served(app: Flask, before: Callable[[str], None] = lambda _path: None) -> Iterator[Served]:
    """Serve the application; `before` is told each path before it is answered."""

    def answering(environ: dict, start: Callable) -> object:
        before(environ["PATH_INFO"])
        return app(environ, start)

    site = Served(answering)  # type: ignore[arg-type]  # any WSGI application is served
    try:
        yield site
    finally:
        site.close()


def look(site: Served, app: Flask, program: Path, *words: str) -> Answer:
    key = Home.of(app.config["FOLKMOOT"]).public_key()
    return check(site.address, *words, key=str(key), program=program)


def test_a_city_is_checked_over_http_as_its_folder_is(app: Flask, made: Export) -> None:
    sequencer.run(db.engine, Home.of(app.config["FOLKMOOT"]))
    with served(app) as site:
        answer = look(site, app, made.program)
        assert answer.status == 0, answer.said + answer.trouble
        tamper("UPDATE deliberations SET question = 'Who asked?'")
        assert re.search(r"deliberations/\d+ was changed", look(site, app, made.program).said)
    assert look(site, app, made.program).status == 2, "nobody answers any more"


def test_acts_done_while_the_record_is_read_are_no_false_alarm(app: Flask, made: Export, town: Deliberation) -> None:
    """Between one request and the next something is written, changed, hidden and erased."""
    asked: list[str] = []
    lou = given.unverified("Lou Ann").id

    def meanwhile(path: str) -> None:
        asked.append(path)
        if "/record/" in path or path.endswith("/checkpoint"):
            with app.app_context():
                act_upon(town.id, lou, len(asked))
                sequencer.run(db.engine, Home.of(app.config["FOLKMOOT"]))
                db.session.remove()

    with served(app, meanwhile) as site:
        answer = look(site, app, made.program)
    assert answer.status == 0, answer.said + answer.trouble


def test_a_row_changed_after_it_was_compared_is_not_missed(app: Flask, made: Export, town: Deliberation) -> None:
    asked: list[str] = []
    ada, fay, home = given.resident("Ada"), given.facilitator("Fay"), Home.of(app.config["FOLKMOOT"])
    accounts.grant_role(OPERATOR, ada, role=Role.CLERK)
    town_id, ada_id, fay_id = town.id, ada.id, fay.id

    def meanwhile(path: str) -> None:
        asked.append(path)
        with app.app_context():
            if path.endswith("/record/accounts.jsonl"):  # one row is newer than the log, which is then looked at again
                someone = db.session.get_one(Account, ada_id)
                accounts.rename(someone, someone, name="Ada L")
            if path.endswith("/checkpoint") and asked.count(path) == 2:
                words = {"question": "Which trees?", "background": "", "promise": "We answer.", "lang": "en"}
                deliberations.edit(
                    db.session.get_one(Account, fay_id), db.session.get_one(Deliberation, town_id), **words
                )
            sequencer.run(db.engine, home)
            db.session.remove()

    with served(app, meanwhile) as site:
        answer = look(site, app, made.program)
    assert len([path for path in asked if path.endswith("/checkpoint")]) >= 2, "the log was looked at again"
    assert answer.status == 0, answer.said + answer.trouble


def act_upon(deliberation: int, person: int, number: int) -> None:
    ada = db.session.get_one(Account, person)
    oaks = db.session.query(Proposal).filter_by(deliberation_id=deliberation, state="public").first()
    said = given.comment(oaks, by=ada, body=f"Said in passing {number}.")
    if number % 3 == 0:
        discussion.erase(ada, db.session.get_one(Comment, said.id))
    if number % 3 == 1:
        accounts.rename(ada, ada, name=f"Lou {number}")


class TestWaiting:
    """Where a sequencer of its own gives entries their place, rows are newer than the log for a while."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, sequencer="follow")

    def test_rows_that_wait_for_their_entries_are_vouched_for_by_nothing_yet(self, app: Flask, tmp_path: Path) -> None:
        ada = given.resident("Ada")
        accounts.grant_role(OPERATOR, ada, role=Role.CLERK)
        sequencer.run(db.engine, Home.of(app.config["FOLKMOOT"]))
        accounts.rename(ada, ada, name="Ada L")
        answer = export(app.config["FOLKMOOT"], tmp_path / "out", sequenced=False).check()
        assert answer.status == 1
        assert f"1 rows, first accounts/{ada.public_id}, are said to wait" in answer.first

    def test_an_export_waits_for_a_moment_at_which_nothing_waits(self, app: Flask, tmp_path: Path) -> None:
        home = Home.of(app.config["FOLKMOOT"])
        ada = given.resident("Ada")
        sequencer.run(db.engine, home)
        accounts.rename(ada, ada, name="Ada L")
        tries: list[int] = []

        def settle() -> None:
            tries.append(len(tries))
            if len(tries) == 3:
                sequencer.run(db.engine, home)

        folder.export(db.engine, tmp_path / "out", opened(), home.public_keys(), settle=settle)
        assert len(tries) == 3
        assert json.loads((tmp_path / "out" / "record" / "index.json").read_text())["waiting"] == []

    def test_an_export_is_whole_where_something_always_waits(self, app: Flask, tmp_path: Path) -> None:
        home, engine = Home.of(app.config["FOLKMOOT"]), db.engine
        ada = given.resident("Ada")
        accounts.grant_role(OPERATOR, ada, role=Role.CLERK)

        def settle() -> None:
            sequencer.run(engine, home)
            accounts.rename(ada, ada, name="Ada who was seen")

        def place(ids: Sequence[int]) -> None:
            accounts.rename(ada, ada, name="Ada who came too late")
            sequencer.place(engine, home, ids)
            sequencer.run(engine, home)

        out = tmp_path / "out"
        size = folder.export(engine, out, opened(), home.public_keys(), settle=settle, place=place)
        program = tmp_path / "verify.py"
        program.write_bytes(exporting.verifier())
        answer = check(out, key=str(home.public_key()), program=program)
        assert answer.status == 0, answer.said + answer.trouble
        assert "Ada who was seen" in (out / "record" / "accounts.jsonl").read_text()
        index = json.loads((out / "record" / "index.json").read_text())
        assert (index["size"], index["waiting"]) == (size, [])
        with engine.connect() as connection:
            assert exporting.signed_size(connection) == size + 1, "the log went on meanwhile"

    def test_an_export_is_whole_while_people_act_and_another_sequencer_follows(
        self, app: Flask, tmp_path: Path
    ) -> None:
        home, engine, stop = Home.of(app.config["FOLKMOOT"]), db.engine, threading.Event()
        people = [given.resident(name).id for name in ("Ada", "Ben")]
        for one in people:
            accounts.grant_role(OPERATOR, db.session.get_one(Account, one), role=Role.CLERK)
        sequencer.run(engine, home)

        def act(one: int) -> None:
            for number in itertools.count():
                if stop.is_set():
                    return
                with app.app_context():
                    person = db.session.get_one(Account, one)
                    accounts.rename(person, person, name=f"Number {number}")

        threads = [threading.Thread(target=act, args=(one,)) for one in people]
        threads.append(threading.Thread(target=sequencer.follow, args=(engine, home, stop)))
        placed: list[int] = []

        def place(ids: Sequence[int]) -> None:
            placed.append(len(ids))
            sequencer.place(engine, home, ids)

        try:
            for thread in threads:
                thread.start()
            folder.export(
                engine,
                tmp_path / "out",
                opened(),
                home.public_keys(),
                settle=lambda: sequencer.run(engine, home),
                place=place,
            )
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert len(placed) < folder.TRIES
        program = tmp_path / "verify.py"
        program.write_bytes(exporting.verifier())
        answer = check(tmp_path / "out", key=str(home.public_key()), program=program)
        assert answer.status == 0, answer.said + answer.trouble

    def test_an_export_begins_anew_where_another_sequencer_took_more_than_was_seen(
        self, app: Flask, tmp_path: Path
    ) -> None:
        home, engine = Home.of(app.config["FOLKMOOT"]), db.engine
        ada = given.resident("Ada")
        accounts.grant_role(OPERATOR, ada, role=Role.CLERK)
        sequencer.run(engine, home)
        accounts.rename(ada, ada, name="Ada the first")
        asked: list[Sequence[int]] = []

        def place(ids: Sequence[int]) -> None:
            asked.append(ids)
            accounts.rename(ada, ada, name="Ada the second")
            sequencer.run(engine, home)
            sequencer.place(engine, home, ids)

        folder.export(engine, tmp_path / "out", opened(), home.public_keys(), place=place)
        assert len(asked) == 1
        assert "Ada the second" in (tmp_path / "out" / "record" / "accounts.jsonl").read_text()

    def test_a_stranger_who_looks_at_the_site_waits_for_the_sequencer(self, app: Flask, tmp_path: Path) -> None:
        ada = given.resident("Ada")
        accounts.grant_role(OPERATOR, ada, role=Role.CLERK)
        home = Home.of(app.config["FOLKMOOT"])
        sequencer.run(db.engine, home)
        program = tmp_path / "verify.py"
        program.write_bytes(exporting.verifier())
        accounts.rename(ada, ada, name="Ada L")
        engine, seen = db.engine, list[str]()

        def later(path: str) -> None:
            seen.append(path)
            if path.endswith("/checkpoint") and seen.count(path) == 2:
                sequencer.run(engine, home)

        with served(app, later) as site:
            answer = look(site, app, program)
        assert answer.status == 0, answer.said + answer.trouble
        assert "NOT compared" not in answer.said


def test_every_published_line_is_one_row_and_memory_does_not_hold_them_all(app: Flask) -> None:
    records.take_in(OPERATOR, CITY, material=material(exporting.AT_ONCE + 1))
    pieces = list(exporting.record(db.engine.connect, opened()["proposals"]))
    assert [piece.count(b"\n") for piece in pieces] == [exporting.AT_ONCE, 1]
    keys = [json.loads(line)["key"] for line in b"".join(pieces).splitlines()]
    assert keys == sorted(set(keys), key=lambda key: int(key.split("/")[1]))


def test_the_record_is_served_under_its_addresses(app: Flask, client, town: Deliberation) -> None:
    sequencer.run(db.engine, Home.of(app.config["FOLKMOOT"]))
    index = client.get("/log/record/index.json").json
    assert index["waiting"] == []
    for table, said in index["tables"].items():
        answer = client.get(f"/log/record/{table}.jsonl")
        assert answer.status_code == 200
        assert len(answer.get_data().splitlines()) == said["rows"], table
        assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/log/verify.py").get_data() == exporting.verifier()
    assert {"residencies", "endorsements", "reports"} & index["tables"].keys() == set()
    for missing in ("/log/record/residencies.jsonl", "/log/record/x.jsonl", "/log/manifest/00/proposals"):
        assert client.get(missing).status_code == 404
    assert Model.metadata.tables.keys() >= index["tables"].keys()
