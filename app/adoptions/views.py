"""Pages of the adoption register: what the city has adopted, an entry with its versions, and the clerks' forms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.acts import CITY, may
from app.adoptions import acts, queries
from app.adoptions.forms import for_instrument
from app.adoptions.models import FACT_WORDS, MEASURE_WORDS, STATE_WORDS, AdoptionState, Fact, Measure
from app.charter.actions import Action
from app.database import db
from app.extensions import limiter
from app.rights import catalogue
from app.rights.instruments import Instrument
from app.web.answers import Answer, status_of
from app.web.entrance import admitted
from app.web.templates import gettext
from app.web.visitor import actor, locale, writing_rate

bp = Blueprint("adoptions", __name__, url_prefix="/rights/register")


@bp.app_template_global()
def measure_word(measure: Any) -> str:
    """What a kind of local measure is called."""
    return gettext(MEASURE_WORDS[Measure(measure)])


@bp.app_template_global()
def adoption_word(state: Any) -> str:
    """What the standing of a local measure is called."""
    return gettext(STATE_WORDS[AdoptionState(state)])


@bp.app_template_global()
def fact_word(fact: Any) -> str:
    """What a part of an entry in the register is called."""
    return gettext(FACT_WORDS[Fact(fact)])


@bp.get("")
def index() -> Answer:
    """Everything that the city has adopted, or was asked to, by instrument."""
    return render_template(
        "adoptions/index.html",
        entries=queries.register(db.session()),
        instruments={one.id: one for one in catalogue.load().instruments},
        can_enter=may(actor(), Action.ENTER_ADOPTION),
    )


@bp.get("/<int:entry>")
def show(entry: int) -> Answer:
    """One entry as it stands, with its earlier versions."""
    found = queries.versions(db.session(), entry) or abort(404)
    return render_template(
        "adoptions/show.html",
        now=found[0],
        earlier=found[1:],
        instrument=_instrument(found[0].instrument),
        can_correct=may(actor(), Action.CORRECT_ADOPTION, found[0]),
    )


@bp.get("/new")
def choose() -> Answer:
    """Which instrument does the measure adopt?"""
    admitted(Action.ENTER_ADOPTION)
    return render_template("adoptions/choose.html", rights=catalogue.load())


@bp.route("/new/<instrument_id>", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def enter(instrument_id: str) -> Answer:
    """Enter a measure that adopts this instrument."""
    clerk = admitted(Action.ENTER_ADOPTION)
    instrument = _instrument(instrument_id)
    form = for_instrument(instrument, catalogue.load().articles_of(instrument.id), None, locale())
    if form.validate_on_submit():
        made = acts.enter(clerk, CITY, said=form.said(instrument.id))
        flash(_("The entry is public."))
        return redirect(url_for(".show", entry=made.entry), 303)
    return render_template("adoptions/form.html", form=form, instrument=instrument, entry=None), status_of(form)


@bp.route("/<int:entry>/correct", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def correct(entry: int) -> Answer:
    """Correct an entry. The earlier version stays readable."""
    standing = next(iter(queries.versions(db.session(), entry)), None) or abort(404)
    clerk = admitted(Action.CORRECT_ADOPTION, standing)
    instrument = _instrument(standing.instrument)
    form = for_instrument(instrument, catalogue.load().articles_of(instrument.id), standing, locale())
    if form.validate_on_submit():
        made = acts.correct(clerk, standing, said=form.said(instrument.id), reason=form.reason.data)
        flash(_("The corrected entry is public. The earlier version stays readable."))
        return redirect(url_for(".show", entry=made.entry), 303)
    return render_template("adoptions/form.html", form=form, instrument=instrument, entry=standing), status_of(form)


def _instrument(instrument_id: str) -> Instrument:
    try:
        return catalogue.load().instrument(instrument_id)
    except catalogue.NotInCatalogue:
        abort(404)
