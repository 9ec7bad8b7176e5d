"""Days on which a city may speak of rights, and when they fall. PURE but for reading their file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.rights import schema
from app.rights.catalogue import load as load_catalogue
from app.rights.files import BadData, refuse_repeated
from app.rights.instruments import Article, Verification
from app.rights.text import Text

HERE: Final = Path(__file__).parent
A_WEEK: Final = 7


@dataclass(frozen=True)
class Day:
    """A day that comes back each year: on a date, or, where `day` is None, on the `nth` weekday (0 is Monday)."""

    id: str
    month: int
    day: int | None
    weekday: int
    nth: int
    title: Text
    about: Text
    articles: tuple[Article, ...]
    verification: Verification

    def on(self, year: int) -> date:
        """When it falls in a year."""
        if self.day is not None:
            return date(year, self.month, self.day)
        first = date(year, self.month, 1)
        return first + timedelta(days=(self.weekday - first.weekday()) % A_WEEK + A_WEEK * (self.nth - 1))

    def next_after(self, today: date) -> date:
        """When it falls next, today counted in."""
        this_year = self.on(today.year)
        return this_year if this_year >= today else self.on(today.year + 1)


@cache
def days(folder: Path = HERE) -> tuple[Day, ...]:
    """All days, by month. Raises BadData, naming what is wrong with the file."""
    data = json.loads((folder / "days.json").read_text(encoding="utf-8"))
    rules = json.loads((HERE / "days.schema.json").read_text(encoding="utf-8"))
    if faults := [*schema.faults(data, rules), *(fault for one in data.get("days", ()) for fault in _faults(one))]:
        raise BadData("days.json", faults)
    refuse_repeated("days.json", [one["id"] for one in data["days"]])
    return tuple(_day(one) for one in data["days"])


def coming(today: date) -> list[tuple[date, Day]]:
    """Each day once, the next one first."""
    return sorted(((day.next_after(today), day) for day in days()), key=lambda pair: (pair[0], pair[1].id))


def _faults(data: Mapping[str, Any]) -> list[str]:
    rule = data.get("on", {})
    by_weekday = "weekday" in rule and "nth" in rule
    if ("day" in rule) == by_weekday or not 1 <= rule.get("month", 0) <= 12:
        return [f"{data.get('id')}: give a month with a day, or with a weekday and which one of the month"]
    return [f"{data['id']}: no article {one}" for one in data.get("articles", ()) if one not in load_catalogue()]


def _day(data: Mapping[str, Any]) -> Day:
    rule, rights = data["on"], load_catalogue()
    return Day(
        id=data["id"],
        month=rule["month"],
        day=rule.get("day"),
        weekday=rule.get("weekday", 0),
        nth=rule.get("nth", 1),
        title=Text.of(data["title"]),
        about=Text.of(data["about"]),
        articles=tuple(rights.article(one) for one in data["articles"]),
        verification=Verification(data["verification"]),
    )
