"""Pages of proposals, as a resident meets them."""

from __future__ import annotations

import pytest

from app.accounts.models import Account
from app.charter.rounds import RoundKind
from app.database import db
from app.proposals import acts, queries
from tests import given
from tests.queries import MOST, counted

WORDS = {
    "title": "Plant oaks on Mill Street",
    "body": "They give shade where the bus stops have none, and birds like them.",
    "lang": "en",
}


@pytest.fixture
def trees(app):
    return given.deliberation(round=RoundKind.PROPOSE)


@pytest.fixture
def ada(app, client) -> Account:
    person = given.resident("Ada")
    client.sign_in(person)
    return person


@pytest.fixture
def base(trees) -> str:
    return f"/deliberations/{trees.slug}/proposals"


def test_a_resident_takes_a_proposal_from_first_word_to_public(client, base, ada, trees) -> None:
    kept = client.post(f"{base}/new", data={**WORDS, "press": "go"})
    assert kept.location == f"{base}/new/rights"
    shown = client.get(f"{base}/new/check").get_data(as_text=True)
    assert WORDS["title"] in shown
    published = client.post(f"{base}/new/check")
    assert published.status_code == 303
    assert WORDS["title"] in client.get(published.location).get_data(as_text=True)
    assert queries.draft(db.session(), ada.id, trees.id, None) is None


def test_a_draft_survives_a_lost_session(client, base, ada) -> None:
    client.post(f"{base}/new", data={**WORDS, "press": "keep"})
    client.post("/sign-out")
    client.sign_in(ada)
    assert WORDS["body"] in client.get(f"{base}/new").get_data(as_text=True)


def test_a_preview_needs_no_script_and_publishes_nothing(client, base, ada, trees) -> None:
    page = client.post(f"{base}/new", data={**WORDS, "body": "So **cool** " * 6, "press": "preview"})
    assert "<strong>cool</strong>" in page.get_data(as_text=True)
    assert queries.count(db.session(), trees.id, queries.Filters()) == 0


def test_bad_input_keeps_every_word(client, base, ada) -> None:
    page = client.post(f"{base}/new", data={"title": "", "body": "Too short", "lang": "en", "press": "go"})
    assert page.status_code == 422
    assert "Too short" in page.get_data(as_text=True)


def test_what_somebody_typed_is_given_back_when_they_may_not_propose(client, base, trees) -> None:
    client.sign_in(given.unverified("Uma"))
    page = client.post(f"{base}/new", data={**WORDS, "press": "go"})
    assert page.status_code == 403
    assert WORDS["body"] in page.get_data(as_text=True)


def test_a_script_in_a_proposal_is_only_text(client, base, trees) -> None:
    ada = given.resident("Ada")
    evil = given.proposal(trees, by=ada, title="<script>alert(1)</script>", body="<img src=x onerror=alert(2)> " * 3)
    page = client.get(f"{base}/{evil.id}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img" not in page


def test_the_list_takes_few_statements_and_no_more_for_more_rows(client, base, trees) -> None:
    ada = given.resident("Ada")
    for n in range(3):
        given.proposal(trees, by=ada, title=f"Bench {n}")
    client.get(base)
    with counted() as few:
        client.get(base)
    for n in range(22):
        given.proposal(trees, by=ada, title=f"Tree {n}")
    client.get(base)  # reads the filters' choices once more, since there are more proposals
    with counted() as many:
        client.get(base)
    assert len(many) == len(few) <= MOST, many


def test_a_proposal_takes_few_statements_and_no_more_for_more_comments(client, base, trees) -> None:
    proposal = given.proposal(trees, by=given.resident("Ada"))
    uma = given.unverified("Uma")
    given.comment(proposal, by=uma)
    with counted() as few:
        client.get(f"{base}/{proposal.id}")
    for number in range(99):
        given.comment(proposal, by=uma, body=f"Reason {number}.")
    with counted() as many:
        client.get(f"{base}/{proposal.id}")
    assert len(many) == len(few) <= MOST, many


def test_a_revision_shows_what_changed_before_and_after_it_is_published(client, base, ada, trees) -> None:
    proposal = given.proposal(trees, by=ada)
    new = {**WORDS, "title": "Plant limes on Mill Street", "note": "Oaks die of salt.", "based_on": "1"}
    preview = client.post(f"{base}/{proposal.id}/revise", data={**new, "press": "preview"}).get_data(as_text=True)
    assert "<ins>" in preview
    client.post(f"{base}/{proposal.id}/revise", data={**new, "press": "go"})
    page = client.get(f"{base}/{proposal.id}/revisions/2").get_data(as_text=True)
    assert "<del>oaks</del>" in page
    assert "<ins>limes</ins>" in page


def test_two_windows_cannot_overwrite_each_other(client, base, ada, trees) -> None:
    proposal = given.proposal(trees, by=ada)
    acts.revise(
        ada, proposal, title="First window", body="Words of the first window, long enough.", lang="en", note="x"
    )
    client.post(f"{base}/{proposal.id}/revise", data={**WORDS, "note": "mine", "based_on": "1", "press": "go"})
    assert [one.number for one in queries.revisions(db.session(), proposal.id)] == [1, 2]


def test_the_text_of_a_hidden_proposal_is_nowhere(client, base, trees) -> None:
    proposal = given.proposal(trees, by=given.resident("Ada"), title="Secret garden", body="Hush " * 12)
    acts.hide(given.facilitator("Femi"), proposal, reason="It names a private person.")
    for address in (base, f"{base}?q=secret", f"{base}/{proposal.id}", f"{base}/{proposal.id}/revisions/1"):
        assert "Secret garden" not in client.get(address).get_data(as_text=True), address
    assert "It names a private person." in client.get(f"{base}/{proposal.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["?page=99", "?page=0", "?page=x", "?until=-1", "?sort=evil", "?article=nope-1", "?state=hidden"]
)
def test_odd_addresses_are_answered(client, base, trees, query) -> None:
    given.proposal(trees, by=given.resident("Ada"))
    assert client.get(base + query, follow_redirects=True).status_code == 200


def test_an_endorsement_is_given_and_withdrawn_on_the_page(client, base, ada, trees) -> None:
    proposal = given.proposal(trees, by=given.resident("Bo"))
    client.post(f"{base}/{proposal.id}/endorse", data={"revision": "1"})
    assert "You endorsed revision 1" in client.get(f"{base}/{proposal.id}").get_data(as_text=True)
    client.post(f"{base}/{proposal.id}/endorse/withdraw")
    assert "You endorsed revision 1" not in client.get(f"{base}/{proposal.id}").get_data(as_text=True)


def test_nobody_endorses_words_they_have_not_read(client, base, ada, trees) -> None:
    bo = given.resident("Bo")
    proposal = given.proposal(trees, by=bo)
    acts.revise(bo, proposal, title="Plant limes", body="Oaks die of the salt on the road.", lang="en", note="x")
    answer = client.post(f"{base}/{proposal.id}/endorse", data={"revision": "1"})
    assert answer.status_code == 409
    assert "has been revised" in answer.get_data(as_text=True)
    assert queries.backing(db.session(), proposal.id, ada.id) is None
