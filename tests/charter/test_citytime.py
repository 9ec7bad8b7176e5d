"""Times as officials type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charter import citytime

NEW_YORK = ZoneInfo("America/New_York")
MADRID = ZoneInfo("Europe/Madrid")


def test_a_time_is_read_in_the_city_not_in_utc() -> None:
    assert citytime.read("2026-05-04T18:30", NEW_YORK) == datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    assert citytime.read("2026-12-04T18:30", NEW_YORK) == datetime(2026, 12, 4, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["2026-05-04 18:30", " 2026-05-04T18:30 ", "2026-05-04T18:30:00", "2026-05-04  18:30"]
)
def test_what_people_type_without_a_calendar_is_understood(typed: str) -> None:
    assert citytime.read(typed, NEW_YORK) == datetime(2026, 5, 4, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("tomorrow", "like this"),
        ("2026-05-04", "like this"),
        ("2026-05-04T18:30:15", "like this"),
        ("2026-05-04T18:30Z", "like this"),
        ("2026-02-30T18:30", "no such day"),
        ("2026-05-04T25:00", "no such day"),
        ("0001-01-01T00:00", "the year"),
        ("9999-12-31T23:59", "the year"),
    ],
)
def test_what_names_no_moment_is_told_plainly(typed: str, words: str) -> None:
    with pytest.raises(citytime.NotATime) as fault:
        citytime.read(typed, NEW_YORK)
    assert words in str(fault.value.words)


@pytest.mark.parametrize(("typed", "zone"), [("2026-03-08T02:30", NEW_YORK), ("2026-03-29T02:00", MADRID)])
def test_a_time_that_the_clocks_skip_is_refused(typed: str, zone: ZoneInfo) -> None:
    with pytest.raises(citytime.NotATime, match="skip"):
        citytime.read(typed, zone)


@pytest.mark.parametrize(("typed", "zone"), [("2026-11-01T01:30", NEW_YORK), ("2026-10-25T02:59", MADRID)])
def test_a_time_that_the_clocks_show_twice_is_refused(typed: str, zone: ZoneInfo) -> None:
    with pytest.raises(citytime.NotATime, match="twice"):
        citytime.read(typed, zone)


def test_the_minutes_around_a_change_of_the_clocks_are_read() -> None:
    before, after = citytime.read("2026-03-08T01:59", NEW_YORK), citytime.read("2026-03-08T03:00", NEW_YORK)
    assert after - before == timedelta(minutes=1)


MINUTES = st.integers(0, 130 * 365 * 24 * 60).map(
    lambda minutes: datetime(1971, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONES = st.sampled_from(["America/New_York", "Europe/Madrid", "UTC", "Asia/Kathmandu"]).map(ZoneInfo)


@given(MINUTES, ZONES)
def test_every_moment_is_read_back_as_it_was_written_unless_its_hour_comes_twice(
    moment: datetime, zone: ZoneInfo
) -> None:
    shown = moment.astimezone(zone)
    if shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset():
        with pytest.raises(citytime.NotATime, match="twice"):
            citytime.read(citytime.write(moment, zone), zone)
    else:
        assert citytime.read(citytime.write(moment, zone), zone) == moment
