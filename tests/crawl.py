"""Walking through all pages that somebody can reach by links."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from werkzeug.test import TestResponse

from tests.html import parse
from tests.pages import CheckedClient

MOST_PAGES = 2000


@dataclass(frozen=True)
class Visited:
    """A page, and on which page the link to it stood."""

    address: str
    found_on: str
    answer: TestResponse


def walk(client: CheckedClient, start: str = "/") -> Iterator[Visited]:
    """Every address of this site that links from `start` lead to, once each, redirects followed.

    Faulty pages don't end the walk: whoever walks asks for `faults` of what was found.
    """
    client.strict = False
    waiting, seen = deque([(start, "the start")]), {start}
    while waiting:
        address, found_on = waiting.popleft()
        answer = client.get(address, follow_redirects=True)
        yield Visited(address, found_on, answer)
        if answer.mimetype != "text/html":
            continue
        for link in _links(answer.get_data(as_text=True), answer.request.path):
            if link not in seen:
                seen.add(link)
                waiting.append((link, address))
        assert len(seen) < MOST_PAGES, f"links without end, such as {sorted(seen)[-3:]}"


def _links(html: str, base: str) -> list[str]:
    tree = parse(html)
    found = [one["href"] for one in tree.all("a", "link") if one.has("href")]
    found += [one["src"] for one in tree if one.has("src")]
    found += [
        one["action"] for one in tree.all("form") if one.get("method", "get").lower() == "get" and one.has("action")
    ]
    absolute = dict.fromkeys(urldefrag(urljoin(base, one))[0] for one in found)
    return [one for one in absolute if not urlsplit(one).netloc and not urlsplit(one).scheme]
