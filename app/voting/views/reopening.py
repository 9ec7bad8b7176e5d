"""Reopening a closed vote: one official asks with a reason, another confirms, everybody who could vote is told."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.database import db
from app.deliberations import acts as rounds
from app.deliberations import queries as deliberations
from app.deliberations.forms import ReopenForm
from app.deliberations.models import Round
from app.voting import acts
from app.voting.views.blueprint import Place, bp, place_or_404
from app.web.answers import Answer, status_of
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.visitor import actor


@bp.route("/reopening", methods=["GET", "POST"])
def reopening(slug: str, round_id: int) -> Answer:
    """What was asked for, and what this official may do about it."""
    place = place_or_404(slug, round_id)
    round_ = deliberations.round_of(db.session(), place.deliberation.id, round_id) or abort(404)
    confirming = request.form.get("press") == "confirm"
    if request.method == "POST" and confirming:
        require(actor(), Action.REOPEN_ROUND, round_)
        return _confirm(place, round_)
    form = ReopenForm()
    form.plan = round_.facts()
    if request.method == "POST":
        require(actor(), Action.ASK_TO_REOPEN, round_)
    if form.validate_on_submit() and _asked(round_, form):
        flash(_("You asked to reopen the vote. Another official now confirms it; tell them."))
        return redirect(url_for(".reopening", slug=slug, round_id=round_id), 303)
    page = render_template(
        "voting/reopening.html",
        place=place,
        form=form,
        asked=round_.reopening,
        may_ask=may(actor(), Action.ASK_TO_REOPEN, round_),
        may_confirm=may(actor(), Action.REOPEN_ROUND, round_),
    )
    return page, status_of(form)


def _asked(round_: Round, form: ReopenForm) -> bool:
    try:
        acts.ask_to_reopen(oneself(), round_, closes_at=form.closes_at.data, reason=form.reason.data or "")
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict.words))
        return False
    return True


def _confirm(place: Place, round_: Round) -> Answer:
    here: dict[str, Any] = {"slug": place.deliberation.slug, "round_id": round_.id}
    try:
        rounds.reopen_round(oneself(), round_)
    except Conflict as conflict:
        flash(in_words(conflict.words), "bad")
        return redirect(url_for(".reopening", **here), 303)
    flash(_("The vote is open once more. Everybody who can vote in it is told."))
    return redirect(url_for("deliberations.round", **here), 303)
