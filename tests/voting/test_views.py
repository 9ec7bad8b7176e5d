"""Voting as a resident meets it, and the seal as two officials do. Without any script."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.database import db
from app.proposals import acts as proposals
from app.proposals.models import Proposal
from app.voting import acts
from app.voting.keys import cabinet
from tests.queries import MOST, counted
from tests.voting.town import CLERK, FACILITATOR, TITLES, Town, settle


@pytest.fixture
def town(app) -> Town:
    return settle(residents=5)


def page(response) -> str:
    return response.get_data(as_text=True)


def base(town: Town) -> str:
    return f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}"


def vote(client: FlaskClient, town: Town, **marks: str) -> str:
    """Fill in, look, cast; returns the page with the receipt."""
    sent = {name.replace("_", "-"): mark for name, mark in marks.items()}
    looked = page(client.post(f"{base(town)}/ballot", data={**sent, "press": "check"}))
    cast_id = re.search(r'name="cast_id" value="([0-9a-f]{32})"', looked)
    assert cast_id is not None
    return page(client.post(f"{base(town)}/ballot/cast", data={**sent, "cast_id": cast_id[1]}))


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None
    return found[1]


def test_a_resident_votes_looks_once_more_and_gets_a_receipt(client, town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    looked = page(client.post(f"{base(town)}/ballot", data={"option-1": "yes", "press": "check"}))
    assert "It is not cast yet." in looked
    assert "Left blank: 2" in looked
    assert "Folkmoot ballot receipt v1" in vote(client, town, option_1="yes")
    assert "Your ballot is in the box" in page(client.get(f"{base(town)}/ballot"))


def test_nobody_else_is_told_that_somebody_has_voted(client, town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    vote(client, town, option_1="yes")
    client.sign_in(town.person(FACILITATOR))
    for address in ("ballot", "results", "seal"):
        shown = page(client.get(f"{base(town)}/{address}"))
        assert "in the box</strong>" not in shown
        assert "Resident 4" not in shown


def test_a_ballot_sent_twice_is_one_ballot_and_the_same_receipt(client, town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    sent = {"option-1": "yes", "cast_id": "0f" * 16}
    first, second = (page(client.post(f"{base(town)}/ballot/cast", data=sent)) for _ in range(2))
    receipts = [re.search(r"commit ([0-9a-f]{64})", text) for text in (first, second)]
    assert receipts[0] is not None
    assert receipts[1] is not None
    assert receipts[0][1] == receipts[1][1]
    town.close()
    assert town.seal().outcome.ballots == 1


def test_a_receipt_can_be_downloaded_by_whoever_has_just_cast(client, town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    shown = vote(client, town, option_1="yes")
    sent = {"cast_id": hidden(shown, "cast_id")}
    assert "Folkmoot ballot receipt v1" in page(client.post(f"{base(town)}/ballot/receipt", data=sent))
    client.sign_in(town.resident(1))
    assert client.post(f"{base(town)}/ballot/receipt", data=sent).status_code == 404


def test_too_many_marks_are_explained_and_kept(client, town) -> None:
    town.open({"method": "approval", "max_choices": 1})
    client.sign_in(town.resident(0))
    marks = {"option-1": "approve", "option-2": "approve", "press": "check"}
    answer = client.post(f"{base(town)}/ballot", data=marks)
    assert answer.status_code == 422
    assert "Keep 1 or fewer" in page(answer)
    assert page(answer).count("checked") == 2


def test_going_back_from_the_check_keeps_every_mark(client, town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    sent = {"option-1": "yes", "option-2": "no", "cast_id": "0f" * 16, "press": "change"}
    assert page(client.post(f"{base(town)}/ballot", data=sent)).count("checked") == 2


def test_a_stranger_sees_the_ballot_and_is_asked_to_sign_in(client, town) -> None:
    town.open()
    shown = page(client.get(f"{base(town)}/ballot"))
    assert all(title in shown for title in TITLES)
    assert "Sign in first" in shown
    assert client.post(f"{base(town)}/ballot/cast", data={"cast_id": "0f" * 16}).status_code == 409


def test_whoever_is_not_on_the_roll_is_told_why(client, town) -> None:
    town.open()
    client.sign_in(town.person(CLERK))
    assert "You cannot vote here now" in page(client.get(f"{base(town)}/ballot"))


def test_after_the_close_a_ballot_is_refused_in_words(client, town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    town.close()
    answer = client.post(f"{base(town)}/ballot/cast", data={"option-1": "yes", "cast_id": "0f" * 16})
    assert answer.status_code == 409
    assert "closed on" in page(answer)


@pytest.mark.parametrize(
    "broken", [{"option-1": "perhaps", "cast_id": "0f" * 16}, {"option-1": "yes", "cast_id": "x"}, {}]
)
def test_a_forged_ballot_is_refused(client, town, broken) -> None:
    town.open()
    client.sign_in(town.resident(0))
    assert client.post(f"{base(town)}/ballot/cast", data=broken).status_code == 400


def test_the_order_is_a_persons_own_and_stays(client, town) -> None:
    town.open()
    orders = set()
    for place in range(5):
        client.sign_in(town.resident(place))
        shown = [page(client.get(f"{base(town)}/ballot")) for _ in range(2)]
        order = [tuple(dict.fromkeys(re.findall(r'name="option-(\d)"', text))) for text in shown]
        assert order[0] == order[1]
        orders.add(order[0])
    assert len(orders) > 1


def test_two_officials_seal_and_everybody_sees_the_result(client, town) -> None:
    town.open()
    town.cast(0, yes=[1, 2])
    town.cast(1, yes=[1], no=[2])
    town.close()
    assert "There is none yet" in page(client.get(f"{base(town)}/results"))
    client.sign_in(town.person(FACILITATOR))
    client.post(f"{base(town)}/seal", data={"press": "ask"})
    refused = client.post(f"{base(town)}/seal", data={"press": "seal"})
    assert refused.status_code == 403
    client.sign_in(town.person(CLERK))
    sealed = client.post(f"{base(town)}/seal", data={"press": "seal"})
    assert sealed.location == f"{base(town)}/results"
    shown = page(client.get(sealed.location))
    assert "Carried" in shown
    assert "There is a tie" in shown
    db.session.expire_all()
    assert town.round.key_destroyed_at is not None


def test_residents_find_their_ballot_in_the_published_box(client, town) -> None:
    town = Town(town.residents)
    town.open()
    receipt = town.cast(0, yes=[1]).receipt
    town.close()
    town.seal()
    found = page(client.post(f"{base(town)}/results", data={"receipt": receipt.commit.hex()}))
    assert "This ballot is in the box and was counted." in found
    assert "This stands in no list" in page(client.post(f"{base(town)}/results", data={"receipt": "0000"}))
    assert receipt.commit.hex() in page(client.get(f"{base(town)}/commitments.txt"))


def test_nothing_of_the_box_is_there_before_the_seal(client, town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    acts.ask_for_seal(town.person(FACILITATOR), town.round)
    for address in ("box.jsonl", "commitments.txt"):
        assert client.get(f"{base(town)}/{address}").status_code == 404


def test_a_vote_that_has_not_begun_says_when_it_will(client, town) -> None:
    town.plan()
    assert "The vote has not begun" in page(client.get(f"{base(town)}/ballot"))


def test_the_pages_of_a_vote_take_few_statements(client, town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    town.cast(1, yes=[1])
    for address in ("ballot", "results"):
        with counted() as statements:
            client.get(f"{base(town)}/{address}")
        assert len(statements) <= MOST, statements
    town.close()
    town.seal()
    results = f"{base(town)}/results"  # looked up before: the town's own statements are not the page's
    with counted() as statements:
        client.get(results)
    assert len(statements) <= MOST, statements


def test_a_receipt_is_looked_up_without_a_trace_in_any_address(client, town) -> None:
    """A tracker in an address would lie in the logs of every server on the way, next to whose it is."""
    town.open()
    receipt = town.cast(0, yes=[1]).receipt
    town.close()
    town.seal()
    form = page(client.get(f"{base(town)}/results"))
    assert re.search(r'<form[^>]+method="post"[^>]+results#find-title"', form)
    asked = client.get(f"{base(town)}/results", query_string={"receipt": receipt.commit.hex()})
    assert "This ballot is in the box" not in page(asked)


def test_no_browser_keeps_a_ballot_or_a_receipt(client, town) -> None:
    town.open()
    client.sign_in(town.resident(0))
    cast = {"option-1": "yes", "cast_id": "0f" * 16}
    for answer in (
        client.get(f"{base(town)}/ballot"),
        client.post(f"{base(town)}/ballot", data={**cast, "press": "check"}),
        client.post(f"{base(town)}/ballot/cast", data=cast),
        client.post(f"{base(town)}/ballot/receipt", data={"cast_id": "0f" * 16}),
    ):
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_voter_is_not_told_where_the_keys_lie(client, town, settings) -> None:
    paper = town.open()
    for copy in cabinet().copies_of(paper.round_id):
        copy.path.unlink()
    cabinet()._read.clear()
    client.sign_in(town.resident(0))
    answer = client.post(f"{base(town)}/ballot/cast", data={"option-1": "yes", "cast_id": "0f" * 16})
    assert answer.status_code == 409
    assert settings.instance_path not in page(answer)


def test_cancelling_a_vote_destroys_its_key(client, town) -> None:
    paper = town.open()
    town.cast(0, yes=[1])
    client.sign_in(town.person(FACILITATOR))
    answer = client.post(f"{base(town)}/cancel", data={"reason": "The wrong question was asked."})
    assert answer.status_code == 303
    assert not cabinet().exists(paper.round_id)
    assert "The vote was cancelled." in page(client.get(f"{base(town)}/results"))


def test_a_proposal_hidden_after_the_opening_can_be_voted_on_but_not_read(client, town) -> None:
    town.open()
    proposals.hide(town.person(FACILITATOR), db.session.get_one(Proposal, 1), reason="It names a neighbour.")
    client.sign_in(town.resident(0))
    ballot = page(client.get(f"{base(town)}/ballot"))
    assert TITLES[0] not in ballot
    assert "Hidden proposal" in ballot
    assert TITLES[1] in ballot
    assert TITLES[0] not in page(client.post(f"{base(town)}/ballot", data={"option-1": "yes", "press": "check"}))
    vote(client, town, option_1="yes")
    town.close()
    town.seal()
    for address in (f"{base(town)}/results", f"/deliberations/{town.deliberation.slug}/records/print"):
        shown = page(client.get(address))
        assert TITLES[0] not in shown
        assert "Hidden proposal" in shown


def test_a_proposal_leads_to_the_ballot_and_then_says_what_became_of_it(client, town) -> None:
    town.open()
    proposal = f"/deliberations/{town.deliberation.slug}/proposals/1"
    assert f"{base(town)}/ballot" in page(client.get(proposal))
    town.cast(0, yes=[1], no=[2])
    town.close()
    assert "Carried" not in page(client.get(proposal))
    town.seal()
    shown = page(client.get(proposal))
    assert "<strong>Carried</strong> · Yes: 1 · No: 0 · Abstain: 0" in shown
    assert f"{base(town)}/results" in shown
    assert "<strong>Not carried</strong>" in page(client.get(proposal.replace("/1", "/2")))
