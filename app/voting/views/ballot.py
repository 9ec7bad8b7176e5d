"""Voting: fill in the ballot, look at it once more, cast it, take the receipt. No page needs a script."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence

from flask import Response, abort, render_template, request
from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as people
from app.accounts.models import Account
from app.acts import Conflict, may
from app.charter.actions import Action
from app.charter.electorate import Electorate
from app.charter.rules import Refused, Verdict
from app.charter.words import Words
from app.database import db
from app.notifications import mail
from app.voting import acts, ballots, queries
from app.voting.acts.ballots import TOOK_PAPER, Cast, given, open_key
from app.voting.ballots import Reading
from app.voting.electors import why_not
from app.voting.keys import KeyTroubleError, cabinet
from app.voting.queries import BallotPaper, Option
from app.voting.receipts import grouped
from app.voting.roundkey import RoundKey
from app.voting.rule import RECEIPT_WORDS
from app.voting.views.blueprint import Place, bp, place_or_404
from app.voting.views.marking import in_order_of_marks, problems_of, sent_marks
from app.web.answers import Answer
from app.web.formats import in_words
from app.web.forms import ButtonForm
from app.web.visitor import actor, mixing_seed

CAST_ID_BYTES = 16


@bp.route("/ballot", methods=["GET", "POST"])
def ballot(slug: str, round_id: int) -> Answer:
    """The ballot. Sent once, it comes back to be looked at; only the button there casts it."""
    place = place_or_404(slug, round_id)
    paper = place.vote.paper
    if paper is None:
        return render_template("voting/waiting.html", place=place)
    options = queries.options(db.session(), paper)
    reading = _reading(paper)
    checking = request.method == "POST" and request.form.get("press") == "check"
    if checking and reading.is_sound:
        return _look_again(place, paper, options, reading)
    return _fill_in(place, paper, options, reading, problems_of(reading, options) if checking else ())


def _look_again(place: Place, paper: BallotPaper, options: Sequence[Option], reading: Reading) -> Answer:
    return render_template(
        "voting/check.html",
        place=place,
        options=in_order_of_marks(paper.rule, reading, options),
        reading=reading,
        mark_of=ballots.mark_of,
        cast_id=_cast_id(),
        form=ButtonForm(),
    )


def _fill_in(
    place: Place, paper: BallotPaper, options: Sequence[Option], reading: Reading, problems: Sequence[tuple[str, str]]
) -> Answer:
    person = actor()
    page = render_template(
        "voting/ballot.html",
        place=place,
        options=_in_own_order(options, paper, person),
        marked=sent_marks(paper.option_ids),
        reading=reading,
        places=ballots.most_ranked(paper.rule, len(options)),
        problems=problems,
        verdict=_verdict(place, paper, person),
        has_voted=_has_voted(paper, person),
        cast_id=_cast_id(),
        receipts=RECEIPT_WORDS[paper.receipts],
        form=ButtonForm(),
    )
    return page, 422 if problems else 200


@bp.post("/ballot/cast")
def cast(slug: str, round_id: int) -> Answer:
    """Put the ballot into the box and hand out the receipt. Sent twice, it is one ballot and the same receipt."""
    place = place_or_404(slug, round_id)
    paper, person = place.vote.paper, actor()
    if paper is None or person is None:
        return _not_cast(place, _verdict_of_stranger(place))
    reading = _reading(paper)
    if not reading.is_sound or (cast_id := _sent_cast_id()) is None:
        abort(400)
    try:
        done = acts.cast(person, paper, choices=reading.choices, cast_id=cast_id)
    except Refused as refused:
        return _not_cast(place, _explained(refused, paper, place, person))
    except Conflict as conflict:
        return _not_cast(place, Verdict(False, conflict.words))
    acts.batch_if_due(paper)
    if done.replaced and not done.repeated:
        _tell_of_replacement(place, person)
    return render_template("voting/receipt.html", place=place, cast=done, **_receipt_words(done))


def _tell_of_replacement(place: Place, person: Account) -> None:
    """A mail at each replacement: a stolen login cannot do it unnoticed. Nothing of it is kept."""
    credential = people.credential_of(db.session(), person.id)
    here = {"slug": place.deliberation.slug, "round_id": place.vote.round_id}
    mail.pass_on(
        "ballot_replaced",
        to=credential.email,
        locale=credential.locale,
        round_name=place.vote.facts.title or place.deliberation.question,
        link=mail.link("voting.ballot", **here),
    )


@bp.post("/ballot/receipt")
def receipt(slug: str, round_id: int) -> Response:
    """The receipt of a cast just made, as a text file. Whoever does not know the cast's own number gets none."""
    place = place_or_404(slug, round_id)
    paper, person, cast_id = place.vote.paper, actor(), _sent_cast_id()
    if paper is None or person is None or cast_id is None:
        abort(404)
    known = given(paper, person.id, cast_id) or abort(404)
    headers = {
        "Content-Disposition": f'attachment; filename="folkmoot-receipt-round-{round_id}.txt"',
        "Cache-Control": "no-store",
    }
    return Response(known.receipt.signed(cabinet().signer()), mimetype="text/plain", headers=headers)


def _reading(paper: BallotPaper) -> Reading:
    return ballots.read(paper.rule, paper.option_ids, sent_marks(paper.option_ids))


def _cast_id() -> str:
    """The number of this cast, made with the first form and sent along, so that a retry is known for what it is."""
    sent = _sent_cast_id()
    return sent.hex() if sent else secrets.token_hex(CAST_ID_BYTES)


def _sent_cast_id() -> bytes | None:
    try:
        sent = bytes.fromhex(request.form.get("cast_id", ""))
    except ValueError:
        return None
    return sent if len(sent) == CAST_ID_BYTES else None


def _in_own_order(options: Sequence[Option], paper: BallotPaper, person: Account | None) -> list[Option]:
    """The options shuffled for each person in their own way, and always the same: no proposal profits from its place.

    The order of a voter comes from their handle under the round's key, so that it needs no storing and tells nothing.
    """
    seed = str(mixing_seed()).encode()
    if person is not None:
        try:
            seed = open_key(paper).handle(person.id)
        except KeyTroubleError:
            seed = str(person.public_id).encode()  # the key is gone after the seal; the ballot is then only shown
    return sorted(options, key=lambda one: hashlib.sha256(seed + str(one.proposal_id).encode()).digest())


def _verdict(place: Place, paper: BallotPaper, person: Account | None) -> Verdict:
    verdict = may(person, Action.CAST_BALLOT, paper)
    if verdict and person is not None and not queries.on_roll(db.session(), paper.round_id, person.id):
        return Verdict(False, _why_not_on_roll(place, person))
    if verdict and person is not None and _asked_of_box(queries.took_paper, paper, person):
        return Verdict(False, Words(TOOK_PAPER))
    return verdict


def _explained(refused: Refused, paper: BallotPaper, place: Place, person: Account) -> Verdict:
    """The refusal; to somebody who is not on the roll, with the reason why they are not."""
    return refused.verdict if not may(person, Action.CAST_BALLOT, paper) else _verdict(place, paper, person)


def _why_not_on_roll(place: Place, person: Account) -> Words:
    facts = place.vote.facts
    electorate = Electorate.from_settings(facts.settings)
    opened = facts.opened_at or clock.now()
    return why_not(db.session(), electorate, facts.id, opened.year, person.id)


def _verdict_of_stranger(place: Place) -> Verdict:
    return may(actor(), Action.CAST_BALLOT, place.vote)


def _has_voted(paper: BallotPaper, person: Account | None) -> bool:
    """Told to the voter alone; found with the key, since nothing in the database says it."""
    return person is not None and _asked_of_box(queries.has_ballot, paper, person)


def _asked_of_box(question: Callable[[Session, RoundKey, int], bool], paper: BallotPaper, person: Account) -> bool:
    try:
        return question(db.session(), open_key(paper), person.id)
    except KeyTroubleError:
        return False


def _not_cast(place: Place, verdict: Verdict) -> Answer:
    reason = in_words(verdict.reason) if verdict.reason else ""
    return render_template("voting/not_cast.html", place=place, reason=reason), 409


def _receipt_words(done: Cast) -> dict[str, object]:
    return {
        "commit": grouped(done.receipt.commit),
        "tracker": grouped(done.receipt.tracker) if done.receipt.tracker else None,
        "note": done.receipt.signed(cabinet().signer()),
        "cast_id": _cast_id(),
        "form": ButtonForm(),
    }
