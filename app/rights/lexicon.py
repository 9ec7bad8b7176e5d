"""The words of city life, and the articles they speak of: what suggestions go by besides the catalogue. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.rights import files

AS_WRITTEN: Final = "="
"""Begins a phrase that is compared as it is written, common words and all: where stems clash (deporte, deportar), or
where common words make the sense (have a say)."""

Words = Mapping[str, tuple[str, ...]]
"""Phrases by language."""


@dataclass(frozen=True)
class Matter:
    """Something that residents write proposals about, such as eviction. `articles`: ids, the closest first."""

    id: str
    topic: str
    articles: tuple[str, ...]
    words: Words


@dataclass(frozen=True)
class Group:
    """Somebody whom a proposal is for. `articles`: topic -> the article that states this group's right in it."""

    id: str
    articles: Mapping[str, str]
    words: Words


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All matters and groups of a catalogue's folder."""

    matters: tuple[Matter, ...]
    groups: tuple[Group, ...]


@cache
def load(folder: Path = files.HERE) -> Lexicon:
    """The lexicon in `folder`, read and checked once. Raises files.BadData.

    That its articles are in the catalogue is not looked at here: `lost` tells.
    """
    data = files.read(folder / "lexicon.json", "lexicon")
    matters = tuple(
        Matter(one["id"], one["topic"], tuple(one["articles"]), _words(one["words"])) for one in data["matters"]
    )
    groups = tuple(Group(one["id"], dict(one["articles"]), _words(one["words"])) for one in data["groups"])
    files.refuse_repeated("lexicon.json", [one.id for one in matters])
    files.refuse_repeated("lexicon.json", [one.id for one in groups])
    return Lexicon(matters, groups)


def lost(lexicon: Lexicon, known: Sequence[str]) -> list[str]:
    """References to articles that `known` does not have, and to topics that no matter has."""
    topics = {matter.topic for matter in lexicon.matters}
    return [
        *(f"{one.id}: no article {id_}" for one in lexicon.matters for id_ in one.articles if id_ not in known),
        *(f"{one.id}: no article {id_}" for one in lexicon.groups for id_ in one.articles.values() if id_ not in known),
        *(f"{one.id}: no topic {topic}" for one in lexicon.groups for topic in one.articles if topic not in topics),
    ]


def phrases(one: Matter | Group, language: str) -> Iterator[str]:
    """Its phrases in that language; none where nobody has written them."""
    yield from one.words.get(language, ())


def _words(by_language: Mapping[str, Any]) -> Words:
    return {language: tuple(written) for language, written in by_language.items()}
