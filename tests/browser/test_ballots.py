"""Ballots in a real browser: with a script and without one, on a phone and by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.city import NARROWEST, PHONE, City, serving
from tests.voting.test_markings import SETTINGS
from tests.voting.town import TITLES, Town, settle


@pytest.fixture(scope="module")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A small town on a server of the test module's own."""
    folder = tmp_path_factory.mktemp("town") / "instance"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "folkmoot.db")
    with serving(folder) as city:
        settle(residents=4)
        yield city


def ballot(browser_page, method: str, width: int = PHONE, **how: object) -> Page:
    town = Town(residents=4)
    town.open({"method": method, **SETTINGS.get(method, {})})
    page = browser_page(width, as_=town.resident(0), **how)
    page.goto(f"/deliberations/{town.deliberation.slug}/rounds/{town.round.id}/ballot")
    return page


def places(page: Page) -> dict[str, str]:
    """Which place each proposal has now."""
    return {title: page.get_by_label(title, exact=True).input_value() for title in TITLES}


def test_a_ranking_is_moved_up_and_down_without_dragging(browser_page) -> None:
    page = ballot(browser_page, "instant-runoff")
    first, second, third = TITLES
    for title in (first, second, third):
        page.get_by_role("button", name=f"Up: {title}").click()
    assert places(page) == {first: "1", second: "2", third: "3"}
    page.get_by_role("button", name=f"Up: {third}").click()
    assert places(page) == {first: "1", second: "3", third: "2"}
    for _ in range(2):
        page.get_by_role("button", name=f"Down: {first}").click()
    assert places(page) == {first: "3", second: "2", third: "1"}
    page.get_by_role("button", name=f"Down: {first}").click()
    assert places(page) == {first: "", second: "2", third: "1"}
    page.get_by_role("button", name="Check my ballot").click()
    said = page.locator(".ballot-said dt").all_inner_texts()
    assert said == [third, second, first]


def test_a_ranking_needs_neither_script_nor_mouse(browser_page) -> None:
    page = ballot(browser_page, "schulze", javascript=False)
    for place, title in enumerate(TITLES, 1):
        page.get_by_label(title, exact=True).focus()
        page.keyboard.press(str(place))
    page.get_by_role("button", name="Check my ballot").press("Enter")
    page.get_by_role("button", name="Cast my ballot").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your receipt")


def test_points_add_up_while_they_are_typed(browser_page) -> None:
    page = ballot(browser_page, "cumulative")
    shown = page.locator(".ballot-sum")
    expect(shown).to_have_text("So far: 0. Left: 10.")
    page.get_by_label(TITLES[0], exact=True).fill("7")
    expect(shown).to_have_text("So far: 7. Left: 3.")
    page.get_by_label(TITLES[1], exact=True).fill("6")
    expect(shown).to_have_text("So far: 13. That is 3 more than there is.")
    page.get_by_role("button", name="Check my ballot").click()
    expect(page.get_by_role("alert")).to_contain_text("Take away 3.")
    assert page.get_by_label(TITLES[1], exact=True).input_value() == "6"


def test_a_budget_shows_what_is_left(browser_page) -> None:
    page = ballot(browser_page, "greedy")
    page.get_by_label(TITLES[0], exact=True).check()
    expect(page.locator(".ballot-sum")).to_have_text("So far: 60. Left: 40.")


@pytest.mark.parametrize("method", ["score", "cumulative", "stv", "opinions", "equal-shares"])
def test_ballots_fit_the_narrowest_screen_and_axe_finds_nothing(browser_page, found_by_axe, method: str) -> None:
    page = ballot(browser_page, method, NARROWEST)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert found_by_axe(page) == []


def test_what_is_focused_does_not_lie_under_the_sum(browser_page) -> None:
    page = ballot(browser_page, "cumulative")
    page.set_viewport_size({"width": PHONE, "height": 420})
    field = page.get_by_label(TITLES[0], exact=True)
    field.focus()
    below, above = field.bounding_box(), page.locator(".ballot-sum").bounding_box()
    assert below["y"] + below["height"] <= above["y"]
