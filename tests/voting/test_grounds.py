"""A result leads to the entries of the log that it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.acts import CLOCK
from app.audit import sequencer
from app.config import Settings
from app.database import db
from app.deliberations import acts as deliberations
from app.voting import acts
from app.web import telling
from tests.queries import counted
from tests.voting.town import CLERK, FACILITATOR, Town, settle


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Entries get their place at once, on PostgreSQL too."""
    return replace(settings, sequencer="inline")


@pytest.fixture
def town(app: Flask) -> Town:
    """Enough residents for one batch of ballots."""
    return settle(20)


def vote(town: Town, voters: int = 20) -> str:
    """A vote from its plan to its result. Returns the address of the result."""
    town.open()
    for place in range(voters):
        town.cast(place, yes=[1])
    acts.batch(CLOCK, town.paper)
    town.close()
    town.seal()
    acts.destroy_key(town.person(CLERK), town.round)
    return f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}/results"


def test_a_result_tells_every_entry_it_rests_on_in_order(town: Town, page) -> None:
    seen = page.get(vote(town))
    section = next(one for one in seen.main.all("section") if one.get("aria-labelledby") == "grounds")
    said = [one.all("p")[0].text for one in section.all("li", class_="log-line")]
    others = [one for one in said if "batch" not in one]
    assert "planned a round: Vote." in others[0]
    assert "opened a round: Vote." in others[1]
    assert "closed a round: Vote." in others[2]
    assert others[3:] == [
        "A facilitator asked for the seal of a vote.",
        "A city clerk sealed a vote. 20 ballots were counted.",
        "A city clerk destroyed the key of a sealed vote: nobody can tie a ballot to a person any more.",
    ]
    assert [one for one in said if "batch" in one] == ["The log committed itself to a batch of 20 ballots."]
    links = [one["href"] for one in section.all("a") if one.text.startswith("Entry ")]
    assert len(links) == len(said)
    assert f"rounds/{town.round.id}" in page.get(links[0])


def test_the_log_finds_the_same_entries(town: Town, page) -> None:
    here = page.get(vote(town))
    count = len(here.main.all("li", class_="log-line"))
    assert f"{count} entries fit." in page.click("All of them in the public log")


def test_a_vote_of_many_batches_is_told_in_part_by_one_statement(app: Flask, town: Town) -> None:
    vote(town)
    round_id = town.round.id
    with app.test_request_context(), counted() as statements:
        found = telling.grounds(db.session(), round_id, most=2)
    assert len(statements) == 1
    assert found.more
    assert [one.line.act for one in found.entries] == ["round.planned", "round.opened"]


def test_a_result_whose_entries_still_wait_says_so(town: Town, page, monkeypatch) -> None:
    monkeypatch.setattr(sequencer, "after_commit", lambda: None)
    assert "They are waiting for their place in the log" in page.get(vote(town))


def test_what_changed_in_the_round_is_among_them(app: Flask, town: Town) -> None:
    town.open()
    deliberations.pause_round(town.person(FACILITATOR), town.round, reason="The hall had no power.")
    with app.test_request_context():
        found = telling.grounds(db.session(), town.round.id)
    assert [one.line.act for one in found.entries] == ["round.planned", "round.opened", "round.paused"]
