"""The human rights catalogue: instruments and their articles, by id, by theme, by right, by words. PURE.

from app.rights import catalogue

rights = catalogue.load()
rights.article("icescr-11").heading.in_("es")
rights.search("water shut-off", "en")
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from app.rights import files
from app.rights.instruments import Article, Cluster, Instrument, Theme
from app.rights.search import SearchIndex
from app.rights.text import Locale

T = TypeVar("T")


class NotInCatalogue(LookupError):
    """An id that no instrument, article or theme has."""


class Catalogue:
    """All instruments and articles, in the order in which lists show them."""

    def __init__(
        self,
        instruments: tuple[Instrument, ...],
        articles: tuple[Article, ...],
        themes: tuple[Theme, ...],
        clusters: tuple[Cluster, ...],
    ) -> None:
        self.instruments = instruments
        self.articles = articles
        self.themes = themes
        self.clusters = clusters
        self._instruments = {one.id: one for one in instruments}
        self._articles = {one.id: one for one in articles}
        self._themes = {one.id: one for one in themes}

    def __contains__(self, article_id: object) -> bool:
        return article_id in self._articles

    def article(self, article_id: str) -> Article:
        """Such as `icescr-11`. Raises NotInCatalogue."""
        return _found(self._articles, article_id)

    def instrument(self, instrument_id: str) -> Instrument:
        """Such as `icescr`. Raises NotInCatalogue."""
        return _found(self._instruments, instrument_id)

    def theme(self, theme_id: str) -> Theme:
        """Such as `housing`. Raises NotInCatalogue."""
        return _found(self._themes, theme_id)

    def articles_of(self, instrument_id: str) -> list[Article]:
        """The articles of one instrument. Raises NotInCatalogue."""
        instrument = self.instrument(instrument_id)
        return [article for article in self.articles if article.instrument is instrument]

    def by_theme(self, theme_id: str) -> list[Article]:
        """The articles filed under a theme. Raises NotInCatalogue."""
        theme = self.theme(theme_id)
        return [article for article in self.articles if theme in article.themes]

    def clusters_of(self, article_id: str) -> list[Cluster]:
        """The rights that an article shares with other instruments; none for some. Raises NotInCatalogue."""
        return list(self._clusters_by_article.get(self.article(article_id).id, ()))

    def relatives(self, article_id: str) -> list[Article]:
        """Other articles that state the same right, each once. Raises NotInCatalogue."""
        own = self.article(article_id)
        related = {article for cluster in self.clusters_of(article_id) for article in cluster.articles}
        return [article for article in self.articles if article in related and article is not own]

    def search(self, text: str, locale: str | Locale) -> list[Article]:
        """The articles that `text` cites (`art. 17`, `ICCPR 17`) or speaks of, best first."""
        return self._index.search(text, locale)

    @cached_property
    def _clusters_by_article(self) -> dict[str, list[Cluster]]:
        found: defaultdict[str, list[Cluster]] = defaultdict(list)
        for cluster in self.clusters:
            for article in cluster.articles:
                found[article.id].append(cluster)
        return found

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(self.articles)


_own: Path | None = None
"""The folder with the city's own instruments, if it has any."""


def add(folder: Path | None) -> Catalogue:
    """Let the catalogue hold the instruments in `folder` too, beside those that every city has; None: no others.

    Raises files.BadData, naming the file and what is wrong with it; then the catalogue stays as it was.
    """
    global _own  # noqa: PLW0603  # one process is one city
    if folder == _own:
        return load()
    before, _own = _own, folder
    load.cache_clear()
    try:
        return load()
    except files.BadData:
        _own = before
        raise


@cache
def load(folder: Path = files.HERE) -> Catalogue:
    """The catalogue in `folder`, read and checked once. Raises files.BadData, naming the file and what is wrong.

    By default the one that every city has, with what `add` added.
    """
    themes = files.themes(folder)
    read = files.instruments(folder, themes, _own if folder == files.HERE else None)
    instruments = tuple(instrument for instrument, _ in read)
    articles = tuple(article for _, articles in read for article in articles)
    files.refuse_lost_parents(instruments, articles)
    return Catalogue(instruments, articles, themes, files.clusters(folder, articles))


def _found(by_id: dict[str, T], wanted: str) -> T:
    try:
        return by_id[wanted]
    except KeyError:
        raise NotInCatalogue(wanted) from None
