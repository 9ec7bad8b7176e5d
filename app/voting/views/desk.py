"""The desk: for clerks who hand out paper ballots. Every page works by keyboard alone and without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.charter.rules import Refused, Verdict
from app.database import db
from app.deliberations import queries as deliberations
from app.deliberations.models import Round
from app.voting import acts, queries
from app.voting.forms import CheckInForm, IssueForm
from app.voting.paper import queries as paper_queries
from app.voting.paper.serials import CHANNEL_WORDS, Channel, shown
from app.voting.queries import BallotPaper
from app.voting.views.blueprint import Place, bp, place_or_404
from app.voting.views.roll import NOBODY, person_meant
from app.web.answers import Answer
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.forms import Form
from app.web.visitor import actor


@dataclass(frozen=True)
class Desk:
    """A vote as officials with paper meet it."""

    place: Place
    round: Round
    paper: BallotPaper


def desk_or_404(slug: str, round_id: int) -> Desk:
    """The vote of this address, once it has opened."""
    place = place_or_404(slug, round_id)
    paper = place.vote.paper or abort(404)
    round_ = deliberations.round_of(db.session(), place.deliberation.id, round_id) or abort(404)
    return Desk(place, round_, paper)


@bp.get("/paper")
def desk(slug: str, round_id: int) -> Answer:
    """Where officials begin, whatever they have to do with paper."""
    return _page(desk_or_404(slug, round_id))


@bp.post("/paper/issue")
def issue(slug: str, round_id: int) -> Answer:
    """Have paper ballots made."""
    at = desk_or_404(slug, round_id)
    require(actor(), Action.ISSUE_PAPER, at.paper)
    form = IssueForm()
    if not form.validate_on_submit():
        return _page(at, issue_form=form), 422
    channel, how_many = Channel(form.channel.data), form.how_many.data or 0
    try:
        acts.issue_paper(oneself(), at.paper, channel=channel, how_many=how_many)
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict.words))
        return _page(at, issue_form=form), 409
    flash(
        _(
            "%(count)s ballots are made. Print them, fold each into an envelope, and shuffle the envelopes.",
            count=how_many,
        )
    )
    return redirect(url_for(".desk", slug=slug, round_id=round_id), 303)


@bp.post("/paper/check-in")
def check_in(slug: str, round_id: int) -> Answer:
    """Mark that somebody is handed a paper ballot; only then does the page tell to hand it out."""
    at = desk_or_404(slug, round_id)
    require(actor(), Action.CHECK_IN, at.paper)
    form = CheckInForm()
    if not (form.validate_on_submit() and _checked_in(at, form)):
        return _page(at, check_in_form=form), 422
    flash(
        _(
            "Hand out one ballot now: %(kind)s. This person can no longer vote online.",
            kind=_(CHANNEL_WORDS[Channel(form.channel.data)]),
        )
    )
    return redirect(url_for(".desk", slug=slug, round_id=round_id), 303)


def _checked_in(at: Desk, form: CheckInForm) -> bool:
    person = person_meant(form.who.data or "")
    if person is None:
        form.who.errors = [_(NOBODY)]
        return False
    try:
        acts.check_in(oneself(), acts.Line(at.paper, person), channel=Channel(form.channel.data))
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict.words))
        return False
    return True


@bp.get("/paper/ballots")
def print_ballots(slug: str, round_id: int) -> Answer:
    """The ballots of one kind, to be printed: each on a page of its own, with its serial."""
    at = desk_or_404(slug, round_id)
    require(actor(), Action.ISSUE_PAPER, at.paper)
    channel = request.args.get("channel", "")
    if channel not in set(Channel):
        abort(404)
    serials = paper_queries.serials(db.session(), round_id, Channel(channel))
    return render_template(
        "voting/print_ballots.html",
        place=at.place,
        paper=at.paper,
        options=queries.options(db.session(), at.paper),
        serials=[shown(serial) for serial in serials],
        kind=CHANNEL_WORDS[Channel(channel)],
    )


def _page(at: Desk, *, issue_form: IssueForm | None = None, check_in_form: CheckInForm | None = None) -> str:
    verdicts = {
        "issue": may(actor(), Action.ISSUE_PAPER, at.paper),
        "check_in": may(actor(), Action.CHECK_IN, at.paper),
        "enter": may(actor(), Action.ENTER_PAPER, at.round),
        "audit": may(actor(), Action.SAMPLE_PAPER, at.round),
    }
    _admit(list(verdicts.values()))
    sent: Form | None = issue_form or check_in_form
    channels = paper_queries.channels(db.session(), at.paper.round_id)
    return render_template(
        "voting/desk.html",
        place=at.place,
        verdicts=verdicts,
        form=sent,
        issue_form=issue_form or IssueForm(formdata=None),
        check_in_form=check_in_form or CheckInForm(formdata=None),
        channels=channels,
        channel_words=CHANNEL_WORDS,
    )


def _admit(verdicts: Sequence[Verdict]) -> None:
    """Let in who may do anything here; refuse everybody else with the reason of the first thing."""
    if not any(verdicts):
        raise Refused(Action.CHECK_IN, verdicts[1])
