"""Numbers, dates and sentences in the reader's language and the city's time zone.

Babel takes some 50 microseconds for a date; a list of 25 rows would feel it. So what was said once is remembered.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from babel import Locale, dates, numbers
from flask import g, has_app_context
from flask_babel import get_locale, get_timezone, gettext
from markupsafe import Markup

from app import clock
from app.charter.words import Words

REMEMBERED = 4096
FIVE_DIGITS = 10_000
LANGUAGES: dict[str, str] = {"en": "English", "es": "Español"}
"""The languages Folkmoot speaks, each by its own name."""


def fmt_number(number: float) -> str:
    """A number with the reader's separators."""
    return _number(reader_locale(), number)


def fmt_percent(share: float) -> str:
    """A share (0 to 1) in percent, with one decimal where it has one."""
    return _percent(reader_locale(), share)


def fmt_date(day: date | datetime) -> str:
    """The day, in the city's time zone."""
    if isinstance(day, datetime):
        return _date_of(reader_locale(), _zone(), _aware(day))
    return _date(reader_locale(), day)


def fmt_datetime(moment: datetime) -> str:
    """The day and the minute, in the city's time zone."""
    return _datetime(reader_locale(), _zone(), _aware(moment))


def time_element(moment: datetime) -> Markup:
    """The same as a `<time>` element. Lists show many, so the whole element is remembered."""
    return _time_element(reader_locale(), _zone(), _aware(moment))


def fmt_until(moment: datetime) -> str:
    """How long until, or since, a moment: “in 36 hours”, “3 days ago”."""
    distance = _aware(moment) - clock.now()
    return dates.format_timedelta(
        distance, granularity="minute", threshold=2, add_direction=True, locale=reader_locale()
    )


def iso_time(moment: datetime) -> str:
    """The moment for machines, in UTC to the second."""
    return _aware(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_words(words: Words) -> str:
    """A sentence of the pure modules, in the reader's language."""
    return str(gettext(words.text, **{name: _said(value) for name, value in words.values.items()}))


def _said(value: object) -> object:
    """A value within a sentence. Four digits stand without a separator: they may be a year."""
    if isinstance(value, datetime):
        return fmt_datetime(value)
    return fmt_number(value) if isinstance(value, int) and abs(value) >= FIVE_DIGITS else value


def reader_locale() -> Locale:
    """The locale of whoever this is said to: of the page, or inside `force_locale` of the mail."""
    return _settled("babel_locale") or get_locale() or Locale("en")


def _zone() -> tzinfo:
    return _settled("babel_tzinfo") or get_timezone() or UTC


def _settled(name: str) -> Any:
    """What Flask-Babel has settled for this request, read from where it keeps it; None if it has not yet, or if it
    keeps it elsewhere one day. Its own functions take six times as long, and a page of comments asks 500 times."""
    if not has_app_context():
        return None
    return getattr(getattr(g._get_current_object(), "_flask_babel", None), name, None)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return moment


@lru_cache(REMEMBERED)
def _number(locale: Locale, number: float) -> str:
    return numbers.format_decimal(number, locale=locale)


@lru_cache(REMEMBERED)
def _percent(locale: Locale, share: float) -> str:
    pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0.#")
    return numbers.format_percent(share, format=pattern, locale=locale)


@lru_cache(REMEMBERED)
def _date(locale: Locale, day: date) -> str:
    return dates.format_date(day, format="medium", locale=locale)


@lru_cache(REMEMBERED)
def _date_of(locale: Locale, zone: tzinfo, moment: datetime) -> str:
    return dates.format_date(moment.astimezone(zone).date(), format="medium", locale=locale)


@lru_cache(REMEMBERED)
def _datetime(locale: Locale, zone: tzinfo, moment: datetime) -> str:
    day = _date_of(locale, zone, moment)
    return f"{day}, {dates.format_time(moment, format='short', tzinfo=zone, locale=locale)}"


@lru_cache(REMEMBERED)
def _time_element(locale: Locale, zone: tzinfo, moment: datetime) -> Markup:
    shown = _datetime(locale, zone, moment)
    return Markup('<time datetime="{}">{}</time>').format(iso_time(moment), shown)
