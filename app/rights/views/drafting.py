"""Step 2 of a new proposal: the quick look at rights, then the articles that it brings up. Kept in the draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.charter.actions import Action
from app.database import db
from app.deliberations.here import deliberation_or_404
from app.deliberations.models import Deliberation
from app.proposals import queries as proposals
from app.proposals.models import Draft
from app.rights import catalogue, checklist
from app.rights.checklist import Answers
from app.rights.forms import WeighingForm, asking, weighing
from app.rights.instruments import Article
from app.rights.suggest import suggest
from app.rights.views.blueprint import bp
from app.rights.views.catalogue import LONGEST_SEARCH
from app.rights.weighing import NOT_RELEVANT, Offer, Weighed, offers, on_the_table, tags_of
from app.web.answers import Answer, status_of
from app.web.entrance import admitted
from app.web.visitor import locale
from app.writing import private_write

MOST_OFFERED = 4
"""So many articles are laid out to weigh, so that the whole step stays under five minutes (a test reckons it up).
What else the answers bring up is folded away below them, to be added by hand."""
MOST_FOUND = 8
LONGEST_READ = 20_000
"""So many characters are read for suggestions while somebody types; a proposal is not longer."""
MOST_WEIGHED = 40
WHO_FEELS_IT = "A3"
"""The question of the quick look whose answers are groups."""


@bp.route("/deliberations/<slug>/proposals/new/rights", methods=["GET", "POST"])
def draft(slug: str) -> Answer:
    """The quick look. Whatever is pressed, the answers are kept; only those of a finished check are published."""
    deliberation = deliberation_or_404(slug)
    kept = _draft_in(deliberation)
    if kept is None:
        return redirect(url_for("proposals.new", slug=slug), 303)
    form = asking(checklist.load(), Answers.of(kept.content.get("answers", {})))
    if request.method == "POST":
        _keep(kept, answers=form.answers.as_stored())
        pressed = request.form.get("press", "go")
        if pressed in WAYS_ON:
            return redirect(url_for(WAYS_ON[pressed], slug=slug), 303)
        if form.validate_on_submit():
            return redirect(url_for(".draft_articles", slug=slug), 303)
    return render_template(
        "rights/draft.html",
        deliberation=deliberation,
        quick=checklist.load(),
        form=form,
        lang=kept.content.get("lang", locale()),
    ), status_of(form)


WAYS_ON = {"skip": "proposals.check", "back": "proposals.new"}
"""Buttons that lead on without the answers being looked at."""


@bp.route("/deliberations/<slug>/proposals/new/articles", methods=["GET", "POST"])
def draft_articles(slug: str) -> Answer:
    """What the answers and the words bring up, and why. The author says of each how the proposal works on it."""
    deliberation = deliberation_or_404(slug)
    kept = _draft_in(deliberation)
    if kept is None:
        return redirect(url_for("proposals.new", slug=slug), 303)
    offered = _offers(kept)
    form = weighing(_sent() if request.method == "POST" else _begun(kept, offered))
    if request.method == "POST":
        answer = _weigh(slug, kept, form)
        if answer is not None:
            return answer
    shown = {one.article_id for one in form.on_it}
    return render_template(
        "rights/articles.html",
        deliberation=deliberation,
        quick=checklist.load(),
        form=form,
        offers={offer.article.id: offer for offer in offered},
        more=[offer for offer in offered if offer.article.id not in shown],
        articles={id_: catalogue.load().article(id_) for id_ in shown},
        asked=request.args.get("q", "")[:LONGEST_SEARCH],
        found=_found(shown),
        feel_it=_feel_it(kept),
        lang=kept.content.get("lang", locale()),
    ), status_of(form)


@bp.post("/deliberations/<slug>/proposals/new/suggested")
def suggested(slug: str) -> Response:
    """A piece of step 1, asked for by the page's script while somebody types: what their words bring up so far.

    The words are read and not kept. What the author takes up waits in the draft for step 2, and what they set aside is
    not offered again; neither is a tag.
    """
    deliberation = deliberation_or_404(slug)
    kept = _draft_in(deliberation)
    if kept is not None:
        _settle(kept)
    weighed = [Weighed.of(one) for one in kept.content.get("weighed", [])] if kept else []
    words = f"{request.form.get('title', '')}\n{request.form.get('body', '')}"[:LONGEST_READ]
    lang = request.form.get("lang", locale())
    there = {one.article_id for one in weighed}
    hints = [hint for hint in suggest(words, lang, limit=MOST_OFFERED + len(there)) if hint.article.id not in there]
    taken = [one.article_id for one in weighed if one.added]
    piece = render_template("rights/suggested.html", hints=hints[:MOST_OFFERED], taken=taken, lang=lang)
    return jsonify(piece=piece)


def _settle(kept: Draft) -> None:
    """Keep what the author just took up or set aside, if anything."""
    for name, direction in (("take", ""), ("dismiss", NOT_RELEVANT)):
        weighed = [Weighed.of(one) for one in kept.content.get("weighed", [])]
        looked_at = _added(request.form.get(name, ""), weighed, kept)
        if looked_at:
            chosen = [replace(one, direction=direction, added=not direction) for one in looked_at]
            _keep(kept, weighed=[one.as_stored() for one in [*weighed, *chosen]])


def _weigh(slug: str, kept: Draft, form: WeighingForm) -> Answer | None:
    """Keep what was sent and go where the button leads; None to show the form again."""
    pressed, added = request.form.get("press", "go"), request.form.get("add", "")
    weighed = form.weighed
    if added:
        _keep(kept, weighed=[one.as_stored() for one in [*weighed, *_added(added, weighed, kept)]])
        return redirect(url_for(".draft_articles", slug=slug, _anchor=added), 303)
    _keep(kept, weighed=[one.as_stored() for one in weighed])
    if pressed == "find":
        return redirect(url_for(".draft_articles", slug=slug, q=form.q.data or None, _anchor="find"), 303)
    if pressed == "back":
        return redirect(url_for(".draft", slug=slug), 303)
    if not form.validate_on_submit():
        return None
    tags = tags_of(weighed)
    _keep(kept, tags=[_as_drafted(tag) for tag in tags])
    bare = [catalogue.load().article(tag.article_id).citation.in_(locale()) for tag in tags if tag.lacks_mitigation]
    if bare:
        flash(_("Nothing is said yet of what would lessen the harm: %(articles)s.", articles=", ".join(bare)), "warn")
    return redirect(url_for("proposals.check", slug=slug), 303)


def _draft_in(deliberation: Deliberation) -> Draft | None:
    """The visitor's own draft, if they may propose here. Raises Refused, with the reason and when they may."""
    author = admitted(Action.SUBMIT_PROPOSAL, deliberation)
    return proposals.draft(db.session(), author.id, deliberation.id, None)


def _keep(kept: Draft, **content: Any) -> None:
    with private_write() as session:
        draft = session.get(Draft, kept.id, populate_existing=True) or abort(409)
        draft.content = {**draft.content, **content}
        draft.saved_at = clock.now()


def _as_drafted(tag: Any) -> dict[str, Any]:
    return {
        "article": tag.article_id,
        "direction": tag.direction.value,
        "groups": list(tag.groups),
        "mitigation": tag.mitigation,
    }


def _offers(kept: Draft) -> list[Offer]:
    words, lang = f"{kept.content.get('title', '')}\n{kept.content.get('body', '')}", kept.content.get("lang", "en")
    answers = Answers.of(kept.content.get("answers", {}))
    return offers(checklist.load(), answers, words, lang, catalogue.load())


def _feel_it(kept: Draft) -> tuple[str, ...]:
    return Answers.of(kept.content.get("answers", {})).to(WHO_FEELS_IT)


def _begun(kept: Draft, offered: list[Offer]) -> list[Weighed]:
    weighed = [Weighed.of(one) for one in kept.content.get("weighed", [])]
    known = [one for one in weighed if one.article_id in catalogue.load()]
    return on_the_table(known, offered, _feel_it(kept), MOST_OFFERED)


def _sent() -> list[Weighed]:
    """The articles that were on the page that was sent."""
    ids = dict.fromkeys(request.form.getlist("article")[:MOST_WEIGHED])
    added = set(request.form.getlist("added"))
    return [Weighed(id_, added=id_ in added) for id_ in ids if id_ in catalogue.load()]


def _added(article_id: str, weighed: list[Weighed], kept: Draft) -> list[Weighed]:
    there = {one.article_id for one in weighed}
    if article_id in there or article_id not in catalogue.load() or len(there) >= MOST_WEIGHED:
        return []
    return [Weighed(article_id, groups=_feel_it(kept), added=True)]


def _found(shown: set[str]) -> list[Article]:
    asked = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = catalogue.load().search(asked, locale()) if asked else []
    return [article for article in found if article.id not in shown][:MOST_FOUND]
