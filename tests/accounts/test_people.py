"""What everybody can see of people, and what clerks and administrators do about them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.accounts import acts, queries
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.database import db
from app.proposals import acts as proposals
from tests import given

FIRST_OF_MAY = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


# ---------------------------------------------------------------- a person's page


def test_a_persons_page_shows_their_name_and_public_proposals(page, app):
    trees = given.deliberation(round=RoundKind.PROPOSE)
    ada = given.resident("Ada")
    given.proposal(trees, by=ada, title="Plant oaks on Mill Street")
    gone = given.proposal(trees, by=ada, title="Plant elms on Mill Street")
    proposals.withdraw(ada, gone, reason="Elms fall ill.")

    shown = page.get(f"/people/{ada.public_id}")
    assert shown.h1 == "Ada"
    assert "Verified resident" in shown
    assert "Plant oaks" in shown
    assert "Plant elms" not in shown


def test_a_persons_page_tells_no_address_and_no_evidence(client, app):
    ada = given.resident("Ada")
    html = client.get(f"/people/{ada.public_id}").get_data(as_text=True)
    assert "example.org" not in html
    assert "Letter" not in html


def test_the_badge_of_an_office_stands_outside_the_name(page, app):
    cleo = given.clerk()
    shown = page.get(f"/people/{cleo.public_id}")
    assert shown.h1 == "Cleo"
    assert [badge.text for badge in shown.tree.all(class_="badge")] == ["Official role: City clerk"]


def test_there_is_no_page_of_nobody(page, app):
    page.get("/people/000000000000", expect=404)


# ---------------------------------------------------------------- officials


def test_the_page_of_officials_shows_who_holds_an_office_now(page, app):
    given.clerk()
    anna = given.administrator()
    bo = given.unverified("Bo")
    grant = acts.grant_role(anna, bo, role=Role.REVIEWER)
    acts.revoke_role(anna, bo, grant_id=grant.id)

    shown = page.get("/officials")
    now, earlier = shown.tree.all("table")
    assert "Cleo City clerk" in now.text
    assert "Bo" not in now.text
    assert "Bo Human rights reviewer everywhere" in earlier.text
    assert "Anna" in earlier.text, "who gave it"


def _on(page, day: str) -> str:
    return page.get("/officials", query_string={"on": day}).main.text


def test_who_held_an_office_on_a_day_can_be_asked_for(page, frozen, app):
    clock.freeze(FIRST_OF_MAY)
    anna, bo = given.administrator(), given.unverified("Bo")
    clock.travel(timedelta(days=2))
    grant = acts.grant_role(anna, bo, role=Role.CLERK)
    clock.travel(timedelta(days=5))
    acts.revoke_role(anna, bo, grant_id=grant.id)
    clock.travel(timedelta(days=30))

    held = {day: "Bo City clerk" in _on(page, f"2026-05-{day:02}") for day in (1, 2, 3, 5, 8, 9)}
    assert held == {1: False, 2: False, 3: True, 5: True, 8: True, 9: False}
    assert "Nobody." in _on(page, "2026-04-30")


def test_an_office_of_one_deliberation_names_it(page, app):
    trees = given.deliberation("How do we cool our streets?", by=given.facilitator("Stella"))
    acts.grant_role(given.administrator(), given.unverified("Femi"), role=Role.FACILITATOR, deliberation_id=trees.id)
    assert "Femi Facilitator How do we cool our streets?" in page.get("/officials").main.text


@pytest.mark.parametrize("said", ["tomorrow", "2026-13-01", "<script>"])
def test_a_day_that_is_none_is_said_so(page, app, said):
    shown = page.get("/officials", query_string={"on": said}, expect=422)
    assert "such as 2026-11-23" in shown
    assert shown.tree.first("input", id="on")["value"] == said


# ---------------------------------------------------------------- residency


@pytest.fixture
def cleo(client):
    cleo = given.clerk()
    client.sign_in(cleo)
    return cleo


@pytest.mark.parametrize("way", ["address", "page", "public id"])
def test_a_clerk_finds_and_verifies_somebody(page, cleo, way):
    ada = given.unverified("Ada")
    who = {"address": "ADA@example.org", "page": f"http://city/people/{ada.public_id}", "public id": ada.public_id}[way]

    page.get("/residency")
    assert page.press("Find", who=who).h1 == "Residency of Ada"
    page.press("Verify", evidence="letter", district="Old Harbour", in_person=True)

    assert "Ada is now a verified resident" in page.page
    found = queries.residencies(db.session(), ada.id)[0]
    assert (found.evidence, found.district, found.verified_by_id) == ("letter", "Old Harbour", cleo.id)


def test_no_address_comes_into_the_url(client, cleo):
    given.unverified("Ada")
    answer = client.post("/residency", data={"who": "ada@example.org"})
    assert re.fullmatch("/residency/[0-9a-f]{12}", answer.location)


def test_whom_nobody_knows_cannot_be_found(page, cleo):
    page.get("/residency")
    assert "Nobody is registered with this" in page.press("Find", who="eve@example.org", expect=422)


def test_a_clerk_verifies_in_person_or_not_at_all(page, cleo):
    ada = given.unverified("Ada")
    page.get(f"/residency/{ada.public_id}")
    assert "in person" in page.press("Verify", evidence="letter", expect=422)
    assert not queries.standing(db.session(), ada.id).verified


def test_a_clerk_cannot_verify_themself(page, cleo):
    shown = page.get(f"/residency/{cleo.public_id}")
    assert not [one for one in shown.tree.all("button") if one.text == "Verify"]


def test_a_clerk_ends_a_verification_with_a_reason(page, cleo):
    ada = given.resident("Ada")
    page.get(f"/residency/{ada.public_id}")
    page.press("End the verification", reason="   ", expect=422)
    page.press("End the verification", reason="Moved away in April.")
    assert not queries.standing(db.session(), ada.id).verified


@pytest.mark.parametrize("path", ["/residency", "/roles"])
def test_offices_are_closed_to_who_does_not_hold_them(client, app, path):
    assert client.get(path).status_code == 403
    client.sign_in(given.resident("Ada"))
    assert client.get(path).status_code == 403
    assert client.post(path, data={"who": "ada@example.org"}).status_code == 403


def test_a_resident_cannot_verify_anybody_by_a_made_up_request(client, app):
    uma = given.unverified("Uma")
    client.sign_in(given.resident("Ada"))
    form = {"evidence": "letter", "in_person": "y"}
    assert client.post(f"/residency/{uma.public_id}", data=form).status_code == 403
    assert not queries.standing(db.session(), uma.id).verified


# ---------------------------------------------------------------- roles


@pytest.fixture
def anna(client):
    anna = given.administrator()
    client.sign_in(anna)
    return anna


def test_an_administrator_gives_a_role_and_takes_it_back(page, anna):
    bo = given.unverified("Bo")
    page.get("/roles")
    page.press("Give the role", who="bo@example.org", role="clerk")
    assert "Bo holds the role now" in page.page
    assert queries.standing(db.session(), bo.id).holds(Role.CLERK)

    page.press("Take back Bo")
    assert not queries.standing(db.session(), bo.id).holds(Role.CLERK)


def test_an_administrator_names_a_facilitator_of_one_deliberation(page, anna):
    trees, femi = given.deliberation(), given.unverified("Femi")
    page.get("/roles")
    page.press("Give the role", who="femi@example.org", role="facilitator", deliberation=str(trees.id))
    assert queries.standing(db.session(), femi.id).holds(Role.FACILITATOR, trees.id)


def test_what_stands_against_a_role_is_said_on_the_form(page, anna):
    trees = given.deliberation()
    given.unverified("Bo")
    page.get("/roles")
    back = page.press("Give the role", who="bo@example.org", role="clerk", deliberation=str(trees.id), expect=422)
    assert "Only facilitators" in back
    assert back.tree.first("input", id="who")["value"] == "bo@example.org"


def test_the_last_administrator_cannot_be_taken_away(page, anna):
    page.get("/roles")
    assert "last administrator" in page.press("Take back Anna")


# ---------------------------------------------------------------- suspension


def test_an_administrator_suspends_an_account_and_lifts_it(page, anna):
    bo = given.unverified("Bo")
    page.get(f"/people/{bo.public_id}")
    assert "Suspended" in page.press("Suspend this account Bo")
    assert queries.standing(db.session(), bo.id).suspended
    page.press("Lift the suspension Bo")
    assert not queries.standing(db.session(), bo.id).suspended


def test_nobody_else_is_offered_to_suspend_or_can(page, client, app):
    bo = given.unverified("Bo")
    assert "Suspend" not in page.get(f"/people/{bo.public_id}")
    assert client.post(f"/people/{bo.public_id}/suspend").status_code == 403
    client.sign_in(given.clerk())
    assert client.post(f"/people/{bo.public_id}/suspend").status_code == 403
