"""The adoption register: which instrument the city has adopted, or some articles of it, and by which local measure.

A city cannot ratify a treaty. It can make its principles local law by an ordinance, or say by a resolution that it
means to keep them.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.charter.rules import Circumstances
from app.charter.words import N_
from app.database import Model, Pk, Salted, reference


class Measure(StrEnum):
    """How a city adopts something."""

    ORDINANCE = "ordinance"
    RESOLUTION = "resolution"
    PROCLAMATION = "proclamation"
    EXECUTIVE_ORDER = "executive_order"
    CHARTER = "charter"


MEASURE_WORDS: dict[Measure, str] = {
    Measure.ORDINANCE: N_("Ordinance"),
    Measure.RESOLUTION: N_("Resolution"),
    Measure.PROCLAMATION: N_("Proclamation"),
    Measure.EXECUTIVE_ORDER: N_("Executive order"),
    Measure.CHARTER: N_("Part of the city’s charter"),
}


class AdoptionState(StrEnum):
    """How a measure stands."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    AMENDED = "amended"
    REPEALED = "repealed"
    EXPIRED = "expired"


STATE_WORDS: dict[AdoptionState, str] = {
    AdoptionState.PROPOSED: N_("Proposed, not adopted yet"),
    AdoptionState.ADOPTED: N_("Adopted"),
    AdoptionState.AMENDED: N_("Adopted, and amended since"),
    AdoptionState.REPEALED: N_("Repealed"),
    AdoptionState.EXPIRED: N_("Expired"),
}
IN_FORCE = (AdoptionState.ADOPTED, AdoptionState.AMENDED)
"""States of a measure that the city stands by."""


class Fact(StrEnum):
    """Parts of an entry, each with its source."""

    MEASURE = "measure"
    ARTICLES = "articles"
    DATES = "dates"
    STATE = "state"
    OVERSIGHT = "oversight"
    FUNDING = "funding"
    REPORTS = "reports"


FACT_WORDS: dict[Fact, str] = {
    Fact.MEASURE: N_("What measure it is, its number and title"),
    Fact.ARTICLES: N_("Which instrument and articles it adopts, and whether it binds"),
    Fact.DATES: N_("Its dates"),
    Fact.STATE: N_("How it stands"),
    Fact.OVERSIGHT: N_("Who watches over it"),
    Fact.FUNDING: N_("Its money"),
    Fact.REPORTS: N_("When reports are due"),
}


class Adoption(Salted, Model):
    """One version of an entry in the register. A correction adds a version; the earlier ones stay readable."""

    __tablename__ = "adoptions"

    id: Mapped[Pk]
    first_id: Mapped[int | None] = reference("adoptions.id", nullable=True)
    """The first version of the same entry; None for the first itself."""
    version: Mapped[int] = mapped_column(default=1)
    instrument: Mapped[str] = mapped_column(String(40))
    """Its id in the catalogue, such as `cedaw`."""
    articles: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of articles, such as `cedaw-2`; empty where the instrument is adopted as a whole."""
    measure: Mapped[Measure] = mapped_column(String(20))
    binding: Mapped[bool]
    number: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(300))
    lang: Mapped[str] = mapped_column(String(5), default="en")
    """The language of title and notes."""
    state: Mapped[AdoptionState] = mapped_column(String(10))
    introduced_on: Mapped[date | None]
    adopted_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    sunset_on: Mapped[date | None]
    oversight: Mapped[str] = mapped_column(Text, default="")
    funding: Mapped[str] = mapped_column(Text, default="")
    reports_due: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")
    """Where its full text is."""
    text_sha256: Mapped[str] = mapped_column(String(64), default="")
    """Hex SHA-256 of the file with the full text, so that a changed text is noticed; empty where nobody noted it."""
    sources: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Where each fact was found, by `Fact`."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Of a correction: why it was made."""
    entered_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    replaced_at: Mapped[datetime | None]
    """When a correction took its place; None for the version that stands."""

    deliberation_id: ClassVar[int | None] = None

    @property
    def entry(self) -> int:
        """The number of the entry, which all its versions share."""
        return self.first_id or self.id

    @property
    def in_force(self) -> bool:
        """Whether the city stands by it."""
        return self.state in IN_FORCE

    @property
    def reference(self) -> str:
        return f"adoptions/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(state="standing" if self.replaced_at is None else "replaced")
