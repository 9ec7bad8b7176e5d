"""Reviews of a proposal: facilitators ask, reviewers declare or step back, everybody reads and compares."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.acts import Conflict, agenda_of, may, require
from app.charter.actions import Action
from app.database import db
from app.deliberations.here import deliberation_or_404
from app.extensions import limiter
from app.proposals import queries as proposals
from app.proposals.here import readable_or_404
from app.proposals.models import Proposal
from app.rights import acts, comparing, queries, reviewing
from app.rights.assessing import Assessing
from app.rights.forms.saying import AssignForm, ReasonForm
from app.rights.models import Review, View
from app.rights.queries import assessed
from app.rights.queries import findings as found_dangers
from app.rights.queries.assessed import AssessmentShown
from app.rights.reviewing import REVIEW_WORDS
from app.rights.views.blueprint import bp
from app.web.answers import Answer, status_of
from app.web.formats import in_words
from app.web.visitor import actor, writing_rate

PLACE = "/deliberations/<slug>/proposals/<int:proposal_id>/rights"


@bp.get(f"{PLACE}/views")
def views(slug: str, proposal_id: int) -> Answer:
    """The views of a proposal beside each other: who assessed it, what each says, where they differ and why."""
    deliberation = deliberation_or_404(slug)
    found = readable_or_404(deliberation, proposal_id)
    session, person = db.session(), actor()
    full = [one for one in assessed.assessments(session, proposal_id) if one.checklist.sections]
    tags = queries.tags_on(session, proposal_id)
    reviews = assessed.reviews(session, proposal_id)
    mine = next((one for one in reviews if person is not None and one.reviewer_id == person.id), None)
    return render_template(
        "rights/views.html",
        deliberation=deliberation,
        proposal=found,
        words=proposals.revision(session, proposal_id, found.revision_number),
        full=[(one, Assessing(one.checklist, one.answers)) for one in full],
        compared=_compared(full, tags),
        reviews=reviews,
        review_words=REVIEW_WORDS,
        needed=reviewing.needed(agenda_of(deliberation.id)),
        mine=mine,
        people=queries.people(session, {one.made_by_id for one in full if one.made_by_id}),
        can_assign=may(person, Action.ASSIGN_REVIEWER, found),
        can_open=may(person, Action.OPEN_REVIEWS, found) and any(one.waits for one in reviews),
    )


def _compared(full: list[AssessmentShown], tags: Any) -> dict[str, Any]:
    """Article by article what each view says, and the answers that differ; of reviewers also what they share."""
    by_view: dict[View, dict[str, str]] = {}
    by_reviewer: dict[int | None, set[str]] = {one.made_by_id: set() for one in full if one.view is View.REVIEWER}
    for tag in tags:
        by_view.setdefault(tag.view, {})[tag.article_id] = tag.direction.value
        if tag.set_by_id in by_reviewer and tag.view is View.REVIEWER:
            by_reviewer[tag.set_by_id].add(tag.article_id)
    shown = [view for view in View if view in by_view]
    marked = list(by_reviewer.values())
    same = [one for one in full if (one.checklist.id, one.checklist.version) == _newest(full)]
    return {
        "views": shown,
        "articles": comparing.articles([by_view[view] for view in shown]) if len(shown) > 1 else [],
        "who": same,
        "answers": comparing.answers(same[0].checklist, [one.answers for one in same]) if len(same) > 1 else [],
        "shared": comparing.jaccard(*marked) if len(marked) == 2 else None,
        "talk_below": comparing.TALK_BELOW,
    }


def _newest(full: list[AssessmentShown]) -> tuple[str, int]:
    return max(((one.checklist.id, one.checklist.version) for one in full), default=("", 0))


@bp.route(f"{PLACE}/reviewers", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def assign(slug: str, proposal_id: int) -> Answer:
    """A facilitator asks a reviewer."""
    found = _proposal(slug, proposal_id)
    require(actor(), Action.ASSIGN_REVIEWER, found)
    form, status = AssignForm(assessed.reviewers(db.session())), 200
    if form.validate_on_submit():
        reviewer = accounts.by_public_id(db.session(), form.reviewer.data) or abort(409)
        try:
            acts.assign_reviewer(actor(), found, reviewer=reviewer)
        except Conflict as conflict:
            form.form_errors.append(in_words(conflict.words))
            status = 409
        else:
            flash(_("%(name)s was asked, and is told.", name=reviewer.display_name))
            return _to_views(slug, proposal_id)
    title = _("Ask a reviewer")
    return _form_page(slug, found, form, title, _("Ask")), (status if status != 200 else status_of(form))


@bp.route(f"{PLACE}/reviewers/open", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def open_reviews(slug: str, proposal_id: int) -> Answer:
    """A facilitator publishes what is in, without waiting for the others."""
    found = _proposal(slug, proposal_id)
    require(actor(), Action.OPEN_REVIEWS, found)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            acts.open_reviews(actor(), found, reason=form.reason.data)
        except Conflict as conflict:
            flash(in_words(conflict.words), "bad")
        return _to_views(slug, proposal_id)
    title = _("Publish the reviews that are in")
    return _form_page(slug, found, form, title, _("Publish, and release the others")), status_of(form)


@bp.post(f"{PLACE}/reviewers/<int:review_id>/accept")
def accept(slug: str, proposal_id: int, review_id: int) -> Answer:
    """The reviewer declares to have no conflict of interest."""
    acts.accept_review(actor(), _review(slug, proposal_id, review_id))
    flash(_("Thank you. Now assess the proposal. Nobody sees your answers before you hand them in."))
    return redirect(url_for(".full", slug=slug, proposal_id=proposal_id), 303)


@bp.route(f"{PLACE}/reviewers/<int:review_id>/step-back", methods=["GET", "POST"])
def step_back(slug: str, proposal_id: int, review_id: int) -> Answer:
    """The reviewer leaves it to somebody else."""
    review = _review(slug, proposal_id, review_id)
    require(actor(), Action.STEP_BACK, review)
    form = ReasonForm()
    if form.validate_on_submit():
        acts.step_back(actor(), review, reason=form.reason.data)
        flash(_("You have stepped back. A facilitator can ask somebody else."))
        return _to_views(slug, proposal_id)
    title = _("Step back from this review")
    return _form_page(slug, review.proposal, form, title, _("Step back")), status_of(form)


@bp.get("/deliberations/<slug>/findings")
def findings(slug: str) -> Answer:
    """The proposals of a deliberation with a danger to which nothing is recorded, and how far reviewers agree."""
    deliberation = deliberation_or_404(slug)
    twice = assessed.reviewed_twice(db.session(), deliberation.id)
    return render_template(
        "rights/findings.html",
        deliberation=deliberation,
        unsettled=found_dangers.unsettled_in(db.session(), deliberation.id),
        reviewed_twice=len(twice),
        enough=comparing.ENOUGH,
        alpha=comparing.alpha(twice),
    )


def _proposal(slug: str, proposal_id: int) -> Proposal:
    return readable_or_404(deliberation_or_404(slug), proposal_id)


def _review(slug: str, proposal_id: int, review_id: int) -> Review:
    return assessed.review(db.session(), _proposal(slug, proposal_id).id, review_id) or abort(404)


def _to_views(slug: str, proposal_id: int) -> Answer:
    return redirect(url_for(".views", slug=slug, proposal_id=proposal_id), 303)


def _form_page(slug: str, found: Proposal, form: Any, title: str, send: str) -> str:
    return render_template(
        "rights/form.html",
        deliberation=deliberation_or_404(slug),
        proposal=found,
        words=proposals.revision(db.session(), found.id, found.revision_number),
        form=form,
        title=title,
        send=send,
        back=url_for(".views", slug=slug, proposal_id=found.id),
    )
