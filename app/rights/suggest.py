"""Suggests articles for a proposal by the words in it, and says which words. PURE.

A suggestion is an offer: a person takes it or leaves it, and nothing is tagged by it alone.

Three things speak for an article: its own keywords and heading in the catalogue; a matter of city life that leads to
it (`lexicon.json`: a proposal about a landlord is about housing, whether or not it says so); and a group of people in
that matter (children and health lead to the child's right to health). How well this does is measured on proposals
that were labelled apart from it: `tests/rights/suggestions/`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from app.rights import lexicon, terms
from app.rights.catalogue import Catalogue, load
from app.rights.instruments import Article
from app.rights.text import ENGLISH, Locale, language_of

PART: Final = 0.4
"""What one word of a longer keyword is worth beside the whole of it."""
PARTS_ENOUGH: Final = 2
"""So many different words that are only parts of keywords make a suggestion without a whole one."""
BY_PLACE: Final = (1.0, 0.84, 0.7, 0.58, 0.48)
"""What a matter is worth to its first article, its second …"""
ANOTHER: Final = 0.75
"""What each further phrase of the same matter is worth beside the one before."""
LONGER: Final = 0.5
"""What each further word of a phrase adds: the longer it is, the surer."""
INSIDE: Final = 0.35
"""What a phrase is worth that stands inside a longer known one: `police` in `school police`."""
CATALOGUE: Final = 0.3
"""What the catalogue's own keywords are worth beside the lexicon."""
TOGETHER: Final = 1.05
"""What a group and a topic that stand together are worth to their article."""


@dataclass(frozen=True)
class Hint:
    """An article that a text seems to speak of, and the words of the text that say so, in their order."""

    article: Article
    words: tuple[str, ...]


def suggest(text: str, locale: str | Locale, *, catalogue: Catalogue | None = None, limit: int = 5) -> list[Hint]:
    """The articles that a text in the language of `locale` seems to speak of, at most `limit`, best first.

    The words it goes by are those that the catalogue and the lexicon have in that language, or in English if they do
    not speak it.
    """
    rights = catalogue or load()
    language = language_of(locale)
    spoken = {one for article in rights.articles for one in article.keywords_by_language}
    return _reader(rights, language if language in spoken else ENGLISH).hints(text, limit)


def language(text: str) -> str:
    """The language of `text`, by its common words and by those that the lexicon has in one language; else English.

    A title may have no common word at all: `Carril bici en la ronda` has two, `Carril bici` none.
    """
    said = terms.written(text)
    known = {
        one: sum((word in vocabulary) + (word in terms.STOPPED[one]) for word in said)  # a common word counts twice
        for one, vocabulary in _vocabularies().items()
    }
    return max(known, key=lambda one: (known[one], one == ENGLISH))


@cache
def _vocabularies() -> Mapping[str, frozenset[str]]:
    """Language -> its common words, and those of its phrases that no other language has."""
    things: list[lexicon.Matter | lexicon.Group] = [*lexicon.load().matters, *lexicon.load().groups]
    spoken = {
        one: {word for thing in things for phrase in thing.words.get(one, ()) for word in terms.written(phrase)}
        for one in terms.STOPPED
    }
    return {
        one: common | spoken[one].difference(*(words for other, words in spoken.items() if other != one))
        for one, common in terms.STOPPED.items()
    }


class _Form(NamedTuple):
    """The words of a text in the form that phrases are compared in, and where each stands in the text."""

    words: list[str]
    places: list[int]


class _Text:
    """A text in the two forms that phrases have: by stems without common words, and as it is written."""

    def __init__(self, text: str, language: str) -> None:
        self.words = terms.every_word(text, language)
        kept = [place for place, word in enumerate(self.words) if word.stem]
        self.stems = _Form([self.words[place].stem for place in kept], kept)
        written = [lexicon.AS_WRITTEN + terms.fold(word.written) for word in self.words]
        self.written = _Form(written, list(range(len(written))))

    def said(self, places: Iterable[int]) -> tuple[str, ...]:
        """The words in the order of the text, each once, however it is written."""
        said = {terms.fold(self.words[place].written): self.words[place].written for place in sorted(places)[::-1]}
        return tuple(reversed(said.values()))


class _Found(NamedTuple):
    """A known phrase where it first stands in a text. `inside`: it is part of a longer known phrase there."""

    phrase: tuple[str, ...]
    places: tuple[int, ...]
    inside: bool


@dataclass
class _Case:
    """What speaks for one thing: a score, and the places of the words in the text that say so."""

    score: float = 0.0
    places: set[int] = field(default_factory=set)

    def add(self, score: float, places: Iterable[int]) -> None:
        self.score += score
        self.places.update(places)


class _Phrases:
    """Stemmed phrases -> what they name."""

    def __init__(self) -> None:
        self.named: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self.longest = 0

    def add(self, stems: tuple[str, ...], place: int) -> None:
        if stems:
            self.named[stems].add(place)
            self.longest = max(self.longest, len(stems))

    def find(self, form: _Form) -> list[_Found]:
        """Each known phrase once, where it first stands; the longest at each place first."""
        found: dict[tuple[str, ...], _Found] = {}
        covered_to = 0
        for start in range(len(form.words)):
            for end in range(min(start + self.longest, len(form.words)), start, -1):
                phrase = tuple(form.words[start:end])
                if phrase in self.named:
                    inside = end <= covered_to
                    if phrase not in found or (found[phrase].inside and not inside):
                        found[phrase] = _Found(phrase, tuple(form.places[start:end]), inside)
                    covered_to = max(covered_to, end)
        return list(found.values())


class _Reader:
    """Reads texts in one language for the articles of one catalogue."""

    def __init__(self, rights: Catalogue, language: str) -> None:
        self._articles = rights.articles
        self._language = language
        self._place = {article.id: place for place, article in enumerate(rights.articles)}
        self._catalogue = _Phrases()
        self._parts: dict[str, set[int]] = defaultdict(set)
        for place, article in enumerate(rights.articles):
            for phrase in (*article.keywords(language), article.heading.in_(language)):
                stems = terms.stems(phrase, language)
                self._catalogue.add(stems, place)
                for stem in stems:
                    self._parts[stem].add(place)
        words = lexicon.load()
        self._matters, self._matter_phrases = words.matters, _phrases_of(words.matters, language)
        self._groups, self._group_phrases = words.groups, _phrases_of(words.groups, language)

    def hints(self, text: str, limit: int) -> list[Hint]:
        read = _Text(text, self._language)
        cases = self._by_catalogue(read.stems)
        matters = _weighed(self._matter_phrases, read)
        topics: dict[str, _Case] = defaultdict(_Case)
        for number, case in matters.items():
            matter = self._matters[number]
            if case.score > topics[matter.topic].score:
                topics[matter.topic] = case
            for worth, article_id in zip(BY_PLACE, matter.articles, strict=False):
                self._speak_for(cases, article_id, case.score * worth, case.places)
        self._by_group(cases, _weighed(self._group_phrases, read), topics)
        best = sorted((-case.score, place) for place, case in cases.items())[:limit]
        return [Hint(self._articles[place], read.said(cases[place].places)) for _, place in best]

    def _by_catalogue(self, stems: _Form) -> dict[int, _Case]:
        """What the catalogue's own keywords and headings speak for."""
        cases: dict[int, _Case] = defaultdict(_Case)
        whole: set[int] = set()
        parts: dict[int, set[str]] = defaultdict(set)
        for found in self._catalogue.find(stems):
            named = self._catalogue.named[found.phrase]
            worth = CATALOGUE * self._rarity(named) * math.sqrt(len(found.phrase))
            for place in named:
                cases[place].add(worth, found.places)
                whole.add(place)
        for at, stem in _first_of_each(stems):
            named = self._parts.get(stem, set())
            for place in named:
                cases[place].add(CATALOGUE * PART * self._rarity(named), (at,))
                parts[place].add(stem)
        return defaultdict(
            _Case,
            {place: case for place, case in cases.items() if place in whole or len(parts[place]) >= PARTS_ENOUGH},
        )

    def _by_group(self, cases: dict[int, _Case], groups: Mapping[int, _Case], topics: Mapping[str, _Case]) -> None:
        """What a group and a topic that stand together speak for."""
        for number, group in groups.items():
            for topic, article_id in self._groups[number].articles.items():
                if topic in topics:
                    about = topics[topic]
                    score = TOGETHER * min(about.score, 2 * group.score)
                    self._speak_for(cases, article_id, score, about.places | group.places)

    def _speak_for(self, cases: dict[int, _Case], article_id: str, score: float, places: Iterable[int]) -> None:
        # A catalogue of a city's own may leave out what the lexicon knows.
        if article_id in self._place:
            cases[self._place[article_id]].add(score, places)

    def _rarity(self, places: set[int]) -> float:
        return math.log(1 + len(self._articles) / len(places)) / math.log(1 + len(self._articles))


@cache
def _reader(rights: Catalogue, language: str) -> _Reader:
    return _Reader(rights, language)


def _phrases_of(things: Sequence[lexicon.Matter | lexicon.Group], language: str) -> _Phrases:
    phrases = _Phrases()
    for number, one in enumerate(things):
        for phrase in lexicon.phrases(one, language):
            if phrase.startswith(lexicon.AS_WRITTEN):
                phrases.add(tuple(_Text(phrase, language).written.words), number)
            else:
                phrases.add(terms.stems(phrase, language), number)
    return phrases


def _weighed(phrases: _Phrases, text: _Text) -> dict[int, _Case]:
    """How strongly a text speaks of each thing that the phrases name."""
    heard: dict[int, list[tuple[float, _Found]]] = defaultdict(list)
    for found in (*phrases.find(text.stems), *phrases.find(text.written)):
        named = phrases.named[found.phrase]
        worth = (1 + LONGER * (len(found.phrase) - 1)) * (INSIDE if found.inside else 1.0) / math.sqrt(len(named))
        for number in named:
            heard[number].append((worth, found))
    cases: dict[int, _Case] = {}
    for number, all_of_it in heard.items():
        case = cases[number] = _Case()
        for rank, (worth, found) in enumerate(sorted(all_of_it, key=lambda one: -one[0])):
            case.add(worth * ANOTHER**rank, found.places)
    return cases


def _first_of_each(stems: _Form) -> Iterator[tuple[int, str]]:
    seen = set()
    for stem, place in zip(stems.words, stems.places, strict=True):
        if stem not in seen:
            seen.add(stem)
            yield place, stem
