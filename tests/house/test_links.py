"""In the demo city no link leads nowhere, and each page is sound."""

from __future__ import annotations

from typing import cast

from flask import Flask

from tests.crawl import Visited, walk
from tests.pages import CheckedClient, faults


def test_every_link_in_the_demo_city_leads_to_a_sound_page(demo: Flask) -> None:
    visited = list(walk(cast(CheckedClient, demo.test_client())))
    wrong = [f"{one.address}, linked from {one.found_on}: {fault}" for one in visited for fault in _wrong_with(one)]
    assert not wrong, f"{len(wrong)} faults:\n" + "\n".join(wrong)
    assert len(visited) > 30, "the demo city has more pages than that"


def _wrong_with(one: Visited) -> list[str]:
    if one.answer.status_code != 200:
        return [one.answer.status]
    return list(faults(one.answer.get_data(as_text=True))) if one.answer.mimetype == "text/html" else []
