"""A public proposal in terms of rights: its checklist, its tags by view, and the forms to answer, tag and take back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.models import Account
from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.charter.rules import Circumstances
from app.database import db
from app.deliberations.here import deliberation_or_404
from app.extensions import limiter
from app.proposals import queries as proposals
from app.proposals.here import readable_or_404
from app.proposals.models import Proposal, Revision
from app.rights import acts, catalogue, checklist, queries
from app.rights.checklist import Answers, Checklist
from app.rights.findings import FINDING_ANSWER_WORDS
from app.rights.forms import TagForm, asking
from app.rights.models import View
from app.rights.queries import TagShown, assessed, findings
from app.rights.queries.assessed import ConcernShown
from app.rights.views.blueprint import bp
from app.rights.views.catalogue import LONGEST_SEARCH
from app.rights.weighing import Offer, offers
from app.web.answers import Answer, status_of
from app.web.formats import in_words
from app.web.visitor import actor, locale, writing_rate

MOST_OFFERED = 12
PLACE = "/deliberations/<slug>/proposals/<int:proposal_id>/rights"


@bp.get(PLACE)
def proposal(slug: str, proposal_id: int) -> Answer:
    """What has been said of a proposal in terms of rights, by whom, and about which revision."""
    deliberation = deliberation_or_404(slug)
    found = readable_or_404(deliberation, proposal_id)
    session, person = db.session(), actor()
    said = queries.tags_of(session, [proposal_id]).get(proposal_id, ())
    assessment = queries.assessment(session, proposal_id)
    beside = _beside(found, person)
    setters = {tag.set_by_id for tag in said if tag.view is not View.AUTHOR and tag.set_by_id}
    setters |= {one.answered_by_id for one in beside["finding_answers"].values()}
    setters |= {one.answered_by_id for one in beside["concerns"]}
    return render_template(
        "rights/proposal.html",
        deliberation=deliberation,
        proposal=found,
        words=_words(found),
        assessment=assessment,
        quick=None if assessment is None else checklist.load(assessment.checklist, assessment.checklist_version),
        answers=Answers.of(assessment.answers if assessment else {}),
        by_view={view: [tag for tag in said if tag.view is view] for view in View},
        people=queries.people(session, setters - {None}) if setters else {},
        bare=[tag for tag in said if tag.lacks_mitigation and tag.id not in beside["finding_answers"]],
        **beside,
        mine=_takes_back(found, said, person),
        can_assess=may(person, Action.ASSESS_PROPOSAL, found),
        can_tag=may(person, Action.TAG_PROPOSAL, found),
    )


def _beside(found: Proposal, person: Account | None) -> dict[str, Any]:
    """What stands beside the tags: answers to findings, residents' concerns; and what the visitor may do."""
    session = db.session()
    concerns = assessed.concerns(session, found.id)
    return {
        "finding_answers": findings.finding_answers(session, found.id),
        "finding_words": FINDING_ANSWER_WORDS,
        "concerns": concerns,
        "answerable": {one.id for one in concerns if may(person, Action.ANSWER_CONCERN, _Raised(found, one, True))},
        "hideable": {one.id for one in concerns if may(person, Action.HIDE_CONCERN, _Raised(found, one, False))},
        "can_answer": may(person, Action.ANSWER_FINDING, found),
        "can_raise": may(person, Action.RAISE_CONCERN, found),
    }


def _words(proposal: Proposal) -> Revision:
    revision = proposals.revision(db.session(), proposal.id, proposal.revision_number)
    return revision if revision is not None else abort(404)


class _Tagged:
    """A shown tag as the rules see it: its row is enough, no second reading."""

    def __init__(self, proposal: Proposal, tag: TagShown) -> None:
        self.deliberation_id = proposal.deliberation_id
        self.reference = f"article_tags/{tag.id}"
        self._state, self._set_by = str(proposal.state), tag.set_by_id

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(state=self._state, authored=actor_id is not None and actor_id == self._set_by)


class _Raised:
    """A shown concern as the rules see it: as who answers it meets it, or as it is."""

    def __init__(self, proposal: Proposal, concern: ConcernShown, to_answer: bool) -> None:
        self.deliberation_id = proposal.deliberation_id
        self.reference = f"concerns/{concern.id}"
        self._state, self._raised_by = concern.state.value, concern.raised_by
        self._author = proposal.author_id if to_answer else concern.raised_by

    def circumstances(self, actor_id: int | None) -> Circumstances:
        known = actor_id is not None
        return Circumstances(
            state=self._state,
            authored=known and actor_id == self._author,
            about_self=known and actor_id == self._raised_by,
        )


def _takes_back(proposal: Proposal, said: Sequence[TagShown], person: Account | None) -> set[int | None]:
    """The tags that this person may take back now."""
    return {tag.id for tag in said if may(person, Action.WITHDRAW_TAG, _Tagged(proposal, tag))}


@bp.route(f"{PLACE}/check", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def check(slug: str, proposal_id: int) -> Answer:
    """The author answers the quick look again, or for the first time. The tags stay as they are."""
    deliberation = deliberation_or_404(slug)
    found = readable_or_404(deliberation, proposal_id)
    require(actor(), Action.ASSESS_PROPOSAL, found)
    quick, words = checklist.load(), _words(found)
    form = asking(quick, _standing_answers(found, quick))
    if form.validate_on_submit():
        acts.assess(actor(), found, answers=form.answers.as_stored(), tags=None, lang=words.lang)
        flash(_("Your answers are public. See below whether they bring up articles that are not there yet."))
        return redirect(url_for(".proposal", slug=slug, proposal_id=proposal_id), 303)
    return render_template(
        "rights/check.html", deliberation=deliberation, proposal=found, words=words, quick=quick, form=form
    ), status_of(form)


def _standing_answers(proposal: Proposal, quick: Checklist) -> Answers:
    """What was answered before, as far as today's checklist still asks it."""
    assessment = queries.assessment(db.session(), proposal.id)
    given = Answers.of(assessment.answers if assessment else {})
    return Answers({question.id: given.to(question.id) for question in quick.questions if given.to(question.id)})


@bp.get(f"{PLACE}/tag")
def choose(slug: str, proposal_id: int) -> Answer:
    """Find the article that a proposal is to be tied to."""
    deliberation = deliberation_or_404(slug)
    found = readable_or_404(deliberation, proposal_id)
    require(actor(), Action.TAG_PROPOSAL, found)
    words = _words(found)
    asked = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    there = {one.article_id for one in queries.tags_of(db.session(), [proposal_id]).get(proposal_id, ())}
    return render_template(
        "rights/choose.html",
        deliberation=deliberation,
        proposal=found,
        words=words,
        quick=checklist.load(),
        asked=asked,
        found=catalogue.load().search(asked, locale())[:MOST_OFFERED] if asked else [],
        offers=_offers(found, words, there)[:MOST_OFFERED],
        there=there,
    )


@bp.route(f"{PLACE}/tag/<article_id>", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def tag(slug: str, proposal_id: int, article_id: str) -> Answer:
    """Tie a proposal to an article: say how it works on it, for whom, and what would lessen harm."""
    deliberation = deliberation_or_404(slug)
    found = readable_or_404(deliberation, proposal_id)
    require(actor(), Action.TAG_PROPOSAL, found)
    article = queries.article(article_id) or abort(404)
    words, form, status = _words(found), TagForm(data={"lang": locale()}), 200
    if form.validate_on_submit():
        try:
            return _tie(found, slug, form, article.id)
        except Conflict as conflict:
            form.form_errors.append(in_words(conflict.words))
            status = 409
    return render_template(
        "rights/tag.html",
        deliberation=deliberation,
        proposal=found,
        words=words,
        article=article,
        form=form,
        quick=checklist.load(),
        offer=next((one for one in _offers(found, words) if one.article is article), None),
    ), (status if status != 200 else status_of(form))


def _tie(proposal: Proposal, slug: str, form: TagForm, article_id: str) -> Answer:
    said = form.tag(article_id)
    acts.tag(actor(), proposal, said=said, lang=form.lang.data, explanation=form.explanation.data or "")
    if said.lacks_mitigation:
        flash(_("The article is there. Nothing is said yet of what would lessen the harm."), "warn")
    else:
        flash(_("The article is there, under your name."))
    return redirect(url_for(".proposal", slug=slug, proposal_id=proposal.id), 303)


def _offers(proposal: Proposal, words: Revision, but: Collection[str] = ()) -> list[Offer]:
    quick = checklist.load()
    text = f"{words.title}\n{words.body}"
    return offers(quick, _standing_answers(proposal, quick), text, words.lang, catalogue.load(), but=but)


@bp.post(f"{PLACE}/tag/<int:tag_id>/withdraw")
def withdraw_tag(slug: str, proposal_id: int, tag_id: int) -> Answer:
    """Take one's own tag back."""
    readable_or_404(deliberation_or_404(slug), proposal_id)
    made = queries.tag(db.session(), proposal_id, tag_id) or abort(404)
    acts.withdraw_tag(actor(), made)
    flash(_("Your tag is taken back. The log keeps that it was there."))
    return redirect(url_for(".proposal", slug=slug, proposal_id=proposal_id), 303)
