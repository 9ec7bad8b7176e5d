"""One's own pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts import acts
from app.accounts.models import Account, Credential
from app.acts import CITY
from app.charter.rounds import RoundKind
from app.database import db
from app.proposals import acts as proposals
from tests import given

NEW = "maple orbit candle frost"


@pytest.fixture
def ada(client):
    ada = given.resident("Ada")
    client.sign_in(ada)
    return ada


@pytest.mark.parametrize("path", ["", "/name", "/email", "/password", "/sign-ins", "/erase", "/notices"])
def test_a_stranger_is_asked_to_sign_in_first(client, app, path):
    answer = client.get(f"/you{path}")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=%2Fyou")


def test_ones_page_shows_what_the_city_knows(page, ada):
    mine = page.get("/you")
    assert "ada@example.org Confirmed" in mine
    assert "Verified resident" in mine
    assert "Letter that reached them" in mine


def test_ones_page_shows_what_one_made_and_backs(page, ada):
    trees = given.deliberation(round=RoundKind.PROPOSE)
    given.proposal(trees, by=ada, title="Plant oaks on Mill Street")
    backed = given.proposal(trees, by=given.resident("Bo"), title="Open the school yards")
    proposals.endorse(ada, backed, revision=1)
    assert "Plant oaks on Mill Street" in page.get("/you")
    assert "Open the school yards" in page.page
    assert "Revised since" not in page.page

    bo = db.session.get(Account, backed.author_id)
    proposals.revise(bo, backed, title="Open the school yards", body="Shade for all of us.", lang="en", note="")
    assert "Revised since" in page.get("/you")


def test_ones_page_leads_an_official_to_where_they_hold_office(page, app):
    trees = given.deliberation("How do we make our streets cooler?")
    page.sign_in(given.facilitator("Femi", of=trees))
    assert page.get("/you").link("How do we make our streets cooler?") == f"/deliberations/{trees.slug}"
    assert page.page.link("Start a deliberation") == "/deliberations/new"


def test_ones_page_says_why_a_verification_ended(page, ada):
    acts.end_residency(given.clerk(), ada, reason="The letter was for somebody else.")
    mine = page.get("/you")
    assert "The letter was for somebody else." in mine
    assert "Not verified" in mine


def test_who_holds_no_office_is_led_to_none(page, ada):
    mine = page.get("/you")
    assert "Verify residents" not in mine
    assert "Give and take roles" not in mine


def test_one_changes_ones_name(page, ada):
    page.get("/you/name")
    assert page.press("Change the name", name=" Ada  L. ").h1 == "Your page"
    assert "Ada L." in page.page
    assert db.session.scalars(select(Account.display_name).where(Account.id == ada.id)).one() == "Ada L."


def test_a_name_that_is_not_allowed_is_refused_with_the_reason(page, ada):
    page.get("/you/name")
    back = page.press("Change the name", name="City Clerk", expect=422)
    assert "badge" in back
    assert back.tree.first("input", id="name")["value"] == "City Clerk"


# ---------------------------------------------------------------- password


def test_changing_the_password_needs_the_present_one(page, ada):
    page.get("/you/password")
    back = page.press("Change the password", present="not it at all", password=NEW, expect=422)
    assert "not your present password" in back
    assert NEW not in back.response.get_data(as_text=True)


def test_changing_the_password_signs_out_every_other_browser(app, page, client, ada, letters):
    other = app.test_client()
    other.sign_in(ada)

    page.get("/you/password")
    page.press("Change the password", present=given.PASSWORD, password=NEW)

    assert client.get("/you").status_code == 200
    assert other.get("/you").status_code == 302
    assert "was changed" in letters.last["Subject"]


def test_a_password_made_of_ones_name_is_refused(page, ada):
    page.get("/you/password")
    back = page.press("Change the password", present=given.PASSWORD, password="ada@example.org", expect=422)
    assert "your e-mail address" in back


# ---------------------------------------------------------------- e-mail address


def _ask_for(page, email):
    page.get("/you/email")
    return page.press("Send the link", email=email, present=given.PASSWORD)


def _email_of(person) -> str:
    return db.session.scalars(select(Credential.email).where(Credential.account_id == person.id)).one()


def test_a_new_address_counts_once_its_link_was_followed(page, ada, letters):
    _ask_for(page, "ada@new.example.org")
    assert _email_of(ada) == "ada@example.org"
    assert letters.last["To"] == "ada@new.example.org"

    page.get(letters.path())
    page.press("Yes, both are mine")

    assert _email_of(ada) == "ada@new.example.org"
    assert letters.last["To"] == "ada@example.org", "the old address is told"


def test_changing_the_address_needs_the_password(page, ada, letters):
    page.get("/you/email")
    page.press("Send the link", email="eve@example.org", present="not it at all", expect=422)
    assert letters.all == []


def test_a_taken_address_looks_like_a_free_one_and_its_owner_is_told(page, ada, letters):
    given.unverified("Bo")
    free = _ask_for(page, "free@example.org").main.text
    taken = _ask_for(page, "bo@example.org").main.text
    assert "We sent a link" in free
    assert "We sent a link" in taken
    assert letters.last["To"] == "bo@example.org"
    assert "already have an account" in letters.last["Subject"]
    assert _email_of(ada) == "ada@example.org"


def test_an_address_that_was_taken_meanwhile_is_not_confirmed(page, ada, letters):
    _ask_for(page, "wanted@example.org")
    path = letters.path()
    acts.register(acts.NEWCOMER, CITY, name="Bo", email="wanted@example.org", password_hash="x", locale="en")
    page.get(path)
    assert page.press("Yes, both are mine", expect=404).h1 == "This link no longer works"
    assert _email_of(ada) == "ada@example.org"


# ---------------------------------------------------------------- leaving


def test_one_erases_ones_account(page, ada, client):
    page.get("/you/erase")
    page.press("Erase my account", present=given.PASSWORD, understood=True)
    assert "Your account is erased" in page.page
    assert client.get("/you").status_code == 302
    assert db.session.scalars(select(Account.display_name).where(Account.id == ada.id)).one() == "Erased person"


@pytest.mark.parametrize("typed", [{"present": "wrong one"}, {"understood": False}])
def test_an_account_is_not_erased_by_mistake(page, ada, typed):
    page.get("/you/erase")
    page.press("Erase my account", expect=422, **{"present": given.PASSWORD, "understood": True, **typed})
    assert db.session.scalars(select(Account.erased_at).where(Account.id == ada.id)).one() is None


def test_the_last_administrator_is_told_why_they_cannot_leave(page, client):
    client.sign_in(given.administrator())
    page.get("/you/erase")
    back = page.press("Erase my account", present=given.PASSWORD, understood=True, expect=422)
    assert "last administrator" in back
