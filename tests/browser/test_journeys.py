"""What people come for, from the first page to the last, as they would do it in a browser."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from app.charter.roles import Role
from app.charter.rounds import RoundKind
from tests.browser.city import DESKTOP, PHONE, City
from tests.browser.keys import Keys
from tests.browser.steps import (
    cast,
    close,
    fill_in,
    follow,
    follow_the_first,
    heading,
    look_up,
    mailed_link,
    plan_and_open,
    press,
    save,
    told,
)

if TYPE_CHECKING:
    from app.accounts.models import Account

Window = Callable[..., Page]
NEWCOMER, PASSWORD = "juniper@example.org", "nettle hopscotch brass"
QUESTION = "Which streets should be calm first?"
SCHOOL, DEPOT = "Calm Linden Street by the school", "Raise the crossing at Depot Lane"
SHARP = "Whoever wrote this has never waited at that counter."


@pytest.fixture
def residents(city: City) -> list[Account]:
    """Three verified residents without an office."""
    return city.residents(3)


# ---------------------------------------------------------------- a newcomer


def test_a_newcomer_opens_an_account_and_comments(city: City, browser_page: Window) -> None:
    page = browser_page(PHONE)
    page.goto("/")
    follow(page, "Take part")
    page.get_by_label("Name that others see").fill("Juniper Vale")
    page.get_by_label("E-mail address").fill(NEWCOMER)
    page.get_by_label("New password").fill("password")
    press(page, "Open the account")
    told(page, "There is a problem")
    expect(page.get_by_label("E-mail address")).to_have_value(NEWCOMER)
    page.get_by_label("New password").fill(PASSWORD)
    press(page, "Open the account")
    heading(page, "Look at your mail")

    page.goto(mailed_link(city, NEWCOMER))
    press(page, "Yes, both are mine")
    page.get_by_label("E-mail address").fill(NEWCOMER)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    heading(page, "Your page")

    follow(page, "See what is open now")
    follow(page, city.open_for(RoundKind.PROPOSE).question)
    told(page, "Only verified residents can do this.")
    expect(page.get_by_role("link", name="Write a proposal")).to_have_count(0)

    follow(page, re.compile("^Read all"))
    follow_the_first(page)
    follow(page, "Comment")
    page.get_by_label("For", exact=True).check()
    page.get_by_label("Your comment", exact=True).fill("My street would be glad of it.")
    press(page, "Publish")
    told(page, "Your comment is public.")
    told(page, "My street would be glad of it.")


# ---------------------------------------------------------------- a proposal


def test_a_resident_proposes_with_the_keyboard_alone_and_without_scripts(city: City, browser_page: Window) -> None:
    page = browser_page(DESKTOP, as_=city.resident(), javascript=False)
    keys = Keys(page)
    page.goto(f"/deliberations/{city.open_for(RoundKind.PROPOSE).slug}")
    keys.skip_to_content()
    keys.follow("Write a proposal")
    keys.fill_in("What should the city do?", "Read the meters of those who are ill first")
    keys.fill_in("Why, for whom, and how?", "A wrong bill is worst for whoever cannot wait in line to object to it.")
    keys.follow("Go on to the rights check")

    keys.tick("Water, toilets, power")
    keys.choose("Better", "Better for some, worse for others")
    keys.tick("People with disabilities")
    for _question in ("could anyone lose …", "could anyone be stopped …", "are some treated differently"):
        keys.choose("Yes", "No")
    keys.choose("They led it", "They were asked")
    keys.follow("Go on to the articles")
    keys.choose("Advances this right", "Advances this right")
    keys.follow("Go on and check")

    told(page, "Nothing is public yet.")
    keys.follow("Publish my proposal")
    heading(page, "Read the meters of those who are ill first")
    told(page, "Your proposal is public.")
    told(page, "Advances this right")

    keys.follow("Revise")
    keys.tab_to("What should the city do?")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("Read the meters of sick people first")
    keys.fill_in("What changed, and why?", "The title says whom it is for.")
    keys.follow("Publish this revision")
    heading(page, "Read the meters of sick people first")
    told(page, "Revision 2 is public.")


# ---------------------------------------------------------------- a vote


def test_a_vote_is_run_sealed_by_two_officials_and_checked_by_its_voters(
    city: City, browser_page: Window, residents: list[Account]
) -> None:
    rosa, walter, june = residents
    page = browser_page(DESKTOP, as_=city.everywhere(Role.FACILITATOR))
    _bring_proposals_together(page, city, residents)
    follow(page, "Run the rounds")
    plan_and_open(page, "Vote", "Mark every proposal that you can support.")
    told(page, "Frozen into the public log")
    vote = page.url

    replaced = cast(browser_page(PHONE, as_=rosa, javascript=False), vote, DEPOT)
    counted = cast(browser_page(PHONE, as_=rosa), vote, SCHOOL)
    cast(browser_page(PHONE, as_=walter), vote, SCHOOL)
    late = browser_page(PHONE, as_=june)
    fill_in(late, vote, DEPOT)
    close(page, "All who wanted to have voted.")
    press(late, "Cast my ballot")
    heading(late, "Your ballot was not cast")

    _seal(page, browser_page(DESKTOP, as_=city.everywhere(Role.CLERK)))
    late.goto(f"{vote}/results")
    row = late.get_by_role("row", name=SCHOOL)
    expect(row.get_by_role("cell").first).to_have_text("2")
    expect(row).to_contain_text("Carried")
    look_up(late, vote, counted)
    told(late, "was counted.")
    look_up(late, vote, replaced)
    told(late, "was replaced by a later one")


def _bring_proposals_together(page: Page, city: City, residents: list[Account]) -> None:
    """A deliberation with two proposals. Ends on the page of its closed round."""
    page.goto("/deliberations")
    follow(page, "Start a deliberation")
    page.get_by_label("What do you ask the residents?").fill(QUESTION)
    page.get_by_label("Background").fill("Forty-one streets asked. We can do six this year.")
    page.get_by_label("What does the city promise").fill("The council builds what you choose.")
    press(page, "Make it public")
    plan_and_open(page, "Propose")
    for who, title in zip(residents, (SCHOOL, DEPOT), strict=False):
        city.propose(who, QUESTION, title)
    close(page, "Everybody agreed that these are enough.")


def _seal(one: Page, other: Page) -> None:
    """One official asks from the page of the closed round, the other finds what is to be done and does it."""
    follow(one, "Result of the vote")
    told(one, "Nobody, not even the city, sees a count")
    follow(one, "Go on to the seal")
    press(one, "Ask for the seal")
    told(one, "Somebody else must do this")
    expect(one.get_by_role("button", name="Seal, count and publish")).to_have_count(0)

    other.goto("/deliberations")
    follow(other, QUESTION)
    told(other, "The vote is closed.")
    follow(other, "Seal the vote")
    press(other, "Seal, count and publish")
    told(other, "The vote is sealed and counted, and its key is destroyed.")
    heading(other, "Result of the vote")


# ---------------------------------------------------------------- moderation


def test_a_hidden_comment_is_appealed_and_a_second_official_decides(
    city: City, browser_page: Window, residents: list[Account]
) -> None:
    author, reporter = (browser_page(PHONE, as_=one) for one in residents[:2])
    facilitator, clerk = (browser_page(as_=city.everywhere(role)) for role in (Role.FACILITATOR, Role.CLERK))
    deliberation = f"/deliberations/{city.open_for(RoundKind.PROPOSE).slug}"

    author.goto(f"{deliberation}/proposals")
    follow_the_first(author)
    proposal = author.url
    follow(author, "Comment")
    author.get_by_label("Your comment", exact=True).fill(SHARP)
    press(author, "Publish")
    reporter.goto(proposal)
    _report(reporter)
    facilitator.goto(deliberation)
    _hide(facilitator, "It is about the author, not about the proposal.")
    reporter.goto(proposal)
    expect(reporter.get_by_text(SHARP)).to_have_count(0)
    told(reporter, "It is about the author, not about the proposal.")

    _appeal(author)
    facilitator.goto(f"{deliberation}/moderation")
    told(facilitator, "You hid this comment, so somebody else decides.")
    clerk.goto(f"{deliberation}/moderation")
    _uphold(clerk)
    author.goto("/you/notices")
    told(author, "Your appeal was upheld")
    reporter.goto(proposal)
    told(reporter, SHARP)


def _report(page: Page) -> None:
    page.get_by_role("listitem").filter(has_text=SHARP).get_by_role("link", name="Report").click()
    page.get_by_label("Insults a person").check()
    press(page, "Report it")
    told(page, "A moderator will look at it.")


def _hide(page: Page, explanation: str) -> None:
    """A moderator is shown on the page of the deliberation that something waits."""
    expect(page.get_by_role("complementary")).to_contain_text("1 waiting")
    follow(page, "Reports and appeals")
    page.get_by_role("article").filter(has_text=SHARP).get_by_role("link", name="Hide").click()
    page.get_by_label("Insults a person").check()
    page.get_by_label("Explanation").fill(explanation)
    press(page, "Hide it")


def _appeal(page: Page) -> None:
    page.goto("/you/notices")
    follow(page, re.compile("A moderator hid your comment"))
    page.get_by_role("main").get_by_role("link", name="Appeal").click()
    page.get_by_label("Why should your comment be readable again?").fill("It is about the counter.")
    press(page, "Appeal")
    told(page, "An appeal is under way.")


def _uphold(page: Page) -> None:
    page.get_by_role("link", name="Decide the appeal").click()
    page.get_by_label("The author is right").check()
    page.get_by_label("Your answer to the author").fill("Sharp words about a counter may stand.")
    press(page, "Decide")


# ---------------------------------------------------------------- the record


def test_a_clerk_hands_out_the_record_and_the_log_says_so(city: City, browser_page: Window) -> None:
    finished = city.finished()
    stranger, clerk = browser_page(PHONE), browser_page(DESKTOP, as_=city.everywhere(Role.CLERK))
    stranger.goto(f"/deliberations/{finished.slug}/records")
    told(stranger, "Exports are made by a city clerk.")

    clerk.goto(f"/deliberations/{finished.slug}")
    follow(clerk, "The record: to print, and exports")
    with zipfile.ZipFile(save(clerk, "Make and download the public bundle")) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    for name, file in json.loads(files["manifest.json"])["files"].items():
        assert hashlib.sha256(files[name]).hexdigest() == file["sha256"], name
    assert b"@example.org" not in b"".join(files.values())
    proposals = list(csv.DictReader(io.StringIO(files["csv/proposals.csv"].decode("utf-8-sig"))))
    assert len(proposals) == finished.proposals_count

    stranger.goto(f"/deliberations/{finished.slug}")
    follow(stranger, "Its entries in the public log")
    told(stranger, "A city clerk exported the records of a deliberation.")
    stranger.goto(f"/deliberations/{finished.slug}/records")
    follow(stranger, "Open the page to print")
    for row in proposals:
        told(stranger, row["title"])
