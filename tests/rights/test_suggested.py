"""Articles offered while somebody writes, as the page's script asks for them."""

from __future__ import annotations

import pytest

from app.charter.rounds import RoundKind
from app.database import db
from app.proposals.models import Draft
from tests import given

WORDS = {"title": "No cameras that know faces", "body": "Count the riders, not their faces.", "lang": "en"}


@pytest.fixture
def place(app, client) -> str:
    """Where Ada is writing a proposal."""
    deliberation = given.deliberation("How do we keep our bus stops safe?", round=RoundKind.PROPOSE)
    client.sign_in(given.resident("Ada"))
    return f"/deliberations/{deliberation.slug}/proposals/new"


def the_draft() -> Draft | None:
    db.session().expire_all()
    return db.session().query(Draft).one_or_none()


def offered(client, place: str, **more: str) -> str:
    answer = client.post(f"{place}/suggested", data={**WORDS, **more})
    assert answer.status_code == 200
    return answer.get_json()["piece"]


def test_the_words_so_far_bring_up_articles_and_are_not_kept(client, place) -> None:
    seen = offered(client, place)
    assert "ICCPR 17" in seen
    assert '<q lang="en">cameras</q>' in seen
    assert the_draft() is None


def test_a_text_that_speaks_of_no_right_brings_up_nothing(client, place) -> None:
    assert "<li" not in offered(client, place, title="Xyzzy", body="")


def test_spanish_words_are_read_as_spanish(client, place) -> None:
    assert "ICESCR 11" in offered(client, place, title="Frenar los desalojos", body="", lang="es")


def test_what_is_taken_along_waits_for_the_next_step_and_is_no_tag(client, place) -> None:
    client.post(f"{place}/autosave", data=WORDS)
    seen = offered(client, place, take="iccpr-17")
    assert "Taken along to the next step: ICCPR 17." in seen
    assert 'value="iccpr-17"' not in seen
    assert "tags" not in the_draft().content
    assert [(one["article_id"], one["direction"]) for one in the_draft().content["weighed"]] == [("iccpr-17", "")]
    assert "ICCPR 17" in client.get(f"{place}/articles").get_data(as_text=True)


def test_what_is_set_aside_is_not_offered_again(client, place) -> None:
    client.post(f"{place}/autosave", data=WORDS)
    assert "ICCPR 17" not in offered(client, place, dismiss="iccpr-17")
    assert "ICCPR 17" not in offered(client, place)
    assert the_draft().content["weighed"][0]["direction"] == "none"


def test_an_article_that_does_not_exist_is_not_taken_along(client, place) -> None:
    client.post(f"{place}/autosave", data=WORDS)
    offered(client, place, take="magna-carta")
    assert the_draft().content.get("weighed", []) == []


def test_somebody_who_may_not_propose_here_is_offered_nothing(client, place) -> None:
    client.sign_in(given.unverified("Bo"))
    assert client.post(f"{place}/suggested", data=WORDS).status_code == 403


def test_without_the_script_the_place_for_suggestions_stays_away(client, place) -> None:
    assert "data-suggested hidden" in client.get(place).get_data(as_text=True)
