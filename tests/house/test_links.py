"""In the demo city no link leads nowhere, and each page is sound (every one that's fetched is checked)."""

from __future__ import annotations

from collections import deque
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.html import parse

MOST_PAGES = 1500


def _links(html: str, base: str) -> list[str]:
    tree = parse(html)
    found = [one["href"] for one in tree.all("a", "link", where=lambda one: one.has("href"))]
    found += [one["src"] for one in tree if one.has("src")]
    found += [
        one["action"] for one in tree.all("form") if one.get("method", "get").lower() == "get" and one.has("action")
    ]
    absolute = (urldefrag(urljoin(base, one))[0] for one in found)
    return [one for one in absolute if not urlsplit(one).netloc and urlsplit(one).scheme == ""]


def test_every_link_in_the_demo_city_leads_somewhere(demo) -> None:
    client = demo.test_client()
    waiting, seen, broken = deque([("/", "the start")]), {"/"}, []
    while waiting and len(seen) < MOST_PAGES:
        address, found_on = waiting.popleft()
        answer = client.get(address, follow_redirects=True)
        if answer.status_code != 200:
            broken.append(f"{address} ({answer.status_code}), linked from {found_on}")
        elif answer.mimetype == "text/html":
            new = dict.fromkeys(_links(answer.get_data(as_text=True), answer.request.path))
            fresh = [one for one in new if one not in seen]
            seen.update(fresh)
            waiting.extend((one, address) for one in fresh)
    assert broken == []
    assert len(seen) > 30, "the demo city has more pages than that"
