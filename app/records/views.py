"""Pages of the record: the city's answers, exports, and a page to print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock
from app.acts import agenda_of, may, require
from app.audit.home import HaltedError, Home
from app.charter.act_words import TO_DO
from app.charter.actions import Action
from app.charter.electorate import told_detail
from app.charter.opening import ELECTORATE_WORDS, VISIBILITY_WORDS
from app.charter.standing import where
from app.database import db
from app.deliberations import queries as deliberations
from app.deliberations.here import deliberation_or_404
from app.deliberations.words import CHANGE_WORDS
from app.proposals.here import proposal_or_404
from app.records import acts, printing, queries
from app.records.exports import bundle
from app.records.exports.tables import Bundle
from app.records.forms import CityAnswerForm
from app.records.models import GROUND_WORDS, VERDICT_WORDS, AnswerVerdict
from app.rights import queries as rights
from app.voting.counting.methods import MARK_WORDS, METHOD_WORDS
from app.voting.counting.outcome import DECISION_WORDS
from app.voting.publishing import PUBLISHED_WORDS
from app.web.answers import Answer, status_of
from app.web.forms import ButtonForm
from app.web.templates import gettext
from app.web.visitor import actor, locale

bp = Blueprint("records", __name__, url_prefix="/deliberations/<slug>")

WORDS = {
    "change": CHANGE_WORDS,
    "decision": DECISION_WORDS,
    "electorate": ELECTORATE_WORDS,
    "electorate_detail": told_detail,
    "mark": MARK_WORDS,
    "method": METHOD_WORDS,
    "published": PUBLISHED_WORDS,
    "to_do": TO_DO,
    "visible": VISIBILITY_WORDS,
}
"""What the page to print calls things, by what they are."""


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
    deliberation = deliberation_or_404(slug)
    proposal = proposal_or_404(deliberation, proposal_id)
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
    ), status_of(form)


@bp.get("/records")
def deliberation(slug: str) -> Answer:
    """The record of a deliberation: what can be taken along, and what was exported when."""
    shown = deliberation_or_404(slug)
    person = actor()
    return render_template(
        "records/deliberation.html",
        deliberation=shown,
        exports=queries.exports_of(db.session(), shown.id),
        can_export=may(person, Action.EXPORT_RECORDS, shown),
        can_internal=may(person, Action.DOWNLOAD_INTERNAL_RECORDS, shown),
        form=ButtonForm(),
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
    shown = deliberation_or_404(slug)
    made = (acts.export_internal if internal else acts.export_public)(actor(), shown)
    asked = Bundle.of(current_app.config["FOLKMOOT"], shown.id, internal=internal, made_at=made.made_at)
    pieces = bundle.stream(db.engine, asked)
    name = f"{slug}-{made.kind}-{made.made_at:%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pieces, mimetype="application/zip", headers=headers)


@bp.get("/records/print")
def printed(slug: str) -> Answer:
    """The record on one page that prints well: question, rounds, results, proposals with articles and answers."""
    shown = deliberation_or_404(slug)
    session = db.session()
    listed = printing.proposals_of(session, shown.id)
    ids = [row.id for row in listed]
    found = deliberations.rounds_of(session, shown.id)
    return render_template(
        "records/print.html",
        deliberation=shown,
        now=clock.now(),
        rounds=where(agenda_of(shown.id), clock.now()).rounds,
        charters={one.id: one.charter for one in found if one.charter},
        rules={one.id: printing.rule_of(one.charter) for one in found if one.charter},
        changes=deliberations.changes(session, shown.id),
        results=printing.results_of(session, found),
        proposals=listed,
        states=printing.states_of(session, shown.id),
        tags=rights.tags_of(session, ids),
        answers=queries.standing_answers(session, ids),
        checkpoint=_checkpoint(),
        home=current_app.config["FOLKMOOT"].base_url.rstrip("/"),
        words=WORDS,
    )


def _checkpoint() -> str | None:
    """The log's last signed checkpoint; None before the first, and while its file is damaged (/log says so)."""
    try:
        return Home.of(current_app.config["FOLKMOOT"]).last_signed()
    except HaltedError:
        return None
