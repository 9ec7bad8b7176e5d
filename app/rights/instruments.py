"""What the catalogue is made of: instruments, articles, themes, and clusters of the same right. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.charter.words import N_
from app.rights.text import Locale, Text, language_of


class Kind(StrEnum):
    """Whether states ratify it, agreed on it by vote, or a committee says in it how it reads a treaty."""

    DECLARATION = "declaration"
    TREATY = "treaty"
    GENERAL_COMMENT = "general_comment"
    RESOLUTION = "resolution"
    LOCAL = "local"
    """The city's own charter, or another instrument that it added."""

    @property
    def label(self) -> str:
        return {
            Kind.DECLARATION: N_("Declaration"),
            Kind.TREATY: N_("Treaty"),
            Kind.GENERAL_COMMENT: N_("General comment of a treaty’s committee"),
            Kind.RESOLUTION: N_("Resolution of the UN General Assembly"),
            Kind.LOCAL: N_("Local instrument"),
        }[self]


class Standing(StrEnum):
    """What the United States have done with an instrument."""

    RATIFIED = "ratified"
    SIGNED = "signed"
    NOT_SIGNED = "not_signed"
    VOTED_FOR = "voted_for"
    VOTED_AGAINST = "voted_against"
    ABSTAINED = "abstained"
    APPLIED = "applied"
    """Not a treaty, but a regional body holds the country to it."""
    FOLLOWS = "follows"
    """As the treaty that it explains."""
    LOCAL = "local"

    @property
    def label(self) -> str:
        return {
            Standing.RATIFIED: N_("Ratified"),
            Standing.SIGNED: N_("Signed, not ratified"),
            Standing.NOT_SIGNED: N_("Neither signed nor ratified"),
            Standing.VOTED_FOR: N_("Voted for; not a treaty"),
            Standing.VOTED_AGAINST: N_("Voted against; not a treaty"),
            Standing.ABSTAINED: N_("Abstained; not a treaty"),
            Standing.APPLIED: N_("Not a treaty; a regional body applies it"),
            Standing.FOLLOWS: N_("As the treaty that it explains"),
            Standing.LOCAL: N_("Adopted here"),
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
    """A declaration, a treaty, or what explains one. Its articles are asked of the catalogue."""

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
    parent_id: str | None = None
    """The article that a general comment explains."""
    roman: bool = False
    """Whether its articles are numbered I, II, III …"""

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
    duty: Text
    """What it asks of a city, in one line of our own."""
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
        short, number = self.instrument.short_title, self.number_as_cited
        if self.instrument.kind is Kind.RESOLUTION:
            return short  # it has one paragraph that states a right
        others = tuple((language, f"{name} {number}") for language, name in short.others)
        return Text(f"{short.en} {number}", others)

    @property
    def number_as_cited(self) -> str:
        """`11`, in an instrument with Roman numerals `XI`; paragraph `8a` is `8(a)`."""
        if self.instrument.roman:
            return roman(int(self.number))
        digits = self.number.rstrip("abcdefghijklmnopqrstuvwxyz")
        return f"{digits}({self.number[len(digits) :]})" if digits != self.number else self.number

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


_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(number: int) -> str:
    """`XXVIII` for 28; for the numbers below 40, which is as far as our instruments go."""
    written = ""
    for worth, sign in _ROMAN:
        while number >= worth:
            written += sign
            number -= worth
    return written
