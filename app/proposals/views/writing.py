"""Pages of writing: a new proposal in three steps (words, rights, check), and a revision. All of it kept in drafts."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app import clock
from app.accounts.models import Account
from app.acts import Conflict
from app.charter.actions import Action
from app.charter.words import Words
from app.database import db
from app.deliberations.here import deliberation_or_404
from app.deliberations.models import Deliberation
from app.extensions import limiter
from app.proposals import acts, diff, queries
from app.proposals.forms import RevisionForm, WritingForm
from app.proposals.here import proposal_or_404
from app.proposals.models import Draft, Proposal
from app.proposals.views.blueprint import bp
from app.rights import acts as rights_acts
from app.rights import queries as rights
from app.web.answers import Answer, status_of
from app.web.entrance import admitted
from app.web.formats import in_words
from app.web.visitor import actor, locale, writing_rate
from app.writing import private_write

WORDS = ("title", "body", "lang")


@bp.route("/new", methods=["GET", "POST"])
def new(slug: str) -> Answer:
    """Step 1: the words. Every button keeps the draft; nothing is public before step 3."""
    deliberation = deliberation_or_404(slug)
    author = admitted(Action.SUBMIT_PROPOSAL, deliberation)
    draft = queries.draft(db.session(), author.id, deliberation.id, None)
    form = WritingForm(data=_words_of(draft))
    preview = None
    if request.method == "POST":
        _keep(author, deliberation, None, {name: form[name].data for name in WORDS})
        pressed = request.form.get("press", "go")
        if pressed == "keep":
            flash(_("Your draft is kept. Only you can see it, on your own page."))
            return redirect(url_for(".new", slug=slug), 303)
        if form.validate_on_submit():
            if pressed == "go":
                return redirect(url_for("rights.draft", slug=slug), 303)
            preview = form
    return render_template(
        "proposals/new.html", deliberation=deliberation, form=form, draft=draft, preview=preview
    ), status_of(form)


@bp.post("/new/autosave")
def autosave(slug: str) -> Response:
    """Keep the draft while somebody types. Asked for by the page's script; the buttons do the same without it."""
    deliberation = deliberation_or_404(slug)
    author = admitted(Action.SUBMIT_PROPOSAL, deliberation)
    form = WritingForm()
    _keep(author, deliberation, None, {name: form[name].data for name in WORDS})
    return jsonify(kept=clock.now().isoformat())


@bp.route("/new/check", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def check(slug: str) -> Answer:
    """Step 3: how it will look, what is similar already, and the button that makes it public."""
    deliberation = deliberation_or_404(slug)
    author = admitted(Action.SUBMIT_PROPOSAL, deliberation)
    draft = queries.draft(db.session(), author.id, deliberation.id, None)
    if draft is None:
        return redirect(url_for(".new", slug=slug), 303)
    form = WritingForm(formdata=MultiDict(_words_of(draft)), meta={"csrf": False})
    if not form.validate():
        return redirect(url_for(".new", slug=slug), 303)
    if request.method == "POST":
        return _submit(author, deliberation, dict(draft.content))
    return render_template(
        "proposals/check.html",
        deliberation=deliberation,
        draft=draft.content,
        similar=queries.similar(db.session(), deliberation.id, f"{form.title.data} {form.body.data}"),
        tags=rights.drafted_tags(draft.content),
        answered=bool(rights.drafted_answers(draft.content)),
    )


def _submit(author: Account, deliberation: Deliberation, content: dict[str, Any]) -> Answer:
    try:
        words = {name: content[name] for name in WORDS}
        proposal = acts.submit(author, deliberation, **words, drafted=True)
    except Conflict as conflict:
        flash(in_words(conflict.words), "bad")
        kept = queries.draft(db.session(), author.id, deliberation.id, None)
        return redirect(url_for(".check" if kept else ".index", slug=deliberation.slug), 303)
    answers, tags = rights.drafted_answers(content), rights.drafted_tags(content)
    if answers or tags:
        rights_acts.assess(author, proposal, answers=answers, tags=tags, lang=content["lang"])
    flash(_("Your proposal is public. You can revise it while the round is open; every revision is kept."))
    return redirect(url_for(".show", slug=deliberation.slug, proposal_id=proposal.id), 303)


@bp.post("/new/discard")
def discard(slug: str) -> Answer:
    """Throw a draft away."""
    deliberation = deliberation_or_404(slug)
    person = actor()
    if person is not None:
        with private_write():
            there = acts.discard(person.id, deliberation.id)
        if there:
            flash(_("Your draft is gone."))
    return redirect(url_for(".index", slug=slug), 303)


@bp.route("/<int:proposal_id>/revise", methods=["GET", "POST"])
@limiter.limit(writing_rate, methods=["POST"])
def revise(slug: str, proposal_id: int) -> Answer:
    """New words for a standing proposal, with what will change shown word by word before it is public."""
    deliberation = deliberation_or_404(slug)
    proposal = proposal_or_404(deliberation, proposal_id)
    author = admitted(Action.REVISE_PROPOSAL, proposal)
    draft = queries.draft(db.session(), author.id, deliberation.id, proposal.id)
    form = RevisionForm(data=_revision_data(proposal, draft))
    preview = None
    if request.method == "POST":
        _keep(author, deliberation, proposal, {name: form[name].data for name in (*WORDS, "note")})
        if form.validate_on_submit():
            if request.form.get("press") == "go":
                return _revise(author, deliberation, proposal, form)
            preview = diff.words(proposal.current.body, form.body.data)
    return render_template(
        "proposals/revise.html", deliberation=deliberation, proposal=proposal, form=form, preview=preview
    ), status_of(form)


def _revision_data(proposal: Proposal, draft: Draft | None) -> dict[str, Any]:
    current = proposal.current
    standing = {"title": current.title, "body": current.body, "lang": current.lang, "note": ""}
    return {**standing, **(draft.content if draft else {}), "based_on": str(proposal.revision_number)}


def _revise(author: Account, deliberation: Deliberation, proposal: Proposal, form: RevisionForm) -> Answer:
    here = url_for(".revise", slug=deliberation.slug, proposal_id=proposal.id)
    try:
        _nothing_overwritten(proposal, form)
        acts.revise(
            author,
            proposal,
            title=form.title.data,
            body=form.body.data,
            lang=form.lang.data,
            note=form.note.data,
            based_on=proposal.revision_number,
        )
    except Conflict as conflict:
        flash(in_words(conflict.words), "bad")
        return redirect(here, 303)
    number = proposal.revision_number
    flash(_("Revision %(number)s is public. Those who endorsed an earlier one are asked again.", number=number))
    return redirect(url_for(".show", slug=deliberation.slug, proposal_id=proposal.id), 303)


def _nothing_overwritten(proposal: Proposal, form: RevisionForm) -> None:
    current = proposal.current
    if form.based_on.data != str(proposal.revision_number):
        raise Conflict(Words(acts.REVISED_ELSEWHERE))
    if (current.title, current.body, current.lang) == (form.title.data, form.body.data, form.lang.data):
        raise Conflict(Words(_("Nothing has changed yet, so there is no new revision to publish.")))


def _words_of(draft: Draft | None) -> dict[str, Any]:
    return dict(draft.content) if draft else {"lang": locale()}


def _keep(author: Account, deliberation: Deliberation, proposal: Proposal | None, words: dict[str, Any]) -> None:
    proposal_id = None if proposal is None else proposal.id
    with private_write() as session:
        draft = queries.draft(session, author.id, deliberation.id, proposal_id)
        if draft is None:
            draft = Draft(account_id=author.id, deliberation_id=deliberation.id, proposal_id=proposal_id, content={})
            session.add(draft)
        draft.content = {**(draft.content or {}), **words}
        draft.saved_at = clock.now()
