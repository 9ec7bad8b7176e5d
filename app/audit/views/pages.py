"""The log's pages for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit import entries, queries
from app.audit.entries import Turned, Wanted
from app.audit.forms import EntryFilter
from app.audit.sentences import WHO
from app.audit.views.blueprint import bp, home, settings
from app.audit.witness.queries import watch
from app.charter.act_words import DONE
from app.charter.actions import UNLOGGED, Action
from app.database import db
from app.web import telling
from app.web.answers import Answer, status_of
from app.web.paging import place_in_list
from app.web.telling import Place
from app.web.visitor import locale

LATE: Final = timedelta(minutes=2)
"""An entry that waits longer than this means that nobody sequences."""


@bp.get("")
def index() -> Answer:
    """What happened, newest first."""
    session = db.session()
    places = telling.places(session)
    form = filter_form(places)
    shown: dict[str, Any] = {"days": [], "older": None, "newer": None, "count": 0}
    if not form.errors:
        wanted = wanted_by(form)
        found = entries.listing(session, wanted, turned())
        known = places | telling.places(session, {one.process or "" for one in found.lines} - places.keys())
        shown = {
            "days": telling.by_day(telling.tell(session, found.lines, known)),
            "older": _page("before", found.older, form),
            "newer": _page("after", found.newer, form),
            "count": entries.count(session, wanted) if form.asked else None,
        }
    return render_template(
        "log/index.html",
        form=form,
        most=entries.COUNTED,
        feeds=feeds(form.asked if not form.errors else {}),
        **shown,
        **_state(),
    ), status_of(form)


@bp.get("/entry/<int:index>")
def entry(index: int) -> str:
    """One entry: what it says, word for word and byte for byte."""
    session = db.session()
    line = entries.entry(session, index) if index < 2**63 else None
    if line is None:
        abort(404)
    size = queries.size(session)
    return render_template(
        "log/entry.html",
        told=telling.tell(session, [line], telling.places(session, [line.process or ""]))[0],
        act=_(DONE[Action(line.act)]) if line.act in DONE else "",
        leaf=line.leaf.hex(),
        facts=list(_flat(line.facts)),
        size=size,
        previous=url_for(".entry", index=index - 1) if index else None,
        following=url_for(".entry", index=index + 1) if index < size - 1 else None,
        vkey=home().public_key(),
    )


@bp.get("/check")
def check() -> str:
    """How anybody checks the log without trusting this server, in three commands."""
    today = telling.local(clock.now()).date().isoformat()
    return render_template("log/check.html", vkey=home().public_key(), log=log_address(), today=today)


def log_address() -> str:
    """Where the log is, as others write it."""
    return settings().base_url.rstrip("/") + url_for(".index")


def filter_form(places: Mapping[str, Place]) -> EntryFilter:
    """What this address asks for, judged. `day` is a short way of writing a first and last day that are the same."""
    args = request.args.copy()
    if day := args.get("day"):
        args.setdefault("since", day)
        args.setdefault("until", day)
    form = EntryFilter(args)
    form.offer(
        ((place.reference, place.question, {"lang": place.lang}) for place in places.values()),
        sorted(
            ((act.value, _(words)) for act, words in DONE.items() if act not in UNLOGGED),
            key=lambda pair: pair[1],
        ),
        ((role, _(words)) for role, words in WHO.items()),
    )
    form.validate()
    return form


def wanted_by(form: EntryFilter) -> Wanted:
    """The filter in the terms of the log. The form is one without mistakes."""
    since, until = form.first_day, form.last_day
    return Wanted(
        process=form.where.data,
        act=form.act.data,
        actor=form.actor,
        role=form.role.data,
        object=form.object,
        since=datetime.combine(since, time.min, telling.city_zone()) if since else None,
        until=datetime.combine(until + timedelta(days=1), time.min, telling.city_zone()) if until else None,
    )


def turned() -> Turned:
    """Which page of the list this address means."""
    return Turned(place_in_list(request.args.get("before")), place_in_list(request.args.get("after")))


def feeds(asked: Mapping[str, str]) -> dict[str, str]:
    """The addresses of the feeds of the same entries, in the language of this page."""
    asked = {**asked, "lang": locale()}
    return {kind: f"{url_for('.index')}/feed.{kind}?{urlencode(asked)}" for kind in ("atom", "json")}


def _state() -> dict[str, Any]:
    """What the page says about the log itself."""
    health = queries.health(db.session(), home())
    since = health.waiting_since
    return {
        "health": health,
        "late": since is not None and since < clock.now() - LATE,
        "inline": settings().inline_sequencer,
        "watch": watch(db.session(), clock.now()),
    }


def _page(side: str, index: int | None, form: EntryFilter) -> str | None:
    """The address of the page of entries on that side of `index`."""
    return None if index is None else f"{url_for('.index')}?{urlencode({**form.asked, side: index})}"


def _flat(facts: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, str]]:
    """Facts as pairs of a dotted name and a text."""
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", ", ".join(map(str, value)) if isinstance(value, list) else _plain(value)


def _plain(value: object) -> str:
    """A fact in words where it is none of its own."""
    if value is None or value == "":
        return str(_("not set"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)
