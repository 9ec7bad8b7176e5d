"""Voting on paper beside voting online: nobody votes twice, no paper is slipped in, and the count can be compared."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.acts import Conflict
from app.charter.rules import Refused
from app.database import db
from app.deliberations import acts as rounds
from app.voting import acts, checks, queries
from app.voting.acts import audits, paper
from app.voting.keys import cabinet
from app.voting.models import BallotBox
from app.voting.paper import queries as paper_queries
from app.voting.paper.comparing import BLANK
from app.voting.paper.models import PaperBallot, PaperBatch, PaperChannel, PaperReading, PaperSerial
from app.voting.paper.serials import Channel, new_serials
from app.voting.publishing import Fate
from app.voting.receipts import choices_text
from tests.entries import bodies, entries
from tests.voting.town import ADMIN, CLERK, FACILITATOR, Town

YES = choices_text({"yes": [1], "no": [], "abstain": [2, 3]})
NO = choices_text({"yes": [], "no": [1], "abstain": [2, 3]})
SEED = "3141592653"


def issue(town: Town, how_many: int = 10, channel: Channel = Channel.PAPER) -> list[str]:
    return acts.issue_paper(town.person(CLERK), town.paper, channel=channel, how_many=how_many)


def hand_out(town: Town, *places: int, channel: Channel = Channel.PAPER) -> None:
    for place in places:
        line = acts.Line(town.paper, town.resident(place))
        acts.check_in(town.person(CLERK), line, channel=channel)


def enter(town: Town, ballots: dict[str, bytes], channel: Channel = Channel.PAPER) -> PaperBatch:
    """Two officials read a bundle alike and it is entered."""
    number = read_twice(town, ballots, ballots, channel)
    return acts.enter_batch(town.person(CLERK), town.round, paper=town.paper, number=number)


def read_twice(town: Town, first: dict[str, bytes], second: dict[str, bytes], channel: Channel = Channel.PAPER) -> int:
    size = len(first)
    number = paper.start_batch(town.person(CLERK), town.round, channel=channel, size=size)
    for official, ballots in ((CLERK, first), (FACILITATOR, second)):
        for serial, choices in ballots.items():
            read(town, official, number, serial, choices)
    return number


def read(town: Town, official: int, number: int, serial: str, choices: bytes) -> None:
    batch = db.session.get_one(PaperBatch, (town.round.id, number))
    paper.read_ballot(town.person(official), town.round, town.paper, batch, said=serial, choices=choices)


# ---------------------------------------------------------------- the desk


def test_paper_and_online_ballots_are_counted_together(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0, 1)
    town.cast(2, yes=[1])
    town.close()
    enter(town, {serials[3]: YES, serials[7]: NO})
    outcome = town.seal().outcome
    assert outcome.ballots == 3
    assert outcome.of(1).counts == {"yes": 2, "no": 1, "abstain": 0}
    facts = entries("round.sealed")[-1]["facts"]
    assert facts["paper"] == {"paper": [10, 2, 2, 0]}
    assert (facts["ballots"], facts["voted"]) == (3, 3)
    assert checks.check_all(db.session()) == []


def test_a_paper_ballot_sets_the_online_one_aside(town: Town) -> None:
    town.open()
    receipt = town.cast(0, yes=[1]).receipt
    serials = issue(town)
    hand_out(town, 0)
    town.close()
    enter(town, {serials[0]: NO})
    outcome = town.seal().outcome
    assert outcome.ballots == 1
    assert outcome.of(1).counts["no"] == 1
    found = queries.find(db.session(), town.round.id, receipt.commit)
    assert found is not None
    assert found.fate is Fate.VOID
    assert checks.check_all(db.session()) == []


@pytest.mark.parametrize("voted_before", [False, True])
def test_whoever_was_handed_a_paper_ballot_cannot_vote_online(town: Town, voted_before: bool) -> None:
    town.open()
    issue(town)
    if voted_before:
        town.cast(0, yes=[1])
    hand_out(town, 0)
    with pytest.raises(Conflict, match="paper ballot"):
        town.cast(0, no=[1])
    town.close()
    assert town.seal().outcome.ballots == 0


def test_nobody_is_handed_two_ballots(town: Town) -> None:
    town.open()
    issue(town)
    hand_out(town, 0)
    with pytest.raises(Conflict, match="before"):
        hand_out(town, 0)
    issue(town, 5, Channel.ASSISTED)
    with pytest.raises(Conflict, match="before"):
        hand_out(town, 0, channel=Channel.ASSISTED)


def test_nobody_is_handed_a_ballot_who_is_not_on_the_roll(town: Town) -> None:
    town.open()
    issue(town)
    with pytest.raises(Conflict, match="not on the roll"):
        acts.check_in(town.person(CLERK), acts.Line(town.paper, town.person(ADMIN)), channel=Channel.PAPER)
    acts.strike_from_roll(town.person(CLERK), acts.Line(town.paper, town.resident(0)), reason="Moved.")
    with pytest.raises(Conflict, match="not on the roll"):
        hand_out(town, 0)


def test_whoever_was_handed_a_ballot_stays_on_the_roll(town: Town) -> None:
    town.open()
    issue(town)
    hand_out(town, 0)
    with pytest.raises(Conflict, match="cannot be told from the others"):
        acts.strike_from_roll(town.person(CLERK), acts.Line(town.paper, town.resident(0)), reason="Moved.")


def test_no_more_ballots_are_handed_out_than_were_made(town: Town) -> None:
    town.open()
    with pytest.raises(Conflict, match="Make more first"):
        hand_out(town, 0)
    issue(town, 1)
    hand_out(town, 0)
    with pytest.raises(Conflict, match="Make more first"):
        hand_out(town, 1)


def test_only_clerks_hand_out_ballots_and_only_while_the_vote_is_open(town: Town) -> None:
    town.open()
    issue(town)
    line = acts.Line(town.paper, town.resident(0))
    for official in (FACILITATOR, ADMIN):
        with pytest.raises(Refused, match="city clerks"):
            acts.check_in(town.person(official), line, channel=Channel.PAPER)
    town.close()
    with pytest.raises(Refused, match="closed"):
        acts.check_in(town.person(CLERK), line, channel=Channel.PAPER)
    with pytest.raises(Refused, match="closed"):
        issue(town)


def test_serials_are_committed_to_and_tied_to_nobody(town: Town) -> None:
    town.open()
    serials = issue(town, 5)
    facts = entries("paper.issued")[-1]["facts"]
    assert (facts["channel"], facts["ballots"], facts["issued"]) == ("paper", 5, 5)
    assert set(db.session.scalars(select(PaperSerial.serial))) == set(serials)
    before = len(list(bodies()))
    hand_out(town, 0)
    assert len(list(bodies())) == before, "an entry would tell when somebody stood at the desk"
    assert not any(serial.encode() in body for body in bodies() for serial in serials)


def test_in_the_box_nobody_can_tell_who_had_voted_online_before_they_took_paper(town: Town) -> None:
    town.open()
    issue(town)
    town.cast(0, yes=[1])
    hand_out(town, 0, 1)
    rows = db.session.query(BallotBox).all()
    assert {(row.version, row.void) for row in rows} == {(1, True)}
    assert len({len(row.blob) for row in rows}) == 1


def test_a_cast_and_a_check_in_at_the_same_moment_leave_one_vote(app: Flask, town: Town) -> None:
    from tests.voting.test_races import at_once, caster

    town.open()
    issue(town)
    for place in range(5):
        results = at_once(app, caster(town, place), lambda place=place: hand_out(town, place))
        assert not isinstance(results[1], Exception), results
    town.close()
    db.session.expire_all()
    assert {row.void for row in db.session.query(BallotBox)} == {True}
    assert town.seal().outcome.ballots == 0


def test_two_clerks_who_hand_out_the_last_ballot_at_once_hand_out_one(app: Flask, town: Town) -> None:
    from tests.voting.test_races import at_once

    town.open()
    issue(town, 1)
    results = at_once(app, *[lambda place=place: hand_out(town, place) for place in range(4)])
    assert [isinstance(result, Conflict) for result in results].count(False) == 1
    assert db.session.query(PaperChannel).one().checked_in == 1


# ---------------------------------------------------------------- reading and entering


def test_readings_that_differ_are_resolved_by_a_third_official(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0, 1)
    town.close()
    number = read_twice(town, {serials[0]: YES, serials[1]: YES}, {serials[0]: YES, serials[1]: NO})
    with pytest.raises(Conflict, match="agree"):
        acts.enter_batch(town.person(CLERK), town.round, paper=town.paper, number=number)
    for official in (CLERK, FACILITATOR):
        with pytest.raises(Conflict, match="cannot read"):
            read(town, official, number, serials[1], NO)
    with pytest.raises(Conflict, match="do not differ"):
        read(town, ADMIN, number, serials[0], NO)
    read(town, ADMIN, number, serials[1], NO)
    batch = acts.enter_batch(town.person(CLERK), town.round, paper=town.paper, number=number)
    assert batch.differences == 1
    facts = entries("paper.entered")[-1]["facts"]
    assert (facts["batch"], facts["ballots"], facts["blank"], facts["differences"]) == (1, 2, 0, 1)
    assert town.seal().outcome.of(1).counts == {"yes": 1, "no": 1, "abstain": 0}


def test_neither_reader_sees_the_others_readings_before_both_are_done(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0, 1)
    town.close()
    number = paper.start_batch(town.person(CLERK), town.round, channel=Channel.PAPER, size=2)
    read(town, CLERK, number, serials[0], YES)
    read(town, CLERK, number, serials[1], YES)
    batch = db.session.get_one(PaperBatch, (town.round.id, number))
    key = cabinet().open(town.round.id)
    assert paper_queries.comparison(db.session(), key, batch) is None
    read(town, FACILITATOR, number, serials[0], NO)
    assert paper_queries.comparison(db.session(), key, batch) is None
    blobs = [row.reading for row in db.session.query(PaperReading)]
    assert len({len(blob) for blob in blobs}) == 1
    assert not any(YES in blob for blob in blobs)


def test_one_person_cannot_be_both_readers(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0)
    town.close()
    number = paper.start_batch(town.person(CLERK), town.round, channel=Channel.PAPER, size=1)
    read(town, CLERK, number, serials[0], YES)
    read(town, CLERK, number, serials[0], NO)
    with pytest.raises(Conflict, match="Both readings"):
        acts.enter_batch(town.person(CLERK), town.round, paper=town.paper, number=number)
    assert [row.look for row in db.session.query(PaperReading)] == [1]


def test_a_ballot_that_breaks_the_rule_counts_as_blank(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0, 1)
    town.close()
    enter(town, {serials[0]: YES, serials[1]: BLANK})
    outcome = town.seal().outcome
    assert outcome.ballots == 1
    result = queries.result(db.session(), town.round.id)
    assert result is not None
    assert [(one.entered, one.blank, one.counted) for one in result.channels] == [(2, 1, 1)]
    assert checks.check_all(db.session()) == []


def test_a_serial_that_was_never_made_or_was_entered_before_is_refused(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0, 1)
    town.close()
    enter(town, {serials[0]: YES})
    number = paper.start_batch(town.person(CLERK), town.round, channel=Channel.PAPER, size=1)
    for said, why in ((serials[0], "entered in batch 1"), (new_serials(1)[0], "No ballot"), ("xyz", "not a serial")):
        with pytest.raises(Conflict, match=why):
            read(town, CLERK, number, said, YES)


def test_no_more_ballots_can_be_entered_than_were_handed_out(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0)
    town.close()
    with pytest.raises(Conflict, match="Count again"):
        paper.start_batch(town.person(CLERK), town.round, channel=Channel.PAPER, size=2)
    enter(town, {serials[0]: YES})
    with pytest.raises(Conflict, match="Count again"):
        paper.start_batch(town.person(CLERK), town.round, channel=Channel.PAPER, size=1)


def test_paper_is_entered_after_the_close_only_so_that_nobody_sees_how_it_stands(town: Town) -> None:
    town.open()
    issue(town)
    hand_out(town, 0)
    with pytest.raises(Refused, match="once the vote is closed"):
        paper.start_batch(town.person(CLERK), town.round, channel=Channel.PAPER, size=1)


def test_residents_enter_nothing(town: Town) -> None:
    town.open()
    issue(town)
    hand_out(town, 0)
    town.close()
    with pytest.raises(Refused, match="facilitators, clerks"):
        paper.start_batch(town.resident(1), town.round, channel=Channel.PAPER, size=1)


def test_a_miscounted_batch_can_be_read_anew(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0)
    town.close()
    number = read_twice(town, {serials[0]: YES}, {serials[1]: YES})
    batch = db.session.get_one(PaperBatch, (town.round.id, number))
    paper.discard_batch(town.person(CLERK), town.round, batch)
    assert db.session.query(PaperReading).count() == 0
    for official in (CLERK, FACILITATOR):
        read(town, official, number, serials[0], YES)
    acts.enter_batch(town.person(CLERK), town.round, paper=town.paper, number=number)
    assert town.seal().outcome.ballots == 1


# ---------------------------------------------------------------- the seal


def test_a_batch_that_is_not_entered_stops_the_seal(town: Town) -> None:
    town.open()
    issue(town)
    hand_out(town, 0)
    town.close()
    paper.start_batch(town.person(CLERK), town.round, channel=Channel.PAPER, size=1)
    with pytest.raises(Conflict, match="Batch 1"):
        town.seal()


@pytest.mark.parametrize("column", ["entered", "checked_in", "issued"])
def test_numbers_that_were_changed_by_hand_stop_the_seal(town: Town, column: str) -> None:
    town.open()
    serials = issue(town, 3)
    hand_out(town, 0, 1)
    town.close()
    enter(town, {serials[0]: YES, serials[1]: NO})
    changed = {"entered": 3, "checked_in": 1, "issued": 1}[column]
    db.session.query(PaperChannel).update({column: changed})
    db.session.commit()
    with pytest.raises(Conflict, match="Nothing was sealed"):
        town.seal()
    assert queries.result(db.session(), town.round.id) is None


def test_a_paper_ballot_that_was_slipped_in_stops_the_seal(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0)
    town.close()
    enter(town, {serials[0]: YES})
    more = {"serial": serials[1], "batch": 1, "tracker": b"t" * 16, "ballot_salt": b"s" * 32, "choices": YES.decode()}
    db.session.add(PaperBallot(round_id=town.round.id, **more))
    db.session.commit()
    with pytest.raises(Conflict, match="Nothing was sealed"):
        town.seal()


def test_an_emptied_envelope_stops_the_seal(town: Town) -> None:
    from app.voting.roundkey import Envelope

    voting_paper = town.open()
    town.cast(0, yes=[1])
    row = db.session.query(BallotBox).one()
    row.blob = cabinet().open(voting_paper.round_id).lock(row.handle, Envelope.empty(), voting_paper.longest)
    db.session.commit()
    town.close()
    with pytest.raises(Conflict, match="empty"):
        town.seal()


def test_in_the_published_box_a_paper_ballot_looks_like_any_other(city: Town) -> None:
    city.open()
    serials = issue(city, 20)
    hand_out(city, *range(5))
    for place in range(5, 30):
        city.cast(place, yes=[1])
    city.close()
    enter(city, dict.fromkeys(serials[:5], YES))
    city.seal()
    slips = queries.slips(db.session(), city.round.id)
    assert len(slips) == 30
    assert {(len(slip.tracker or b""), len(slip.salt or b"")) for slip in slips} == {(16, 32)}
    trackers = [slip.tracker or b"" for slip in slips]
    assert trackers == sorted(trackers)
    assert checks.check_all(db.session()) == []


def test_a_cancelled_vote_keeps_no_paper_ballot(town: Town) -> None:
    town.open()
    serials = issue(town)
    hand_out(town, 0)
    town.close()
    enter(town, {serials[0]: YES})
    town.reopen()
    rounds.cancel_round(town.person(FACILITATOR), town.round, reason="The wrong question.")
    assert db.session.query(PaperBallot).count() == 0


# ---------------------------------------------------------------- the comparison


def sealed_with_paper(town: Town) -> list[str]:
    town.open()
    serials = issue(town)
    hand_out(town, 0, 1, 2)
    town.close()
    enter(town, {serials[0]: YES, serials[1]: NO, serials[2]: BLANK})
    town.seal()
    return serials[:3]


def test_drawn_ballots_are_compared_with_what_was_counted(town: Town) -> None:
    truth = dict(zip(sealed_with_paper(town), (YES, NO, BLANK), strict=True))
    clerk = town.person(CLERK)
    audit = acts.draw_sample(clerk, town.round, seed=SEED, size=2)
    drawn = paper_queries.samples(db.session(), audit)
    assert entries("paper.sampled")[-1]["facts"]["seed"] == SEED
    with pytest.raises(Conflict, match="every drawn ballot"):
        acts.finish_audit(clerk, town.round, number=1)
    for one in drawn:
        assert audits.look(clerk, town.round, audit, one.place, choices=truth[one.serial])
    acts.finish_audit(clerk, town.round, number=1)
    facts = entries("paper.audited")[-1]["facts"]
    assert facts == {"audit": 1, "seed": SEED, "sampled": 2, "agree": 2, "differ": 0}


def test_paper_that_says_something_else_is_told(town: Town) -> None:
    sealed_with_paper(town)
    clerk = town.person(CLERK)
    audit = acts.draw_sample(clerk, town.round, seed=SEED, size=3)
    looked = [
        audits.look(clerk, town.round, audit, one.place, choices=NO)
        for one in paper_queries.samples(db.session(), audit)
    ]
    assert sorted(looked) == [False, False, True]
    acts.finish_audit(clerk, town.round, number=1)
    assert entries("paper.audited")[-1]["facts"]["differ"] == 2


def test_a_comparison_is_drawn_after_the_seal_once_at_a_time_and_by_digits(town: Town) -> None:
    town.open()
    town.close()
    with pytest.raises(Refused, match="once the vote is sealed"):
        acts.draw_sample(town.person(CLERK), town.round, seed=SEED, size=1)
    town.reopen()
    issue(town)
    hand_out(town, 0)
    serial = paper_queries.serials(db.session(), town.round.id)[0]
    town.close()
    enter(town, {serial: YES})
    town.seal()
    clerk = town.person(CLERK)
    for seed, size, why in (("abc", 1, "digits"), (SEED, 2, "between 1 and 1"), (SEED, 0, "between 1 and 1")):
        with pytest.raises(Conflict, match=why):
            acts.draw_sample(clerk, town.round, seed=seed, size=size)
    acts.draw_sample(clerk, town.round, seed=SEED, size=1)
    with pytest.raises(Conflict, match="under way"):
        acts.draw_sample(clerk, town.round, seed=SEED, size=1)


def test_assisted_ballots_are_a_channel_of_their_own(town: Town) -> None:
    town.open()
    plain, helped = issue(town, 3), issue(town, 3, Channel.ASSISTED)
    hand_out(town, 0)
    hand_out(town, 1, channel=Channel.ASSISTED)
    town.close()
    number = paper.start_batch(town.person(CLERK), town.round, channel=Channel.ASSISTED, size=1)
    with pytest.raises(Conflict, match="another kind"):
        read(town, CLERK, number, plain[0], YES)
    for official in (CLERK, FACILITATOR):
        read(town, official, number, helped[0], YES)
    acts.enter_batch(town.person(CLERK), town.round, paper=town.paper, number=number)
    enter(town, {plain[0]: NO})
    town.seal()
    facts = entries("round.sealed")[-1]["facts"]["paper"]
    assert facts == {"assisted": [3, 1, 1, 0], "paper": [3, 1, 1, 0]}


def test_nothing_in_the_log_tells_what_a_single_paper_ballot_says(town: Town) -> None:
    sealed_with_paper(town)
    told: list[Any] = [json.loads(body) for body in bodies()]
    assert all("choices" not in str(entry) for entry in told if entry["act"].startswith("paper."))
