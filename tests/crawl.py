"""Walking through all pages that somebody can reach by links."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.html import parse
from tests.pages import CheckedClient

ENOUGH = 12
"""How many addresses of one view are visited; a log of a thousand entries has as many pages that are alike."""


@dataclass(frozen=True)
class Visited:
    """A page, and on which page the link to it stood."""

    address: str
    view: str
    found_on: str
    answer: TestResponse


def walk(client: CheckedClient, start: str = "/") -> Iterator[Visited]:
    """The addresses of this site that links from `start` lead to, `ENOUGH` of each view, redirects followed.

    Faulty pages don't end the walk: whoever walks asks for `faults` of what was found.
    """
    client.strict = False
    waiting, seen, visits = deque([(start, "the start")]), {start}, Counter[str]()
    while waiting:
        address, found_on = waiting.popleft()
        view = _view(client, address)
        visits[view] += 1
        if visits[view] > ENOUGH:
            continue
        answer = client.get(address, follow_redirects=True)
        yield Visited(address, view, found_on, answer)
        if answer.mimetype != "text/html":
            continue
        for link in _links(answer.get_data(as_text=True), answer.request.path):
            if link not in seen:
                seen.add(link)
                waiting.append((link, address))


def _view(client: CheckedClient, address: str) -> str:
    """The view's name; of an address that no view answers, the address itself, so that it's visited and found out."""
    try:
        return str(client.application.url_map.bind("127.0.0.1").match(urlsplit(address).path)[0])
    except (HTTPException, RequestRedirect):
        return address


def _links(html: str, base: str) -> list[str]:
    tree = parse(html)
    found = [one["href"] for one in tree.all("a", "link") if one.has("href")]
    found += [one["src"] for one in tree if one.has("src")]
    found += [
        one["action"] for one in tree.all("form") if one.get("method", "get").lower() == "get" and one.has("action")
    ]
    absolute = dict.fromkeys(urldefrag(urljoin(base, one))[0] for one in found)
    return [one for one in absolute if not urlsplit(one).netloc and not urlsplit(one).scheme]
