"""The list of deliberations, the page of one, and its words."""

from __future__ import annotations

from contextlib import suppress

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app import clock
from app.acts import CITY, agenda_of, may, require
from app.charter.actions import Action
from app.charter.standing import DELIBERATION_STATE_WORDS, where
from app.database import db
from app.deliberations import acts, queries, schedule
from app.deliberations.doings import doings, waiting
from app.deliberations.forms import DeliberationForm
from app.deliberations.here import deliberation_or_404
from app.deliberations.models import Deliberation
from app.deliberations.views.blueprint import bp, management
from app.deliberations.words import CHANGE_WORDS
from app.discussion import queries as discussion
from app.web.answers import Answer, status_of
from app.web.paging import PER_PAGE, Page, offset, page_number
from app.web.visitor import actor

ADDRESSES_TRIED = 5
RECENT = 5
"""Changes on the page of a deliberation; the pages of its rounds have them all."""


@bp.get("")
def index() -> Answer:
    """Every deliberation: what is open, what people do there, and until when."""
    every = schedule.listed()
    number = page_number(request.args.get("page"))
    start = offset(number)
    return render_template(
        "deliberations/index.html",
        page=Page(every[start : start + PER_PAGE], number, len(every)),
        state_words=DELIBERATION_STATE_WORDS,
        can_start=bool(may(actor(), Action.CREATE_DELIBERATION, CITY)),
        href=url_for(".index"),
    )


@bp.get("/<slug>")
def show(slug: str) -> Answer:
    """Where a deliberation stands, and what one can do now."""
    deliberation = deliberation_or_404(slug)
    agenda = agenda_of(deliberation.id)
    changes = queries.changes(db.session(), deliberation.id)
    found = doings(actor(), agenda)
    pages = management(deliberation)
    return render_template(
        "deliberations/show.html",
        deliberation=deliberation,
        where=where(agenda, clock.now()),
        state_words=DELIBERATION_STATE_WORDS,
        doings=found,
        waiting=waiting(found),
        changes=changes[:RECENT],
        change_words=CHANGE_WORDS,
        facilitators=queries.facilitators(db.session(), deliberation.id),
        undecided=discussion.undecided(db.session(), deliberation.id) if pages["can_moderate"] else 0,
        **pages,
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Start a deliberation."""
    require(actor(), Action.CREATE_DELIBERATION, CITY)
    form = DeliberationForm()
    if form.validate_on_submit():
        created = _create(form)
        flash(_("The deliberation is public. Now plan its rounds."))
        return redirect(url_for(".rounds", slug=created.slug), 303)
    return render_template("deliberations/new.html", form=form), status_of(form)


def _create(form: DeliberationForm) -> Deliberation:
    """Start it; once more where somebody began one with the same question at that moment, and took its address."""
    for _try in range(ADDRESSES_TRIED):
        with suppress(IntegrityError):
            return acts.create(actor(), CITY, **_written(form))
    return abort(409)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    """Change the words of a deliberation."""
    deliberation = deliberation_or_404(slug)
    require(actor(), Action.EDIT_DELIBERATION, deliberation)
    form = DeliberationForm(obj=deliberation)
    if form.validate_on_submit():
        acts.edit(actor(), deliberation, **_written(form))
        flash(_("The new words are public. The log says which of them changed."))
        return redirect(url_for(".show", slug=slug), 303)
    return render_template("deliberations/edit.html", deliberation=deliberation, form=form), status_of(form)


def _written(form: DeliberationForm) -> dict[str, str]:
    return {name: form[name].data for name in ("question", "background", "promise", "lang")}
