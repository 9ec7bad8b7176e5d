"""Pages of the record: the city's answers, exports, and a page to print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock
from app.acts import may, require, stage_of
from app.audit.home import Home
from app.charter.actions import Action
from app.charter.rounds import state_at
from app.database import db
from app.deliberations import queries as deliberations
from app.proposals import queries as proposals
from app.records import acts, queries
from app.records.exports import bundle
from app.records.forms import CityAnswerForm
from app.records.models import GROUND_WORDS, VERDICT_WORDS, AnswerVerdict
from app.rights import queries as rights
from app.voting import queries as voting
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


@bp.get("/records")
def deliberation(slug: str) -> Answer:
    """The record of a deliberation: what can be taken along, and what was exported when."""
    shown = deliberations.by_slug(db.session(), slug) or abort(404)
    person = actor()
    return render_template(
        "records/deliberation.html",
        deliberation=shown,
        exports=queries.exports_of(db.session(), shown.id),
        can_export=may(person, Action.EXPORT_RECORDS, shown),
        can_internal=may(person, Action.DOWNLOAD_INTERNAL_RECORDS, shown),
        form=FlaskForm(),
    )


@bp.post("/records/public")
def export_public(slug: str) -> Response:
    """Make and send the public bundle."""
    return _bundle(slug, internal=False)


@bp.post("/records/internal")
def export_internal(slug: str) -> Response:
    """Make and send the bundle with contact data. That it was downloaded, and by whom, is in the log."""
    return _bundle(slug, internal=True)


def _bundle(slug: str, *, internal: bool) -> Response:
    shown = deliberations.by_slug(db.session(), slug) or abort(404)
    made = (acts.export_internal if internal else acts.export_public)(actor(), shown)
    settings = current_app.config["FOLKMOOT"]
    pieces = bundle.stream(
        db.engine,
        shown.id,
        internal=internal,
        made_at=made.made_at,
        origin=settings.origin,
        vkey=Home.of(settings).public_key() or "",
    )
    name = f"{slug}-{made.kind}-{made.made_at:%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pieces, mimetype="application/zip", headers=headers)


PRINTED = 500


@bp.get("/records/print")
def printed(slug: str) -> Answer:
    """The record on one page that prints well: question, rounds, results, proposals with articles and answers."""
    shown = deliberations.by_slug(db.session(), slug) or abort(404)
    session = db.session()
    rows = proposals.listing(session, shown.id, proposals.Filters(sort="backed"), limit=PRINTED)
    ids = [row.id for row in rows]
    return render_template(
        "records/print.html",
        deliberation=shown,
        stage=stage_of(shown.id),
        now=clock.now(),
        state_at=state_at,
        proposals=rows,
        most=PRINTED,
        tags=rights.tags_of(session, ids),
        answers=queries.standing_answers(session, ids),
        results=voting.published_outcomes(session, shown.id),
        changes=deliberations.changes(session, shown.id),
        checkpoint=Home.of(current_app.config["FOLKMOOT"]).last_signed(),
    )
