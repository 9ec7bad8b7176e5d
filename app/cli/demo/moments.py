"""When things happen in the demo city: days counted from the day it is loaded, so that it is always current (PURE)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, order=True)
class Moment:
    """A day counted from the day of loading (yesterday is -1), and a time of that day in the city."""

    day: int
    time: time

    @classmethod
    def from_text(cls, text: str) -> Moment:
        """Read `"-12 18:40"`."""
        day, _, clock = text.partition(" ")
        return cls(int(day), time.fromisoformat(clock))

    def on(self, today: date, zone: tzinfo) -> datetime:
        """The moment in UTC, when the demo is loaded on the day `today` of the city's calendar."""
        there = datetime.combine(today + timedelta(days=self.day), self.time, tzinfo=zone)
        return there.astimezone(UTC)


@dataclass(frozen=True)
class Deed:
    """Somebody did something at a moment, where no more is to be said: `"walter -23 09:05"`."""

    by: str
    at: Moment

    @classmethod
    def from_text(cls, text: str) -> Deed:
        by, _, moment = text.partition(" ")
        return cls(by, Moment.from_text(moment))
