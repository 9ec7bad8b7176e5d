"""Tags: somebody ties a proposal to an article, says which way it works, for whom, and what would lessen harm. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.charter.words import N_, Words
from app.rights import files
from app.rights.catalogue import Catalogue
from app.rights.text import Text

MITIGATION_MOST = 2_000
"""The longest mitigation, in characters."""


class Direction(StrEnum):
    """Which way a proposal works on a right."""

    ADVANCES = "advances"
    ENDANGERS = "endangers"
    BOTH = "both"

    @property
    def label(self) -> str:
        return {
            Direction.ADVANCES: N_("Advances this right"),
            Direction.ENDANGERS: N_("Endangers this right"),
            Direction.BOTH: N_("Does both"),
        }[self]

    @property
    def harms(self) -> bool:
        """True where a mitigation is asked for."""
        return self is not Direction.ADVANCES


@dataclass(frozen=True)
class Group:
    """People whom a proposal may affect."""

    id: str
    label: Text


@dataclass(frozen=True)
class Tag:
    """A proposal advances or endangers an article, for some groups."""

    article_id: str
    direction: Direction
    groups: tuple[str, ...] = ()
    mitigation: str = ""
    """What would lessen the harm, in the words of whoever set the tag."""

    @property
    def lacks_mitigation(self) -> bool:
        return self.direction.harms and not self.mitigation.strip()


@cache
def groups() -> tuple[Group, ...]:
    """The groups a tag can name, in the order in which forms show them."""
    data = files.read(files.HERE / "checklist" / "groups.json", "labels").get("groups", [])
    files.refuse_repeated("groups.json", [one["id"] for one in data])
    return tuple(Group(one["id"], Text.of(one["label"])) for one in data)


def errors(tags: Iterable[Tag], catalogue: Catalogue) -> list[Words]:
    """What is wrong with tags that somebody sent, in plain words; empty when they can be kept."""
    found: list[Words] = []
    seen: set[str] = set()
    for tag in tags:
        if tag.article_id in seen and tag.article_id in catalogue:
            article = catalogue.article(tag.article_id).citation.en
            found.append(Words(N_("%(article)s is there twice. Keep one of the two."), {"article": article}))
        seen.add(tag.article_id)
        found.extend(_errors_of_one(tag, catalogue))
    return found


def _errors_of_one(tag: Tag, catalogue: Catalogue) -> Iterator[Words]:
    if tag.article_id not in catalogue:
        yield Words(N_("There is no article “%(article)s” in the catalogue."), {"article": tag.article_id})
    known = {group.id for group in groups()}
    for group in tag.groups:
        if group not in known:
            yield Words(N_("There is no group “%(group)s” to choose."), {"group": group})
    if len(tag.mitigation) > MITIGATION_MOST:
        yield Words(N_("A mitigation can have at most %(most)s characters. Shorten it."), {"most": MITIGATION_MOST})
