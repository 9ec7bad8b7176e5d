from __future__ import annotations

from datetime import datetime, timedelta

from app import clock
from app.charter.rounds import RoundKind
from tests import given
from tests.html import parse
from tests.pages import CheckedClient


def test_the_start_page_says_so_when_nothing_is_open(client: CheckedClient) -> None:
    given.deliberation("What shall we plant?")
    page = parse(client.get("/").text)
    assert "Nothing is open at the moment" in page.text
    assert "What shall we plant?" not in page.text


def test_the_start_page_shows_what_is_open_and_leads_there(client: CheckedClient) -> None:
    trees = given.deliberation("How do we make our streets cooler?", round=RoundKind.PROPOSE)
    page = parse(client.get("/").text)
    question = page.first("a", href=f"/deliberations/{trees.slug}")
    assert question.text == "How do we make our streets cooler?"
    assert "Write proposals, improve them, comment and endorse." in page.text
    assert [one.text for one in page.all("li", aria_current="step")] == ["Propose Open"]
    assert client.get(question["href"]).status_code == 200


def test_the_start_page_follows_the_clock(client: CheckedClient, frozen: datetime) -> None:
    streets = given.deliberation()
    opens = frozen + timedelta(days=1)
    given.planned_round(streets, RoundKind.PROPOSE, opens_at=opens, closes_at=opens + timedelta(days=3))
    assert "Nothing is open at the moment" in parse(client.get("/").text).text
    clock.travel(timedelta(days=1))
    assert "Closes in 3 days" in parse(client.get("/").text).text
    clock.travel(timedelta(days=4))
    assert "Nothing is open at the moment" in parse(client.get("/").text).text
