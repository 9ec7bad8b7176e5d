"""Articles that come up while somebody writes a proposal, in Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.charter.rounds import RoundKind
from tests.browser.city import PHONE, City

Window = Callable[..., Page]


@pytest.fixture
def writing(city: City, browser_page: Window) -> Page:
    """The page on which somebody writes a proposal, on a phone."""
    page = browser_page(PHONE, as_=city.resident())
    page.goto(f"/deliberations/{city.open_for(RoundKind.PROPOSE).slug}/proposals/new")
    return page


def test_articles_come_up_while_one_writes_and_can_be_taken_along_or_set_aside(
    writing: Page,
    assert_no_axe_violations: Callable[[Page], None],
    assert_fits: Callable[[Page], None],
) -> None:
    title = writing.get_by_label("What should the city do?")
    title.fill("No cameras that know faces")
    offered = writing.get_by_role("region", name="Rights that your words may speak of")
    expect(offered.get_by_role("heading", name="ICCPR 17")).to_be_visible()
    assert_no_axe_violations(writing)
    assert_fits(writing)

    offered.get_by_role("button", name="Take it along ICCPR 17").press("Enter")
    expect(offered).to_contain_text("Taken along to the next step: ICCPR 17.")
    expect(offered.get_by_role("heading", name="Rights that your words may speak of")).to_be_focused()

    offered.get_by_role("button", name="Not relevant UDHR 12").press("Enter")
    expect(offered.get_by_role("heading", name="UDHR 12")).to_have_count(0)
    expect(title).to_have_value("No cameras that know faces")
