"""Open votes by name: an explicit choice for juries and delegates, promised in the charter and kept after the seal."""

from __future__ import annotations

import json
import re

import pytest

from app.acts import Conflict
from app.database import db
from app.voting import acts, checks, queries
from app.voting.models import OpenBallot
from app.voting.paper.serials import Channel
from tests.entries import entries
from tests.voting.town import CLERK, FACILITATOR, Town

OPEN = {"by_name": True}


def base(town: Town) -> str:
    return f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}"


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_an_open_vote_publishes_who_voted_how_once_it_is_sealed(town: Town) -> None:
    town.open(OPEN)
    town.cast(0, yes=[1])
    town.cast(2, no=[1])
    town.cast(0, no=[1, 2])
    assert queries.named(db.session(), town.round.id) == []
    town.close()
    assert db.session.query(OpenBallot).count() == 0
    town.seal()
    told = {one.name: json.loads(one.choices) for one in queries.named(db.session(), town.round.id)}
    assert told == {
        "Resident 4": {"abstain": [3], "no": [1, 2], "yes": []},
        "Resident 6": {"abstain": [2, 3], "no": [1], "yes": []},
    }
    assert checks.check_all(db.session()) == []


def test_the_charter_says_so_before_anybody_votes(client, town: Town) -> None:
    town.open(OPEN)
    assert entries("round.opened")[-1]["facts"]["charter"]["visible"] == "by_name"
    assert "This vote is open, as juries and delegates vote" in text(client.get(base(town)))
    client.sign_in(town.resident(0))
    ballot = text(client.get(f"{base(town)}/ballot"))
    assert "This vote is open, not secret" in ballot
    assert "Secret: your ballot is kept without your name" not in ballot
    checked = client.post(f"{base(town)}/ballot", data={"option-1": "yes", "press": "check"})
    assert "This vote is open, not secret" in text(checked)


def test_no_secret_vote_names_anybody(client, town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    town.seal()
    assert db.session.query(OpenBallot).count() == 0
    assert client.get(f"{base(town)}/named").status_code == 404
    assert "by name" not in text(client.get(f"{base(town)}/results"))


def test_everybody_reads_the_names_after_the_seal_and_nobody_before(client, town: Town) -> None:
    town.open(OPEN)
    town.cast(0, yes=[1])
    town.close()
    assert client.get(f"{base(town)}/named").status_code == 404
    town.seal()
    assert "How each person voted, by name" in text(client.get(f"{base(town)}/results"))
    page = text(client.get(f"{base(town)}/named"))
    assert "Resident 4" in page
    assert "Resident 5" not in page


def test_an_open_vote_takes_no_paper(town: Town) -> None:
    paper = town.open(OPEN)
    with pytest.raises(Conflict, match="no name on it"):
        acts.issue_paper(town.person(CLERK), paper, channel=Channel.PAPER, how_many=1)


def test_an_open_vote_is_planned_by_ticking_a_box_and_by_nothing_else(client, town: Town) -> None:
    client.sign_in(town.person(FACILITATOR))
    address = f"/deliberations/{town.deliberation.slug}/rounds/new?kind=vote"
    sent = {"question": "Which?", "method": "yes-no", "threshold": "simple", "quorum": "none", "receipts": ""}
    sent |= {"eligibility": "verified", "ties": "report"}
    client.post(address, data=sent)
    assert "by_name" not in town.round.settings
    client.post(address, data={**sent, "by_name": "y"})
    assert town.round.settings["by_name"] is True
    assert re.search(r'name="by_name"[^>]*checked|checked[^>]*name="by_name"', text(client.get(f"{base(town)}/edit")))
