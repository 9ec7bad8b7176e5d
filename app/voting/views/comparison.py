"""After the seal: paper ballots drawn by a public seed are compared with what was counted."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.charter.rules import Refused
from app.database import db
from app.voting import acts
from app.voting.acts.audits import look
from app.voting.forms import SampleForm
from app.voting.paper import queries as paper_queries
from app.voting.paper.models import PaperAudit
from app.voting.paper.serials import shown
from app.voting.views.blueprint import bp
from app.voting.views.desk import Desk, desk_or_404
from app.voting.views.entering import ballot_form, sent_reading
from app.web.answers import Answer
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.visitor import actor


@bp.get("/paper/audit")
def audit(slug: str, round_id: int) -> Answer:
    """What was drawn and what came of it; for officials, the next ballot to be looked at."""
    return _page(desk_or_404(slug, round_id))


@bp.post("/paper/audit/draw")
def draw(slug: str, round_id: int) -> Answer:
    """Draw ballots by a public seed, which the log then holds."""
    at = desk_or_404(slug, round_id)
    require(actor(), Action.SAMPLE_PAPER, at.round)
    form = SampleForm()
    if not form.validate_on_submit():
        return _page(at, form=form), 422
    try:
        acts.draw_sample(oneself(), at.round, seed=form.seed.data or "", size=form.size.data or 0)
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict.words))
        return _page(at, form=form), 409
    flash(_("The ballots are drawn. Take each out of the bundles and type what it says."))
    return redirect(url_for(".audit", slug=slug, round_id=round_id), 303)


@bp.post("/paper/audit/<int:number>/<int:place>")
def compare(slug: str, round_id: int, number: int, place: int) -> Answer:
    """Keep what the paper of one drawn ballot says; after the last one, publish how many agree."""
    at = desk_or_404(slug, round_id)
    require(actor(), Action.AUDIT_PAPER, at.round)
    found = db.session.get(PaperAudit, (round_id, number)) or abort(404)
    choices, problems = sent_reading(at, request.form.get("press"))
    if problems:
        return _page(at, problems=problems), 422
    try:
        agrees = look(oneself(), at.round, found, place, choices=choices)
        flash(
            _("The paper says what was counted.")
            if agrees
            else _("The paper says something else than what was counted. Put it aside; the result will tell."),
            "good" if agrees else "bad",
        )
        if all(one.agrees is not None for one in paper_queries.samples(db.session(), found)):
            acts.finish_audit(oneself(), at.round, number=number)
    except Conflict as conflict:
        flash(in_words(conflict.words), "bad")
    return redirect(url_for(".audit", slug=slug, round_id=round_id), 303)


def _page(at: Desk, form: SampleForm | None = None, problems: list[tuple[str, str]] | None = None) -> str:
    verdict = may(actor(), Action.SAMPLE_PAPER, at.round)
    if at.round.sealed_at is None:
        raise Refused(Action.SAMPLE_PAPER, verdict)
    audits = paper_queries.audits(db.session(), at.round.id)
    under_way = next((one for one in audits if one.done_at is None), None)
    return render_template(
        "voting/audit.html",
        place=at.place,
        audits=[one for one in audits if one.done_at is not None],
        under_way=under_way,
        next=_next(under_way) if under_way is not None and verdict else None,
        verdict=verdict,
        form=form,
        sample_form=form or SampleForm(formdata=None),
        entered=sum(one.entered for one in paper_queries.channels(db.session(), at.round.id)),
        **ballot_form(at, problems or []),
    )


def _next(audit: PaperAudit) -> dict[str, Any] | None:
    """The next drawn ballot that nobody has looked at."""
    samples = paper_queries.samples(db.session(), audit)
    found = next((one for one in samples if one.agrees is None), None)
    return None if found is None else {"place": found.place, "serial": shown(found.serial), "of": len(samples)}
