"""The pages that concern the whole city: start, charter, accessibility, privacy, patterns, health; and the language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.civic import charter as charter_table
from app.civic import health
from app.civic import patterns as examples
from app.deliberations import schedule
from app.web.addresses import local
from app.web.navigation import address
from app.web.paging import Page
from app.web.visitor import LANGUAGE_COOKIE, LOCALES

A_YEAR = 365 * 24 * 60 * 60
NEVER_KEPT = {"Cache-Control": "no-store"}

bp = Blueprint("civic", __name__)


@bp.get("/")
def home() -> str:
    return render_template(
        "civic/home.html",
        heading=_("What should our city do?"),
        open_now=schedule.on_home(),
        deliberations=address("deliberations.index"),
        log=address("audit.index"),
    )


@bp.get("/charter")
def charter() -> str:
    return render_template("civic/charter.html", groups=charter_table.groups())


@bp.get("/accessibility")
def accessibility() -> str:
    return render_template("civic/accessibility.html")


@bp.get("/privacy")
def privacy() -> str:
    return render_template("civic/privacy.html")


@bp.get("/patterns")
def patterns() -> str:
    """Every part of the face; its buttons lead nowhere."""
    return _patterns(examples.ExampleForm(formdata=None))


@bp.get("/patterns/mistakes")
def patterns_with_mistakes() -> str:
    """The same with a form that was sent half filled in."""
    form = examples.ExampleForm(formdata=MultiDict({"contact": "555 0100", "body": "Shade."}), meta={"csrf": False})
    form.validate()
    return _patterns(form)


def _patterns(form: examples.ExampleForm) -> str:
    page = Page(items=range(25), number=7, total=10_860)
    return render_template(
        "civic/patterns.html", form=form, page=page, rounds=examples.rounds(), chart=examples.chart()
    )


@bp.get("/healthz")
def healthz() -> tuple[dict[str, str], int, dict[str, str]]:
    """The process answers. Asks nothing else, so that a slow database does not get it restarted."""
    return {"status": "ok"}, 200, NEVER_KEPT


@bp.get("/readyz")
def readyz() -> tuple[dict[str, object], int, dict[str, str]]:
    """It can serve pages: its database answers and is migrated. 503 with the reasons otherwise."""
    faults = health.faults()
    return {"status": "unready" if faults else "ready", "faults": faults}, 503 if faults else 200, NEVER_KEPT


@bp.get("/language/<code>")
def language(code: str) -> Response:
    """Remember the language chosen and go back to the page one came from.

    The page is told by `next`, or else by the browser (Referer), so that every page has the same links here.
    """
    if code not in LOCALES:
        abort(404)
    came_from = urlsplit(request.referrer or "")
    place = came_from._replace(scheme="", netloc="").geturl() if came_from.netloc == request.host else None
    answer = redirect(local(request.args.get("next") or place, url_for("civic.home")), 303)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=A_YEAR,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
    )
    return answer
