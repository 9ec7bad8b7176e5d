"""Casting a ballot: one a person, replaceable, found again only with the key, and never in the log."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import text

from app import clock
from app.acts import Conflict
from app.audit.models import LogEntry, LogPending
from app.charter.rules import Refused
from app.database import db
from app.deliberations import acts as rounds
from app.deliberations import schedule
from app.straight import Prepared, Straight
from app.voting import acts, keys, queries
from app.voting.acts import ballots
from app.voting.models import BallotBox, BallotPending
from app.voting.receipts import commitment, open_receipt
from app.voting.roundkey import Envelope
from tests.voting.town import FACILITATOR, FIRST_RESIDENT, Town

CAST = b"c" * 16


def box() -> list[BallotBox]:
    return db.session.query(BallotBox).populate_existing().all()


def envelope_of(town: Town, place: int) -> Envelope:
    """The resident's envelope, opened as only the seal may."""
    key = keys.cabinet().open(town.round.id)
    handle = key.handle(FIRST_RESIDENT + place)
    row = db.session.query(BallotBox).filter_by(handle=handle).populate_existing().one()
    return key.unlock(handle, row.version, row.blob)


def test_a_ballot_lies_in_the_box_as_it_was_cast(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1, 3], no=[2])
    assert envelope_of(town, 0).choices == b'{"abstain":[],"no":[2],"yes":[1,3]}'


def test_casting_leaves_no_entry_in_the_log(town: Town) -> None:
    town.open()
    before = db.session.query(LogEntry).count() + db.session.query(LogPending).count()
    town.cast(0, yes=[1])
    assert db.session.query(LogEntry).count() + db.session.query(LogPending).count() == before


def test_a_receipt_is_signed_and_commits_to_the_ballot(town: Town) -> None:
    town.open()
    cast = town.cast(0, yes=[1])

    signer = keys.cabinet().signer()
    envelope = envelope_of(town, 0)
    assert open_receipt(cast.receipt.signed(signer), signer.vkey) == cast.receipt
    assert cast.receipt.commit == commitment(town.round.id, envelope.tracker, envelope.salt, envelope.choices)


def test_a_receipt_of_inclusion_keeps_tracker_and_salt_to_the_box(town: Town) -> None:
    town.open()
    assert town.cast(0, yes=[1]).receipt.tracker is None


def test_a_tracked_receipt_names_the_tracker(city: Town) -> None:
    city.open()
    assert city.cast(0, yes=[1]).receipt.tracker == envelope_of(city, 0).tracker


def test_a_later_ballot_takes_the_place_of_the_earlier(town: Town) -> None:
    town.open()
    first, second = town.cast(0, yes=[1]), town.cast(0, no=[1])

    assert len(box()) == 1
    assert envelope_of(town, 0).choices == b'{"abstain":[2,3],"no":[1],"yes":[]}'
    assert second.replaced
    assert not first.replaced
    assert first.receipt.commit != second.receipt.commit
    assert [earlier.commit for earlier in envelope_of(town, 0).earlier] == [first.receipt.commit]


def test_the_same_cast_sent_again_gives_the_same_receipt_and_no_second_ballot(town: Town) -> None:
    town.open()
    first, again = town.cast(0, CAST, yes=[1]), town.cast(0, CAST, yes=[1])

    assert again.receipt == first.receipt
    assert again.repeated
    assert (box()[0].version, len(box())) == (1, 1)
    assert db.session.query(BallotPending).count() == 1


def test_a_late_retry_does_not_undo_a_replacement(town: Town) -> None:
    town.open()
    first = town.cast(0, CAST, yes=[1])
    town.cast(0, no=[1])
    late = town.cast(0, CAST, yes=[1])

    assert late.receipt == first.receipt
    assert late.superseded
    assert envelope_of(town, 0).choices == b'{"abstain":[2,3],"no":[1],"yes":[]}'


def test_two_people_may_by_chance_send_the_same_cast_id(town: Town) -> None:
    town.open()
    assert town.cast(0, CAST, yes=[1]).receipt != town.cast(1, CAST, yes=[1]).receipt
    assert len(box()) == 2


def test_the_receipt_of_a_cast_can_be_had_again_by_who_knows_its_id(town: Town) -> None:
    town.open()
    cast = town.cast(0, CAST, yes=[1])

    again = ballots.given(town.paper, FIRST_RESIDENT, CAST)
    assert again is not None
    assert again.receipt == cast.receipt
    assert ballots.given(town.paper, FIRST_RESIDENT, b"x" * 16) is None
    assert ballots.given(town.paper, FIRST_RESIDENT + 1, CAST) is None


def test_a_hundred_replacements_are_the_limit_and_the_last_one_stands(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballots, "MOST_REPLACEMENTS", 2)
    town.open()
    for options in ([1], [2], [3]):
        town.cast(0, yes=options)
    with pytest.raises(Conflict, match="limit"):
        town.cast(0, yes=[1])
    assert b'"yes":[3]' in envelope_of(town, 0).choices


def test_a_ballot_that_breaks_the_rule_is_not_cast(town: Town) -> None:
    town.open({"method": "approval", "max_choices": 2})
    with pytest.raises(acts.BallotRefusedError, match="Keep 2 or fewer"):
        town.cast(0, approve=[1, 2, 3])
    assert box() == []


def test_somebody_verified_after_the_opening_is_not_on_the_roll(town: Town) -> None:
    town.open()
    db.session.execute(text("UPDATE accounts SET verified_at = created_at WHERE id = :id"), {"id": FACILITATOR})
    db.session.commit()

    with pytest.raises(Refused, match="not on the roll"):
        acts.cast(town.person(FACILITATOR), town.paper, choices=_yes(1), cast_id=CAST)
    assert box() == []


def _yes(option: int) -> dict[str, list[int]]:
    return {"yes": [option], "no": [], "abstain": [one for one in (1, 2, 3) if one != option]}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE accounts SET suspended_at = created_at", "suspended"),
        ("UPDATE credentials SET email_confirmed_at = NULL", "Confirm your e-mail"),
        ("UPDATE accounts SET verified_at = NULL", "verified residents"),
    ],
)
def test_who_lost_their_standing_since_cannot_cast(town: Town, change: str, reason: str) -> None:
    town.open()
    db.session.execute(text(change))
    db.session.commit()
    with pytest.raises(Refused, match=reason):
        town.cast(0, yes=[1])
    assert box() == []


def test_somebody_without_an_account_cannot_cast(town: Town) -> None:
    town.open()
    nobody = town.resident(0).__class__(id=999_999)
    with pytest.raises(Refused, match="Sign in"):
        acts.cast(nobody, town.paper, choices=_yes(1), cast_id=CAST)


def test_after_the_closing_time_nothing_can_be_cast(town: Town, frozen: object) -> None:
    town.open(lasting=timedelta(hours=1))
    town.cast(0, yes=[1])
    clock.travel(timedelta(hours=1))
    with pytest.raises(Refused, match="closed on"):
        town.cast(1, yes=[1])
    assert len(box()) == 1


def test_a_moment_before_the_closing_time_one_can(town: Town, frozen: object) -> None:
    town.open(lasting=timedelta(hours=1))
    clock.travel(timedelta(hours=1) - timedelta(microseconds=1))
    town.cast(0, yes=[1])
    assert len(box()) == 1


def test_while_the_round_is_paused_nothing_can_be_cast(town: Town) -> None:
    town.open()
    rounds.pause_round(town.person(FACILITATOR), town.round, reason="The form was unclear.")
    with pytest.raises(Refused, match="paused"):
        town.cast(0, yes=[1])


def test_another_open_vote_of_the_deliberation_does_not_help(town: Town) -> None:
    first = town.open()
    town.close()
    second = town.open()
    with pytest.raises(Refused, match="closed on"):
        acts.cast(town.resident(0), first, choices=_yes(1), cast_id=CAST)
    acts.cast(town.resident(0), second, choices=_yes(1), cast_id=CAST)
    assert [row.round_id for row in box()] == [second.round_id]


def test_a_vote_opens_on_schedule_with_its_paper(town: Town, frozen: object) -> None:
    plan = rounds.Plan(question="Which?", opens_at=clock.now() + timedelta(hours=1))
    rounds.plan_round(town.person(FACILITATOR), town.deliberation, kind=rounds.RoundKind.VOTE, plan=plan)
    clock.travel(timedelta(hours=2))
    rounds_before = queries.vote(db.session(), town.round.id)
    assert rounds_before is not None
    assert rounds_before.paper is None

    schedule.catch_up(town.deliberation.id)
    town.cast(0, yes=[1])
    assert len(box()) == 1


def test_who_voted_on_paper_cannot_cast_online(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    db.session.query(BallotBox).update({"void": True})
    db.session.commit()
    with pytest.raises(Conflict, match="on paper"):
        town.cast(0, no=[1])


def test_a_wrong_key_file_takes_no_ballot(town: Town) -> None:
    paper = town.open()
    for path in keys.cabinet()._paths(paper.round_id):
        path.write_text(secrets.token_hex(32))
    keys.cabinet()._read.clear()
    with pytest.raises(Conflict, match="not the one that the round opened with"):
        town.cast(0, yes=[1])
    assert box() == []


def test_only_the_voter_can_ask_whether_they_have_voted(town: Town) -> None:
    paper = town.open()
    key = keys.cabinet().open(paper.round_id)
    assert not queries.has_ballot(db.session(), key, FIRST_RESIDENT)
    town.cast(0, yes=[1])
    assert queries.has_ballot(db.session(), key, FIRST_RESIDENT)
    assert not queries.has_ballot(db.session(), key, FIRST_RESIDENT + 1)


def test_no_result_can_be_asked_for_before_the_seal(town: Town) -> None:
    paper = town.open()
    town.cast(0, yes=[1])
    assert queries.result(db.session(), paper.round_id) is None
    town.close()
    assert queries.result(db.session(), paper.round_id) is None
    assert queries.slips(db.session(), paper.round_id) == []
    assert queries.marked_as_voted(db.session(), paper.round_id, FIRST_RESIDENT) is None


def test_a_first_ballot_takes_two_statements_on_postgresql_and_three_on_sqlite(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.open()
    sent = []
    run = Straight.run

    def counting(at: Straight, statement: Prepared, **values: object) -> list[tuple[object, ...]]:
        sent.append(statement)
        return run(at, statement, **values)

    monkeypatch.setattr(Straight, "run", counting)
    acts.cast(town.resident(0), town.paper, choices=_yes(1), cast_id=CAST)
    assert len(sent) == (3 if db.engine.dialect.name == "sqlite" else 2)
