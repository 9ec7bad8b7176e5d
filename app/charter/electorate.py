"""Who may vote in a round, beyond being verified: some districts, some ages, or a list that the city uploads (PURE).

`Electorate.from_settings` is the only reader of these settings, so that planning, opening, the roll and the charter
cannot understand them differently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.charter.rounds import Eligibility
from app.charter.words import N_, Words

OLDEST = 130
ALL_ROUNDS = (Eligibility.VERIFIED, Eligibility.EVERYONE)
"""What rounds other than votes can ask: they have no roll, so nothing else would be held there."""


class ElectorateError(ValueError):
    """The settings name no electorate. `setting` is the one to put right, and `words` say how."""

    def __init__(self, setting: str, text: str) -> None:
        super().__init__(f"{setting}: {text}")
        self.setting = setting
        self.words = Words(text)


@dataclass(frozen=True)
class Electorate:
    """Whom a round admits. Ages are those that somebody reaches in the year in which the round opens."""

    who: Eligibility = Eligibility.VERIFIED
    districts: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Electorate:
        """Read it from a round's settings. What its kind does not use is left out.

        :raises ElectorateError: when the setting is misspelt, or nobody could ever fit it.
        """
        said = str(settings.get("eligibility") or Eligibility.VERIFIED)
        if said not in set(Eligibility):
            raise ElectorateError("eligibility", N_("Choose who may take part."))
        who = Eligibility(said)
        if who is Eligibility.DISTRICTS:
            return cls(who, districts=_districts(settings.get("districts")))
        if who is Eligibility.AGES:
            age_from, age_to = _age(settings, "age_from"), _age(settings, "age_to")
            if age_from is None and age_to is None:
                raise ElectorateError("age_from", N_("Enter the youngest age, the oldest, or both."))
            if age_from is not None and age_to is not None and age_to < age_from:
                raise ElectorateError("age_to", N_("The oldest age must not be below the youngest."))
            return cls(who, age_from=age_from, age_to=age_to)
        return cls(who)

    def to_settings(self) -> dict[str, object]:
        """The settings that `from_settings` reads back."""
        settings: dict[str, object] = {"eligibility": self.who.value}
        if self.districts:
            settings["districts"] = list(self.districts)
        settings |= {"age_from": self.age_from} if self.age_from is not None else {}
        settings |= {"age_to": self.age_to} if self.age_to is not None else {}
        return settings

    def told(self) -> dict[str, object]:
        """The same as the charter of a round tells it."""
        settings = self.to_settings()
        return {"who": settings.pop("eligibility"), **settings}

    @property
    def detail(self) -> Words | None:
        """What narrows it, in words; None where nothing does."""
        if self.districts:
            return Words(N_("Districts: %(districts)s"), {"districts": ", ".join(self.districts)})
        if self.age_from is not None and self.age_to is not None:
            text = N_("From %(youngest)s to %(oldest)s years, as reached in the year in which the round opens")
            return Words(text, {"youngest": self.age_from, "oldest": self.age_to})
        if self.age_from is not None:
            text = N_("%(youngest)s years and older, as reached in the year in which the round opens")
            return Words(text, {"youngest": self.age_from})
        if self.age_to is not None:
            text = N_("%(oldest)s years and younger, as reached in the year in which the round opens")
            return Words(text, {"oldest": self.age_to})
        return None

    def birth_years(self, year: int) -> tuple[int, int]:
        """The first and last year of birth that fit when a round opens in `year`."""
        oldest = OLDEST if self.age_to is None else self.age_to
        return year - oldest, year - (self.age_from or 0)


def told_detail(said: Mapping[str, object]) -> Words | None:
    """What narrows the electorate that a charter tells, in words."""
    return Electorate.from_settings({**said, "eligibility": said.get("who")}).detail


def _districts(value: object) -> tuple[str, ...]:
    named = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    districts = tuple(dict.fromkeys(str(one).strip() for one in named if str(one).strip()))
    if not districts:
        raise ElectorateError("districts", N_("Choose at least one district."))
    return districts


def _age(settings: Mapping[str, object], name: str) -> int | None:
    value = settings.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= OLDEST:
        raise ElectorateError(name, N_("Enter an age in whole years."))
    return value
