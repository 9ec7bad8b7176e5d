from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from app import clock
from app.charter.words import Words
from app.web import formats

MIDNIGHT = datetime(2026, 5, 12, 2, 30, tzinfo=UTC)  # still the evening before in New York
NARROW = "\u202f"


@pytest.fixture(autouse=True)
def a_page_in_english(face: Flask) -> Iterator[None]:
    with face.test_request_context("/"):
        yield


def test_a_moment_is_shown_in_the_time_of_the_city() -> None:
    assert formats.fmt_datetime(MIDNIGHT) == f"May 11, 2026, 10:30{NARROW}PM"
    assert formats.fmt_date(MIDNIGHT) == "May 11, 2026"


def test_a_day_without_a_time_is_that_day_everywhere() -> None:
    assert formats.fmt_date(date(2026, 5, 12)) == "May 12, 2026"


def test_a_mail_in_spanish_has_spanish_dates_though_the_page_is_english() -> None:
    assert formats.fmt_number(10_860) == "10,860"
    with force_locale("es"):
        assert formats.fmt_datetime(MIDNIGHT) == "11 may 2026, 22:30"
        assert formats.fmt_number(10_860) == "10.860"
    assert formats.fmt_date(MIDNIGHT) == "May 11, 2026"


def test_machines_read_the_moment_in_utc() -> None:
    element = formats.time_element(MIDNIGHT)
    assert element == f'<time datetime="2026-05-12T02:30:00Z">May 11, 2026, 10:30{NARROW}PM</time>'


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        formats.fmt_datetime(datetime(2026, 5, 12))  # noqa: DTZ001  # the mistake that the test is about


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(hours=36), "in 36 hours"),
        (timedelta(days=6), "in 6 days"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(seconds=50), "in 1 minute"),
    ],
)
def test_a_deadline_is_told_as_a_distance(distance: timedelta, said: str, frozen: datetime) -> None:
    assert formats.fmt_until(frozen + distance) == said


def test_shares_have_a_decimal_where_it_says_something() -> None:
    assert [formats.fmt_percent(share) for share in (0.5, 2 / 3, 0)] == ["50%", "66.7%", "0%"]


def test_a_reason_shows_its_moment_as_the_page_would() -> None:
    words = Words("You can do this from %(when)s.", {"when": MIDNIGHT})
    assert formats.in_words(words) == f"You can do this from May 11, 2026, 10:30{NARROW}PM."


def test_a_reason_without_values_may_hold_a_percent_sign() -> None:
    assert formats.in_words(Words("Half is 50%, no more.")) == "Half is 50%, no more."


def test_the_clock_that_distances_are_measured_by_is_ours(frozen: datetime) -> None:
    assert formats.fmt_until(clock.now() + timedelta(days=2)) == "in 2 days"
