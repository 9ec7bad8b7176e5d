"""What the catalogue is made of: instruments, articles, themes, and clusters of the same right. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.charter.words import N_
from app.rights.text import Locale, Text, language_of


class Kind(StrEnum):
    """Whether states ratify it, or agreed on it by vote."""

    DECLARATION = "declaration"
    TREATY = "treaty"

    @property
    def label(self) -> str:
        return {Kind.DECLARATION: N_("Declaration"), Kind.TREATY: N_("Treaty")}[self]


class Standing(StrEnum):
    """What the United States have done with an instrument."""

    RATIFIED = "ratified"
    SIGNED = "signed"
    VOTED_FOR = "voted_for"

    @property
    def label(self) -> str:
        return {
            Standing.RATIFIED: N_("Ratified"),
            Standing.SIGNED: N_("Signed, not ratified"),
            Standing.VOTED_FOR: N_("Voted for; not a treaty"),
        }[self]


class HeadingSource(StrEnum):
    """Whether the instrument itself has the heading, or it is a label in common use."""

    OFFICIAL = "official"
    CUSTOMARY = "customary"


class Verification(StrEnum):
    """Whether number and subject of an article were compared with another public source."""

    CHECKED = "checked"
    MEMORY = "memory"

    @property
    def label(self) -> str:
        return {
            Verification.CHECKED: N_("Number and subject were checked against another public source."),
            Verification.MEMORY: N_("Not verified: compare it with the official text before you rely on it."),
        }[self]


@dataclass(frozen=True)
class Theme:
    """A subject of city life that articles are filed under."""

    id: str
    label: Text


@dataclass(frozen=True)
class UsStatus:
    """Where the United States stand on an instrument, as of a day."""

    status: Standing
    signed: date | None
    ratified: date | None
    note: Text
    as_of: date
    unsure: Text | None
    """What of this was not checked; None when all of it was."""


@dataclass(frozen=True, eq=False)
class Instrument:
    """A declaration or a treaty. Its articles are asked of the catalogue."""

    id: str
    order: int
    title: Text
    short_title: Text
    kind: Kind
    adopted: date
    entry_into_force: date | None
    treaty_body: Text
    url: Text
    """The official text, by language."""
    us_status: UsStatus
    verification: Text
    """What of the data on this instrument was checked, and against what."""

    def __repr__(self) -> str:
        return f"<Instrument {self.id}>"


@dataclass(frozen=True, eq=False)
class Article:
    """An article that states a right or a duty. Two are the same only if they are one object of one catalogue."""

    id: str
    instrument: Instrument
    number: str
    order: int
    heading: Text
    heading_source: HeadingSource
    summary: Text
    """Our own plain words, not the text of the instrument."""
    themes: tuple[Theme, ...]
    verification: Verification
    doubt: Text | None
    """A doubt about this article in particular."""
    keywords_by_language: Mapping[str, tuple[str, ...]] = field(repr=False)

    def keywords(self, locale: str | Locale) -> tuple[str, ...]:
        """Words that residents use for it; none in a language that has not been written yet."""
        return self.keywords_by_language.get(language_of(locale), ())

    @property
    def citation(self) -> Text:
        """How people cite it: `ICESCR 11`, in Spanish `PIDESC 11`."""
        short = self.instrument.short_title
        others = tuple((language, f"{name} {self.number}") for language, name in short.others)
        return Text(f"{short.en} {self.number}", others)

    @property
    def unsure(self) -> bool:
        """True where a page must say that this was not verified."""
        return self.verification is Verification.MEMORY or self.doubt is not None

    def __repr__(self) -> str:
        return f"<Article {self.id}>"


@dataclass(frozen=True)
class Cluster:
    """The same right in several instruments."""

    id: str
    label: Text
    articles: tuple[Article, ...]
