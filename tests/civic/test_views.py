from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.html import parse

PAGES = ["/charter", "/accessibility", "/privacy", "/patterns", "/patterns/mistakes"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_page_is_there_in_both_languages(browser: FlaskClient, path: str, lang: str) -> None:
    browser.set_cookie("lang", lang)
    answer = browser.get(path)
    assert answer.status_code == 200
    assert parse(answer.text).first("html")["lang"] == lang


def test_the_foot_of_every_page_leads_to_how_folkmoot_is_run(browser: FlaskClient) -> None:
    foot = parse(browser.get("/privacy").text).first("footer", class_="site-foot")
    for link in foot.all("a"):
        assert browser.get(link["href"]).status_code == 200, link["href"]


def test_choosing_a_language_leads_back_to_the_same_page(browser: FlaskClient) -> None:
    page = parse(browser.get("/charter").text)
    came_from = {"Referer": "http://localhost/charter?from=log&x=%C3%B1"}
    answer = browser.get(page.first("a", hreflang="es")["href"], headers=came_from)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/charter?from=log&x=%C3%B1"
    assert parse(browser.get("/charter").text).first("html")["lang"] == "es"


def test_the_language_is_asked_of_the_browser_at_first(browser: FlaskClient) -> None:
    page = parse(browser.get("/privacy", headers={"Accept-Language": "es-MX,es;q=0.9"}).text)
    assert page.first("html")["lang"] == "es"


def test_choosing_a_language_leads_nowhere_else(browser: FlaskClient) -> None:
    assert browser.get("/language/es?next=https://elsewhere.example/").headers["Location"] == "/"
    from_elsewhere = {"Referer": "https://elsewhere.example/charter"}
    assert browser.get("/language/es", headers=from_elsewhere).headers["Location"] == "/"
    doubled = {"Referer": "http://localhost//elsewhere.example/"}
    assert browser.get("/language/es", headers=doubled).headers["Location"] == "/"


def test_a_link_can_name_the_page_to_go_on_to(browser: FlaskClient) -> None:
    assert browser.get("/language/es?next=/privacy").headers["Location"] == "/privacy"


def test_a_language_that_folkmoot_does_not_speak_is_not_found(browser: FlaskClient) -> None:
    assert browser.get("/language/xx").status_code == 404


def test_a_form_with_mistakes_says_so_before_anything_else(browser: FlaskClient) -> None:
    tree = parse(browser.get("/patterns/mistakes").text)
    assert tree.first("title").text.startswith("Error: ")
    assert tree.first(class_="error-summary").has("autofocus")
