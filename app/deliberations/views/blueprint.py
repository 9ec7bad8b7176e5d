"""The blueprint, what it does for every page of a deliberation, and what its own pages share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, g, request
from flask_babel import gettext as _

from app import clock
from app.acts import agenda_of, may, remember_agenda
from app.charter.actions import Action
from app.charter.standing import banners
from app.database import db
from app.deliberations import queries, schedule
from app.deliberations.doings import moderates
from app.deliberations.models import Deliberation, Round
from app.reading import reader
from app.web.visitor import actor

bp = Blueprint("deliberations", __name__, url_prefix="/deliberations")


@bp.before_app_request
def keep_the_schedule() -> None:
    """On every page of a deliberation, whatever its domain: enter what the clock has done, and keep how it stands."""
    slug = (request.view_args or {}).get("slug")
    if slug is None or not request.path.startswith("/deliberations/"):
        return
    found = queries.at(reader(), slug)
    if found is not None:
        remember_agenda(found.agenda)
        schedule.catch_up(found.id)
        g.deliberation = replace(found, agenda=agenda_of(found.id))


@bp.app_context_processor
def said_above() -> dict[str, Any]:
    """The banners of every page of a deliberation."""
    found = g.get("deliberation")
    said = () if found is None else banners(found.agenda, clock.now())
    return {"banners": [_(text) for text in said]} if said else {}


def round_or_404(deliberation: Deliberation, round_id: int) -> Round:
    """The round at this address."""
    return queries.round_of(db.session(), deliberation.id, round_id) or abort(404)


def management(deliberation: Deliberation) -> dict[str, Any]:
    """Whether to lead to the pages of officials."""
    person = actor()
    return {
        "can_edit": bool(may(person, Action.EDIT_DELIBERATION, deliberation)),
        "can_plan": bool(may(person, Action.PLAN_ROUND, deliberation)),
        "can_moderate": moderates(person, deliberation.id),
    }
