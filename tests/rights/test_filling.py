"""The full assessment as its author fills it in: section by section, kept, resumed, sent; without JavaScript."""

from __future__ import annotations

import pytest

from app.accounts.models import Account
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations.models import Deliberation
from app.proposals.models import Proposal
from app.rights import queries
from app.rights.models import View
from app.rights.queries import assessed
from tests import given
from tests.pages import CheckedClient, Visitor
from tests.queries import MOST, counted
from tests.rights.test_assessing import HOME, PRIVACY, SOUND


@pytest.fixture
def streets(app) -> Deliberation:
    return given.deliberation(round=RoundKind.PROPOSE)


@pytest.fixture
def ada(app) -> Account:
    return given.resident("Ada")


@pytest.fixture
def visits(streets, ada) -> Proposal:
    return given.proposal(streets, by=ada, title="A visit before any eviction", body="No renter loses a home unheard.")


def full(streets: Deliberation, proposal: Proposal, section: str = "") -> str:
    return f"/deliberations/{streets.slug}/proposals/{proposal.id}/rights/full" + (f"/{section}" if section else "")


def answer(client: CheckedClient, place: str, section: str, said: dict[str, str | list[str]], press: str = "go"):
    mine = {key: value for key, value in said.items() if key.startswith(section)}
    return client.post(f"{place}/{section}", data={**mine, "shown": list(mine), "press": press})


def kept(proposal: Proposal, person: Account) -> dict[str, list[str]]:
    draft = assessed.draft(db.session(), proposal.id, person.id)
    return {} if draft is None else draft.answers


def test_a_section_is_answered_kept_and_the_next_one_comes(page: Visitor, streets, ada, visits) -> None:
    page.client.sign_in(ada)
    seen = page.get(full(streets, visits))
    assert "Not begun" in seen
    place = full(streets, visits)
    answered = answer(page.client, place, "A", SOUND)
    assert (answered.status_code, answered.location) == (303, f"{place}/B")
    assert kept(visits, ada)["A2"] == ["renters", "older"]
    assert "Renters" in page.get(f"{place}/B")
    assert "Done" in page.get(place)


def test_what_is_missing_is_explained_and_nothing_is_lost(client, streets, ada, visits) -> None:
    client.sign_in(ada)
    place = full(streets, visits)
    said = {"A1": "home", "A3": "no", "shown": ["A1", "A2", "A3", "A4", "A5"], "press": "go"}
    answered = client.post(f"{place}/A", data=said)
    assert answered.status_code == 422
    assert "Your answers are kept" in answered.text
    assert kept(visits, ada) == {"A1": ["home"], "A3": ["no"]}
    assert client.post(f"{place}/A", data=said | {"press": "keep"}).status_code == 303


def test_what_is_unticked_is_gone_and_what_was_not_on_the_page_stays(client, streets, ada, visits) -> None:
    client.sign_in(ada)
    place = full(streets, visits)
    answer(client, place, "A", SOUND)
    client.post(f"{place}/A", data={"shown": ["A1"], "press": "keep"})
    assert set(kept(visits, ada)) == {"A2", "A3", "A4", "A5"}


def test_an_answer_that_opens_questions_leads_to_them_first(client, streets, ada, visits) -> None:
    client.sign_in(ada)
    place = full(streets, visits)
    answer(client, place, "A", SOUND)
    client.post(f"{place}/E", data={"E1": PRIVACY, "shown": "E1", "press": "keep"})
    said = {f"E2.{PRIVACY}": "-1", "shown": f"E2.{PRIVACY}", "press": "go"}
    answered = client.post(f"{place}/E", data=said)
    assert (answered.status_code, answered.location) == (303, f"{place}/E#E3.{PRIVACY}")
    assert "the mildest that works" in client.get(f"{place}/E").text


def test_typing_is_kept_by_the_script_and_seen_on_another_device(client, app, streets, ada, visits) -> None:
    client.sign_in(ada)
    place = full(streets, visits)
    answered = client.post(f"{place}/F/autosave", data={"F5": "In a year.", "shown": "F5"})
    assert answered.status_code == 200
    other = app.test_client()
    other.sign_in(ada)
    assert "In a year." in other.get(f"{place}/F").text


def test_a_complete_assessment_is_published_with_its_tags_and_earlier_ones_stay(client, streets, ada, visits) -> None:
    client.sign_in(ada)
    place = full(streets, visits)
    for section in "ABCDEF":
        answer(client, place, section, SOUND)
    assert client.post(place).status_code == 303
    assert kept(visits, ada) == {}
    made = queries.assessment(db.session(), visits.id, View.AUTHOR, "full")
    assert made is not None
    assert made.answers["F5"] == [SOUND["F5"]]
    assert {tag.article_id for tag in queries.tags_on(db.session(), visits.id)} == {HOME, PRIVACY}
    assert client.post(place).status_code == 303


def test_an_incomplete_one_is_not_sent(client, streets, ada, visits) -> None:
    client.sign_in(ada)
    answer(client, full(streets, visits), "A", SOUND)
    assert client.post(full(streets, visits)).status_code == 422
    assert queries.assessment(db.session(), visits.id, View.AUTHOR, "full") is None


@pytest.mark.parametrize("who", ["stranger", "neighbour", "reviewer who was not asked"])
def test_others_are_told_that_it_is_not_theirs(client, streets, visits, who: str) -> None:
    if who != "stranger":
        client.sign_in(given.resident("Bo") if who == "neighbour" else given.reviewer())
    answered = client.get(full(streets, visits))
    assert answered.status_code in (302, 303, 403)
    assert client.post(f"{full(streets, visits)}/A", data={"A3": "no", "shown": "A3"}).status_code in (302, 303, 403)


def test_a_right_is_found_by_its_name(client, streets, ada, visits) -> None:
    client.sign_in(ada)
    answered = client.post(f"{full(streets, visits)}/E", data={"q": "CRC 31", "press": "find", "shown": "E1"})
    assert "CRC 31" in client.get(answered.location).text


def test_it_is_there_in_spanish(client, streets, ada, visits) -> None:
    client.sign_in(ada)
    client.set_cookie("lang", "es")
    place = full(streets, visits)
    answer(client, place, "A", SOUND)
    assert "¿Qué cambiará para estas personas?" in client.get(f"{place}/B").text


def test_no_section_takes_many_statements(client, streets, ada, visits) -> None:
    client.sign_in(ada)
    place = full(streets, visits)
    for section in "ABCDEF":
        answer(client, place, section, SOUND)
    for page_of in [place, *(f"{place}/{section}" for section in "ABCDEF")]:
        with counted() as statements:
            assert client.get(page_of).status_code == 200
        assert len(statements) <= MOST, statements
