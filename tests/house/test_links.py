"""In the demo city no link leads nowhere, and each page is sound (every one that's fetched is checked)."""

from __future__ import annotations

from flask import Flask

from tests.crawl import walk


def test_every_link_in_the_demo_city_leads_somewhere(demo: Flask) -> None:
    visited = list(walk(demo.test_client()))
    broken = [
        f"{one.address} ({one.answer.status_code}), linked from {one.found_on}"
        for one in visited
        if one.answer.status_code != 200
    ]
    assert broken == []
    assert len(visited) > 30, "the demo city has more pages than that"
