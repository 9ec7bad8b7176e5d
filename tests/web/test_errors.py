from __future__ import annotations

from datetime import UTC, datetime

import pytest
import structlog
from flask import Flask, abort, request
from flask.testing import FlaskClient
from flask_limiter import Limiter
from werkzeug.exceptions import TooManyRequests

from app.acts import Conflict
from app.charter.actions import Action
from app.charter.rules import Refused, Verdict
from app.charter.words import Words
from app.web import errors
from tests.html import Element, parse
from tests.pages import CheckedClient
from tests.web.face import make_face

WRITTEN = {
    "title": "Shade for Mill Street",
    "body": "Old people\r\nand children <b>need</b> it.",
    "new_password": "correct horse battery staple",
    "csrf_token": "a b",
    "receipt_code": "4 7 1",
    "sort": "newest",
}


@pytest.fixture
def app() -> Flask:
    """A frame in which everything goes wrong on purpose."""
    face = make_face(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False, MAX_CONTENT_LENGTH=1000)
    face.test_client_class = CheckedClient

    @face.route("/abort/<int:status>", methods=["GET", "POST"])
    def give_up(status: int) -> str:
        abort(status)

    @face.route("/taken", methods=["GET", "POST"])
    def taken() -> str:
        abort(409, "Revision 4 came out while you were writing.")

    @face.route("/refused/<kind>", methods=["GET", "POST"])
    def refused(kind: str) -> str:
        opens = datetime(2026, 5, 7, 9, tzinfo=UTC) if kind == "later" else None
        reason = Words("Proposals are made by <verified> residents.")
        raise Refused(Action.SUBMIT_PROPOSAL, Verdict(False, reason, opens))

    @face.post("/endorse")
    def endorse() -> str:
        raise Conflict(Words("It has been revised since %(who)s opened it.", {"who": "O'Brien"}))

    @face.route("/broken", methods=["GET", "POST"])
    def broken() -> str:
        return str(1 // 0)

    @face.post("/large")
    def large() -> str:
        return request.form["body"]

    @face.get("/tired")
    def tired() -> str:
        raise TooManyRequests(retry_after=600)

    return face


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def page_of(browser: FlaskClient, path: str, status: int, **sent: str) -> Element:
    answer = browser.post(path, data=sent) if sent else browser.get(path)
    assert answer.status_code == status
    return parse(answer.text)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 429, 500, 503])
def test_every_error_is_told_on_a_page_of_ours(browser: FlaskClient, status: int) -> None:
    answer = browser.get(f"/abort/{status}")
    page = parse(answer.text)
    assert answer.status_code == (500 if status == 503 else status)
    assert page.first("title").text == f"Error: {page.first('h1').text} – Riverbend"
    assert "What you can do" in page.text


@pytest.mark.parametrize(
    "path", ["/abort/400", "/abort/403", "/abort/404", "/abort/409", "/abort/429", "/taken", "/refused/now", "/broken"]
)
def test_what_was_typed_is_given_back(browser: FlaskClient, path: str) -> None:
    answer = browser.post(path, data=WRITTEN)
    areas = parse(answer.text).all("textarea")
    assert [area.text for area in areas] == ["Shade for Mill Street", "Old people and children <b>need</b> it."]
    assert all(area.has("readonly") for area in areas)


@pytest.mark.parametrize("path", ["/abort/409", "/broken"])
def test_a_secret_is_never_given_back(browser: FlaskClient, path: str) -> None:
    text = browser.post(path, data=WRITTEN).text
    assert "horse" not in text
    assert "4 7 1" not in text


def test_a_page_that_was_only_read_gives_nothing_back(browser: FlaskClient) -> None:
    assert not page_of(browser, "/abort/404?body=a+b", 404).all("textarea")


def test_what_is_too_large_is_said_to_be_in_the_browser_still(browser: FlaskClient) -> None:
    page = page_of(browser, "/large", 413, body="word " * 400)
    assert not page.all("textarea")
    assert "Back button" in page.text


def test_a_refusal_gives_the_reason_of_the_rule(browser: FlaskClient) -> None:
    page = page_of(browser, "/refused/now", 403)
    assert "Proposals are made by <verified> residents." in page.text
    assert page.first("h1").text == "You can’t do this"
    assert page.all("a", href="/charter#proposal.submitted")


def test_a_refusal_says_how_long_it_lasts(browser: FlaskClient, frozen: datetime) -> None:
    page = page_of(browser, "/refused/later", 403)
    assert page.first("h1").text == "You can’t do this now"
    assert "That is in 3 days." in page.text


def test_a_stranger_is_shown_where_to_sign_in_and_comes_back_to_the_form(browser: FlaskClient) -> None:
    page = page_of(browser, "/refused/now", 403, body="Shade please")
    assert page.all("a", href="/accounts/sign_in?next=/refused/now")


def test_a_stranger_comes_back_to_the_page_they_asked_for(browser: FlaskClient) -> None:
    page = page_of(browser, "/refused/now?since=3", 403)
    assert page.all("a", href="/accounts/sign_in?next=/refused/now%3Fsince%3D3")
    assert page.all("a", href="/accounts/register")


def test_an_act_that_cannot_be_done_as_things_stand_says_so_and_leads_back(browser: FlaskClient) -> None:
    answer = browser.post("/endorse", headers={"Referer": "http://localhost/proposals/7"})
    page = parse(answer.text)
    assert answer.status_code == 409
    assert "It has been revised since O'Brien opened it." in page.text
    assert page.all("a", href="/proposals/7")


def test_nobody_is_led_back_to_another_site(browser: FlaskClient) -> None:
    answer = browser.post("/endorse", headers={"Referer": "http://elsewhere.example/proposals/7"})
    assert "/proposals/7" not in answer.text


def test_a_conflict_says_what_the_view_knows(browser: FlaskClient) -> None:
    page = page_of(browser, "/taken", 409, body="My own words")
    assert "Revision 4 came out while you were writing." in page.text
    assert page.all("a", href="/taken")


def test_a_form_out_of_date_has_words_of_its_own() -> None:
    face = make_face()  # with Flask's own client, which sends no token
    face.add_url_rule("/write", "write", lambda: "", methods=["GET", "POST"])
    page = page_of(face.test_client(), "/write", 400, body="Shade for Mill Street")
    assert page.first("h1").text == "This form was out of date"
    assert page.all("a", href="/write")
    assert len(page.all("textarea")) == 1


def test_too_many_tries_say_when_to_go_on(browser: FlaskClient, frozen: datetime) -> None:
    answer = browser.get("/tired")
    assert answer.headers["Retry-After"] == "600"
    assert "Try again in 10 minutes" in parse(answer.text).text


def test_a_limit_of_ours_says_when_to_go_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = Limiter(lambda: "somebody", app=app, storage_uri="memory://")
    monkeypatch.setattr(errors, "limiter", limiter)
    app.add_url_rule("/often", "often", limiter.limit("1 per hour")(lambda: ""))
    browser = app.test_client()
    browser.get("/often")
    page = page_of(browser, "/often", 429)
    assert "Try again in" in page.text
    assert "1 per" not in page.text


def test_a_mistake_of_ours_can_be_found_by_its_reference(browser: FlaskClient) -> None:
    with structlog.testing.capture_logs() as lines:
        page = page_of(browser, "/broken", 500)
    (line,) = [line for line in lines if line["event"] == "page_failed"]
    assert line["kind"] == "ZeroDivisionError"
    assert line["id"] in [one.text for one in page.all("strong")]


def test_a_mistake_of_ours_is_told_even_if_nobody_can_be_asked_who_is_there(app: Flask) -> None:
    """As when the database is away: the page must not need it."""

    @app.context_processor
    def whoever() -> dict[str, object]:
        raise ConnectionError("the database is away")

    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text


def test_an_error_page_speaks_the_language_of_the_page(browser: FlaskClient) -> None:
    browser.set_cookie("lang", "es")
    assert parse(browser.get("/abort/404").text).first("html")["lang"] == "es"


def test_a_wrong_method_says_which_are_right(browser: FlaskClient) -> None:
    answer = browser.post("/charter")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
