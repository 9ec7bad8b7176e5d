"""The same words in several languages. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

ENGLISH = "en"


class Locale(Protocol):
    """What Babel's locale has and this module needs of it."""

    @property
    def language(self) -> str: ...


def language_of(locale: str | Locale) -> str:
    """The bare language of `es`, `es_MX`, `es-419` or a Babel locale."""
    if isinstance(locale, str):
        return locale.replace("-", "_").partition("_")[0].lower()
    return locale.language


@dataclass(frozen=True)
class Text:
    """Words for people, given in English and perhaps in further languages."""

    en: str
    others: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, by_language: Mapping[str, str]) -> Text:
        others = tuple((language, words) for language, words in by_language.items() if language != ENGLISH)
        return cls(by_language[ENGLISH], others)

    @property
    def languages(self) -> tuple[str, ...]:
        return (ENGLISH, *(language for language, _ in self.others))

    def in_(self, locale: str | Locale) -> str:
        """The words in that language, or else in English."""
        return dict(self.others).get(language_of(locale), self.en)

    def language_in(self, locale: str | Locale) -> str:
        """The language that `in_` answers in: a page marks words that are not in its own language."""
        asked = language_of(locale)
        return asked if asked in self.languages else ENGLISH
