"""The pages of rounds: for everybody what a round was and is, for officials what they do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.acts import Conflict, agenda_of, may, require
from app.charter import planning
from app.charter.act_words import TO_DO
from app.charter.actions import Action
from app.charter.electorate import told_detail
from app.charter.opening import ELECTORATE_WORDS, VISIBILITY_WORDS, charter_of
from app.charter.rounds import RoundFacts, RoundKind
from app.charter.standing import shown, where
from app.charter.words import Words
from app.database import AnyRow, db
from app.deliberations import acts, forms, queries
from app.deliberations.here import deliberation_or_404
from app.deliberations.models import Deliberation, Round
from app.deliberations.views.blueprint import bp, management, round_or_404
from app.deliberations.words import CHANGE_WORDS, MOVES, Move
from app.proposals import queries as proposals
from app.voting import acts as voting
from app.voting.rule import RuleError, VoteRule
from app.web.answers import Answer, status_of
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.forms import Form
from app.web.visitor import actor

CHANGES: dict[str, Any] = {
    "open": acts.open_round,
    "close": acts.close_round,
    "extend": acts.extend_round,
    "pause": acts.pause_round,
    "resume": acts.resume_round,
    "reopen": acts.reopen_round,
    "cancel": acts.cancel_round,
}
"""The act of each of `MOVES`."""
AT_THE_DESK = (Action.CHECK_IN, Action.ENTER_PAPER, Action.SAMPLE_PAPER)
"""What officials do with paper ballots, at one time or another."""
CANDIDATES = 100
"""How many proposals are listed for whoever chooses what stands on a ballot."""


@bp.get("/<slug>/rounds")
def rounds(slug: str) -> Answer:
    """The rounds, with what an official can do to each."""
    deliberation = deliberation_or_404(slug)
    require(actor(), Action.PLAN_ROUND, deliberation)
    agenda, now = agenda_of(deliberation.id), clock.now()
    found = queries.rounds_of(db.session(), deliberation.id)
    return render_template(
        "deliberations/rounds.html",
        deliberation=deliberation,
        where=where(agenda, now),
        moves={one.id: _moves(one) for one in found},
        editable={one.id for one in found if may(actor(), Action.EDIT_ROUND, one)},
        overlaps={plan.id: planning.overlapping(plan, agenda.rounds, now) for plan in agenda.rounds},
    )


def _moves(round_: Round) -> list[Move]:
    """What this official may do to the round. A vote is reopened on a page of its own, by two."""
    by_two = {Action.REOPEN_ROUND} if round_.kind == RoundKind.VOTE else set()
    return [move for move in MOVES.values() if move.action not in by_two and may(actor(), move.action, round_)]


@bp.route("/<slug>/rounds/new", methods=["GET", "POST"])
def plan_round(slug: str) -> Answer:
    """Plan a round: first choose its kind, then say what it is to be."""
    deliberation = deliberation_or_404(slug)
    require(actor(), Action.PLAN_ROUND, deliberation)
    said = request.args.get("kind", "")
    if said not in set(RoundKind):
        return render_template("deliberations/choose_kind.html", deliberation=deliberation, kinds=list(RoundKind))
    kind = RoundKind(said)
    form = forms.ROUND_FORMS[kind](data={"question": deliberation.question})
    page: dict[str, Any] = {"deliberation": deliberation, "kind": kind, "candidates": _candidates(deliberation, kind)}
    if _is_sound(form, deliberation):
        try:
            planned = acts.plan_round(actor(), deliberation, kind=kind, plan=form.plan())
        except Conflict as conflict:
            return _again("deliberations/plan_round.html", conflict, form, page)
        return _planned(planned, _("The round is planned."))
    return render_template("deliberations/plan_round.html", form=form, **page), status_of(form)


@bp.route("/<slug>/rounds/<int:round_id>/edit", methods=["GET", "POST"])
def edit_round(slug: str, round_id: int) -> Answer:
    """Change a planned round."""
    deliberation = deliberation_or_404(slug)
    round_ = round_or_404(deliberation, round_id)
    require(actor(), Action.EDIT_ROUND, round_)
    typed = _typed_before(round_.facts(), round_.question)
    kind = RoundKind(round_.kind)
    form = forms.ROUND_FORMS[kind](data=typed)
    candidates = _candidates(deliberation, kind)
    page: dict[str, Any] = {"deliberation": deliberation, "round": round_, "candidates": candidates}
    if _is_sound(form, deliberation):
        try:
            acts.edit_round(actor(), round_, plan=form.plan())
        except Conflict as conflict:
            return _again("deliberations/edit_round.html", conflict, form, page)
        return _planned(round_, _("The plan has changed."))
    return render_template("deliberations/edit_round.html", form=form, **page), status_of(form)


def _candidates(deliberation: Deliberation, kind: RoundKind) -> Sequence[AnyRow]:
    """The most endorsed proposals, for whoever plans a vote: which number is which."""
    if kind is not RoundKind.VOTE:
        return ()
    return proposals.listing(db.session(), deliberation.id, proposals.Filters(sort="backed"), limit=CANDIDATES)


def _typed_before(plan: RoundFacts, question: str) -> dict[str, object]:
    """A planned round as its form shows it."""
    shown: dict[str, object] = {**plan.settings, "title": plan.title, "question": question}
    shown |= {"opens_at": plan.opens_at, "closes_at": plan.closes_at}
    quorum, proposals = plan.settings.get("quorum"), plan.settings.get("proposals")
    shown |= {"quorum": "none", "receipts": plan.settings.get("receipts") or ""}
    if isinstance(quorum, Mapping) and quorum.get("share"):
        shown |= {"quorum": "share", "quorum_value": int(Fraction(str(quorum["share"])) * 100)}
    elif isinstance(quorum, Mapping):
        shown |= {"quorum": "number", "quorum_value": quorum.get("number")}
    if isinstance(proposals, list):
        shown["ballot"] = ", ".join(str(one) for one in proposals)
    shown["costs"] = forms.costs_text(plan.settings.get("costs"))
    return shown


def _is_sound(form: forms.RoundForm, deliberation: Deliberation) -> bool:
    """Whether the form was sent without mistakes; a ballot's proposals must be there."""
    if not form.validate_on_submit():
        return False
    numbers = form.ballot_numbers() if isinstance(form, forms.VoteRoundForm) else []
    only = proposals.Filters(ids=tuple(numbers))
    if not numbers or proposals.count(db.session(), deliberation.id, only) == len(numbers):
        return True
    form["ballot"].errors = [_("Not all of these are public proposals of this deliberation.")]
    return False


def _planned(round_: Round, done: str) -> Answer:
    agenda = agenda_of(round_.deliberation_id)
    flash(done)
    if planning.overlapping(round_.facts(), agenda.rounds, clock.now()):
        flash(_("For a while it is open together with another round. That is allowed; check that it is meant."), "warn")
    return redirect(url_for(".rounds", slug=agenda.slug), 303)


def _again(template: str, conflict: Conflict, form: Form, page: dict[str, Any]) -> Answer:
    """The form once more, with what stood against it; nothing was changed."""
    form.form_errors.append(in_words(conflict.words))
    return render_template(template, form=form, **page), 409


@bp.route(
    "/<slug>/rounds/<int:round_id>/<any(open,close,extend,pause,resume,reopen,cancel):name>", methods=["GET", "POST"]
)
def change_round(slug: str, round_id: int, name: str) -> Answer:
    """Open, close, extend, pause, resume, reopen or cancel a round."""
    deliberation = deliberation_or_404(slug)
    round_ = round_or_404(deliberation, round_id)
    move = MOVES[name]
    require(actor(), move.action, round_)
    form = forms.change_form(move.action, round_.facts())
    page: dict[str, Any] = {"deliberation": deliberation, "round": round_, "move": move}
    if form.validate_on_submit():
        try:
            CHANGES[name](actor(), round_, **form.said())
        except Conflict as conflict:
            return _again("deliberations/change_round.html", conflict, form, page)
        flash(_(move.done))
        if name == "cancel":
            _forget_the_ballots(round_)
        return redirect(url_for(".round", slug=slug, round_id=round_id), 303)
    return render_template("deliberations/change_round.html", form=form, **page), status_of(form)


def _forget_the_ballots(round_: Round) -> None:
    """A cancelled vote's ballots are gone from the box; with its key, they are gone from every backup too."""
    if round_.kind != RoundKind.VOTE or round_.opened_at is None:
        return
    try:
        voting.destroy_key(oneself(), round_)
    except Conflict as conflict:
        flash(in_words(conflict.words), "bad")


@bp.get("/<slug>/rounds/<int:round_id>", endpoint="round")
def one_round(slug: str, round_id: int) -> Answer:
    """A round for everybody: its charter, and every change with who, when and why."""
    deliberation = deliberation_or_404(slug)
    round_ = round_or_404(deliberation, round_id)
    question = round_.question or deliberation.question
    charter = round_.charter or charter_of(round_.facts(), question=question, electorate=None)
    return render_template(
        "deliberations/round.html",
        deliberation=deliberation,
        round=round_,
        shown=shown(round_.facts(), clock.now()),
        charter=charter,
        rule=_rule(charter),
        changes=queries.changes(db.session(), deliberation.id, round_id),
        moves=_moves(round_),
        may_paper=any(may(actor(), action, round_) for action in AT_THE_DESK),
        may_reopen=any(may(actor(), action, round_) for action in (Action.ASK_TO_REOPEN, Action.REOPEN_ROUND)),
        words={
            "change": CHANGE_WORDS,
            "electorate": ELECTORATE_WORDS,
            "electorate_detail": told_detail,
            "visible": VISIBILITY_WORDS,
            "to_do": TO_DO,
        },
        **management(deliberation),
    )


def _rule(charter: dict[str, Any]) -> tuple[Words, ...]:
    """The rule of a vote in words: as frozen, or as planned so far."""
    if charter["kind"] != RoundKind.VOTE:
        return ()
    try:
        return VoteRule.from_charter(charter).in_words()
    except RuleError as error:
        return tuple(error.problems.values())
