"""After the vote: the seal by two officials, the result with its account, and the published box."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.acts import Conflict, may
from app.charter.actions import Action
from app.charter.rounds import RoundState
from app.database import db
from app.deliberations import queries as deliberations
from app.deliberations.models import Round
from app.deliberations.words import CHANGE_WORDS
from app.rights.deciding import Decided, decided
from app.rights.queries.deciding import points
from app.voting import acts, queries
from app.voting.counting.outcome import Decision, Outcome
from app.voting.keys import KeyTroubleError
from app.voting.paper.serials import CHANNEL_WORDS
from app.voting.publishing import FATE_WORDS, PUBLISHED_WORDS, Fate, Published, cvr_lines
from app.voting.receipts import ungrouped
from app.voting.views.blueprint import Place, bp, place_or_404
from app.voting.views.files import files_of
from app.voting.views.outcomes import chart_of, in_order, share_words
from app.web import telling
from app.web.answers import Answer
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.forms import ButtonForm
from app.web.visitor import actor


@bp.route("/results", methods=["GET", "POST"])
def results(slug: str, round_id: int) -> Answer:
    """The result, once it is sealed; before that, what has still to happen. Nobody sees a count earlier.

    A receipt is looked up by POST: in an address, its tracker would stay in the logs of every server on the way, next
    to whose it is.
    """
    place = place_or_404(slug, round_id)
    session = db.session()
    vote = place.vote
    result = queries.result(session, round_id)
    if vote.paper is None or result is None:
        return render_template("voting/unsealed.html", place=place, **_seal_state(place))
    options = {one.proposal_id: one for one in queries.options(session, vote.paper)}
    ranked = in_order(result.outcome)
    return render_template(
        "voting/results.html",
        place=place,
        paper=vote.paper,
        result=result,
        outcome=result.outcome,
        options=options,
        ranked=ranked,
        chart=chart_of(vote.rule, result.outcome, ranked, options),
        chart_words=share_words(vote.rule, result.outcome),
        files=files_of(vote.paper, result),
        published=PUBLISHED_WORDS[result.published],
        has_box=result.published is not Published.TOTALS,
        marked=_marked(round_id),
        changes=deliberations.changes(session, place.deliberation.id, round_id),
        change_words=CHANGE_WORDS,
        channel_words=CHANNEL_WORDS,
        found=_found(round_id),
        grounds=telling.grounds(session, round_id),
        rights=_in_rights(result.outcome),
        form=ButtonForm(),
    )


def _marked(round_id: int) -> bool | None:
    """Whether the roll marks whoever asks as having voted; None for strangers, and for who is not on it."""
    person = actor()
    return None if person is None else queries.marked_as_voted(db.session(), round_id, person.id)


def _in_rights(outcome: Outcome) -> Decided:
    """What the outcome means for human rights, as people here see it."""
    lost = [one.option for one in outcome.results if one.decision is Decision.REJECTED]
    return decided(points(db.session(), [one.option for one in outcome.results]), outcome.carried, lost)


def _found(round_id: int) -> dict[str, Any] | None:
    """What somebody finds who typed the commitment or tracker of their receipt."""
    typed = request.form.get("receipt", "").strip()
    if not typed:
        return None
    digits = ungrouped(typed)
    found = queries.find(db.session(), round_id, digits) if digits else None
    words = in_words_of(found.fate) if found else None
    return {"typed": typed, "words": words, "choices": found.choices.decode() if found and found.choices else None}


def in_words_of(fate: Fate) -> str:
    """What became of a ballot."""
    return str(_(FATE_WORDS[fate]))


@bp.route("/seal", methods=["GET", "POST"])
def seal(slug: str, round_id: int) -> Answer:
    """For officials: one asks for the seal, another sets it. Then the count is public and the key destroyed."""
    place = place_or_404(slug, round_id)
    round_ = deliberations.round_of(db.session(), place.deliberation.id, round_id) or abort(404)
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            return _seal(place, round_)
        except (Conflict, KeyTroubleError) as trouble:
            flash(in_words(trouble.words), "bad")
            return redirect(url_for(".seal", slug=slug, round_id=round_id), 303)
    return render_template("voting/seal.html", place=place, form=form, **_seal_state(place))


def _seal(place: Place, round_: Round) -> Answer:
    slug, official = place.deliberation.slug, oneself()
    if request.form.get("press") == "ask":
        acts.ask_for_seal(official, round_)
        flash(_("You asked for the seal. Another official now sets it; tell them."))
        return redirect(url_for(".seal", slug=slug, round_id=round_.id), 303)
    if round_.sealed_at is None:
        acts.seal(official, round_)
    acts.destroy_key(official, round_)
    flash(_("The vote is sealed and counted, and its key is destroyed."))
    return redirect(url_for(".results", slug=slug, round_id=round_.id), 303)


def _seal_state(place: Place) -> dict[str, Any]:
    """How far the seal has come, and what this visitor may do about it."""
    round_ = deliberations.round_of(db.session(), place.deliberation.id, place.vote.round_id)
    person = actor()
    return {
        "closed": place.state is RoundState.CLOSED,
        "round": round_,
        "may_ask": may(person, Action.ASK_FOR_SEAL, round_),
        "may_seal": may(person, Action.SEAL_ROUND, round_),
        "unfinished": place.vote.facts.sealed_at is not None and place.vote.key_destroyed_at is None,
    }


@bp.get("/box.jsonl")
def box(slug: str, round_id: int) -> Response:
    """The published ballots, one a line: the bytes whose SHA-256 stands in the log."""
    place_or_404(slug, round_id)
    slips = queries.slips(db.session(), round_id)
    return Response(b"".join(cvr_lines(slips)) if slips else abort(404), mimetype="application/jsonl")


@bp.get("/commitments.txt")
def commitments(slug: str, round_id: int) -> Response:
    """Every commitment that a receipt may name, sorted, with what became of it."""
    place = place_or_404(slug, round_id)
    if place.vote.facts.sealed_at is None:
        abort(404)
    session = db.session()
    lines = [f"{one.hex()} {fate.value}\n" for fate in Fate for one in queries.commits(session, round_id, fate)]
    return Response("".join(sorted(lines)), mimetype="text/plain")
