"""When the days of rights fall."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from app.learning import days, feed
from app.rights.files import BadData

DAYS = {day.id: day for day in days.days()}


@pytest.mark.parametrize(
    ("day", "year", "on"),
    [
        ("human-rights", 2026, date(2026, 12, 10)),
        ("slavery", 2027, date(2027, 3, 25)),
        ("october-12", 2026, date(2026, 10, 12)),
        ("habitat", 2026, date(2026, 10, 5)),
        ("habitat", 2029, date(2029, 10, 1)),
        ("indigenous-day", 2026, date(2026, 10, 12)),
        ("indigenous-day", 2027, date(2027, 10, 11)),
    ],
)
def test_a_day_falls_where_the_calendar_puts_it(day: str, year: int, on: date) -> None:
    assert DAYS[day].on(year) == on


def test_the_next_days_come_first_and_a_day_of_today_counts() -> None:
    coming = days.coming(date(2026, 12, 10))
    assert [(on, day.id) for on, day in coming[:2]] == [
        (date(2026, 12, 10), "human-rights"),
        (date(2026, 12, 18), "migrants"),
    ]
    assert len(coming) == len(DAYS)
    assert coming[-1][0] < date(2027, 12, 10)


def test_each_day_speaks_both_languages() -> None:
    for day in DAYS.values():
        assert day.title.languages == day.about.languages == ("en", "es")
        assert day.articles


def calendar(today: date, language: str = "en") -> bytes:
    return feed.calendar(today, language, name="Rights", host="city.example", address=lambda day: f"/c#{day.id}")


def test_the_feed_holds_whole_days_of_three_years_that_any_calendar_reads() -> None:
    events = Calendar.from_ical(calendar(date(2026, 11, 23))).walk("VEVENT")
    assert len(events) == 3 * len(DAYS)
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert {type(event["DTSTART"].dt) for event in events} == {date}
    first = next(event for event in events if event["UID"] == "human-rights-2026@city.example")
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (date(2026, 12, 10), date(2026, 12, 11))


def test_the_feed_has_the_same_bytes_until_the_year_ends() -> None:
    assert calendar(date(2026, 1, 1)) == calendar(date(2026, 12, 31)) != calendar(date(2027, 1, 1))
    assert "Derechos Humanos" in calendar(date(2026, 1, 1), "es").decode()


@pytest.mark.parametrize(
    ("on", "complaint"),
    [
        ({"month": 13, "day": 1}, "give a month"),
        ({"month": 3}, "give a month"),
        ({"month": 3, "day": 1, "weekday": 0, "nth": 1}, "give a month"),
        ({"month": 3, "hour": 1}, "hour is not a field"),
    ],
)
def test_a_day_that_never_comes_is_refused(tmp_path: Path, on: dict[str, int], complaint: str) -> None:
    shutil.copy(days.HERE / "days.json", tmp_path)
    data = json.loads((tmp_path / "days.json").read_text())
    data["days"][0]["on"] = on
    (tmp_path / "days.json").write_text(json.dumps(data))
    with pytest.raises(BadData, match=complaint):
        days.days(tmp_path)
