"""Lessons, and the calendar of rights."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, current_app, render_template
from flask_babel import gettext as _

from app import clock
from app.config import Settings
from app.learning import days, feed
from app.learning.lessons import lesson as lesson_at
from app.learning.lessons import lessons
from app.web.answers import Answer
from app.web.markdown import safe_html
from app.web.navigation import address
from app.web.visitor import locale

bp = Blueprint("learning", __name__)


@bp.get("/learn")
def index() -> Answer:
    """All lessons."""
    return render_template("learning/index.html", lessons=lessons(), coming=days.coming(_today())[:3])


@bp.get("/learn/<slug>")
def lesson(slug: str) -> Answer:
    """One lesson, and which one comes next."""
    found = lesson_at(slug) or abort(404)
    following = lessons()[lessons().index(found) + 1 :]
    return render_template(
        "learning/lesson.html",
        lesson=found,
        sections=[(heading, safe_html(text)) for heading, text in found.sections(locale())],
        following=following[0] if following else None,
    )


@bp.get("/calendar")
def calendar() -> Answer:
    """The days of rights, the next one first."""
    return render_template("learning/calendar.html", coming=days.coming(_today()))


@bp.get("/calendar.ics")
def calendar_feed() -> Response:
    """The same as a calendar that a phone can follow."""
    site = _settings().base_url.rstrip("/")
    body = feed.calendar(
        _today(),
        locale(),
        name=_("Days of rights: %(city)s", city=_settings().city_name),
        host=urlsplit(site).hostname or "folkmoot.invalid",
        address=lambda day: f"{site}{address('learning.calendar')}#{day.id}",
    )
    return Response(body, mimetype="text/calendar", headers={"Cache-Control": "public, max-age=86400"})


def _settings() -> Settings:
    settings: Settings = current_app.config["FOLKMOOT"]
    return settings


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(_settings().timezone)).date()
