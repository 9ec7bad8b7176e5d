"""The log as people and verifiers meet it."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.audit import sequencer, tiles
from app.audit.home import Home
from app.audit.notes import read_checkpoint
from app.audit.sentences import SENTENCES, sentence
from app.audit.verify import inclusion_holds, leaf_hash, parse_vkey
from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.database import db
from app.proposals import acts as proposals
from tests import given


@pytest.fixture
def trees(app: Flask, frozen):
    """A deliberation with a proposal of Ada's in it, and all of that in the log."""
    ada = given.resident("Ada Marker")
    trees = given.deliberation("Which trees shall we plant?", round=RoundKind.PROPOSE)
    given.proposal(trees, by=ada)
    sequencer.run(db.engine, Home.of(app.config["FOLKMOOT"]))
    return trees


def vkey(client):
    return parse_vkey(client.get("/log/key").get_data(as_text=True))


def test_the_log_tells_what_happened_newest_first(page, trees) -> None:
    seen = page.get("/log")
    assert seen.h1 == "Public log"
    said = [one.text for one in seen.main.all("p", class_="log-said")]
    assert said[0] == "A resident submitted a proposal."
    assert "opened a round: Propose." in said[1]
    assert trees.question in seen


def test_the_log_names_nobody(page, trees) -> None:
    seen = page.get("/log").text
    assert "Marker" not in seen
    for entry in range(5):
        assert "Marker" not in page.get(f"/log/entry/{entry}").text


def test_no_entry_holds_a_name_or_an_address(app, client, trees) -> None:
    for index in range(size_of_log(client)):
        body = client.get(f"/log/entry/{index}.json").get_data(as_text=True)
        assert "Marker" not in body
        assert "@" not in body


def size_of_log(client) -> int:
    return read_checkpoint(client.get("/log/checkpoint").get_data(as_text=True), vkey(client)).size


@pytest.mark.parametrize(
    ("asked", "there", "missing"),
    [
        ("process=city", "lives in the city", "submitted a proposal"),
        ("process=deliberations/1", "submitted a proposal", "lives in the city"),
        ("act=proposal.submitted", "submitted a proposal", "opened a round"),
        ("day=2026-05-04", "submitted a proposal", "Nothing fits"),
        ("day=2026-05-05", "Nothing fits", "submitted a proposal"),
        ("act=no.such.act", "Nothing fits", "submitted a proposal"),
    ],
)
def test_entries_can_be_filtered(page, trees, asked: str, there: str, missing: str) -> None:
    seen = page.get(f"/log?{asked}").main.text
    assert there in seen
    assert missing not in seen.replace("Entry submitted", "")


def test_a_long_log_has_pages(app, page, trees) -> None:
    ada = given.resident("Bo")
    for _ in range(60):
        given.proposal(trees, by=ada)
    sequencer.run(db.engine, Home.of(app.config["FOLKMOOT"]))
    first = page.get("/log?act=proposal.submitted")
    second = page.click("Older entries")
    assert numbers(second)[0] == numbers(first)[-1] - 1
    assert len(numbers(first)) == 50
    assert len(numbers(second)) == 11
    assert numbers(page.click("Newer entries")) == numbers(first)


def numbers(page) -> list[int]:
    return [int(one["href"].rsplit("/", 1)[1]) for one in page.main.all("a", class_="log-number")]


def test_an_entry_shows_its_bytes_and_its_hash(page, client, trees) -> None:
    index = numbers(page.get("/log?act=proposal.submitted"))[0]
    body = client.get(f"/log/entry/{index}.json").get_data()
    seen = page.get(f"/log/entry/{index}")
    assert leaf_hash(body).hex() in seen
    assert body.decode() in seen
    assert json.loads(body)["object"] == "proposals/1"


@pytest.mark.parametrize(
    "path",
    [
        "/log/entry/999",
        "/log/entry/99999999999999999999",
        "/log/entry/999.json",
        "/log/entry/999.tlog-proof",
        "/log/tile/0/001",
        "/log/tile/0/000.p/255",
        "/log/tile/9/000.p/1",
        "/log/tile/entries/x/000",
    ],
)
def test_what_is_not_in_the_log_is_not_found(client, trees, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_proof_of_an_entry_holds(client, trees) -> None:
    index = 3
    answer = client.get(f"/log/entry/{index}.tlog-proof")
    head, _, note = answer.get_data(as_text=True).partition("\n\n")
    lines = head.split("\n")
    checkpoint = read_checkpoint(note, vkey(client))
    path = [base64.b64decode(line) for line in lines[2:]]
    leaf = leaf_hash(client.get(f"/log/entry/{index}.json").get_data())
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {index}"]
    assert inclusion_holds(leaf, index, checkpoint.size, path, checkpoint.root)


def test_tiles_and_bundles_lead_from_the_entries_to_the_leaves(client, trees) -> None:
    size = size_of_log(client)
    bodies = tiles.unbundle(client.get(f"/log/tile/entries/000.p/{size}").get_data())
    hashes = client.get(f"/log/tile/0/000.p/{size}")
    assert b"".join(map(leaf_hash, bodies)) == hashes.get_data()
    assert hashes.mimetype == "application/octet-stream"
    assert "immutable" in hashes.headers["Cache-Control"]


def test_the_checkpoint_is_plain_text_and_never_kept(client, trees) -> None:
    answer = client.get("/log/checkpoint")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert size_of_log(client) > 3


def test_an_empty_log_says_so(page, client) -> None:
    assert "The log is empty" in page.get("/log")
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/key").status_code == 404


def test_the_page_says_when_the_log_is_halted(app, page, trees) -> None:
    home = Home.of(app.config["FOLKMOOT"])
    home.publish(home.signer(may_make=False).checkpoint(1000, bytes(32)))
    seen = page.get("/log")
    assert "The log is halted" in seen
    assert "1000 were signed: it is older than the log" in seen


def test_the_page_says_when_nobody_sequences(app, page, trees, monkeypatch) -> None:
    monkeypatch.setattr(sequencer, "after_commit", lambda: None)
    given.resident("Cy")
    assert "are not getting their place" not in page.get("/log")
    clock.travel(timedelta(minutes=5))
    assert "are not getting their place" in page.get("/log")


def test_every_act_has_a_sentence_with_all_its_words() -> None:
    assert set(SENTENCES) == set(Action)
    for action in Action:
        assert str(sentence(action, "clerk", {})).strip()


def test_an_act_of_another_version_is_told_all_the_same() -> None:
    assert str(sentence("bench.placed", "gardener", {})) == "Somebody did what the log calls bench.placed."


def test_what_acts_left_is_what_the_log_says(app, trees) -> None:
    from app.audit.checks import verify

    home = Home.of(app.config["FOLKMOOT"])
    report = verify(db.engine, home, home.signer(may_make=False).vkey)
    assert [str(one) for one in report.found] == []
    assert report.rows > 5


def test_a_title_changed_behind_the_log_is_named(app, trees) -> None:
    from sqlalchemy import text

    from app.audit.checks import verify

    with db.engine.begin() as connection:
        connection.execute(text("UPDATE deliberations SET question = 'Which trees shall we fell?'"))
    home = Home.of(app.config["FOLKMOOT"])
    first = verify(db.engine, home, home.signer(may_make=False).vkey).found[0]
    assert first.what.startswith(f"deliberations/{trees.id} was changed behind the log")
    assert first.act == "deliberation.created"


def test_a_withdrawn_proposal_still_fits_its_log(app, trees) -> None:
    from app.audit.checks import verify

    bo = given.resident("Bo")
    proposal = given.proposal(trees, by=bo)
    proposals.withdraw(bo, proposal, reason="It was a duplicate.")
    home = Home.of(app.config["FOLKMOOT"])
    assert verify(db.engine, home, home.signer(may_make=False).vkey).whole
