"""What casting through the site leaves behind: nothing that names a person, in no table, no log and no mail box."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import text as sql

from app.config import Settings
from app.database import db
from app.notifications import mail
from app.notifications.models import Mail
from app.voting import acts
from app.voting.paper.serials import Channel
from tests.voting.town import CLERK, Town

OF_THE_BOX = {"ballot_box", "ballot_pending"}
SENT = {"option-1": "yes", "cast_id": "0f" * 16}


def base(town: Town) -> str:
    return f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}"


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def rows() -> dict[str, list[tuple[Any, ...]]]:
    db.session.rollback()
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(table.select())), key=repr)
        for table in db.metadata.sorted_tables
    }


def changed_by(doing: Callable[[], object]) -> set[str]:
    before = rows()
    doing()
    after = rows()
    return {name for name in after if after[name] != before[name]}


@pytest.fixture
def voter(client, town: Town):
    """A browser of somebody who has looked at the ballot, and is about to cast it."""
    town.open()
    client.sign_in(town.resident(0))
    client.get(f"{base(town)}/ballot")
    return client


def test_a_cast_changes_no_row_that_names_a_person(voter, town: Town) -> None:
    """So no database dump, row order or transaction id leads from somebody to an envelope."""
    assert changed_by(lambda: voter.post(f"{base(town)}/ballot/cast", data=SENT)) == OF_THE_BOX


def test_nor_does_a_replacement_although_a_mail_tells_of_it(voter, town: Town, settings: Settings) -> None:
    voter.post(f"{base(town)}/ballot/cast", data=SENT)
    again = {**SENT, "cast_id": "1e" * 16}
    assert changed_by(lambda: voter.post(f"{base(town)}/ballot/cast", data=again)) == OF_THE_BOX
    assert db.session.query(Mail).count() == 0
    (sent,) = (Path(settings.instance_path) / "mail").glob("*.eml")
    said = sent.read_text()
    assert "person4@riverbend.example" in said
    assert "was replaced" in said
    assert "yes" not in said.lower().split("subject")[1]


def test_sending_the_same_ballot_again_sends_no_mail(voter, town: Town, settings: Settings) -> None:
    for _ in range(3):
        voter.post(f"{base(town)}/ballot/cast", data=SENT)
    assert not list((Path(settings.instance_path) / "mail").glob("*.eml"))


def test_a_mail_that_cannot_leave_does_not_stop_the_ballot(voter, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise mail.NotSent("OSError")

    voter.post(f"{base(town)}/ballot/cast", data=SENT)
    monkeypatch.setattr(mail, "_carry", refuse)
    with structlog.testing.capture_logs() as lines:
        answer = voter.post(f"{base(town)}/ballot/cast", data={**SENT, "cast_id": "1e" * 16})
    assert "Folkmoot ballot receipt v1" in text(answer)
    assert [line for line in lines if line["event"] == "mail_not_passed_on"]
    assert "riverbend.example" not in str(lines)


def test_checking_in_at_the_desk_changes_the_box_and_a_number(client, town: Town) -> None:
    town.open()
    acts.issue_paper(town.person(CLERK), town.paper, channel=Channel.PAPER, how_many=3)
    client.sign_in(town.person(CLERK))
    client.get(f"{base(town)}/paper")
    sent = {"who": "person4@riverbend.example", "channel": "paper"}
    changed = changed_by(lambda: client.post(f"{base(town)}/paper/check-in", data=sent))
    assert changed == {"ballot_box", "paper_channels"}


def test_no_transaction_that_wrote_to_the_box_wrote_anywhere_else(voter, town: Town) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite keeps no transaction ids with its rows")
    voter.post(f"{base(town)}/ballot/cast", data=SENT)
    for place in range(1, 4):
        town.cast(place, yes=[1])
    of_box = {row.xmin for row in db.session.execute(sql("SELECT xmin::text AS xmin FROM ballot_box"))}
    for table in db.metadata.sorted_tables:
        if table.name in OF_THE_BOX:
            continue
        found = {row.xmin for row in db.session.execute(sql(f"SELECT xmin::text AS xmin FROM {table.name}"))}
        assert not found & of_box, table.name


@pytest.fixture
def as_in_production(app: Flask) -> Iterator[None]:
    """Log requests too, which tests otherwise leave out."""
    quiet = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    yield
    structlog.configure(wrapper_class=quiet)


@pytest.mark.usefixtures("as_in_production")
def test_the_request_log_has_no_line_about_a_ballot(voter, town: Town) -> None:
    with structlog.testing.capture_logs() as lines:
        voter.get(f"{base(town)}/ballot")
        voter.post(f"{base(town)}/ballot", data={**SENT, "press": "check"})
        voter.post(f"{base(town)}/ballot/cast", data=SENT)
        voter.post(f"{base(town)}/ballot/receipt", data=SENT)
        voter.get(base(town))
    told = [line["route"] for line in lines if line["event"] == "request"]
    assert told == ["/deliberations/<slug>/rounds/<int:round_id>"]
