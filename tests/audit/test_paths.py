"""Addresses below /log that nobody follows by a link: too large, crooked, or leading elsewhere."""

from __future__ import annotations

from tests import given

HUGE = str(2**70)


ADDRESSES = [
    f"/log/tile/0/{'x999/' * 30}999",
    "/log/tile/0/x001/067",
    "/log/tile/63/000",
    "/log/tile/64/000",
    "/log/tile/-1/000",
    "/log/tile/0/-01",
    "/log/tile/0/0",
    "/log/tile/0/000.p/0",
    "/log/tile/0/000.p/256",
    "/log/tile/0/000.p/255",
    "/log/tile/0/000.p/01",
    "/log/tile/0/000.p/1/",
    "/log/tile/0/000/1",
    "/log/tile/00/000",
    "/log/tile/0/x000/000",
    "/log/tile/0/%00000",
    "/log/tile/0/000%00",
    "/log/tile/0/٠٠٠",
    "/log/tile/..%2f..%2fkeys%2flog.key",
    "/log/tile/../../keys/log.key",
    "/log/tile/entries/../../checkpoint",
    "/log/tile//0/000",
    "/log/tile/",
    f"/log/entry/{HUGE}",
    f"/log/entry/{HUGE}.json",
    f"/log/entry/{HUGE}.tlog-proof",
    f"/log/entry/{2**63 - 1}.json",
    f"/log/entry/{2**63 - 1}.tlog-proof",
    "/log/entry/-1.json",
    "/log/entry/0x1.json",
    "/log/entry/%D9%A1.json",
    "/log/manifest/x/proposals",
    f"/log/manifest/{'0' * 32}/proposals",
    f"/log/manifest/{'0' * 32}/..%2f..%2fkeys",
    f"/log/manifest/{'0' * 32}/%00",
    f"/log/manifest/{'a' * 5000}/proposals",
    "/log/manifest/%00/proposals",
    "/log/record/accounts.jsonl/..",
    "/log/record/credentials.jsonl",
    "/log/record/sign_ins.jsonl",
    "/log/record/poll_roll.jsonl",
    "/log/record/residencies.jsonl",
    "/log/record/reports.jsonl",
    "/log/record/%00.jsonl",
    "/log/record/..%2fkeys%2flog.key.jsonl",
]
QUESTIONS = [
    "before=" + HUGE,
    "after=-1",
    "before=%00",
    "act=%00",
    "actor=%00",
    "process=%00",
    "process=" + "x" * 5000,
    "day=0001-01-01",
    "day=9999-12-31",
    "day=%00",
    "from=0001-01-01&to=9999-12-31",
    "day=2026-02-30",
    "who=p%3A" + "0" * 5000,
    "q=%00",
    "actor=%ED%A0%80",
    "object=%00",
    "object=proposals%2F" + HUGE,
    "proposal=" + HUGE,
    "index=" + HUGE,
    "before=1&after=1",
]
PAGES = ("/log", "/log/feed.atom", "/log/feed.json")


def test_an_address_that_names_nothing_is_not_found(app, client) -> None:
    given.resident("Ada")
    client.strict = False
    answered = {address: client.get(address).status_code for address in ADDRESSES}
    assert {address: code for address, code in answered.items() if code not in (308, 400, 404)} == {}


def test_a_crooked_question_is_answered_all_the_same(app, client) -> None:
    given.resident("Ada")
    client.strict = False
    asked = [f"{page}?{question}" for page in PAGES for question in QUESTIONS]
    answered = {address: client.get(address).status_code for address in asked}
    assert {address: code for address, code in answered.items() if code not in (200, 400, 404, 422)} == {}
