"""What everybody can see of people: somebody's page, and who holds or held which office when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts import acts, queries
from app.accounts.models import Account
from app.accounts.views.blueprint import bp, person_or_404
from app.acts import Conflict, may
from app.charter.actions import Action
from app.charter.words import N_
from app.database import AnyRow, db
from app.deliberations import queries as deliberations
from app.proposals import queries as proposals
from app.proposals.models import ProposalState
from app.web.entrance import admitted
from app.web.formats import in_words
from app.web.forms import ButtonForm
from app.web.visitor import actor

MISTYPED = N_("Enter the day as year, month and day, such as 2026-11-23.")


@bp.get("/people/<public_id>")
def person(public_id: str) -> str:
    """Somebody's page: the name they show, their offices, what they propose."""
    account, asking, reading = person_or_404(public_id), actor(), db.session()
    grants = queries.roles_of(reading, account.id)
    return render_template(
        "accounts/person.html",
        person=account,
        grants=grants,
        held_in=places_of(grants),
        proposed=[row for row in proposals.by_author(reading, account.id) if row.state == ProposalState.PUBLIC],
        can_suspend=may(asking, Action.SUSPEND_ACCOUNT, account),
        can_verify=may(asking, Action.VERIFY_RESIDENT),
    )


@bp.post("/people/<public_id>/suspend")
def suspend(public_id: str) -> Response:
    """Let somebody read only."""
    done = _("The account is suspended: its owner can read, and nothing more.")
    return _decide(public_id, Action.SUSPEND_ACCOUNT, acts.suspend, done)


@bp.post("/people/<public_id>/restore")
def restore(public_id: str) -> Response:
    """Lift a suspension."""
    return _decide(public_id, Action.RESTORE_ACCOUNT, acts.restore, _("The suspension is lifted."))


def _decide(public_id: str, action: Action, decide: Callable[[Account, Account], object], done: str) -> Response:
    account = person_or_404(public_id)
    official = admitted(action, account)
    if not ButtonForm().validate_on_submit():
        abort(400)
    try:
        decide(official, account)
        flash(done)
    except Conflict as conflict:
        flash(in_words(conflict.words), "warn")
    return redirect(url_for(".person", public_id=public_id), 303)


@bp.get("/officials")
def officials() -> str | tuple[str, int]:
    """Who holds an office; with `?on=`, who held one on that day."""
    asked = request.args.get("on", "").strip()
    day = _day(asked)
    reading = db.session()
    if asked and day is None:
        return _officials(queries.current_officials(reading), asked=asked, mistake=_(MISTYPED)), 422
    if day is None:
        return _officials(queries.current_officials(reading), former=queries.former_officials(reading))
    since, until = (_begin_of(one) for one in (day, day + timedelta(days=1)))
    return _officials(queries.officials(reading, since, until), day=day, asked=asked)


def _officials(grants: Sequence[AnyRow], **more: Any) -> str:
    former = more.get("former", ())
    return render_template(
        "accounts/officials.html", grants=grants, held_in=places_of([*grants, *former]), today=_today(), **more
    )


def places_of(grants: Iterable[AnyRow]) -> dict[int, deliberations.Listed]:
    """The deliberations in which offices are held, by id; read only where there are such."""
    if all(row.deliberation_id is None for row in grants):
        return {}
    return {one.id: one for one in deliberations.listed(db.session())}


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _today() -> date:
    return clock.now().astimezone(get_timezone()).date()


def _begin_of(day: date) -> datetime:
    """The first moment of a day in the city's time zone."""
    zone = ZoneInfo(current_app.config["FOLKMOOT"].timezone)  # not flask-babel's: a pytz zone cannot be combined
    return datetime.combine(day, time(), zone)
