"""/log as a page worth reading: what is found by what, and what is said of what nobody can find."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import event

from app.audit import entries
from app.audit.entries import Turned, Wanted
from app.charter.actions import UNLOGGED
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.config import Settings
from app.database import db
from app.discussion import acts as discussion
from tests import given
from tests.queries import MOST, counted


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Entries get their place at once, on PostgreSQL too."""
    return replace(settings, sequencer="inline")


@pytest.fixture
def trees(app: Flask, frozen):
    """A deliberation with a proposal and a comment of Ada's, which are in the log."""
    ada = given.resident("Ada Marker")
    trees = given.deliberation("Which trees shall we plant?", round=RoundKind.PROPOSE)
    proposal = given.proposal(trees, by=ada, title="Plant oaks")
    given.comment(proposal, by=ada)
    given.official(Role.CLERK, "Cleo")
    return trees


def said(page) -> list[str]:
    return [one.text for one in page.main.all("p", class_="log-said")]


def alias_in(client, act: str) -> str:
    """By whom the newest entry of this act is."""
    line = entries.listing(db.session(), Wanted(act=act)).lines[0]
    return line.by["p"]


# ---------------------------------------------------------------- what is found


def test_entries_are_found_by_the_random_name_of_who_acted(page, client, trees) -> None:
    ada = alias_in(client, "proposal.submitted")
    seen = page.get(f"/log?by={ada}")
    assert said(seen) == ["A resident commented on a proposal.", "A resident submitted a proposal."]
    assert "2 entries fit." in seen
    assert said(page.get(f"/log?by={ada.removeprefix('p:').upper()}")) == said(seen)


def test_entries_are_found_by_the_office_of_who_acted(page, trees) -> None:
    seen = page.get("/log?role=clerk")
    assert said(seen) == ["A city clerk verified, in person, that somebody lives in the city."]
    assert "1 entry fits." in seen


@pytest.mark.parametrize("about", ["proposals/1", " Proposals/1 ", "/deliberations/which-trees/proposals/1"])
def test_entries_are_found_by_what_they_are_about(page, trees, about: str) -> None:
    assert said(page.get("/log", query_string={"about": about})) == ["A resident submitted a proposal."]


def test_filters_work_together(page, client, trees) -> None:
    ada = alias_in(client, "proposal.submitted")
    seen = page.get(f"/log?by={ada}&act=comment.posted&process=deliberations/1&role=resident&since=2026-05-04")
    assert said(seen) == ["A resident commented on a proposal."]
    assert said(page.get(f"/log?by={ada}&act=comment.posted&role=clerk")) == []
    assert "Nothing fits" in page.page


@pytest.mark.parametrize(
    ("days", "fit"),
    [
        ("since=2026-05-04", True),
        ("since=2026-05-05", False),
        ("until=2026-05-04", True),
        ("until=2026-05-03", False),
        ("since=2026-05-04&until=2026-05-04", True),
        ("since=1970-01-02&until=9998-12-31", True),
    ],
)
def test_days_are_counted_from_the_first_to_the_last(page, trees, days: str, fit: bool) -> None:
    assert bool(said(page.get(f"/log?{days}"))) is fit


def test_a_person_filters_by_the_form_and_keeps_what_they_chose(page, client, trees) -> None:
    page.get("/log")
    seen = page.press("Find", act="comment.posted", since="2026-05-04")
    assert said(seen) == ["A resident commented on a proposal."]
    assert [one.text for one in seen.main.all("option", selected="")][1] == "Comment posted"
    assert seen.main.first("input", name="since")["value"] == "2026-05-04"
    page.click("Show the whole log")
    assert len(said(page.page)) > 5


def test_no_act_is_offered_that_leaves_no_entry(page, trees) -> None:
    offered = {one["value"] for one in page.get("/log").main.all("option")}
    assert "ballots.batched" in offered
    assert offered & {action.value for action in UNLOGGED} == set()


def test_what_is_asked_for_stays_chosen_though_nobody_offers_it(page, trees) -> None:
    seen = page.get("/log?act=bench.placed&process=deliberations/999")
    assert "Nothing fits" in seen
    assert {one["value"] for one in seen.main.all("option", selected="")} == {"bench.placed", "deliberations/999", ""}


# ---------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": "bad"}, "Enter the day as year, month and day"),
        ({"day": "31.12.2026"}, "Enter the day as year, month and day"),
        ({"until": "0001-01-01"}, "Enter the day as year, month and day"),
        ({"since": "2026-05-05", "until": "2026-05-04"}, "The last day comes before the first"),
        ({"by": "Ada"}, "A random name is p: and twelve digits or letters"),
        ({"about": "the proposal"}, "a word, a slash and a number"),
        ({"act": "Submit!"}, "The log knows no act of this name"),
        ({"role": "mayor of all"}, "The log knows no such office"),
        ({"process": "deliberations/one"}, "The log knows no such deliberation"),
    ],
)
def test_what_cannot_be_read_is_answered_in_words_and_kept(page, trees, asked, words: str) -> None:
    seen = page.get("/log", query_string=asked, expect=422)
    assert words in seen.main.first(class_="error-summary").text
    assert said(seen) == []
    assert "Nothing fits" not in seen
    typed = next(iter(asked.values()))
    kept = [one.get("value") for one in seen.main.all("input", "option") if one.has("selected") or one.tag == "input"]
    assert typed in kept


@pytest.mark.parametrize("turn", ["before=x", "after=99999999999999999999", "before=0", "after=9999"])
def test_a_page_that_is_not_there_is_no_mistake_of_anybody(page, trees, turn: str) -> None:
    page.get(f"/log?{turn}")


# ---------------------------------------------------------------- where entries lead


def test_an_entry_leads_to_its_page_and_to_the_thing(page, trees) -> None:
    page.get("/log?act=comment.posted")
    assert page.page.link("Plant oaks") == f"/deliberations/{trees.slug}/proposals/1#comment-1"
    assert page.page.link(trees.question) == f"/deliberations/{trees.slug}"
    page.get("/log?act=round.opened")
    assert page.click("The round").status == 200
    page.get("/log?act=role.granted")
    assert page.click("Officials").h1 == "Officials"


def test_a_hidden_proposal_is_not_named_by_its_title(app, page, trees) -> None:
    from app.proposals import acts, queries

    femi = given.facilitator(of=trees)
    acts.hide(femi, queries.proposal(db.session(), trees.id, 1), reason="It gives somebody’s address.")
    seen = page.get("/log?about=proposals/1")
    assert "Plant oaks" not in seen
    assert page.click("Proposal 1").status == 200


def test_a_comment_that_was_appealed_for_leads_to_its_proposal(app, page, trees) -> None:
    from app.discussion.models import Reason

    bo, femi = given.resident("Bo"), given.facilitator(of=trees)
    comment = given.comment(given.proposal(trees, by=bo, title="Plant elms"), by=bo)
    hiding = discussion.hide(femi, comment, reason=Reason.INSULT, explanation="Rude.")
    discussion.appeal(bo, hiding, text="It was not.")
    assert page.get("/log?act=appeal.made").link("Plant elms").endswith(f"/proposals/2#comment-{comment.id}")


def test_a_list_of_one_deliberation_does_not_name_it_each_time(page, trees) -> None:
    named = page.get("/log").main.all("a", href=f"/deliberations/{trees.slug}")
    assert len(named) > 2
    assert page.get("/log?process=deliberations/1").main.all("a", href=f"/deliberations/{trees.slug}") == []


def test_facts_are_told_in_words(page, trees) -> None:
    page.get("/log?act=round.opened")
    facts = page.get(page.page.main.first("a", class_="log-number")["href"]).main.first("table").text
    assert "after.closed_at not set" in facts
    assert "None" not in facts


# ---------------------------------------------------------------- how much it costs


@pytest.mark.parametrize("path", ["/log", "/log?act=proposal.submitted&role=resident", "/log/feed.json"])
def test_the_log_takes_few_statements_whatever_the_number_of_entries(app, client, trees, path: str) -> None:
    with counted() as few:
        client.get(path)
    bo = given.resident("Bo")
    for number in range(30):
        given.comment(given.proposal(trees, by=bo, title=f"Plant row {number}"), by=bo)
    with counted() as many:
        client.get(path)
    assert len(many) == len(few) <= MOST, many


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(process="deliberations/1"), "process_idx"),
        (Wanted(act="proposal.submitted"), "act_idx"),
        (Wanted(actor="p:4f1c9a2b77d0"), "actor_idx"),
        (Wanted(role="clerk"), "role_idx"),
        (Wanted(object="proposals/1"), "object_idx"),
        (Wanted(object="proposals/1", role="clerk", act="proposal.answered"), "object_idx"),
        (Wanted(actor="p:4f1c9a2b77d0", role="clerk", process="deliberations/1"), "actor_idx"),
        (Wanted(process="city", role="clerk"), "role_idx"),
        (Wanted(until=datetime(2026, 5, 5, tzinfo=UTC)), "at"),
        (Wanted(since=datetime(2026, 5, 3, tzinfo=UTC), until=datetime(2026, 5, 5, tzinfo=UTC)), "at"),
    ],
)
def test_each_filter_has_its_index(app, wanted: Wanted, index: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a table of a few rows as a whole, whatever the indexes")
    for turned in (Turned(), Turned(before=5), Turned(after=5)):
        plan = _plan(wanted, turned)
        assert f"USING INDEX ix_log_entries_{index}" in plan
        assert "TEMP B-TREE" not in plan


def _plan(wanted: Wanted, turned: Turned) -> str:
    """How SQLite goes about one page of a list."""
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement: str, values: object, *_rest: object) -> None:
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    entries.listing(db.session(), wanted, turned)
    event.remove(db.engine, "before_cursor_execute", note)
    statement, values = asked[-1]
    explained = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return " ".join(row.detail for row in explained)


def test_a_list_can_be_read_forwards_and_backwards(app, trees) -> None:
    session = db.session()
    whole = [line.index for line in entries.listing(session, Wanted()).lines]
    first = entries.listing(session, Wanted(), per_page=3)
    second = entries.listing(session, Wanted(), Turned(before=first.older), per_page=3)
    back = entries.listing(session, Wanted(), Turned(after=second.newer), per_page=3)
    assert [line.index for line in (*first.lines, *second.lines)] == whole[:6]
    assert [line.index for line in back.lines] == whole[:3]


def test_a_list_of_days_is_in_the_order_of_time_and_can_be_turned(app, trees) -> None:
    given.resident("Bo")
    session = db.session()
    wanted = Wanted(since=datetime(2026, 5, 4, tzinfo=UTC), until=datetime(2026, 5, 5, tzinfo=UTC))
    whole = [line.index for line in entries.listing(session, wanted).lines]
    first = entries.listing(session, wanted, per_page=4)
    second = entries.listing(session, wanted, Turned(before=first.older), per_page=4)
    back = entries.listing(session, wanted, Turned(after=second.newer), per_page=4)
    assert [line.index for line in (*first.lines, *second.lines)] == whole[:8]
    assert [line.index for line in back.lines] == whole[:4]
    assert whole == sorted(whole, reverse=True)


def test_so_many_entries_are_not_counted_one_by_one(app, page, trees, monkeypatch) -> None:
    monkeypatch.setattr(entries, "COUNTED", 2)
    assert "More than 2 entries fit." in page.get("/log?process=deliberations/1")


# ---------------------------------------------------------------- checking


def test_the_three_commands_name_this_log_and_its_key(app, page, client, trees) -> None:
    seen = page.get("/log/check")
    base = app.config["FOLKMOOT"].base_url
    commands = [one.text for one in seen.main.all("pre")]
    assert commands[0] == f"curl -O {base}/log/verify.py"
    assert client.get("/log/key").get_data(as_text=True).strip() in commands[1]
    assert all(f"{base}/log" in one for one in commands)


def test_the_page_on_checking_is_there_before_the_first_entry(page, app) -> None:
    assert page.get("/log/check").h1 == "Check it yourself"
