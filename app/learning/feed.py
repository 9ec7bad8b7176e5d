"""The days of rights as a calendar that a phone can follow (iCalendar, RFC 5545). PURE."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from app.learning.days import Day, days

YEARS: Final = 3
"""How many years a calendar holds: this one and the next ones. A phone asks again before they are over."""
MADE: Final = datetime(2026, 11, 23, tzinfo=UTC)
"""DTSTAMP: when the list of days was last changed. Fixed, so that an unchanged calendar has unchanged bytes."""


def calendar(today: date, language: str, *, name: str, host: str, address: Callable[[Day], str]) -> bytes:
    """All days from this year on, as whole days without a time zone. `address`: where a page tells more of a day."""
    made = Calendar()
    made.add("prodid", "-//Folkmoot//Days of rights//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    for year in range(today.year, today.year + YEARS):
        for day in days():
            made.add_component(_event(day, day.on(year), language, host, address(day)))
    written: bytes = made.to_ical()
    return written


def _event(day: Day, on: date, language: str, host: str, address: str) -> Event:
    event = Event()
    event.add("uid", f"{day.id}-{on.year}@{host}")
    event.add("dtstamp", MADE)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("summary", day.title.in_(language))
    event.add("description", day.about.in_(language))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # nobody is busy all day because of it
    return event
