"""Votes in bundles and on paper: not a word before the seal, and afterwards enough to count again."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile

import pytest

from app.database import db
from app.voting.counting.outcome import Outcome
from app.voting.rule import VoteRule
from tests.records.bundles import pack
from tests.voting.town import settle

BALLOTS = 24


@pytest.fixture
def town(app):
    town = settle(BALLOTS + 6)
    town.open({"method": "approval", "seats": 1, "receipts": "tracked"})
    for place in range(BALLOTS):
        town.cast(place, approve=[1] if place % 3 else [2, 3])
    return town


def test_a_vote_that_is_not_sealed_is_in_no_bundle(town, app) -> None:
    for close in (lambda: None, town.close):
        close()
        for internal in (False, True):
            opened = pack(1, internal=internal)
            assert [len(opened.rows(name)) for name in ("results", "ballots", "commitments")] == [0, 0, 0]
            assert '"ballots": 24' not in opened.all_text
        printed = app.test_client().get("/deliberations/streets/records/print").text
        assert "How it was counted" not in printed
        assert "24 ballots" not in printed


def test_a_sealed_vote_can_be_counted_again_from_the_bundle(town) -> None:
    town.close()
    town.seal()

    opened = pack(1)
    (result,) = opened.rows("results")
    outcome = Outcome.from_data(result["outcome"])
    marked = [json.loads(row["choices"]) for row in opened.rows("ballots") for _ in range(row["ballots"])]
    options = [proposal for proposal, _revision in result["options"]]
    again = VoteRule.from_settings(result["rule"]).count(marked, options=options, roll=result["roll_size"])
    assert again == outcome
    assert (outcome.ballots, outcome.of(1).counts["approve"]) == (BALLOTS, 16)
    assert len(opened.rows("commitments")) == BALLOTS
    assert {row["fate"] for row in opened.rows("commitments")} == {"counted"}


def test_a_stranger_recounts_an_unpacked_bundle(town, tmp_path) -> None:
    town.close()
    town.seal()
    with zipfile.ZipFile(io.BytesIO(pack(1).raw)) as archive:
        archive.extractall(tmp_path)

    done = subprocess.run([sys.executable, "-I", "recount.py", "."], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "this is the published result" in done.stdout


def test_a_sealed_vote_is_printed_with_its_count(town, app) -> None:
    town.close()
    town.seal()
    db.session.remove()

    page = " ".join(app.test_client().get("/deliberations/streets/records/print").text.split())

    assert "24 ballots of 30 people on the roll" in page
    assert "How it was counted" in page
    assert "24 of 30 people on the roll took part" in page
    assert ">Carried<" in page
    assert "Everybody has voted." in page, "the reason for closing early"
