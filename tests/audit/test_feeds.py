"""The log as feeds: valid, stable, conditional, and a keeper of checkpoints in every mailbox."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from flask import Flask

from app.audit.feeds import NEVER, Feed, Item, atom, feed_tag, json_feed, tag
from app.audit.notes import read_checkpoint
from app.audit.verify import parse_vkey
from app.charter.rounds import RoundKind
from app.config import Settings
from tests import given

ATOM = "{http://www.w3.org/2005/Atom}"
CHECKPOINT = "{https://c2sp.org/tlog-checkpoint}checkpoint"
TAG_URI = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d-\d\d)?:[\w./-]+")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Entries get their place at once, on PostgreSQL too."""
    return replace(settings, sequencer="inline", base_url="https://city.example", log_origin="city.example/log")


@pytest.fixture
def trees(app: Flask, frozen):
    trees = given.deliberation("Which trees shall we plant?", round=RoundKind.PROPOSE)
    given.proposal(trees, by=given.resident("Ada Marker"), title="Plant oaks")
    return trees


def read_atom(answer) -> ElementTree.Element:
    return ElementTree.fromstring(answer.get_data())  # noqa: S314  # we wrote it ourselves a moment ago


def titles(client, address: str) -> list[str]:
    return [one["title"] for one in client.get(address).get_json(force=True)["items"]]


# ---------------------------------------------------------------- Atom


def test_the_atom_feed_has_all_that_atom_asks_for(client, trees) -> None:
    answer = client.get("/log/feed.atom?lang=en")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = read_atom(answer)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    for required in ("id", "title", "updated"):
        assert len(feed.findall(ATOM + required)) == 1
        assert all(len(entry.findall(ATOM + required)) == 1 for entry in feed.findall(f"{ATOM}entry"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://city.example/log/feed.atom?lang=en",
        "alternate": "https://city.example/log",
    }
    assert feed.findtext(f"{ATOM}updated") == "2026-05-04T09:00:00Z"


def test_the_newest_entry_comes_first_and_leads_to_its_page(client, trees) -> None:
    entry = read_atom(client.get("/log/feed.atom")).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "A resident submitted a proposal."
    assert entry.find(f"{ATOM}category").get("term") == "proposal.submitted"
    address = entry.find(f"{ATOM}link").get("href").removeprefix("https://city.example")
    assert "A resident submitted a proposal." in client.get(address).get_data(as_text=True)


# ---------------------------------------------------------------- JSON


def test_the_json_feed_has_all_that_json_feed_asks_for(client, trees) -> None:
    answer = client.get("/log/feed.json?lang=en")
    assert answer.content_type == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.get_data())
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://city.example/log/feed.json?lang=en"
    assert feed["home_page_url"] == "https://city.example/log"
    assert feed["language"] == "en"
    assert feed["items"][0]["tags"] == ["proposal.submitted"]
    assert all({"id", "url", "content_text", "date_published"} <= item.keys() for item in feed["items"])


def test_both_feeds_name_the_same_entries_by_the_same_names(client, trees) -> None:
    by_atom = [one.findtext(f"{ATOM}id") for one in read_atom(client.get("/log/feed.atom")).findall(f"{ATOM}entry")]
    by_json = [one["id"] for one in client.get("/log/feed.json").get_json(force=True)["items"]]
    assert by_atom == by_json
    assert len(set(by_json)) == len(by_json)
    assert all(TAG_URI.fullmatch(name) for name in by_json)


# ---------------------------------------------------------------- what follows the log


def test_an_item_stays_the_same_when_the_log_grows(client, trees) -> None:
    before = client.get("/log/feed.json").get_json(force=True)
    given.resident("Bo")
    after = client.get("/log/feed.json").get_json(force=True)
    known = {one["id"]: one for one in after["items"]}
    assert all(known[one["id"]] == one for one in before["items"])
    assert before["_log"]["checkpoint"] != after["_log"]["checkpoint"]


def test_every_item_brings_a_signed_checkpoint_that_covers_it(client, trees) -> None:
    vkey = parse_vkey(client.get("/log/key").get_data(as_text=True))
    feed = client.get("/log/feed.json").get_json(force=True)
    newest = client.get("/log/checkpoint").get_data(as_text=True)
    assert feed["_log"]["checkpoint"] == newest
    assert read_atom(client.get("/log/feed.atom")).findtext(CHECKPOINT) == newest
    for item in feed["items"]:
        note = item["_log"]["checkpoint"]
        assert read_checkpoint(note, vkey).size > item["_log"]["index"]
        assert note in item["content_text"]


def test_a_feed_says_nothing_that_anybody_typed(client, trees) -> None:
    for address in ("/log/feed.atom", "/log/feed.json", "/log/feed.json?process=deliberations/1"):
        text = client.get(address).get_data(as_text=True)
        assert [word for word in ("Marker", "oaks", "Which trees", trees.slug) if word in text] == []


# ---------------------------------------------------------------- asking again


@pytest.mark.parametrize("kind", ["atom", "json"])
def test_who_has_seen_the_newest_is_told_so(client, trees, kind: str) -> None:
    first = client.get(f"/log/feed.{kind}")
    seen = {"If-None-Match": first.headers["ETag"]}
    again = client.get(f"/log/feed.{kind}", headers=seen)
    assert again.status_code == 304
    assert again.get_data() == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(f"/log/feed.{kind}?act=comment.posted", headers=seen).status_code == 200
    assert client.get(f"/log/feed.{kind}?lang=es", headers=seen).status_code == 200
    given.resident("Bo")
    assert client.get(f"/log/feed.{kind}", headers=seen).status_code == 200


# ---------------------------------------------------------------- filters and languages


def test_a_feed_is_filtered_as_the_page_is(client, trees) -> None:
    feed = client.get("/log/feed.json?act=proposal.submitted&process=deliberations/1&lang=en").get_json(force=True)
    assert [one["title"] for one in feed["items"]] == ["A resident submitted a proposal."]
    assert feed["home_page_url"] == "https://city.example/log?process=deliberations%2F1&act=proposal.submitted"
    assert feed["title"].endswith("deliberations/1 – proposal.submitted")


def test_the_page_leads_to_the_feed_of_what_it_shows(page, client, trees) -> None:
    seen = page.get("/log?act=proposal.submitted")
    alternates = {one["type"]: one["href"] for one in seen.tree.all("link", rel="alternate")}
    assert titles(client, alternates["application/feed+json"]) == ["A resident submitted a proposal."]
    assert len(read_atom(client.get(alternates["application/atom+xml"])).findall(f"{ATOM}entry")) == 1


def test_the_deliberation_leads_to_its_feed(page, client, trees) -> None:
    seen = page.get(f"/deliberations/{trees.slug}")
    alternate = seen.tree.first("link", type="application/atom+xml")["href"]
    assert seen.link("Follow it in a feed reader") == alternate
    found = read_atom(client.get(alternate)).findall(f"{ATOM}entry/{ATOM}title")
    assert found[0].text == "A resident submitted a proposal."
    assert all("lives in the city" not in one.text for one in found)


def test_what_a_feed_cannot_read_it_says_in_words(client, trees) -> None:
    answer = client.get("/log/feed.atom?since=yesterday")
    assert answer.status_code == 422
    assert "such as 2026-11-23" in answer.get_data(as_text=True)


def test_a_feed_speaks_the_language_it_is_asked_in(client, trees) -> None:
    assert client.get("/log/feed.json?lang=es").get_json(force=True)["language"] == "es"
    asked = client.get("/log/feed.json", headers={"Accept-Language": "es"})
    assert asked.get_json(force=True)["language"] == "es"
    assert "Accept-Language" in asked.headers["Vary"]
    assert client.get("/log/feed.json?lang=xx").get_json(force=True)["language"] == "en"


def test_a_long_feed_goes_on(client, trees) -> None:
    bo = given.resident("Bo")
    for _ in range(60):
        given.proposal(trees, by=bo)
    address, found = "/log/feed.json", []
    while address:
        feed = client.get(address.removeprefix("https://city.example")).get_json(force=True)
        assert feed["feed_url"].endswith(address) or address == "/log/feed.json"
        found += [one["_log"]["index"] for one in feed["items"]]
        address = feed.get("next_url", "")
    assert found == sorted(found, reverse=True)
    assert found[-1] == 0
    following = read_atom(client.get("/log/feed.atom")).find(f"{ATOM}link[@rel='next']").get("href")
    assert "before=" in following


def test_the_feed_of_an_empty_log_is_a_feed(client, app) -> None:
    feed = read_atom(client.get("/log/feed.atom"))
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert client.get("/log/feed.json").get_json(force=True)["items"] == []


# ---------------------------------------------------------------- names, without an application

ITEM = Item(7, bytes(32), "bench.placed", datetime(2026, 5, 4, 23, 30, tzinfo=UTC), "A bench <was> placed.", "note\n")
FEED = Feed("Log", "All", "City", "en", "city.example/log", "h", "h?a=b", {"atom": "s", "json": "j"}, items=[ITEM])


def test_an_entry_is_named_by_the_log_and_its_leaf_not_by_where_it_is_served() -> None:
    assert tag("city.example/log", ITEM) == "tag:city.example,2026-05-04:city.example/log/entry/7/0000000000000000"
    assert tag("127.0.0.1:8000/log", ITEM).startswith("tag:127.0.0.1,2026-05-04:127.0.0.1/8000/log/entry/7/")


def test_feeds_of_different_filters_have_different_names() -> None:
    assert feed_tag(FEED) != feed_tag(replace(FEED, page="h?a=c")) != feed_tag(replace(FEED, page="h"))


def test_what_is_said_is_text_and_never_markup() -> None:
    assert b"A bench &lt;was&gt; placed." in atom(FEED)
    assert json_feed(FEED)["items"][0]["title"] == ITEM.text
    assert replace(FEED, items=()).updated == NEVER
