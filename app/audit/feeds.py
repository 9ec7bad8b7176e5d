"""Entries as feeds that people and newspapers follow: Atom (RFC 4287) and JSON Feed 1.1 (PURE).

Whoever follows a feed keeps signed checkpoints without having to think of it: each item carries the first one that
covers it, which never changes again. Nothing that anybody typed stands in a feed, since nobody can call it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

ATOM: Final = "http://www.w3.org/2005/Atom"
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed."""


@dataclass(frozen=True)
class Item:
    """One entry of the log."""

    index: int
    leaf: bytes
    act: str
    at: datetime
    text: str
    checkpoint: str
    """The first one that covers it."""


@dataclass(frozen=True)
class Feed:
    """The newest entries that fit a filter, and what is said about them as a whole."""

    title: str
    description: str
    author: str
    language: str
    origin: str
    home: str
    """The address of the log, under which its entries stand."""
    page: str
    """The address of the page with the same entries."""
    own: Mapping[str, str]
    """The addresses of this feed itself, by kind."""
    older: Mapping[str, str] = field(default_factory=dict)
    """The addresses of the next older part of this feed."""
    checkpoint: str = ""
    """The newest one."""
    signed_words: str = ""
    """What is said before an item's checkpoint."""
    items: Sequence[Item] = ()

    @property
    def updated(self) -> datetime:
        return max((one.at for one in self.items), default=NEVER)


def tag(origin: str, item: Item) -> str:
    """A name for an entry that stays the same for ever, wherever the log is served from (RFC 4151)."""
    place = urlsplit(f"//{origin}")
    return (
        f"tag:{place.hostname},{item.at:%Y-%m-%d}:{origin.replace(':', '/')}/entry/{item.index}/{item.leaf.hex()[:16]}"
    )


def feed_tag(feed: Feed) -> str:
    """A name for the feed as such."""
    place = urlsplit(f"//{feed.origin}")
    query = urlsplit(feed.page).query
    return f"tag:{place.hostname},2026:{feed.origin.replace(':', '/')}/feed{'/' if query else ''}{query}"


def atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = Element("feed", {"xmlns": ATOM, "xmlns:log": "https://c2sp.org/tlog-checkpoint", "xml:lang": feed.language})
    _text(root, "id", feed_tag(feed))
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.description)
    _text(root, "updated", _moment(feed.updated))
    _text(SubElement(root, "author"), "name", feed.author)
    _link(root, "self", feed.own["atom"], "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    if "atom" in feed.older:
        _link(root, "next", feed.older["atom"], "application/atom+xml")
    _text(root, "log:checkpoint", feed.checkpoint)
    for item in feed.items:
        _atom_entry(root, feed, item)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(root, encoding="utf-8"))


def _atom_entry(root: Element, feed: Feed, item: Item) -> None:
    entry = SubElement(root, "entry")
    _text(entry, "id", tag(feed.origin, item))
    _text(entry, "title", item.text)
    _text(entry, "updated", _moment(item.at))
    _link(entry, "alternate", f"{feed.home}/entry/{item.index}", "text/html")
    SubElement(entry, "category", {"term": item.act})
    _text(entry, "content", _content(feed, item), {"type": "text"})


def json_feed(feed: Feed) -> dict[str, Any]:
    """The feed as the object of a JSON Feed."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page,
        "feed_url": feed.own["json"],
        **({"next_url": feed.older["json"]} if "json" in feed.older else {}),
        "language": feed.language,
        "authors": [{"name": feed.author, "url": feed.home}],
        "_log": {"about": f"{feed.home}/check", "origin": feed.origin, "checkpoint": feed.checkpoint},
        "items": [
            {
                "id": tag(feed.origin, item),
                "url": f"{feed.home}/entry/{item.index}",
                "title": item.text,
                "content_text": _content(feed, item),
                "date_published": _moment(item.at),
                "tags": [item.act],
                "_log": {"index": item.index, "leaf": item.leaf.hex(), "checkpoint": item.checkpoint},
            }
            for item in feed.items
        ],
    }


def _content(feed: Feed, item: Item) -> str:
    return f"{item.text}\n\n{feed.signed_words}\n\n{item.checkpoint}"


def _text(above: Element, name: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
    SubElement(above, name, dict(attributes or {})).text = text


def _link(above: Element, rel: str, href: str, kind: str) -> None:
    SubElement(above, "link", {"rel": rel, "href": href, "type": kind})


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
