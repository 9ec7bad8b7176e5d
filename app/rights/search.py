"""Finds articles by words or by citation: `water shut-off`, `art. 17`, `ICCPR 17`. PURE."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.rights import terms
from app.rights.instruments import Article, Kind
from app.rights.text import ENGLISH, Locale, Text, language_of

HEADING, KEYWORD, SUMMARY, FILED = 8.0, 4.0, 1.0, 0.5
"""What a word is worth where it stands. FILED: in a theme or in the title of the instrument."""
SAID_WHOLE = {HEADING: 8.0, KEYWORD: 3.0}
"""What is added, at most, when all that was asked for stands together in a heading, or is a keyword."""
EXPLAINS = 0.6
"""What a find in a general comment or a resolution is worth beside one in what it explains."""
BEGUN = 4
"""From so many letters on, the beginning of a word finds it too, at half its worth."""

CITING = frozenset({"article", "articles", "art", "arts", "articulo", "articulos", "no", "n", "num", "numero"})


class SearchIndex:
    """The words of some articles in every language they are written in. Made once for a catalogue."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = tuple(articles)
        languages = {ENGLISH}.union(*(article.heading.languages for article in articles))
        self._by_language = {language: _Words(self._articles, language) for language in sorted(languages)}
        self._names = _names(self._articles)

    def search(self, text: str, locale: str | Locale) -> list[Article]:
        """The articles that `text` cites or speaks of, best first; none when nothing fits.

        Headings count more than keywords, and these more than summaries. A word that the language of `locale` does
        not have is looked for in the others.
        """
        cited, rest = self._cited(text)
        if not rest:
            return cited
        language = language_of(locale)
        found = self._ranked(" ".join(rest), language if language in self._by_language else ENGLISH)
        if cited:
            return [article for article in found if article in cited] or cited
        return found

    def _cited(self, text: str) -> tuple[list[Article], list[str]]:
        """What is cited, and the words that are left over; a name alone among other words is no citation."""
        names, numbers, citing, rest = set(), set(), False, []
        for word in terms.written(text):
            if word in self._names:
                names.add(self._names[word])
            elif word.isdigit():
                numbers.add(word.lstrip("0"))
            elif word in CITING:
                citing = True
            else:
                rest.append(word)
        if not (names or numbers) or (rest and not (numbers and (names or citing))):
            return [], text.split()
        return [
            article
            for article in self._articles
            if (not names or article.instrument.id in names) and (not numbers or article.number in numbers)
        ], rest

    def _ranked(self, text: str, language: str) -> list[Article]:
        scores: dict[int, float] = defaultdict(float)
        matched: dict[int, int] = defaultdict(int)
        asked = list(dict.fromkeys(word.written for word in terms.words(text, language)))
        for word in asked:
            for place, score in self._found_for(word, language).items():
                scores[place] += score
                matched[place] += 1
        for place, score in self._by_language[language].said_whole(terms.stems(text, language), scores):
            scores[place] += score
        for place in scores:
            if self._articles[place].instrument.kind in (Kind.GENERAL_COMMENT, Kind.RESOLUTION):
                scores[place] *= EXPLAINS
        enough = max(matched.values(), default=0) / 3
        places = [place for place in scores if matched[place] >= enough]
        places.sort(key=lambda place: (-matched[place], -scores[place], place))
        return [self._articles[place] for place in places]

    def _found_for(self, word: str, language: str) -> dict[int, float]:
        for one in sorted(self._by_language, key=lambda other: other != language):
            for stem in terms.stems(word, one):
                if found := self._by_language[one].found_for(stem):
                    return found
        return {}


@dataclass(frozen=True)
class _Phrases:
    """The stems of an article's heading and of each of its keywords."""

    heading: tuple[str, ...]
    keywords: frozenset[tuple[str, ...]]


class _Words:
    """The index in one language: stem -> place of the article -> what the word is worth there."""

    def __init__(self, articles: Sequence[Article], language: str) -> None:
        self._worth: dict[str, dict[int, float]] = defaultdict(dict)
        self._phrases: list[_Phrases] = []
        self._count = len(articles)
        for place, article in enumerate(articles):
            keywords = [terms.stems(keyword, language) for keyword in article.keywords(language)]
            self._phrases.append(_Phrases(terms.stems(article.heading.in_(language), language), frozenset(keywords)))
            filed = [*(theme.label for theme in article.themes), article.instrument.title]
            self._add(place, FILED, (terms.stems(text.in_(language), language) for text in filed))
            self._add(place, SUMMARY, [terms.stems(article.summary.in_(language), language)])
            self._add(place, KEYWORD, keywords)
            self._add(place, HEADING, [self._phrases[place].heading])

    def _add(self, place: int, worth: float, phrases: Iterable[tuple[str, ...]]) -> None:
        for phrase in phrases:
            for stem in phrase:
                self._worth[stem][place] = worth  # added from the least to the most, so the best place counts

    def found_for(self, stem: str) -> dict[int, float]:
        """Where the word stands, and what that is worth; a rare word is worth more."""
        if stem in self._worth:
            return self._weighed(self._worth[stem], 1.0)
        found: dict[int, float] = {}
        if len(stem) >= BEGUN:
            for longer, places in self._worth.items():
                if longer.startswith(stem):
                    for place, score in self._weighed(places, 0.5).items():
                        found[place] = max(found.get(place, 0.0), score)
        return found

    def _weighed(self, places: dict[int, float], share: float) -> dict[int, float]:
        rarity = math.log(1 + self._count / len(places))
        return {place: share * rarity * worth for place, worth in places.items()}

    def said_whole(self, asked: tuple[str, ...], places: Iterable[int]) -> Iterable[tuple[int, float]]:
        for place in list(places):
            phrases = self._phrases[place]
            if asked and _stands_in(asked, phrases.heading):
                yield place, SAID_WHOLE[HEADING] * len(asked) * (1 + len(asked) / len(phrases.heading))
            elif asked in phrases.keywords:
                yield place, SAID_WHOLE[KEYWORD] * len(asked)


def _stands_in(asked: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(phrase[start : start + len(asked)] == asked for start in range(len(phrase) - len(asked) + 1))


def _names(articles: Iterable[Article]) -> dict[str, str]:
    """How instruments are called in citations -> id."""
    names = {}
    for instrument in {article.instrument for article in articles}:
        short: Text = instrument.short_title
        for name in (instrument.id, *(short.in_(language) for language in short.languages)):
            names[terms.fold(name)] = instrument.id
    return names
