"""What people do on many pages, in the words of a story."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.city import City


def heading(page: Page, words: str) -> None:
    """Insist on which page this is."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def told(page: Page, words: str) -> None:
    """Insist that the page says so."""
    expect(page.get_by_role("main")).to_contain_text(words)


def follow(page: Page, words: str | re.Pattern[str]) -> None:
    """Follow the first link with exactly these words, outside the head and foot of the page."""
    page.get_by_role("main").get_by_role("link", name=words, exact=True).first.click()


def follow_the_first(page: Page) -> None:
    """Follow the first entry of a list."""
    page.get_by_role("main").get_by_role("article").first.get_by_role("link").click()


def press(page: Page, words: str) -> None:
    """Press the first button with exactly these words."""
    page.get_by_role("main").get_by_role("button", name=words, exact=True).first.click()


def save(page: Page, words: str) -> Path:
    """Press a button that hands out a file; where it was saved."""
    with page.expect_download() as download:
        press(page, words)
    return download.value.path()


def mailed_link(city: City, address: str) -> str:
    """The link in the one mail to somebody."""
    folder = Path(city.app.config["FOLKMOOT"].instance_path) / "mail"
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.glob("*.eml")]
    (text,) = [letter.get_content() for letter in letters if letter["To"] == address]
    (link,) = re.findall(r"http\S+/confirm/\S+", text)
    return str(link)


# ---------------------------------------------------------------- rounds and votes


def plan_and_open(page: Page, kind: str, way: str | None = None) -> None:
    """From the page of the rounds: plan one and open it. Ends on the page of that round."""
    follow(page, "Plan a round")
    follow(page, kind)
    if way is not None:
        page.get_by_label(way).check()
    press(page, "Plan it")
    follow(page, f"Open the round ({kind})")
    press(page, "Open the round")
    heading(page, kind)
    told(page, "The round is open.")


def close(page: Page, reason: str) -> None:
    """From the page of a round: close it."""
    follow(page, "Close the round")
    page.get_by_label("Reason").fill(reason)
    press(page, "Close the round")
    told(page, reason)


def fill_in(page: Page, vote: str, title: str) -> None:
    """Mark one proposal and look at the ballot once more."""
    page.goto(f"{vote}/ballot")
    page.get_by_label(title, exact=True).check()
    press(page, "Check my ballot")
    heading(page, "Check your ballot")


def cast(page: Page, vote: str, title: str) -> str:
    """Vote for one proposal; the commitment on the receipt."""
    fill_in(page, vote, title)
    press(page, "Cast my ballot")
    heading(page, "Your receipt")
    receipt = save(page, "Download the receipt").read_text()
    (commitment,) = re.findall(r"^commit ([0-9a-f]{64})$", receipt, re.MULTILINE)
    return str(commitment)


def look_up(page: Page, vote: str, receipt: str) -> None:
    """Ask the result of a vote what became of a ballot."""
    page.goto(f"{vote}/results")
    page.get_by_label("Tracker or commitment from your receipt").fill(receipt)
    press(page, "Look for it")
