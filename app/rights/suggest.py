"""Suggests articles for a proposal by the words in it, and says which words. PURE.

A suggestion is an offer: a person takes it or leaves it, and nothing is tagged by it alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from app.rights import terms
from app.rights.catalogue import Catalogue, load
from app.rights.instruments import Article
from app.rights.text import ENGLISH, Locale, language_of

PART = 0.4
"""What one word of a longer keyword is worth beside the whole of it."""
PARTS_ENOUGH = 2
"""So many different words that are only parts of keywords make a suggestion without a whole one."""


@dataclass(frozen=True)
class Hint:
    """An article that a text seems to speak of, and the words of the text that say so, in their order."""

    article: Article
    words: tuple[str, ...]


def suggest(text: str, locale: str | Locale, *, catalogue: Catalogue | None = None, limit: int = 5) -> list[Hint]:
    """The articles that a text in the language of `locale` seems to speak of, at most `limit`, best first.

    The words it goes by are the keywords and headings of the catalogue in that language, or in English if the
    catalogue does not speak it.
    """
    rights = catalogue or load()
    language = language_of(locale)
    spoken = {one for article in rights.articles for one in article.keywords_by_language}
    return _vocabulary(rights, language if language in spoken else ENGLISH).hints(text, limit)


@dataclass
class _Case:
    """What speaks for one article: scores, and the written words by where they stand in the text."""

    score: float
    whole: bool
    parts: set[str]
    said: dict[int, str]

    @property
    def enough(self) -> bool:
        return self.whole or len(self.parts) >= PARTS_ENOUGH


class _Vocabulary:
    """Keywords and headings of a catalogue in one language -> the articles they belong to."""

    def __init__(self, articles: Sequence[Article], language: str) -> None:
        self._articles = articles
        self._language = language
        self._phrases: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self._parts: dict[str, set[int]] = defaultdict(set)
        for place, article in enumerate(articles):
            for phrase in (*article.keywords(language), article.heading.in_(language)):
                if stems := terms.stems(phrase, language):
                    self._phrases[stems].add(place)
                    for stem in stems:
                        self._parts[stem].add(place)
        self._longest = max(map(len, self._phrases), default=0)

    def hints(self, text: str, limit: int) -> list[Hint]:
        words = terms.words(text, self._language)
        cases: dict[int, _Case] = defaultdict(lambda: _Case(0.0, whole=False, parts=set(), said={}))
        for start, phrase in self._phrases_in(words):
            worth = self._rarity(self._phrases[phrase]) * math.sqrt(len(phrase))
            for place in self._phrases[phrase]:
                self._count(cases[place], words, start, len(phrase), worth)
        for start, word in _first_of_each(words):
            places = self._parts.get(word.stem, set())
            for place in places:
                cases[place].score += PART * self._rarity(places)
                cases[place].parts.add(word.stem)
                cases[place].said.setdefault(start, word.written)
        best = sorted((-case.score, place) for place, case in cases.items() if case.enough)[:limit]
        return [Hint(self._articles[place], _said(cases[place])) for _, place in best]

    def _phrases_in(self, words: Sequence[terms.Word]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each known phrase where it first stands in the text."""
        stems = tuple(word.stem for word in words)
        seen = set()
        for start in range(len(stems)):
            for length in range(1, min(self._longest, len(stems) - start) + 1):
                phrase = stems[start : start + length]
                if phrase in self._phrases and phrase not in seen:
                    seen.add(phrase)
                    yield start, phrase

    def _count(self, case: _Case, words: Sequence[terms.Word], start: int, length: int, worth: float) -> None:
        case.whole = True
        case.score += worth
        for place in range(start, start + length):
            case.said.setdefault(place, words[place].written)

    def _rarity(self, places: set[int]) -> float:
        return math.log(1 + len(self._articles) / len(places))


@cache
def _vocabulary(rights: Catalogue, language: str) -> _Vocabulary:
    return _Vocabulary(rights.articles, language)


def _first_of_each(words: Iterable[terms.Word]) -> Iterator[tuple[int, terms.Word]]:
    seen = set()
    for start, word in enumerate(words):
        if word.stem not in seen:
            seen.add(word.stem)
            yield start, word


def _said(case: _Case) -> tuple[str, ...]:
    """The words in the order of the text, each once, however it is written."""
    by_fold = {terms.fold(case.said[place]): case.said[place] for place in sorted(case.said, reverse=True)}
    return tuple(reversed(by_fold.values()))
