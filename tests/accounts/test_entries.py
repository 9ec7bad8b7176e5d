"""One's own page of the log: all that one did and that befell what is one's own, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.accounts import acts as accounts
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.config import Settings
from app.discussion import acts as discussion
from app.discussion.models import Reason
from app.proposals import acts as proposals
from tests import given
from tests.queries import MOST, counted


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Entries get their place at once, on PostgreSQL too."""
    return replace(settings, sequencer="inline")


@pytest.fixture
def ada(app: Flask, frozen):
    return given.resident("Ada")


@pytest.fixture
def trees(ada):
    return given.deliberation("Which trees shall we plant?", round=RoundKind.PROPOSE)


def said(page) -> list[str]:
    return [one.text for one in page.main.all("p", class_="log-said")]


def test_a_resident_reads_all_that_the_log_says_of_them(page, ada, trees) -> None:
    benches = given.deliberation("Where shall benches stand?", round=RoundKind.PROPOSE)
    oaks = given.proposal(trees, by=ada, title="Plant oaks")
    given.proposal(benches, by=ada, title="By the river")
    given.proposal(benches, by=given.resident("Bo"), title="By the school")
    proposals.endorse(given.resident("Cy"), oaks, revision=1)
    accounts.rename(ada, ada, name="Ada of Mill Street")
    page.sign_in(ada)
    assert said(page.get("/you/log")) == [
        "A resident changed the name they show.",
        "A resident endorsed revision 1 of a proposal.",
        "A resident submitted a proposal.",
        "A resident submitted a proposal.",
        "A city clerk verified, in person, that somebody lives in the city.",
        "The operator of this server opened an account.",
    ]
    assert "By the school" not in page.page
    assert [one.text for one in page.page.main.all("strong") if one.text == "by you"] == ["by you"] * 3
    assert page.page.link("Plant oaks") == f"/deliberations/{trees.slug}/proposals/{oaks.id}"


def test_what_moderators_and_administrators_did_to_them_is_there(page, ada, trees) -> None:
    femi, dora = given.facilitator(of=trees), given.facilitator("Dora", of=trees)
    comment = given.comment(given.proposal(trees, by=given.resident("Bo")), by=ada)
    hiding = discussion.hide(femi, comment, reason=Reason.INSULT, explanation="Rude.")
    appeal = discussion.appeal(ada, hiding, text="It was not.")
    discussion.decide_appeal(dora, appeal, upheld=True, answer="It was not, indeed.")
    accounts.suspend(given.administrator(), ada)
    page.sign_in(ada)
    assert said(page.get("/you/log"))[:5] == [
        "An administrator suspended an account.",
        "A facilitator decided an appeal.",
        "A resident appealed against the hiding of a comment.",
        "A facilitator hid a comment, with a reason that stands in its place.",
        "A resident commented on a proposal.",
    ]


def test_the_page_brings_their_random_names_together_and_nobody_elses(page, ada, trees) -> None:
    given.proposal(trees, by=ada)
    accounts.rename(ada, ada, name="Ada of Mill Street")
    page.sign_in(ada)
    names = [one.text for one in page.get("/you/log").main.first("table").all("td")]
    assert len(set(names)) == 2
    assert all(name.startswith("p:") for name in names)
    bo = given.resident("Bo")
    given.proposal(trees, by=bo)
    page.sign_in(bo)
    assert not set(names) & {one.text for one in page.get("/you/log").main.first("table").all("td")}


def test_what_the_log_ties_to_nobody_is_not_in_anybodys_list(page, ada, trees) -> None:
    comment = given.comment(given.proposal(trees, by=given.resident("Bo")), by=given.resident("Cy"))
    discussion.mark_helpful(ada, comment, helpful=True)
    discussion.report(ada, comment, reason=Reason.INSULT, detail="")
    page.sign_in(ada)
    assert not [one for one in said(page.get("/you/log")) if "comment" in one]
    assert "the log does not say whose they are" in page.page


def test_nobody_else_comes_to_this_page(page, client, ada) -> None:
    assert client.get("/you/log").status_code == 302
    page.sign_in(ada)
    assert "private" in page.get("/you/log").response.headers["Cache-Control"]


def test_the_own_page_leads_there(page, ada) -> None:
    page.sign_in(ada)
    page.get("/you")
    assert page.click("Its entries about you").h1 == "You in the public log"


def test_a_long_list_has_pages_and_takes_few_statements(client, page, ada, trees) -> None:
    given.comment(given.proposal(trees, by=ada), by=ada)
    page.sign_in(ada)
    with counted() as few:
        client.get("/you/log")
    for number in range(30):
        given.comment(given.proposal(trees, by=ada, title=f"Row {number}"), by=ada)
    with counted() as many:
        client.get("/you/log")
    assert len(many) == len(few) <= MOST, many
    first = said(page.get("/you/log"))
    older = said(page.click("Older entries"))
    assert (len(first), len(older)) == (50, 14)
    assert said(page.click("Newer entries")) == first


def test_an_official_finds_what_they_did_in_office(page, ada) -> None:
    cleo = given.official(Role.CLERK, "Cleo")
    given.resident("Bo", verified_by=cleo)
    page.sign_in(cleo)
    assert said(page.get("/you/log"))[0] == "A city clerk verified, in person, that somebody lives in the city."
