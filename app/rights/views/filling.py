"""Filling in the full assessment: section by section, kept as a draft, sent when it is complete.

The proposal's author fills in their own view; a reviewer who declared no conflict of interest, the reviewers'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts.models import Account
from app.acts import Conflict, require
from app.charter.actions import Action
from app.database import db
from app.deliberations.here import deliberation_or_404
from app.deliberations.models import Deliberation
from app.extensions import limiter
from app.proposals import queries as proposals
from app.proposals.here import readable_or_404
from app.proposals.models import Proposal, Revision
from app.rights import acts, catalogue, checklist, queries
from app.rights.assessing import SECTION_WORDS, SEVERITY_WORDS, Assessing
from app.rights.checklist import Checklist
from app.rights.forms.assessing import section_form, sent
from app.rights.instruments import Article
from app.rights.models import AssessmentDraft, Review, View
from app.rights.queries import assessed
from app.rights.questions import Answers
from app.rights.views.blueprint import bp
from app.rights.views.catalogue import LONGEST_SEARCH
from app.rights.weighing import offers
from app.web.answers import Answer, status_of
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.visitor import actor, locale, writing_rate
from app.writing import private_write

PLACE = "/deliberations/<slug>/proposals/<int:proposal_id>/rights/full"
MOST_OFFERED = 12
MOST_FOUND = 6


@dataclass(frozen=True)
class Filling:
    """Who fills in what: the proposal, the checklist, and what was answered so far."""

    deliberation: Deliberation
    proposal: Proposal
    words: Revision
    person: Account
    review: Review | None
    """None for the author's own view."""
    full: Checklist
    answers: Answers

    @property
    def so_far(self) -> Assessing:
        return Assessing(self.full, self.answers)

    def address(self, section: str | None = None, **more: Any) -> str:
        place: dict[str, Any] = {"slug": self.deliberation.slug, "proposal_id": self.proposal.id, **more}
        return url_for(".full_section", section=section, **place) if section else url_for(".full", **place)


def filling(slug: str, proposal_id: int) -> Filling:
    """What the visitor may fill in here. Raises Refused, with the reason, for everybody else."""
    deliberation = deliberation_or_404(slug)
    proposal = readable_or_404(deliberation, proposal_id)
    person = actor()
    review = None
    if person is not None and person.id != proposal.author_id:
        review = assessed.review_of(db.session(), proposal.id, person.id)
    if review is None:
        require(person, Action.ASSESS_PROPOSAL, proposal)
    else:
        require(person, Action.HAND_IN_REVIEW, review)
    words = proposals.revision(db.session(), proposal.id, proposal.revision_number) or abort(404)
    full, answers = _begun(proposal, oneself())
    return Filling(deliberation, proposal, words, oneself(), review, full, answers)


def _begun(proposal: Proposal, person: Account) -> tuple[Checklist, Answers]:
    """The draft, in the version of the checklist it was begun in; else what the author said before."""
    draft = assessed.draft(db.session(), proposal.id, person.id)
    if draft is not None:
        return checklist.load(draft.checklist, draft.checklist_version), Answers.of(draft.answers)
    full = checklist.load("full")
    if person.id != proposal.author_id:
        return full, Answers({})
    earlier = queries.assessment(db.session(), proposal.id, View.AUTHOR, full.id)
    if earlier is None:
        return full, Answers({})
    return checklist.load(full.id, earlier.checklist_version), Answers.of(earlier.answers)


@bp.route(PLACE, methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def full(slug: str, proposal_id: int) -> Answer:
    """All sections with how far each has come, all answers so far for reading and printing, and the last button."""
    here = filling(slug, proposal_id)
    if request.method == "POST" and here.so_far.complete:
        return _send(here)
    so_far = here.so_far
    return render_template(
        "rights/full.html",
        here=here,
        so_far=so_far,
        states={section.id: SECTION_WORDS[so_far.state(section.id)] for section in here.full.sections},
        missing={section.id: len(so_far.errors(section.id)) for section in here.full.sections},
        severity_words=SEVERITY_WORDS,
    ), (200 if request.method == "GET" else 422)


def _send(here: Filling) -> Answer:
    if here.review is None:
        acts.assess(
            here.person, here.proposal, answers=here.so_far.answers.as_stored(), tags=here.so_far.tags,
            lang=here.words.lang, used=here.full,
        )  # fmt: skip
        flash(_("Your assessment is public. Earlier ones stay in the record."))
    else:
        try:
            acts.hand_in_review(here.person, here.review)
        except Conflict as conflict:
            flash(in_words(conflict.words), "bad")
            return redirect(here.address(), 303)
        flash(_("Your review is handed in. Where reviews are independent, it can be read once the others are in too."))
    return redirect(url_for(".proposal", slug=here.deliberation.slug, proposal_id=here.proposal.id), 303)


@bp.route(f"{PLACE}/<section>", methods=["GET", "POST"])
def full_section(slug: str, proposal_id: int, section: str) -> Answer:
    """One section. Whatever is pressed, the answers are kept; questions that they open come next."""
    here = filling(slug, proposal_id)
    if section not in {one.id for one in here.full.sections}:
        abort(404)
    errors = {}
    if request.method == "POST":
        before = {one.key for one in here.so_far.asked(section)}
        here = replace(here, answers=_keep(here, section))
        if (answer := _go_on(here, section, before)) is not None:
            return answer
        errors = here.so_far.errors(section)
    form = section_form(here.so_far, section, [*_offered(here), *_found()])
    form.blame(errors)
    return render_template(
        "rights/section.html",
        here=here,
        form=form,
        section=next(one for one in here.full.sections if one.id == section),
        asks_for_rights=here.full.parts["rights"] in {one.question.id for one in form.shown},
        asked=request.args.get("q", "")[:LONGEST_SEARCH],
        found=_found(),
    ), status_of(form)


@bp.post(f"{PLACE}/<section>/autosave")
def autosave_section(slug: str, proposal_id: int, section: str) -> Response:
    """Keep the draft while somebody answers. Asked for by the page's script; the buttons do the same without it."""
    _keep(filling(slug, proposal_id), section)
    return jsonify(kept=clock.now().isoformat())


def _go_on(here: Filling, section: str, before: set[str]) -> Answer | None:
    """Where the button leads once all is kept; None to show what is wrong or missing."""
    pressed = request.form.get("press", "go")
    if pressed == "find":
        return redirect(here.address(section, q=request.form.get("q", ""), _anchor="find"), 303)
    if pressed == "keep":
        flash(_("Your answers are kept. Only you can see them. You can go on later, also on another device."))
        return redirect(here.address(), 303)
    opened = [one.key for one in here.so_far.asked(section) if one.key not in before]
    if opened:
        flash(_("Kept. Your answers opened %(number)s more questions on this page.", number=len(opened)), "info")
        return redirect(here.address(section, _anchor=opened[0]), 303)
    if here.so_far.errors(section):
        return None
    ids = [one.id for one in here.full.sections]
    after = ids[ids.index(section) + 1 :]
    return redirect(here.address(after[0] if after else None), 303)


def _keep(here: Filling, section: str) -> Answers:
    """Put what was sent into the draft, over what was kept before. Other sections stay as they are."""
    said = sent(here.full, section, request.form)
    with private_write() as session:
        draft = assessed.draft(session, here.proposal.id, here.person.id)
        if draft is None:
            draft = AssessmentDraft(
                account_id=here.person.id,
                proposal_id=here.proposal.id,
                checklist=here.full.id,
                checklist_version=here.full.version,
                revision_number=here.proposal.revision_number,
                lang=locale(),
                answers=here.answers.as_stored(),
            )
            session.add(draft)
        kept = Answers.of({**draft.answers, **said})
        draft.answers, draft.saved_at = kept.as_stored(), clock.now()
    return kept


def _offered(here: Filling) -> list[Article]:
    """What the answers and the words bring up, after what the author has tied the proposal to already."""
    rights = catalogue.load()
    tied = [tag.article_id for tag in queries.tags_on(db.session(), here.proposal.id) if tag.view is View.AUTHOR]
    text = f"{here.words.title}\n{here.words.body}"
    found = offers(here.full, here.so_far.answers, text, here.words.lang, rights, but=tied)
    own = [rights.article(one) for one in tied if one in rights and here.review is None]
    return [*own, *(offer.article for offer in found)][:MOST_OFFERED]


def _found() -> list[Article]:
    asked = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return catalogue.load().search(asked, locale())[:MOST_FOUND] if asked else []
