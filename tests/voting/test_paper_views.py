"""Voting on paper as clerks at a desk meet it, without any script."""

from __future__ import annotations

import re

import pytest

from app.database import db
from app.voting.acts.paper import start_batch
from app.voting.models import BallotBox
from app.voting.paper import queries
from app.voting.paper.models import PaperAudit, PaperReading
from app.voting.paper.serials import Channel, shown
from tests.voting.test_paper import YES, enter, hand_out, issue, sealed_with_paper
from tests.voting.town import ADMIN, CLERK, FACILITATOR, TITLES, Town


def base(town: Town) -> str:
    return f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}"


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def mail(town: Town, place: int) -> str:
    return f"person{town.resident(place).id}@riverbend.example"


def test_a_clerk_makes_ballots_and_prints_each_with_its_serial(client, town: Town) -> None:
    town.open()
    client.sign_in(town.person(CLERK))
    assert "Voting on paper" in text(client.get(base(town)))
    assert client.post(f"{base(town)}/paper/issue", data={"channel": "paper", "how_many": "0"}).status_code == 422
    assert client.post(f"{base(town)}/paper/issue", data={"channel": "paper", "how_many": "3"}).status_code == 303
    desk = text(client.get(f"{base(town)}/paper"))
    assert "Print these ballots" in desk
    printed = text(client.get(f"{base(town)}/paper/ballots?channel=paper"))
    for serial in queries.serials(db.session(), town.round.id):
        assert shown(serial) in printed
    assert printed.count(TITLES[0]) == 3
    assert client.get(f"{base(town)}/paper/ballots?channel=pigeon").status_code == 404


def test_a_clerk_checks_somebody_in_before_anything_is_handed_out(client, town: Town) -> None:
    town.open()
    client.sign_in(town.person(CLERK))
    sent = {"who": mail(town, 0), "channel": "paper"}
    refused = client.post(f"{base(town)}/paper/check-in", data=sent)
    assert refused.status_code == 422
    assert "Make more first" in text(refused)
    issue(town)
    done = client.post(f"{base(town)}/paper/check-in", data=sent)
    assert done.status_code == 303
    assert "Hand out one ballot now" in text(client.get(done.location))
    again = client.post(f"{base(town)}/paper/check-in", data=sent)
    assert "Do not hand out another" in text(again)
    assert "Nobody is registered" in text(client.post(f"{base(town)}/paper/check-in", data={**sent, "who": "x@y.zz"}))
    assert db.session.query(BallotBox).count() == 1


def test_the_desk_shows_nobody_how_many_have_voted_while_the_vote_is_open(client, town: Town) -> None:
    town.open()
    issue(town, 7)
    hand_out(town, 0, 1, 2)
    client.sign_in(town.person(CLERK))
    desk = text(client.get(f"{base(town)}/paper"))
    assert "(7)" in desk
    assert not re.search(r">\s*3\s*<", desk)


def test_a_voter_with_a_paper_ballot_is_told_so_on_the_ballot_page(client, town: Town) -> None:
    town.open()
    issue(town)
    hand_out(town, 0)
    client.sign_in(town.resident(0))
    shown_page = text(client.get(f"{base(town)}/ballot"))
    assert "You were handed a paper ballot" in shown_page
    cast = client.post(f"{base(town)}/ballot/cast", data={"option-1": "yes", "cast_id": "0f" * 16})
    assert cast.status_code == 409
    assert "You were handed a paper ballot" in text(cast)


def test_residents_are_not_let_to_the_desk(client, town: Town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    assert client.get(f"{base(town)}/paper").status_code == 403
    assert client.post(f"{base(town)}/paper/issue", data={"how_many": "3"}).status_code == 403
    assert client.get(f"{base(town)}/paper/batches").status_code == 403
    assert client.get(f"{base(town)}/paper/audit").status_code == 403


@pytest.fixture
def closed(town: Town) -> Town:
    town.open()
    issue(town)
    hand_out(town, 0, 1)
    town.close()
    return town


def begin(client, town: Town, size: int = 2) -> str:
    client.sign_in(town.person(CLERK))
    answer = client.post(f"{base(town)}/paper/batches", data={"channel": "paper", "size": str(size)})
    assert answer.status_code == 303, text(answer)
    return answer.location


def test_two_officials_read_a_bundle_and_a_third_decides_where_they_differ(client, closed: Town) -> None:
    first, second, *_rest = [shown(one).lower() for one in queries.serials(db.session(), closed.round.id)]
    batch = begin(client, closed)
    marks = {"press": "keep", "option-1": "yes", "option-2": "no", "option-3": "abstain"}
    client.post(batch, data={**marks, "serial": first})
    client.post(batch, data={**marks, "serial": second})
    assert "Give it to the other reader" in text(client.get(batch))
    client.sign_in(closed.person(FACILITATOR))
    page = text(client.get(batch))
    assert "You are the second reader" in page
    assert "0 of 2 read." in page
    client.post(batch, data={**marks, "serial": first})
    client.post(batch, data={**marks, "serial": second, "option-1": "no"})
    compared = text(client.get(batch))
    assert "Where they differ" in compared
    assert second.upper() in compared
    assert first.upper() not in compared
    assert client.post(batch, data={"press": "enter"}).status_code == 409
    client.sign_in(closed.person(ADMIN))
    assert "Look at the ballot together" in text(client.get(batch))
    client.post(batch, data={**marks, "serial": second})
    done = client.post(batch, data={"press": "enter"})
    assert done.status_code == 303
    assert "1 decided by a third look" in text(client.get(done.location))
    closed.seal()
    results = text(client.get(f"{base(closed)}/results"))
    assert "because one of the groups is so small" in results
    assert "Paper compared with the count" in results


def test_what_is_wrong_with_a_typed_ballot_is_said_and_what_was_typed_kept(client, closed: Town) -> None:
    batch = begin(client, closed, size=1)
    wrong = client.post(batch, data={"press": "keep", "serial": "nonsense", "option-1": "yes"})
    assert wrong.status_code == 409
    assert "not a serial" in text(wrong)
    assert 'value="nonsense"' in text(wrong)
    assert re.search(r'value="yes"[^>]* checked', text(wrong))
    serial = queries.serials(db.session(), closed.round.id)[0]
    mad = client.post(batch, data={"press": "keep", "serial": serial, "option-1": "perhaps"})
    assert mad.status_code == 422
    assert client.post(batch, data={"press": "blank", "serial": serial}).status_code == 303
    assert db.session.query(PaperReading).count() == 1


def test_a_batch_larger_than_what_was_handed_out_is_refused_and_one_can_begin_anew(client, closed: Town) -> None:
    client.sign_in(closed.person(CLERK))
    too_many = client.post(f"{base(closed)}/paper/batches", data={"channel": "paper", "size": "3"})
    assert "Count again" in text(too_many)
    batch = begin(client, closed, size=1)
    serial = queries.serials(db.session(), closed.round.id)[0]
    client.post(batch, data={"press": "blank", "serial": serial})
    assert client.post(batch, data={"press": "discard"}).status_code == 303
    assert db.session.query(PaperReading).count() == 0


def test_the_seal_says_what_is_missing(client, closed: Town) -> None:
    start_batch(closed.person(CLERK), closed.round, channel=Channel.PAPER, size=1)
    client.sign_in(closed.person(FACILITATOR))
    client.post(f"{base(closed)}/seal", data={"press": "ask"})
    client.sign_in(closed.person(ADMIN))
    stopped = client.post(f"{base(closed)}/seal", data={"press": "seal"})
    assert "Batch 1 of paper ballots is not entered yet" in text(client.get(stopped.location))


def test_drawn_ballots_are_compared_without_showing_what_was_counted(client, town: Town) -> None:
    sealed_with_paper(town)
    client.sign_in(town.person(CLERK))
    address = f"{base(town)}/paper/audit"
    assert "Draw ballots" in text(client.get(address))
    assert client.post(f"{address}/draw", data={"seed": "dice", "size": "1"}).status_code == 409
    client.post(f"{address}/draw", data={"seed": "3141592653", "size": "3"})
    for place in (1, 2, 3):
        page = text(client.get(address))
        assert f"Ballot {place} of 3" in page
        assert "checked" not in page
        client.post(f"{address}/1/{place}", data={"press": "keep", "option-1": "yes"})
    client.sign_in(town.resident(0))
    shown_page = text(client.get(address))
    assert "2 of 3 ballots say something else than was counted." in shown_page
    assert "3141592653" in shown_page
    assert db.session.query(PaperAudit).one().agree == 1


def test_with_enough_people_the_result_tells_turnout_by_channel(client, city: Town) -> None:
    city.open()
    serials = issue(city, 12)
    hand_out(city, *range(12))
    for place in range(12, 24):
        city.cast(place, yes=[1])
    city.close()
    enter(city, dict.fromkeys(serials[:11], YES))
    city.seal()
    page = text(client.get(f"{base(city)}/results"))
    assert "How people voted" in page
    row = re.search(r'On paper</th><td class="number">12</td><td class="number">11</td>', page)
    assert row is not None
