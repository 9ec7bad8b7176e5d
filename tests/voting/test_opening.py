"""What opening a vote round freezes, and what keeps it from opening."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.acts import Conflict
from app.config import Settings
from app.database import db
from app.deliberations import acts as rounds
from app.deliberations import openings
from app.deliberations.models import Round
from app.proposals import acts as proposals
from app.proposals.models import Proposal
from app.voting import keys, queries
from app.voting.models import Poll, PollRoll
from app.voting.roundkey import RoundKey
from app.voting.rule import ReceiptMode
from tests.entries import entries
from tests.voting.town import ADMIN, CLERK, FACILITATOR, FIRST_RESIDENT, Town


def test_the_ballot_names_each_proposal_in_the_revision_that_stood(town: Town) -> None:
    paper = town.open()

    assert paper.options == ((1, 1), (2, 2), (3, 3))
    assert [option.title for option in queries.options(db.session(), paper)] == [
        "Plant oaks on Mill Street",
        "Open the library on Sundays",
        "Mend the ramp at the ferry",
    ]


def test_only_the_chosen_proposals_are_on_the_ballot(town: Town) -> None:
    assert town.open({"proposals": [3, 1]}).option_ids == (1, 3)


def test_a_withdrawn_proposal_is_not_on_the_ballot(town: Town) -> None:
    rounds.open_round(
        town.person(FACILITATOR),
        rounds.plan_round(
            town.person(FACILITATOR), town.deliberation, kind=openings.RoundKind.PROPOSE, plan=rounds.Plan()
        ),
    )
    proposals.withdraw(town.resident(0), db.session.get_one(Proposal, 2), reason="No.")
    assert town.open().option_ids == (1, 3)


def test_the_roll_holds_verified_residents_and_nobody_else(town: Town) -> None:
    paper = town.open()

    on_roll = {row.account_id for row in db.session.query(PollRoll)}
    assert on_roll == set(range(FIRST_RESIDENT, FIRST_RESIDENT + 5))
    assert not on_roll & {ADMIN, FACILITATOR, CLERK}
    assert paper.roll_size == 5


def test_everyone_is_on_the_roll_where_verification_is_off(town: Town) -> None:
    assert town.open({"eligibility": "everyone"}).roll_size == 8


def test_nobody_is_marked_while_the_round_is_open(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    assert {row.voted for row in db.session.query(PollRoll)} == {None}


def test_the_log_commits_to_ballot_rule_roll_and_keys(town: Town) -> None:
    town.open({"quorum": {"share": "1/4"}, "threshold": "two-thirds"})

    charter = entries("round.opened")[-1]["facts"]["charter"]
    poll = db.session.query(Poll).one()
    assert charter["options"] == [[1, 1], [2, 2], [3, 3]]
    assert poll.question == "Which of these should the city do?"
    assert charter["rule"]["threshold"] == "two-thirds"
    assert charter["rule"]["quorum"] == {"share": "1/4"}
    assert (charter["roll"], charter["roll_root"]) == (5, poll.roll_root.hex())
    assert charter["receipt_key"] == str(keys.cabinet().signer().vkey)
    assert charter["key_check"] == keys.cabinet().open(town.round.id).check_value


def test_small_rolls_get_receipts_of_inclusion(town: Town) -> None:
    assert town.open().receipts is ReceiptMode.INCLUSION


def test_larger_rolls_get_trackers(city: Town) -> None:
    assert city.open().receipts is ReceiptMode.TRACKED


def test_the_key_is_written_twice_for_us_alone(town: Town, settings: Settings) -> None:
    town.open()

    first = Path(settings.instance_path) / "keys" / f"round-{town.round.id}.key"
    second = Path(settings.instance_path) / "key-copies" / f"round-{town.round.id}.key"
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_mode & 0o777 == second.stat().st_mode & 0o777 == 0o600


def test_the_key_is_nowhere_in_the_database(town: Town, settings: Settings) -> None:
    town.open()
    secret = bytes.fromhex((Path(settings.instance_path) / "keys" / f"round-{town.round.id}.key").read_text())

    for table in db.metadata.tables.values():
        for row in db.session.execute(table.select()):
            for value in row:
                assert secret not in (value if isinstance(value, bytes) else str(value).encode())
                assert secret.hex() not in str(value)


def test_without_proposals_a_vote_does_not_open(town: Town) -> None:
    with pytest.raises(Conflict, match="no proposal to vote on"):
        town.open({"proposals": [99]})
    assert town.round.opened_at is None
    assert db.session.query(Poll).count() == 0
    assert db.session.query(PollRoll).count() == 0


def test_without_verified_residents_a_vote_does_not_open(town: Town) -> None:
    db.session.execute(text("UPDATE accounts SET verified_at = NULL"))
    db.session.commit()
    with pytest.raises(Conflict, match="Nobody is on the roll"):
        town.open()


def test_an_unsound_rule_does_not_open(town: Town) -> None:
    with pytest.raises(Conflict, match="share of the roll"):
        town.open({"quorum": {"share": "half"}})


def test_too_long_a_ballot_does_not_open(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.voting.opening.MOST_OPTIONS", 2)
    with pytest.raises(Conflict, match="can hold 2 proposals"):
        town.open()


def test_in_production_a_vote_needs_a_second_place_for_its_key(town: Town, app: Flask, settings: Settings) -> None:
    keys.wire(replace(settings, env="production"))
    with pytest.raises(Conflict, match="FOLKMOOT_KEY_COPY_PATH"):
        town.open()
    assert town.round.opened_at is None


def test_in_production_a_vote_opens_with_a_second_place(town: Town, settings: Settings, tmp_path: Path) -> None:
    keys.wire(replace(settings, env="production", key_copy_path=str(tmp_path / "stick")))
    town.open()
    assert (tmp_path / "stick" / f"round-{town.round.id}.key").exists()


def test_a_copy_that_does_not_read_back_keeps_the_vote_closed(town: Town, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    round_ = town.plan()
    (tmp_path / "stick" / f"round-{round_.id}.key").write_text("another key's remains\n")
    keys.wire(replace(settings, key_copy_path=str(tmp_path / "stick")))
    with pytest.raises(Conflict, match="damaged"):
        rounds.open_round(town.person(FACILITATOR), round_)
    assert db.session.get_one(Round, round_.id, populate_existing=True).opened_at is None


def test_an_opening_that_was_broken_off_keeps_its_key(town: Town) -> None:
    round_ = town.plan()
    first = keys.cabinet().create(round_.id)
    rounds.open_round(town.person(FACILITATOR), round_)
    assert town.paper.key_check == first.check_value


def test_the_second_copy_alone_opens_the_box(town: Town, settings: Settings) -> None:
    paper = town.open()
    town.cast(0, yes=[1])
    (Path(settings.instance_path) / "keys" / f"round-{paper.round_id}.key").unlink()
    keys.wire(settings)  # a new process, which has nothing in memory

    assert keys.cabinet().open(paper.round_id).check_value == paper.key_check
    assert queries.has_ballot(db.session(), keys.cabinet().open(paper.round_id), FIRST_RESIDENT)


def test_a_damaged_first_copy_gives_way_to_the_second(town: Town, settings: Settings) -> None:
    paper = town.open()
    (Path(settings.instance_path) / "keys" / f"round-{paper.round_id}.key").write_text("f00")
    keys.wire(settings)
    assert isinstance(keys.cabinet().open(paper.round_id), RoundKey)
