"""Every kind of page, as everybody who can reach it sees it: nothing for axe to find, nothing too wide."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import Page

from app.charter.roles import Role
from tests.browser.city import DESKTOP, NARROWEST, PHONE, City
from tests.crawl import walk
from tests.databases import once

if TYPE_CHECKING:
    from app.accounts.models import Account

PEOPLE = ["a stranger", "a resident", *Role]
LOOKS = [
    ("en", "light", PHONE),
    ("en", "light", DESKTOP),
    ("es", "light", PHONE),
    ("es", "light", DESKTOP),
    ("en", "dark", DESKTOP),
]


@pytest.fixture
def pages_of(city: City, run_folder: Path) -> dict[str, list[str]]:
    """For each sort of person, one address of every view that they reach and those before them don't."""
    folder = run_folder / "pages-of-the-demo"
    with once(folder) as first:
        if first:
            (folder / "pages.json").write_text(json.dumps(_pages_of(city)))
    return json.loads((folder / "pages.json").read_text())


def _pages_of(city: City) -> dict[str, list[str]]:
    seen: set[str] = set()
    pages = {}
    for person in PEOPLE:
        fresh = {view: address for view, address in _reached_by(city, person).items() if view not in seen}
        seen |= fresh.keys()
        pages[person] = list(fresh.values())
    return pages


def _reached_by(city: City, person: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for visited in walk(city.client(_account(city, person))):
        if visited.answer.mimetype == "text/html" and visited.answer.status_code == 200:
            found.setdefault(visited.view, visited.address)
    return found


def _account(city: City, person: str) -> Account | None:
    if person == "a stranger":
        return None
    return city.resident() if person == "a resident" else city.holder_of(Role(person))


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
@pytest.mark.parametrize("person", PEOPLE)
def test_axe_finds_nothing(
    person: str,
    locale: Literal["en", "es"],
    scheme: Literal["light", "dark"],
    width: int,
    city: City,
    pages_of: dict[str, list[str]],
    browser_page: Callable[..., Page],
    found_by_axe: Callable[[Page], list[str]],
) -> None:
    page = browser_page(width, as_=_account(city, person), locale=locale, scheme=scheme)
    found = []
    for address in pages_of[person]:
        page.goto(address)
        found += [f"{address}: {one}" for one in found_by_axe(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_fits_the_narrowest_phone(
    person: str,
    locale: Literal["en", "es"],
    city: City,
    pages_of: dict[str, list[str]],
    browser_page: Callable[..., Page],
) -> None:
    page = browser_page(NARROWEST, as_=_account(city, person), locale=locale)
    wide = []
    for address in pages_of[person]:
        page.goto(address)
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > NARROWEST:
            wide.append(f"{address} needs {needed} px")
    assert not wide, "\n".join(wide)
