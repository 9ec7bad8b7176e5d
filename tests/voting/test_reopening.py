"""Reopening a closed vote: before the seal only, by two officials, with a reason, and told to everybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app import clock
from app.acts import Conflict
from app.audit import sequencer
from app.charter.rules import Refused
from app.database import db
from app.deliberations import acts as rounds
from app.deliberations.models import Reopening
from app.notifications.models import Notice
from app.notifications.notices import catch_up
from app.voting import acts, queries
from app.voting.models import PollClosing
from tests.entries import entries
from tests.voting.town import ADMIN, CLERK, FACILITATOR, FIRST_RESIDENT, Town

REASON = "The site was down for the last two hours."


def ask(town: Town, official: int = CLERK) -> None:
    acts.ask_to_reopen(town.person(official), town.round, closes_at=None, reason=REASON)


def test_a_vote_is_reopened_by_two_officials_and_takes_ballots_again(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    ask(town)
    rounds.reopen_round(town.person(FACILITATOR), town.round)
    town.cast(1, no=[1])
    assert db.session.query(Reopening).count() == 0
    town.close()
    assert town.seal().outcome.ballots == 2


def test_one_official_alone_reopens_no_vote(town: Town) -> None:
    town.open()
    town.close()
    with pytest.raises(Refused, match="asked for it"):
        rounds.reopen_round(town.person(FACILITATOR), town.round, closes_at=None, reason=REASON)
    ask(town, FACILITATOR)
    with pytest.raises(Refused, match="Somebody else"):
        rounds.reopen_round(town.person(FACILITATOR), town.round)
    with pytest.raises(Refused):
        rounds.reopen_round(town.resident(0), town.round)
    rounds.reopen_round(town.person(ADMIN), town.round)


def test_reopening_needs_a_reason_and_a_time_to_come(town: Town) -> None:
    town.open()
    town.close()
    with pytest.raises(Conflict, match="reason"):
        acts.ask_to_reopen(town.person(CLERK), town.round, closes_at=None, reason="  ")
    with pytest.raises(Conflict, match="past"):
        acts.ask_to_reopen(town.person(CLERK), town.round, closes_at=clock.now(), reason=REASON)


def test_what_is_confirmed_is_what_was_asked_for(town: Town) -> None:
    town.open()
    town.close()
    until = clock.now() + timedelta(hours=2)
    acts.ask_to_reopen(town.person(CLERK), town.round, closes_at=until, reason=REASON)
    other = clock.now() + timedelta(days=9)
    rounds.reopen_round(town.person(FACILITATOR), town.round, closes_at=other, reason="Something else.")
    assert town.round.closes_at == until
    kinds = [(change.kind, change.reason) for change in town.round.changes]
    assert kinds[-2:] == [("reopen_asked", REASON), ("reopened", REASON)]


def test_a_time_that_passed_meanwhile_has_to_be_asked_for_anew(town: Town, frozen) -> None:
    town.open()
    town.close()
    acts.ask_to_reopen(town.person(CLERK), town.round, closes_at=clock.now() + timedelta(hours=1), reason=REASON)
    clock.travel(timedelta(hours=2))
    with pytest.raises(Conflict, match="past"):
        rounds.reopen_round(town.person(FACILITATOR), town.round)
    acts.ask_to_reopen(town.person(ADMIN), town.round, closes_at=clock.now() + timedelta(hours=1), reason=REASON)
    rounds.reopen_round(town.person(FACILITATOR), town.round)
    assert town.round.closed_at is None


def test_a_vote_whose_seal_was_asked_for_can_still_be_reopened_and_then_needs_a_new_seal(town: Town) -> None:
    town.open()
    town.close()
    acts.ask_for_seal(town.person(CLERK), town.round)
    ask(town, ADMIN)
    rounds.reopen_round(town.person(FACILITATOR), town.round)
    assert town.round.seal_asked_at is None
    town.close()
    with pytest.raises(Refused, match="first ask"):
        acts.seal(town.person(FACILITATOR), town.round)


def test_asking_for_the_seal_ends_what_was_asked_about_reopening(town: Town) -> None:
    town.open()
    town.close()
    ask(town)
    acts.ask_for_seal(town.person(ADMIN), town.round)
    with pytest.raises(Refused):
        rounds.reopen_round(town.person(FACILITATOR), town.round)
    assert acts.seal(town.person(CLERK), town.round).outcome.ballots == 0


def test_after_the_seal_nothing_is_reopened(town: Town) -> None:
    town.open()
    town.close()
    town.seal()
    with pytest.raises(Refused, match="not sealed yet"):
        ask(town)


def test_a_round_that_is_no_vote_is_reopened_by_one(town: Town) -> None:
    official = town.person(FACILITATOR)
    talk = rounds.plan_round(official, town.deliberation, kind=rounds.RoundKind.DISCUSS, plan=rounds.Plan())
    rounds.open_round(official, talk)
    rounds.close_round(official, talk)
    with pytest.raises(Refused, match="Only a closed vote"):
        acts.ask_to_reopen(official, talk, closes_at=None, reason=REASON)
    rounds.reopen_round(official, talk, reason=REASON)
    assert talk.closed_at is None


def test_everybody_who_could_vote_is_told_whether_they_have_or_not(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    town.reopen()
    sequencer.after_commit()
    catch_up()
    told = db.session.query(Notice).filter_by(kind="reopened").all()
    assert {notice.account_id for notice in told} == {FIRST_RESIDENT + place for place in range(5)}
    assert {str(notice.facts) for notice in told} == {str({"round": town.round.id})}


def test_how_many_ballots_stood_at_each_closing_is_told_by_the_result_alone(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    town.reopen()
    town.cast(1, yes=[1])
    town.cast(0, no=[1])
    town.close()
    assert "ballots" not in str([entry["facts"] for entry in entries("round.closed")])
    assert not any("ballots" in change.after for change in town.round.changes)
    assert queries.result(db.session(), town.round.id) is None
    town.seal()
    result = queries.result(db.session(), town.round.id)
    assert result is not None
    assert [closing.ballots for closing in result.closings] == [1, 2]
    assert [row[1:] for row in entries("round.sealed")[-1]["facts"]["closings"]] == [[1, 0], [2, 0]]
    assert db.session.query(PollClosing).count() == 2


# ---------------------------------------------------------------- pages


def base(town: Town) -> str:
    return f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}"


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_two_officials_reopen_a_vote_in_a_browser_and_the_result_shows_both_closings(client, town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    client.sign_in(town.person(FACILITATOR))
    assert "Reopen the vote" in text(client.get(base(town)))
    assert client.post(f"{base(town)}/reopening", data={"reason": ""}).status_code == 422
    asked = client.post(f"{base(town)}/reopening", data={"reason": REASON})
    assert asked.status_code == 303
    assert REASON in text(client.get(asked.location))
    assert client.post(f"{base(town)}/reopening", data={"press": "confirm"}).status_code == 403
    client.sign_in(town.person(ADMIN))
    done = client.post(f"{base(town)}/reopening", data={"press": "confirm"})
    assert done.status_code == 303
    sequencer.after_commit()
    catch_up()
    client.sign_in(town.resident(1))
    notices = text(client.get("/you/notices"))
    assert "A vote in which you can vote was reopened: “The vote”" in notices
    assert base(town) in notices
    town.cast(1, yes=[1])
    town.close()
    waiting = text(client.get(f"{base(town)}/results"))
    assert "Each closing" not in waiting
    town.seal()
    shown = text(client.get(f"{base(town)}/results"))
    assert "Each closing" in shown
    assert shown.count("Everybody has voted.") >= 2
    assert re.search(r'<td class="number">1</td>.*<td class="number">2</td>', shown)


def test_residents_see_why_a_vote_was_reopened_and_cannot_do_it(client, town: Town) -> None:
    town.open()
    town.close()
    client.sign_in(town.resident(0))
    assert client.post(f"{base(town)}/reopening", data={"reason": REASON}).status_code == 403
    town.reopen(REASON)
    assert REASON in text(client.get(base(town)))
