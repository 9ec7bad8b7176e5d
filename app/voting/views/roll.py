"""The roll of a vote: for everybody how many are on it and whether they are; for clerks the list and single lines."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts import queries as people
from app.accounts.models import Account
from app.accounts.register import RegisterNumberError, register
from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.charter.electorate import Electorate
from app.charter.rounds import Eligibility
from app.charter.words import N_, Words
from app.database import db
from app.deliberations import queries as deliberations
from app.deliberations.models import Round
from app.deliberations.words import CHANGE_WORDS
from app.voting import acts, electors, queries
from app.voting.acts.roll import on_roll_now
from app.voting.forms import LineForm, ListForm
from app.voting.queries import BallotPaper
from app.voting.rolllist import ListError, read
from app.voting.views.blueprint import Place, bp, place_or_404
from app.web.answers import Answer
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.forms import Form
from app.web.visitor import actor

NOBODY = N_("Nobody is registered with this. Check the spelling, or ask the person to register first.")
ROLL_CHANGES = ("roll_added", "roll_struck")


@bp.get("/roll")
def roll(slug: str, round_id: int) -> Answer:
    """Who may vote, how many they are, what has changed, and whether whoever asks is on it."""
    return _page(place_or_404(slug, round_id))


@bp.post("/roll/list")
def upload_list(slug: str, round_id: int) -> Answer:
    """A clerk uploads the list of those who may vote, in place of an earlier one."""
    place = place_or_404(slug, round_id)
    round_ = _round(place)
    require(actor(), Action.LIST_ROLL, round_)
    form = ListForm()
    if not form.validate_on_submit():
        return _page(place, list_form=form), 422
    try:
        uploaded = read(form.file.data.read(), register().mark)
        lines = acts.upload_list(oneself(), round_, uploaded=uploaded)
    except (ListError, Conflict) as trouble:
        form.file.errors = [in_words(trouble.words)]
        return _page(place, list_form=form), 422
    flash(
        _(
            "The list is kept, with %(lines)s people. %(repeated)s lines only repeated another.",
            lines=lines,
            repeated=uploaded.repeated,
        )
    )
    return redirect(url_for(".roll", slug=slug, round_id=round_id), 303)


@bp.post("/roll/line")
def change_line(slug: str, round_id: int) -> Answer:
    """A clerk adds somebody to the roll of an open vote, or strikes somebody from it."""
    place = place_or_404(slug, round_id)
    paper = place.vote.paper or abort(404)
    strike = request.form.get("press") == "strike"
    require(actor(), Action.STRIKE_FROM_ROLL if strike else Action.ADD_TO_ROLL, paper)
    form = LineForm()
    if not (form.validate_on_submit() and _changed(paper, form, strike)):
        return _page(place, line_form=form), 422
    flash(_("The roll has changed. Its page says so, with your reason and without the person’s name."))
    return redirect(url_for(".roll", slug=slug, round_id=round_id), 303)


def _changed(paper: BallotPaper, form: LineForm, strike: bool) -> bool:
    person = person_meant(form.who.data or "")
    if person is None:
        form.who.errors = [_(NOBODY)]
        return False
    change = acts.strike_from_roll if strike else acts.add_to_roll
    try:
        change(oneself(), acts.Line(paper, person), reason=form.reason.data or "")
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict.words))
        return False
    return True


def person_meant(said: str) -> Account | None:
    """Whoever a clerk means: by e-mail address, by the address of their page, or by register number."""
    session = db.session()
    found = people.find_person(session, said)
    if found is None and "@" not in said:
        try:
            found = people.by_mark(session, register().mark(said))
        except RegisterNumberError:
            found = None
    return None if found is None or found.erased_at is not None else found


def _round(place: Place) -> Round:
    return deliberations.round_of(db.session(), place.deliberation.id, place.vote.round_id) or abort(404)


def _page(place: Place, *, list_form: ListForm | None = None, line_form: LineForm | None = None) -> str:
    session, vote, person = db.session(), place.vote, actor()
    electorate = Electorate.from_settings(vote.facts.settings)
    changes = deliberations.changes(session, place.deliberation.id, vote.round_id)
    sent: Form | None = list_form or line_form
    return render_template(
        "voting/roll.html",
        place=place,
        electorate=electorate,
        form=sent,
        list_form=list_form or ListForm(formdata=None),
        line_form=line_form or LineForm(formdata=None),
        takes_list=electorate.who is Eligibility.LIST,
        lines=electors.list_size(session, vote.round_id) if electorate.who is Eligibility.LIST else 0,
        now=on_roll_now(session, vote.round_id) if vote.paper else None,
        may_list=may(person, Action.LIST_ROLL, _round(place)),
        may_change=vote.paper is not None and may(person, Action.ADD_TO_ROLL, vote.paper),
        changes=[change for change in changes if change.kind in ROLL_CHANGES],
        change_words=CHANGE_WORDS,
        mine=_mine(place, electorate, person),
    )


def _mine(place: Place, electorate: Electorate, person: Account | None) -> dict[str, Any] | None:
    """Whether this person is on the roll, and if not why; for their eyes only."""
    opened = place.vote.facts.opened_at
    if person is None or place.vote.paper is None or opened is None:
        return None
    session, round_id = db.session(), place.vote.round_id
    if queries.on_roll(session, round_id, person.id):
        return {"on": True, "why": None}
    why: Words = electors.why_not(session, electorate, round_id, opened.year, person.id)
    return {"on": False, "why": why}
