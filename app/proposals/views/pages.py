"""Pages of proposals: the list, one proposal, its revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.acts import may, may_each, require
from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.charter.rules import Circumstances, Verdict
from app.database import AnyRow, db
from app.deliberations.here import deliberation_or_404, here
from app.deliberations.queries import Listed
from app.discussion import queries as discussion
from app.proposals import acts, diff, queries
from app.proposals.forms import LANGUAGES, EndorseForm, ReasonForm
from app.proposals.here import proposal_or_404, readable_or_404
from app.proposals.models import ProposalForm, ProposalState, circumstances
from app.proposals.views.blueprint import bp
from app.reading import reader
from app.records import queries as records
from app.rights import queries as rights
from app.voting import queries as voting
from app.voting.counting.outcome import OptionResult
from app.web.answers import Answer, status_of
from app.web.bars import Bars
from app.web.paging import Page, offset, page_number
from app.web.visitor import actor, mixing_seed

ANSWERS = ("accepted", "in_part", "deferred", "rejected", "none")
BESIDE = (rights.TAGS_BESIDE,)
LIST_STATES = (ProposalState.PUBLIC, ProposalState.WITHDRAWN)


@bp.get("")
def index(slug: str) -> Answer:
    """The proposals of a deliberation: search, filters, sorting, 25 a page."""
    deliberation = here()
    asked = request.args.to_dict()  # each question to the original that finds nothing raises an error within
    article = asked.get("article", "")
    filters = _filters(asked, deliberation.id, article)
    number = page_number(asked.get("page"))
    if number > 1 and filters.until is None:
        return redirect(url_for(".index", slug=slug, **_asked(filters, article)))
    session = db.session()
    total = queries.count(session, deliberation.id, filters) if filters.narrowed else deliberation.proposals_count
    reading = session if filters.sought else reader()
    rows = queries.listing(reading, deliberation.id, filters, offset=offset(number), beside=BESIDE) if total else []
    page = Page(rows, number, total)
    if page.has_next and filters.until is None:
        filters = replace(filters, until=_until_now(filters, rows, deliberation.id))
    return render_template(
        "proposals/index.html",
        deliberation=deliberation,
        page=page,
        filters=filters,
        article=rights.article(article),
        choices=queries.choices(session, deliberation.id, deliberation.proposals_count),
        languages_offered=LANGUAGES,
        verdict=may(actor(), Action.SUBMIT_PROPOSAL, deliberation),
        href=url_for(".index", slug=slug, **_asked(filters, article)),
    )


def _filters(asked: Mapping[str, str], deliberation_id: int, article: str) -> queries.Filters:
    sort, answer, state = asked.get("sort", ""), asked.get("answer", ""), asked.get("state", "")
    until = asked.get("until", "")
    return queries.Filters(
        query=asked.get("q", "").strip()[:200],
        sort=sort if sort in queries.SORTS else "newest",
        answer=answer if answer in ANSWERS else "",
        category=asked.get("category", "")[:80],
        district=asked.get("district", "")[:80],
        lang=asked.get("lang", "")[:5],
        state=state if state in LIST_STATES else ProposalState.PUBLIC.value,
        ids=rights.proposals_tagged(db.session(), deliberation_id, article) if article else None,
        until=int(until) if until.isascii() and until.isdigit() and len(until) < 16 else None,
        seed=mixing_seed() if sort == "mixed" else 1,
    )


def _until_now(filters: queries.Filters, rows: Sequence[AnyRow], deliberation_id: int) -> int:
    """Up to which proposal the further pages go: the youngest, which is the first where the newest come first."""
    return int(rows[0].id) if filters.sort == "newest" else queries.newest_id(db.session(), deliberation_id)


def _asked(filters: queries.Filters, article: str) -> dict[str, Any]:
    """The list's address with what was asked for, and nothing that is the default."""
    asked = {
        "q": filters.query,
        "sort": "" if filters.sort == "newest" else filters.sort,
        "answer": filters.answer,
        "category": filters.category,
        "district": filters.district,
        "lang": filters.lang,
        "state": "" if filters.state == ProposalState.PUBLIC else filters.state,
        "article": article,
        "until": filters.until,
    }
    return {name: value for name, value in asked.items() if value}


@bp.get("/<int:proposal_id>")
def show(slug: str, proposal_id: int) -> Answer:
    """One proposal with its articles, its thread and the city's answer."""
    deliberation = here()
    session = db.session()
    reading = reader()
    shown = queries.show(reading, deliberation.id, proposal_id)
    if shown is None:
        abort(404)
    person = actor()
    thread = discussion.thread_page(
        reading,
        proposal_id,
        sort=request.args.get("comments", ""),
        number=page_number(request.args.get("page")),
        viewer_id=None if person is None else person.id,
    )
    return render_template(
        "proposals/show.html",
        deliberation=deliberation,
        proposal=shown,
        hidden=shown.state == ProposalState.HIDDEN,
        tally=_tally(shown) if shown.form == ProposalForm.STATEMENT else None,
        thread=thread,
        tags=rights.tags_on(reading, proposal_id),
        answer=records.answer_to(reading, proposal_id) if shown.answer else None,
        backing=None if person is None else queries.backing(session, proposal_id, person.id),
        can=_permissions(deliberation, shown),
        voted=_voted(deliberation, proposal_id),
        ballot=deliberation.agenda.open_of(frozenset({RoundKind.VOTE}), clock.now()),
        href=url_for(".show", slug=slug, proposal_id=proposal_id),
    )


def _voted(deliberation: Listed, proposal_id: int) -> list[tuple[int, OptionResult]]:
    """What each vote that is sealed said of a proposal, by the number of its round."""
    sealed = [plan.id for plan in deliberation.agenda.rounds if plan.sealed_at is not None]
    results = [(round_id, voting.result(db.session(), round_id)) for round_id in sealed]
    return [
        (round_id, one)
        for round_id, result in results
        for one in (result.outcome.results if result else ())
        if one.option == proposal_id
    ]


def _tally(row: AnyRow) -> Bars:
    """Who agrees with a statement, as a chart."""
    votes = ((_("Agree"), row.agree_count), (_("Disagree"), row.disagree_count), (_("Pass"), row.pass_count))
    return Bars.of(votes, kinds=("good", "bad", "plain"))


SHOWN_ACTS = {
    "endorse": Action.ENDORSE_PROPOSAL,
    "revise": Action.REVISE_PROPOSAL,
    "withdraw": Action.WITHDRAW_PROPOSAL,
    "hide": Action.HIDE_PROPOSAL,
    "restore": Action.RESTORE_PROPOSAL,
    "comment": Action.COMMENT,
    "tag": Action.TAG_PROPOSAL,
    "answer": Action.ANSWER_PROPOSAL,
    "moderate": Action.HIDE_COMMENT,
}


class _Shown:
    """A listed proposal as the rules see it: its row is enough, no second reading."""

    def __init__(self, deliberation: Listed, row: AnyRow) -> None:
        self.deliberation_id = deliberation.id
        self._row = row

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return circumstances(self._row.state, self._row.author_id, actor_id)


def _permissions(deliberation: Listed, row: AnyRow) -> dict[str, Verdict]:
    verdicts = may_each(actor(), SHOWN_ACTS.values(), _Shown(deliberation, row))
    return {name: verdicts[action] for name, action in SHOWN_ACTS.items()}


@bp.get("/<int:proposal_id>/revisions")
def revisions(slug: str, proposal_id: int) -> Answer:
    """Every revision with what its author says has changed, and how many back each."""
    deliberation = deliberation_or_404(slug)
    proposal = readable_or_404(deliberation, proposal_id)
    return render_template(
        "proposals/revisions.html",
        deliberation=deliberation,
        proposal=proposal,
        revisions=queries.revisions(db.session(), proposal_id),
        endorsements=queries.endorsements_by_revision(db.session(), proposal_id),
    )


@bp.get("/<int:proposal_id>/revisions/<int:number>")
def revision(slug: str, proposal_id: int, number: int) -> Answer:
    """One revision, and what changed word by word since the one before (or since `?since=`)."""
    deliberation = deliberation_or_404(slug)
    proposal = readable_or_404(deliberation, proposal_id)
    session = db.session()
    shown = queries.revision(session, proposal_id, number)
    since = page_number(request.args.get("since")) if request.args.get("since") else number - 1
    before = queries.revision(session, proposal_id, since) if 0 < since < number else None
    if shown is None:
        abort(404)
    return render_template(
        "proposals/revision.html",
        deliberation=deliberation,
        proposal=proposal,
        revision=shown,
        before=before,
        title_pieces=diff.words(before.title, shown.title) if before else None,
        body_pieces=diff.words(before.body, shown.body) if before else None,
    )


@bp.post("/<int:proposal_id>/endorse")
def endorse(slug: str, proposal_id: int) -> Answer:
    """Back the revision that was on the screen."""
    proposal = proposal_or_404(deliberation_or_404(slug), proposal_id)
    form = EndorseForm()
    if not form.validate_on_submit():
        abort(400)
    acts.endorse(actor(), proposal, revision=form.revision.data)
    flash(_("You endorsed revision %(number)s. If it is revised, you are asked again.", number=form.revision.data))
    return redirect(url_for(".show", slug=slug, proposal_id=proposal_id), 303)


@bp.post("/<int:proposal_id>/endorse/withdraw")
def withdraw_endorsement(slug: str, proposal_id: int) -> Answer:
    """Take one's endorsement back."""
    acts.withdraw_endorsement(actor(), proposal_or_404(deliberation_or_404(slug), proposal_id))
    flash(_("Your endorsement is withdrawn."))
    return redirect(url_for(".show", slug=slug, proposal_id=proposal_id), 303)


@bp.route("/<int:proposal_id>/withdraw", methods=["GET", "POST"])
def withdraw(slug: str, proposal_id: int) -> Answer:
    return _with_reason(slug, proposal_id, Action.WITHDRAW_PROPOSAL)


@bp.route("/<int:proposal_id>/hide", methods=["GET", "POST"])
def hide(slug: str, proposal_id: int) -> Answer:
    return _with_reason(slug, proposal_id, Action.HIDE_PROPOSAL)


@bp.route("/<int:proposal_id>/restore", methods=["GET", "POST"])
def restore(slug: str, proposal_id: int) -> Answer:
    return _with_reason(slug, proposal_id, Action.RESTORE_PROPOSAL)


_REASONED = {
    Action.WITHDRAW_PROPOSAL: acts.withdraw,
    Action.HIDE_PROPOSAL: acts.hide,
    Action.RESTORE_PROPOSAL: acts.restore,
}


def _with_reason(slug: str, proposal_id: int, action: Action) -> Answer:
    deliberation = deliberation_or_404(slug)
    proposal = proposal_or_404(deliberation, proposal_id)
    require(actor(), action, proposal)
    form = ReasonForm()
    if form.validate_on_submit():
        _REASONED[action](actor(), proposal, reason=form.reason.data)
        flash(_("Done. The reason stands on the page and the act in the log."))
        return redirect(url_for(".show", slug=slug, proposal_id=proposal_id), 303)
    return render_template(
        "proposals/reason.html", deliberation=deliberation, proposal=proposal, form=form, action=action
    ), status_of(form)
