"""Entering paper ballots after the close: a bundle is read twice, compared, and where it differs read a third time."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.database import db
from app.voting import acts, ballots, queries
from app.voting.acts.ballots import open_key
from app.voting.acts.paper import discard_batch, look_of, read_ballot, start_batch
from app.voting.forms import BatchForm
from app.voting.paper import queries as paper_queries
from app.voting.paper.comparing import ABSENT, BLANK
from app.voting.paper.models import PaperBatch
from app.voting.paper.serials import CHANNEL_WORDS, Channel, shown
from app.voting.publishing import read_choices
from app.voting.receipts import choices_text
from app.voting.views.blueprint import bp
from app.voting.views.desk import Desk, desk_or_404
from app.voting.views.marking import problems_of, sent_marks
from app.web.answers import Answer, status_of
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.visitor import actor


@bp.route("/paper/batches", methods=["GET", "POST"])
def batches(slug: str, round_id: int) -> Answer:
    """The batches of paper ballots, and the beginning of a new one."""
    at = desk_or_404(slug, round_id)
    require(actor(), Action.ENTER_PAPER, at.round)
    form = BatchForm()
    if form.validate_on_submit():
        try:
            channel, size = Channel(form.channel.data), form.size.data or 0
            number = start_batch(oneself(), at.round, channel=channel, size=size)
            return redirect(url_for(".batch", slug=slug, round_id=round_id, number=number), 303)
        except Conflict as conflict:
            form.size.errors = [in_words(conflict.words)]
    page = render_template(
        "voting/batches.html",
        place=at.place,
        form=form,
        batches=paper_queries.batches(db.session(), round_id),
        channels=paper_queries.channels(db.session(), round_id),
        channel_words=CHANNEL_WORDS,
    )
    return page, status_of(form)


@bp.route("/paper/batches/<int:number>", methods=["GET", "POST"])
def batch(slug: str, round_id: int, number: int) -> Answer:
    """One batch, for whoever reads it: first, second, or third where the two differ."""
    at = desk_or_404(slug, round_id)
    require(actor(), Action.ENTER_PAPER, at.round)
    found = db.session.get(PaperBatch, (round_id, number)) or abort(404)
    if request.method == "GET":
        return _page(at, found)
    try:
        return _pressed(at, found)
    except Conflict as conflict:
        return _page(at, found, problems=[("serial", in_words(conflict.words))]), 409


def _pressed(at: Desk, batch: PaperBatch) -> Answer:
    here = {"slug": at.place.deliberation.slug, "round_id": at.round.id}
    press = request.form.get("press")
    if press == "enter":
        acts.enter_batch(oneself(), at.round, paper=at.paper, number=batch.number)
        flash(_("The batch is entered. The log holds its count."))
        return redirect(url_for(".batches", **here), 303)  # type: ignore[arg-type]  # addresses have parts of any kind
    if press == "discard":
        discard_batch(oneself(), at.round, batch)
        flash(_("The readings of this batch are gone. Count the bundle again, and read it anew."))
    else:
        choices, problems = sent_reading(at, press)
        if problems:
            return _page(at, batch, problems=problems), 422
        said = request.form.get("serial", "")
        read_ballot(oneself(), at.round, at.paper, batch, said=said, choices=choices)
        flash(_("Kept: %(serial)s. Take the next ballot.", serial=said))
    return redirect(url_for(".batch", number=batch.number, **here), 303)  # type: ignore[arg-type]  # as above


def sent_reading(at: Desk, press: str | None) -> tuple[bytes, list[tuple[str, str]]]:
    """What was typed from a paper ballot, and what keeps it from being a ballot of this vote."""
    if press in ("blank", "absent"):
        return (BLANK if press == "blank" else ABSENT), []
    reading = ballots.read(at.paper.rule, at.paper.option_ids, sent_marks(at.paper.option_ids))
    if reading.is_sound:
        return choices_text(reading.choices), []
    return b"", problems_of(reading, queries.options(db.session(), at.paper))


def _page(at: Desk, batch: PaperBatch, problems: list[tuple[str, str]] | None = None) -> str:
    session, key = db.session(), open_key(at.paper)
    session.refresh(batch)
    comparison = paper_queries.comparison(session, key, batch) if batch.entered_at is None else None
    look = look_of(oneself(), batch, comparison)
    return render_template(
        "voting/batch.html",
        place=at.place,
        batch=batch,
        kind=CHANNEL_WORDS[Channel(batch.channel)],
        look=look,
        read=paper_queries.read_so_far(session, batch, look) if look in (1, 2) else 0,
        ready=comparison is not None and comparison.complete(batch.size),
        found=None if comparison is None else len(comparison.agreed) + len(comparison.unresolved),
        compared=comparison is not None,
        differences=[_difference(one) for one in comparison.differences] if comparison else [],
        may_enter=may(actor(), Action.ENTER_PAPER, at.round),
        **ballot_form(at, problems or []),
    )


def ballot_form(at: Desk, problems: list[tuple[str, str]]) -> dict[str, Any]:
    """What the form needs into which a paper ballot is typed. What was typed is kept where something was wrong."""
    options = queries.options(db.session(), at.paper)
    return {
        "paper": at.paper,
        "options": options,
        "places": ballots.most_ranked(at.paper.rule, len(options)),
        "marked": sent_marks(at.paper.option_ids) if problems else {},
        "serial": request.form.get("serial", "") if problems else "",
        "problems": problems,
    }


def _difference(one: Any) -> dict[str, Any]:
    readings = [None if reading is None else _said(reading) for reading in (one.first, one.second, one.third)]
    return {"serial": shown(one.serial), "readings": readings, "resolved": one.resolved}


def _said(reading: bytes) -> Any:
    """A reading as the page shows it: its choices, or why there are none."""
    if reading == ABSENT:
        return "absent"
    return "blank" if reading == BLANK else read_choices(reading)
