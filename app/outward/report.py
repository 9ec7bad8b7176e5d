"""A draft of a civil society report: blocks of text in the order that a body asks for. PURE.

The draft says what the record says, and leaves room for what only people can add: who they are, local facts,
recommendations. The same record gives the same draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.charter.words import N_, Words
from app.outward.shapes import BY_RIGHT, SectionKind, Shape
from app.outward.told import Told
from app.rights.catalogue import Catalogue
from app.rights.instruments import Article
from app.rights.text import Text

LONGEST_EXCERPT = 60
"""Words of a city's answer."""


class BlockKind(StrEnum):
    HEADING = "heading"
    CHAPTER = "chapter"
    PARAGRAPH = "paragraph"
    FILL = "fill"
    """For a human to write."""
    NOTE = "note"
    """Where a fact can be checked; counts for no limit."""


@dataclass(frozen=True)
class Block:
    """A piece of a report. `number`: of a paragraph or note."""

    kind: BlockKind
    text: str
    number: int | None = None


@dataclass(frozen=True)
class Report:
    title: str
    blocks: tuple[Block, ...]
    left: int
    """Proposals that no chapter has room for: they are tied to other instruments alone."""

    @property
    def words(self) -> int:
        """The words that count: headings and paragraphs, neither notes nor what is still to be written."""
        counted = (BlockKind.HEADING, BlockKind.CHAPTER, BlockKind.PARAGRAPH)
        return count(self.title) + sum(count(one.text) for one in self.blocks if one.kind in counted)


class Reader(Protocol):
    """Says things in the language of a report."""

    def say(self, words: Words) -> str: ...
    def text(self, text: Text) -> str: ...
    def day(self, moment: datetime) -> str: ...
    def number(self, number: int) -> str: ...
    def verdict(self, verdict: str) -> str: ...
    def ballots(self, told: Told) -> str:
        """How the vote ended, in a sentence."""
        ...

    def address(self, told: Told) -> str:
        """Where the proposal can be read."""
        ...


def count(text: str) -> int:
    """How many words a text has, as a word processor counts them."""
    return len(text.split())


@dataclass(frozen=True)
class Chapter:
    """One right or article, and the proposals that have to do with it."""

    title: str
    articles: frozenset[str]
    proposals: tuple[Told, ...]


def chapters(shape: Shape, told: Sequence[Told], rights: Catalogue, reader: Reader) -> list[Chapter]:
    """By right, or by the articles of the shape's instrument, in their order; those without a proposal are left out."""
    if shape.order == BY_RIGHT:
        found = [(title, ids, [one for one in told if one.articles & ids]) for title, ids in _rights(rights, reader)]
    else:
        own = {one.id: _places(one, rights.articles_of(shape.order), rights) for one in told}
        found = [
            (_named(article, reader), _same_right(article, rights), [one for one in told if article in own[one.id]])
            for article in rights.articles_of(shape.order)
        ]
    return [Chapter(title, ids, tuple(fitting)) for title, ids, fitting in found if fitting]


def _places(told: Told, articles: Sequence[Article], rights: Catalogue) -> list[Article]:
    """Where a report on one treaty tells of a proposal: under those of its articles that it is tied to.

    Where it is tied to other instruments alone, under the one article that shares most with these.
    """
    direct = [article for article in articles if article.id in told.articles]
    if direct:
        return direct
    shared = {article: len(_same_right(article, rights) & told.articles) for article in articles}
    closest = max(articles, key=lambda article: shared[article])
    return [closest] if shared[closest] else []


def _same_right(article: Article, rights: Catalogue) -> frozenset[str]:
    return frozenset({article.id, *(one.id for one in rights.relatives(article.id))})


def _named(article: Article, reader: Reader) -> str:
    return f"{reader.text(article.citation)}: {reader.text(article.heading)}"


def _rights(rights: Catalogue, reader: Reader) -> Iterator[tuple[str, frozenset[str]]]:
    """Every right that several instruments state, then every other article by itself."""
    clustered: set[str] = set()
    for cluster in rights.clusters:
        ids = frozenset(article.id for article in cluster.articles)
        clustered |= ids
        yield reader.text(cluster.label), ids
    for article in rights.articles:
        if article.id not in clustered:
            yield _named(article, reader), frozenset({article.id})


@dataclass
class _Writing:
    """A draft in the making."""

    reader: Reader
    blocks: list[Block] = field(default_factory=list)
    told_in: dict[int, int] = field(default_factory=dict)
    """By proposal, the paragraph that tells of it."""
    numbered: int = 0

    def add(self, kind: BlockKind, text: str) -> None:
        if kind is BlockKind.PARAGRAPH:
            self.numbered += 1
        self.blocks.append(Block(kind, text, self.numbered if kind is BlockKind.PARAGRAPH else None))

    def say(self, kind: BlockKind, text: str, values: Mapping[str, object] | None = None) -> None:
        self.add(kind, self.reader.say(Words(text, values or {})))


def draft(shape: Shape, told: Sequence[Told], rights: Catalogue, reader: Reader, *, city: str) -> Report:
    """The whole draft of a report on these proposals."""
    found = chapters(shape, told, rights, reader)
    writing = _Writing(reader)
    for section in shape.sections:
        writing.add(BlockKind.HEADING, reader.text(section.heading))
        match section.kind:
            case SectionKind.METHOD:
                _method(writing, told, city)
            case SectionKind.ARTICLES:
                for chapter in found:
                    _chapter(writing, chapter, city)
            case SectionKind.SOURCES:
                _sources(writing, told)
        if section.prompt is not None:
            writing.add(BlockKind.FILL, reader.text(section.prompt))
    shown = {one.id for chapter in found for one in chapter.proposals}
    return Report(reader.text(shape.title), tuple(writing.blocks), sum(one.id not in shown for one in told))


def _method(writing: _Writing, told: Sequence[Told], city: str) -> None:
    questions = list(dict.fromkeys(one.question for one in told))
    writing.say(
        BlockKind.PARAGRAPH,
        N_(
            "This report draws on public deliberations of residents of %(city)s: %(questions)s. Residents wrote the "
            "proposals and said which human rights each advances or endangers. Every step is in a public log that "
            "anybody can check."
        ),
        {"city": city, "questions": "; ".join(f"“{one}”" for one in questions)},
    )


def _chapter(writing: _Writing, chapter: Chapter, city: str) -> None:
    works = [one.works(chapter.articles) for one in chapter.proposals]
    writing.add(BlockKind.CHAPTER, chapter.title)
    writing.say(
        BlockKind.PARAGRAPH,
        N_(
            "Proposals of residents of %(city)s that have to do with this right: %(proposals)s. Said to advance it: "
            "%(advances)s. Said to endanger it: %(endangers)s."
        ),
        {
            "city": city,
            "proposals": writing.reader.number(len(works)),
            "advances": writing.reader.number(sum(advances for advances, _ in works)),
            "endangers": writing.reader.number(sum(endangers for _, endangers in works)),
        },
    )
    writing.say(BlockKind.FILL, N_("Local facts: figures and what happened, each with its source and date."))
    for one in chapter.proposals:
        _proposal(writing, one)
    writing.say(
        BlockKind.FILL,
        N_("Recommendation: what should be done, by whom, by when, and how anybody can measure it."),
    )


def _proposal(writing: _Writing, one: Told) -> None:
    if one.id in writing.told_in:
        seen = {"title": one.title, "number": writing.told_in[one.id]}
        writing.say(BlockKind.PARAGRAPH, N_("On the proposal “%(title)s” see paragraph %(number)s."), seen)
        return
    reader = writing.reader
    backed = {"title": one.title, "number": one.id, "backed": reader.number(one.endorsements)}
    parts = [
        reader.say(Words(N_("Proposal %(number)s: “%(title)s”. It was endorsed %(backed)s times."), backed)),
        reader.ballots(one) if one.vote else reader.say(Words(N_("There was no vote on it."))),
    ]
    if one.answer is None:
        parts.append(reader.say(Words(N_("The city has not answered."))))
    else:
        given = {"day": reader.day(one.answer.at), "verdict": reader.verdict(one.answer.verdict)}
        parts.append(reader.say(Words(N_("The city answered on %(day)s: %(verdict)s."), given)))
        parts.append(excerpt(one.answer.text))
    writing.add(BlockKind.PARAGRAPH, " ".join(part for part in parts if part))
    writing.told_in[one.id] = writing.numbered


def _sources(writing: _Writing, told: Sequence[Told]) -> None:
    for one in told:
        if one.id in writing.told_in:
            note = {"number": one.id, "address": writing.reader.address(one)}
            said = Words(N_("Proposal %(number)s, its votes, the city’s answers and their history: %(address)s"), note)
            writing.blocks.append(Block(BlockKind.NOTE, writing.reader.say(said), writing.told_in[one.id]))


_MARKS = re.compile(r"[*_`#>]+|^\s*[-+]\s+|!?\[([^\]]*)\]\([^)]*\)", re.MULTILINE)


def excerpt(markdown: str) -> str:
    """The beginning of a text, without its marks, in quotation marks; empty for an empty text."""
    words = _MARKS.sub(lambda found: found.group(1) or "", markdown).split()
    if not words:
        return ""
    more = "…" if len(words) > LONGEST_EXCERPT else ""
    return f"“{' '.join(words[:LONGEST_EXCERPT])}{more}”"
