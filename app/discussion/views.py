"""Pages of the discussion. The thread itself is part of the proposal's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.charter.words import N_, Words
from app.database import db
from app.deliberations.here import deliberation_or_404
from app.deliberations.models import Deliberation
from app.discussion import acts, queries
from app.discussion.forms import AnswerForm, AppealForm, CommentForm, DecisionForm, HideForm, ReportForm
from app.discussion.models import Comment, CommentState, Hiding, Reason
from app.discussion.words import POSITION_WORDS, REASON_WORDS, STANDARD
from app.extensions import limiter
from app.proposals.here import proposal_or_404
from app.proposals.models import Proposal, ProposalState
from app.web.answers import Answer, status_of
from app.web.forms import ButtonForm, Form
from app.web.templates import gettext
from app.web.visitor import actor, locale, writing_rate

bp = Blueprint("discussion", __name__, url_prefix="/deliberations/<slug>")


@bp.app_template_global()
def position_word(position: Any) -> str:
    """What a position is called."""
    return gettext(POSITION_WORDS[position])


@bp.app_template_global()
def reason_word(reason: Any) -> str:
    """What a reason for hiding is called."""
    return gettext(REASON_WORDS[reason])


@bp.route("/proposals/<int:proposal_id>/comment", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def comment(slug: str, proposal_id: int) -> Answer:
    """Comment on a proposal."""
    deliberation = deliberation_or_404(slug)
    proposal = proposal_or_404(deliberation, proposal_id)
    require(actor(), Action.COMMENT, proposal)
    form = CommentForm(data={"lang": locale()})
    if form.validate_on_submit():
        said = acts.comment(
            actor(),
            proposal,
            body=form.body.data,
            lang=form.lang.data,
            position=form.stance,
            editable_for=_edit_window(),
        )
        flash(_("Your comment is public. You can change it for %(minutes)s minutes.", minutes=_minutes()))
        return redirect(_at(slug, proposal_id, said.id), 303)
    return _form_page(deliberation, proposal, form, N_("Comment"), N_("Publish"))


@bp.route("/proposals/<int:proposal_id>/comments/<int:comment_id>/answer", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def answer(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """Answer a comment."""
    deliberation, proposal, parent = _comment_or_404(slug, proposal_id, comment_id)
    require(actor(), Action.COMMENT, proposal)
    if parent.state != CommentState.PUBLIC:
        raise Conflict(Words(acts.NOT_THERE))
    form = AnswerForm(data={"lang": locale()})
    if form.validate_on_submit():
        said = acts.comment(
            actor(), proposal, body=form.body.data, lang=form.lang.data, parent=parent, editable_for=_edit_window()
        )
        flash(_("Your answer is public. You can change it for %(minutes)s minutes.", minutes=_minutes()))
        return redirect(_at(slug, proposal_id, said.id), 303)
    return _form_page(deliberation, proposal, form, N_("Answer a comment"), N_("Publish"), parent)


@bp.route("/proposals/<int:proposal_id>/comments/<int:comment_id>/edit", methods=["GET", "POST"])
def edit(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """Change one's comment while that is possible."""
    deliberation, proposal, said = _comment_or_404(slug, proposal_id, comment_id)
    require(actor(), Action.EDIT_COMMENT, said)
    form = AnswerForm(data={"body": said.body, "lang": said.lang})
    if form.validate_on_submit():
        acts.edit(actor(), said, body=form.body.data, lang=form.lang.data)
        flash(_("Your comment is changed. The earlier text can still be read."))
        return redirect(_at(slug, proposal_id, comment_id), 303)
    return _form_page(deliberation, proposal, form, N_("Change your comment"), N_("Publish the change"))


@bp.route("/proposals/<int:proposal_id>/comments/<int:comment_id>/erase", methods=["GET", "POST"])
def erase(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """Destroy the text of one's comment."""
    deliberation, proposal, said = _comment_or_404(slug, proposal_id, comment_id)
    require(actor(), Action.ERASE_COMMENT, said)
    form = ButtonForm()
    if form.validate_on_submit():
        acts.erase(actor(), said)
        flash(_("The text is destroyed. The log shows that it was, and no longer what it said."))
        return redirect(_at(slug, proposal_id, comment_id), 303)
    return _form_page(deliberation, proposal, form, N_("Erase your comment"), N_("Destroy the text"), said)


@bp.get("/proposals/<int:proposal_id>/comments/<int:comment_id>/earlier")
def earlier(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """What a comment said before it was edited."""
    deliberation, proposal, said = _comment_or_404(slug, proposal_id, comment_id)
    if said.state != CommentState.PUBLIC or proposal.state == ProposalState.HIDDEN:
        abort(404)
    texts = queries.earlier_texts(db.session(), comment_id)
    return render_template(
        "discussion/earlier.html", deliberation=deliberation, proposal=proposal, comment=said, texts=texts
    )


@bp.post("/proposals/<int:proposal_id>/comments/<int:comment_id>/helpful")
def helpful(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """Mark a comment as helpful, or take the mark back."""
    *_rest, said = _comment_or_404(slug, proposal_id, comment_id)
    acts.mark_helpful(actor(), said, helpful=request.form.get("helpful") == "yes")
    return redirect(_at(slug, proposal_id, comment_id), 303)


@bp.route("/proposals/<int:proposal_id>/comments/<int:comment_id>/report", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def report(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """Tell the moderators of a comment."""
    deliberation, proposal, said = _comment_or_404(slug, proposal_id, comment_id)
    require(actor(), Action.REPORT_COMMENT, said)
    form = ReportForm()
    if form.validate_on_submit():
        acts.report(actor(), said, reason=Reason(form.reason.data), detail=form.detail.data or "")
        flash(_("Thank you. A moderator will look at it. Only moderators see who reported."))
        return redirect(_at(slug, proposal_id, comment_id), 303)
    return _form_page(deliberation, proposal, form, N_("Report a comment"), N_("Report it"), said)


@bp.route("/proposals/<int:proposal_id>/comments/<int:comment_id>/hide", methods=["GET", "POST"])
def hide(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """Put a reason in place of a comment."""
    deliberation, proposal, said = _comment_or_404(slug, proposal_id, comment_id)
    require(actor(), Action.HIDE_COMMENT, said)
    form = HideForm()
    if form.validate_on_submit():
        acts.hide(actor(), said, reason=Reason(form.reason.data), explanation=form.explanation.data)
        flash(_("The comment is hidden. Your explanation stands in its place, and the author is told."))
        return redirect(_at(slug, proposal_id, comment_id), 303)
    return _form_page(deliberation, proposal, form, N_("Hide a comment"), N_("Hide it"), said)


@bp.post("/proposals/<int:proposal_id>/comments/<int:comment_id>/restore")
def restore(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """Make a hidden comment readable again."""
    *_rest, said = _comment_or_404(slug, proposal_id, comment_id)
    acts.restore(actor(), said)
    flash(_("The comment is readable again."))
    return redirect(_at(slug, proposal_id, comment_id), 303)


@bp.route("/proposals/<int:proposal_id>/comments/<int:comment_id>/appeal", methods=["GET", "POST"])
def appeal(slug: str, proposal_id: int, comment_id: int) -> Answer:
    """Ask another moderator to look at one's hidden comment again."""
    deliberation, proposal, said = _comment_or_404(slug, proposal_id, comment_id)
    hiding: Hiding = queries.standing_hiding(db.session(), comment_id) or abort(404)
    require(actor(), Action.APPEAL, hiding)
    form = AppealForm()
    if form.validate_on_submit():
        acts.appeal(actor(), hiding, text=form.text.data)
        flash(_("Your appeal is made. Somebody who did not hide the comment decides, and you are told."))
        return redirect(_at(slug, proposal_id, comment_id), 303)
    return _form_page(deliberation, proposal, form, N_("Appeal against the hiding"), N_("Appeal"), said)


@bp.get("/moderation")
def moderation(slug: str) -> Answer:
    """The moderation log for everybody; for moderators also what waits, beside the standard they hold to."""
    deliberation = deliberation_or_404(slug)
    session = db.session()
    moderator = may(actor(), Action.HIDE_COMMENT, _Any(deliberation))
    return render_template(
        "discussion/moderation.html",
        deliberation=deliberation,
        moderator=moderator,
        standard=STANDARD,
        reasons=REASON_WORDS,
        reports=queries.open_reports(session, deliberation.id) if moderator else [],
        appeals=queries.open_appeals(session, deliberation.id) if moderator else [],
        decided=queries.decided(session, deliberation.id),
    )


class _Any:
    """Any public comment of a deliberation, to ask whether somebody moderates there at all."""

    def __init__(self, deliberation: Deliberation) -> None:
        self.deliberation_id = deliberation.id
        self.reference = deliberation.reference

    def circumstances(self, actor_id: int | None) -> Any:
        return Proposal(state=ProposalState.PUBLIC).circumstances(actor_id)


@bp.post("/moderation/reports/<int:report_id>/dismiss")
def dismiss(slug: str, report_id: int) -> Answer:
    """Find that a reported comment breaks no rule; all open reports of it are settled."""
    deliberation = deliberation_or_404(slug)
    found = queries.report(db.session(), deliberation.id, report_id) or abort(404)
    for one in queries.reports_of(db.session(), found.comment_id):
        if one.state == "open":
            acts.dismiss(actor(), one)
    flash(_("Dismissed: the comment stays."))
    return redirect(url_for(".moderation", slug=slug), 303)


@bp.route("/moderation/appeals/<int:appeal_id>", methods=["GET", "POST"])
def decide_appeal(slug: str, appeal_id: int) -> Answer:
    """Decide an appeal that somebody else's hiding led to."""
    deliberation = deliberation_or_404(slug)
    found = queries.appeal(db.session(), deliberation.id, appeal_id) or abort(404)
    require(actor(), Action.DECIDE_APPEAL, found)
    form = DecisionForm()
    if form.validate_on_submit():
        acts.decide_appeal(actor(), found, upheld=form.decision.data == "upheld", answer=form.answer.data)
        flash(_("Decided. The author is told."))
        return redirect(url_for(".moderation", slug=slug), 303)
    page = render_template("discussion/appeal.html", deliberation=deliberation, appeal=found, form=form)
    return page, status_of(form)


def _comment_or_404(slug: str, proposal_id: int, comment_id: int) -> tuple[Deliberation, Proposal, Comment]:
    deliberation = deliberation_or_404(slug)
    proposal = proposal_or_404(deliberation, proposal_id)
    return deliberation, proposal, queries.comment(db.session(), proposal_id, comment_id) or abort(404)


def _form_page(
    deliberation: Deliberation,
    proposal: Proposal,
    form: Form,
    title: str,
    verb: str,
    upon: Comment | None = None,
) -> Answer:
    return render_template(
        "discussion/form.html",
        deliberation=deliberation,
        proposal=proposal,
        form=form,
        heading=gettext(title),
        verb=gettext(verb),
        upon=upon,
        standard=STANDARD if isinstance(form, HideForm) else (),
    ), status_of(form)


def _at(slug: str, proposal_id: int, comment_id: int) -> str:
    return url_for("proposals.show", slug=slug, proposal_id=proposal_id, _anchor=f"comment-{comment_id}")


def _minutes() -> int:
    return int(current_app.config["FOLKMOOT"].comment_edit_minutes)


def _edit_window() -> timedelta:
    return timedelta(minutes=_minutes())
