"""Every kind of page, as everybody who can reach it sees it: nothing for axe to find, nothing too wide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from app.charter.roles import Role
from tests.browser.city import DESKTOP, NARROWEST, PHONE, City
from tests.crawl import walk

PEOPLE = ["a stranger", "a resident", *Role]


@pytest.fixture(scope="module")
def pages_of(city: City) -> dict[str, list[str]]:
    """For each sort of person, one address of every view that they reach and those before them don't."""
    seen: set[str] = set()
    pages = {}
    for person in PEOPLE:
        fresh = {view: address for view, address in _reached_by(city, person).items() if view not in seen}
        seen |= fresh.keys()
        pages[person] = list(fresh.values())
    return pages


def _account(city: City, person: str):
    if person == "a stranger":
        return None
    return city.resident() if person == "a resident" else city.holder_of(Role(person))


def _reached_by(city: City, person: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for visited in walk(city.client(_account(city, person))):
        if visited.answer.mimetype == "text/html" and visited.answer.status_code == 200:
            found.setdefault(visited.view, visited.address)
    return found


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("es", "light"), ("en", "dark")])
@pytest.mark.parametrize("person", PEOPLE)
def test_axe_finds_nothing(
    person: str,
    locale: str,
    scheme: str,
    width: int,
    city: City,
    pages_of: dict[str, list[str]],
    browser_page: Callable[..., Page],
    assert_no_axe_violations: Callable[[Page], None],
) -> None:
    page = browser_page(width, as_=_account(city, person), locale=locale, scheme=scheme)
    for address in pages_of[person]:
        page.goto(address)
        assert_no_axe_violations(page)


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_fits_the_narrowest_phone(
    person: str,
    locale: str,
    city: City,
    pages_of: dict[str, list[str]],
    browser_page: Callable[..., Page],
    assert_fits: Callable[[Page], None],
) -> None:
    page = browser_page(NARROWEST, as_=_account(city, person), locale=locale)
    for address in pages_of[person]:
        page.goto(address)
        assert_fits(page)
