"""Pages of the record: the city's answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.acts import require
from app.charter.actions import Action
from app.database import db
from app.deliberations import queries as deliberations
from app.proposals import queries as proposals
from app.records import acts, queries
from app.records.forms import CityAnswerForm
from app.records.models import GROUND_WORDS, VERDICT_WORDS, AnswerVerdict
from app.web.templates import gettext
from app.web.visitor import actor, locale

bp = Blueprint("records", __name__, url_prefix="/deliberations/<slug>")
Answer = str | Response | tuple[str, int]


@bp.app_template_global()
def verdict_word(verdict: Any) -> str:
    """What a verdict of the city is called."""
    return gettext(VERDICT_WORDS[verdict])


@bp.app_template_global()
def ground_word(ground: Any) -> str:
    """What a ground for rejecting is called."""
    return gettext(GROUND_WORDS[ground])


@bp.route("/proposals/<int:proposal_id>/answer", methods=["GET", "POST"])
def answer(slug: str, proposal_id: int) -> Answer:
    """Enter the city's answer to a proposal."""
    deliberation = deliberations.by_slug(db.session(), slug) or abort(404)
    proposal = proposals.proposal(db.session(), deliberation.id, proposal_id) or abort(404)
    require(actor(), Action.ANSWER_PROPOSAL, proposal)
    form = CityAnswerForm(data={"lang": locale()})
    if form.validate_on_submit():
        acts.answer(
            actor(),
            proposal,
            verdict=AnswerVerdict(form.verdict.data),
            ground=form.chosen_ground,
            text=form.text.data or "",
            lang=form.lang.data,
        )
        flash(_("The answer is public."))
        return redirect(url_for("proposals.show", slug=slug, proposal_id=proposal_id), 303)
    return render_template(
        "records/answer.html",
        deliberation=deliberation,
        proposal=proposal,
        form=form,
        earlier=queries.answers_to(db.session(), proposal_id),
    ), (422 if form.errors else 200)
