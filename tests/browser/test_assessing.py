"""Filling in the full assessment on a phone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.charter.rounds import RoundKind
from app.database import db
from app.proposals.models import Proposal
from app.rights import catalogue
from tests.browser.city import City
from tests.browser.steps import follow, heading, press, told

if TYPE_CHECKING:
    from app.accounts.models import Account

Window = Callable[..., Page]
NARROW = 360
TITLE = "Let renters name a second contact"


def _place(city: City) -> tuple[Account, str]:
    author = city.resident()
    where = city.open_for(RoundKind.PROPOSE)
    city.propose(author, where.question, TITLE)
    number = db.session.scalars(select(Proposal.id).where(Proposal.author_id == author.id)).all()[-1]
    return author, f"/deliberations/{where.slug}/proposals/{number}/rights/full"


def _tick(page: Page, question: str, *answers: str) -> None:
    group = page.get_by_role("group", name=question)
    for answer in answers:
        group.get_by_label(answer, exact=True).check()


def _fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= NARROW, f"{page.url} is {wide} px wide"


def test_an_author_assesses_on_a_phone_and_goes_on_later(
    city: City, browser_page: Window, assert_no_axe_violations: Callable[[Page], None]
) -> None:
    author, place = _place(city)
    page = browser_page(NARROW, as_=author)
    page.goto(place)
    heading(page, "Full assessment")
    _fits(page)
    follow(page, "The idea")
    _tick(page, "Which parts of life does this idea touch?", "Home, rent, eviction")
    press(page, "Keep and go on")
    told(page, "There is a problem")
    assert_no_axe_violations(page)
    _tick(page, "Which people feel it most?", "Renters", "Older people")
    for question in ("Could anyone lose", "Could it lead to", "Would it treat"):
        _tick(page, question, "No")
    press(page, "Keep and go on")
    heading(page, "The people")
    expect(page.get_by_role("heading", name="Renters")).to_be_visible()
    _fits(page)
    assert_no_axe_violations(page)

    page.goto(f"{place}/F")
    page.get_by_label("When will it be checked again").fill("In a year, with the renters.")
    expect(page.get_by_text("Draft kept.")).to_be_visible(timeout=10_000)

    elsewhere = browser_page(NARROW, as_=author, javascript=False)
    elsewhere.goto(f"{place}/F")
    expect(elsewhere.get_by_label("When will it be checked again")).to_have_value("In a year, with the renters.")
    elsewhere.goto(f"{place}/E")
    home = catalogue.load().article("icescr-11")
    _tick(elsewhere, "Which of these rights does it touch?", f"{home.citation.en}: {home.heading.en}")
    press(elsewhere, "Keep and go on")
    told(elsewhere, "opened")
    _fits(elsewhere)
