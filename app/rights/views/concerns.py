"""What residents say beside the assessments, and what is answered to that and to findings."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.acts import Conflict, require
from app.charter.actions import Action
from app.database import db
from app.deliberations.here import deliberation_or_404
from app.deliberations.models import Deliberation
from app.extensions import limiter
from app.proposals import queries as proposals
from app.proposals.here import readable_or_404
from app.proposals.models import Proposal
from app.rights import acts, queries
from app.rights.findings import FindingAnswerKind
from app.rights.forms.saying import ConcernAnswerForm, ConcernForm, FindingForm, ReasonForm
from app.rights.models import ConcernKind
from app.rights.queries import assessed
from app.rights.views.blueprint import bp
from app.web.answers import Answer, status_of
from app.web.entrance import admitted
from app.web.formats import in_words
from app.web.forms import Form
from app.web.visitor import actor, locale, writing_rate

PLACE = "/deliberations/<slug>/proposals/<int:proposal_id>/rights"


@bp.route(f"{PLACE}/concerns/new", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def raise_concern(slug: str, proposal_id: int) -> Answer:
    """Say how a proposal affects one, or challenge what the assessments say."""
    deliberation, found = _place(slug, proposal_id)
    require(actor(), Action.RAISE_CONCERN, found)
    form = ConcernForm(data={"lang": locale(), "article": request.args.get("article", "")})
    if form.validate_on_submit():
        acts.raise_concern(actor(), found, said=form.said, unnamed=bool(form.unnamed.data))
        flash(_("It stands below the assessments now. The author and the reviewers are asked to answer it."))
        return _back(slug, proposal_id, "concerns-title")
    title = _("Add what the assessments do not say")
    return _page(deliberation, found, form, title, _("Make it public")), status_of(form)


@bp.route(f"{PLACE}/concerns/<int:concern_id>/answer", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def answer_concern(slug: str, proposal_id: int, concern_id: int) -> Answer:
    """The proposal's author, or a reviewer, answers a concern."""
    deliberation, found = _place(slug, proposal_id)
    concern = assessed.concern(db.session(), proposal_id, concern_id) or abort(404)
    subject = acts.Answering(concern)
    require(actor(), Action.ANSWER_CONCERN, subject)
    form = ConcernAnswerForm(data={"lang": locale()})
    if concern.kind != ConcernKind.CHALLENGE:
        del form.upheld
    if form.validate_on_submit():
        upheld = form.upheld.data == "yes" if "upheld" in form else None
        try:
            acts.answer_concern(actor(), subject, text=form.text.data, lang=form.lang.data, upheld=upheld)
        except Conflict as conflict:
            flash(in_words(conflict.words), "bad")
        else:
            flash(_("Your answer stands beside it."))
        return _back(slug, proposal_id, f"concern-{concern_id}")
    page = _page(deliberation, found, form, _("Answer this concern"), _("Answer"), quoted=concern.body)
    return page, status_of(form)


@bp.route(f"{PLACE}/concerns/<int:concern_id>/hide", methods=["GET", "POST"])
def hide_concern(slug: str, proposal_id: int, concern_id: int) -> Answer:
    """Put a reason in place of a concern."""
    deliberation, found = _place(slug, proposal_id)
    concern = assessed.concern(db.session(), proposal_id, concern_id) or abort(404)
    require(actor(), Action.HIDE_CONCERN, concern)
    form = ReasonForm()
    if form.validate_on_submit():
        acts.hide_concern(actor(), concern, reason=form.reason.data)
        flash(_("It is hidden. Your reason stands in its place."))
        return _back(slug, proposal_id, "concerns-title")
    page = _page(deliberation, found, form, _("Hide this concern"), _("Hide it"), quoted=concern.body)
    return page, status_of(form)


@bp.route(f"{PLACE}/tag/<int:tag_id>/answer", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def answer_finding(slug: str, proposal_id: int, tag_id: int) -> Answer:
    """Answer a finding: mitigated, accepted or disputed; or a reviewer's reasons, or that nobody answered."""
    deliberation, found = _place(slug, proposal_id)
    finding = acts.Finding(queries.tag(db.session(), proposal_id, tag_id) or abort(404))
    person = admitted(Action.ANSWER_FINDING, finding)
    form = FindingForm(finding.kinds_for(person), data={"lang": locale()})
    if form.validate_on_submit():
        try:
            kind = FindingAnswerKind(form.kind.data)
            acts.answer_finding(person, finding, kind=kind, text=form.text.data, lang=form.lang.data)
        except Conflict as conflict:
            form.form_errors.append(in_words(conflict.words))
        else:
            flash(_("Your answer stands with the finding, and goes with the proposal to the vote."))
            return _back(slug, proposal_id, "tags-title")
    quoted = finding.tag.explanation
    return _page(deliberation, found, form, _("Answer this finding"), _("Answer"), quoted, finding.tag.article), (
        409 if form.form_errors else status_of(form)
    )


def _place(slug: str, proposal_id: int) -> tuple[Deliberation, Proposal]:
    deliberation = deliberation_or_404(slug)
    return deliberation, readable_or_404(deliberation, proposal_id)


def _back(slug: str, proposal_id: int, anchor: str) -> Answer:
    return redirect(url_for(".proposal", slug=slug, proposal_id=proposal_id, _anchor=anchor), 303)


def _page(
    deliberation: Deliberation,
    found: Proposal,
    form: Form,
    title: str,
    send: str,
    quoted: str = "",
    article: str | None = None,
) -> Any:
    return render_template(
        "rights/form.html",
        deliberation=deliberation,
        proposal=found,
        words=proposals.revision(db.session(), found.id, found.revision_number),
        form=form,
        title=title,
        send=send,
        quoted=quoted,
        article=article,
        back=url_for(".proposal", slug=deliberation.slug, proposal_id=found.id),
    )
