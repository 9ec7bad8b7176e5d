"""The pages of lessons and of the calendar."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from icalendar import Calendar

from app.learning.lessons import ORDER


def test_lessons_lead_from_one_to_the_next(app: Flask) -> None:
    browser = app.test_client()
    assert all(f"/learn/{slug}" in browser.get("/learn").text for slug in ORDER)
    for slug, following in zip(ORDER, [*ORDER[1:], None], strict=True):
        page = browser.get(f"/learn/{slug}")
        assert page.status_code == 200
        assert following is None or f"/learn/{following}" in page.text
    assert browser.get("/learn/nothing").status_code == 404


@pytest.mark.parametrize("slug", ORDER)
def test_every_link_of_a_lesson_leads_to_a_page(app: Flask, slug: str) -> None:
    browser = app.test_client()
    for language in ("en", "es"):
        page = browser.get(f"/learn/{slug}", headers={"Accept-Language": language}).text
        for href in re.findall(r'href="(/[^"#]*)"', page):
            assert browser.get(href).status_code in (200, 302, 303), href


def test_a_lesson_speaks_the_language_of_who_reads_it(app: Flask) -> None:
    page = app.test_client().get("/learn/check-us", headers={"Accept-Language": "es"}).text
    assert "No tiene que confiar en nosotros" in page


def test_the_calendar_is_a_page_and_a_feed(app: Flask) -> None:
    browser = app.test_client()
    page = browser.get("/calendar").text
    assert 'id="human-rights"' in page
    assert "/calendar.ics" in page
    feed = browser.get("/calendar.ics")
    assert feed.mimetype == "text/calendar"
    assert Calendar.from_ical(feed.data).walk("VEVENT")
