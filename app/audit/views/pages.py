"""The log's pages for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask import abort, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app import clock
from app.audit import queries
from app.audit.queries import Line, Wanted
from app.audit.sentences import sentence
from app.audit.views.blueprint import bp, home, settings
from app.charter.act_words import DONE
from app.database import db
from app.deliberations.models import Deliberation
from app.web.formats import fmt_number

LATE: Final = timedelta(minutes=2)
"""An entry that waits longer than this means that nobody sequences."""
OFFERED: Final = 200
"""Deliberations offered in the filter, the newest."""


@dataclass(frozen=True)
class Place:
    """A deliberation, as far as the log names it."""

    reference: str
    question: str
    lang: str
    href: str


@dataclass(frozen=True)
class Told:
    """An entry as a page shows it."""

    line: Line
    text: str
    time: str
    place: Place | None
    object_href: str | None


@bp.get("")
def index() -> str:
    """What happened, newest first."""
    wanted, asked = _wanted(request.args)
    session = db.session()
    found = queries.listing(session, wanted)
    places = _places()
    told = [_told(line, places) for line in found.lines]
    return render_template(
        "log/index.html",
        days=[(day, list(lines)) for day, lines in groupby(told, key=lambda one: _local(one.line.at).date())],
        older=_page("before", found.older, asked),
        newer=_page("after", found.newer, asked),
        asked=asked,
        narrowed=bool(asked),
        deliberations=places.values(),
        acts=sorted(((act.value, _(words)) for act, words in DONE.items()), key=lambda pair: pair[1]),
        **_state(),
    )


@bp.get("/entry/<int:index>")
def entry(index: int) -> str:
    """One entry: what it says, word for word and byte for byte."""
    session = db.session()
    line = queries.entry(session, index) if index < 2**63 else None
    if line is None:
        abort(404)
    last = queries.size(session) - 1
    return render_template(
        "log/entry.html",
        told=_told(line, _places()),
        leaf=line.leaf.hex(),
        facts=list(_flat(line.facts)),
        previous=url_for(".entry", index=index - 1) if index else None,
        following=url_for(".entry", index=index + 1) if index < last else None,
    )


def _state() -> dict[str, Any]:
    """What the page says about the log itself."""
    health = queries.health(db.session(), home())
    since = health.waiting_since
    return {
        "health": health,
        "late": since is not None and since < clock.now() - LATE,
        "inline": settings().inline_sequencer,
        "vkey": home().public_key(),
        "origin": settings().origin,
        "base_url": settings().base_url.rstrip("/"),
    }


def _wanted(args: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What is asked for, and the same as it stands in an address."""
    process, act = args.get("process", "").strip(), args.get("act", "").strip()
    day = _day(args.get("day", ""))
    start = None if day is None else _midnight(day)
    wanted = Wanted(
        process=process or None,
        act=act or None,
        since=start,
        until=None if day is None else _midnight(day + timedelta(days=1)),
        before=_index(args.get("before")),
        after=_index(args.get("after")),
    )
    asked = {"process": process, "act": act, "day": day.isoformat() if day else ""}
    return wanted, {name: value for name, value in asked.items() if value}


def _page(side: str, index: int | None, asked: Mapping[str, str]) -> str | None:
    """The address of the page of entries on that side of `index`."""
    return None if index is None else f"{url_for('.index')}?{urlencode({**asked, side: index})}"


def _day(said: str) -> date | None:
    try:
        day = date.fromisoformat(said.strip())
    except ValueError:
        return None
    return day if date(1970, 1, 1) < day < date(9999, 1, 1) else None


def _index(said: str | None) -> int | None:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 19 else None


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().timezone)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, _zone())


def _local(moment: datetime) -> datetime:
    return moment.astimezone(_zone())


def _places() -> dict[str, Place]:
    rows = db.session.execute(
        select(Deliberation.id, Deliberation.slug, Deliberation.question, Deliberation.lang)
        .order_by(Deliberation.id.desc())
        .limit(OFFERED)
    )
    base = url_for("deliberations.show", slug="-")[:-1]
    return {
        f"deliberations/{row.id}": Place(f"deliberations/{row.id}", row.question, row.lang, base + row.slug)
        for row in rows
    }


def _told(line: Line, places: Mapping[str, Place]) -> Told:
    words = sentence(line.act, line.by.get("role"), line.facts)
    values = {
        name: _(str(said)) if name in ("who", "kind", "role") else _said(said) for name, said in words.values.items()
    }
    place = places.get(line.process or "")
    moment = _local(line.at).replace(second=0)
    return Told(line, _(words.text, **values), _time(get_locale(), moment), place, _object_href(line, place))


@lru_cache(4096)
def _time(locale: Locale | None, moment: datetime) -> str:
    return dates.format_time(moment, "short", moment.tzinfo, locale or "en")


def _said(value: object) -> str:
    text = str(value)
    return fmt_number(int(text)) if text.isdecimal() else text


def _object_href(line: Line, place: Place | None) -> str | None:
    """The page of what the entry is about, where there is one."""
    if place is None:
        return None
    proposal = line.facts.get("proposal")
    kind, _slash, number = (line.object or "").partition("/")
    if kind == "proposals":
        proposal = number
    return f"{place.href}/proposals/{proposal}" if str(proposal).isdecimal() else place.href


def _flat(facts: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, str]]:
    """Facts as pairs of a dotted name and a text."""
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", ", ".join(map(str, value)) if isinstance(value, list) else str(value)
