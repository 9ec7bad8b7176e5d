"""What officials do with a deliberation, and what becomes of its rounds at their hand or by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from app import clock
from app.accounts.models import Account, RoleGrant
from app.acts import CLOCK, Actor, City, Conflict, Done, SystemActor, act, standing_of
from app.charter import opening, planning
from app.charter.actions import Action
from app.charter.electorate import ALL_ROUNDS, Electorate, ElectorateError
from app.charter.roles import Role
from app.charter.rounds import PREPARED, RoundKind, RoundState, due
from app.charter.words import N_, Words
from app.database import db
from app.deliberations import openings, queries
from app.deliberations.changing import Change, note
from app.deliberations.models import ChangeKind, Deliberation, Round
from app.deliberations.slugs import slug_for

AGAIN = timedelta(minutes=10)
"""For so long, the same question by the same person is a button pressed twice."""


@act(Action.CREATE_DELIBERATION)
def create(
    actor: Account, city: City, *, question: str, background: str, promise: str, lang: str = "en"
) -> Done[Deliberation]:
    """Put a question to the city's residents.

    Whoever could not run it otherwise (a facilitator of other deliberations only) becomes its facilitator. Raises
    Conflict when the same person has put the same question just now, and IntegrityError when somebody else does so at
    this very moment; then it can be tried again.
    """
    session = db.session()
    again = Deliberation.created_by_id == actor.id, Deliberation.created_at > clock.now() - AGAIN
    if session.scalar(select(Deliberation.id).where(Deliberation.question == question, *again).limit(1)) is not None:
        raise Conflict(Words(N_("You started a deliberation with this question just now. It was not started twice.")))
    deliberation = Deliberation(
        slug=slug_for(question, queries.slugs_like(session, slug_for(question))),
        question=question,
        background=background,
        promise=promise,
        lang=lang,
        created_by_id=actor.id,
    )
    session.add(deliberation)
    session.flush()
    facts: dict[str, object] = {"lang": lang}
    if not _runs(actor, deliberation):
        facts["role"] = Role.FACILITATOR.value
        session.add(
            RoleGrant(
                account_id=actor.id,
                role=Role.FACILITATOR,
                deliberation_id=deliberation.id,
                granted_by_id=actor.id,
            )
        )
    return Done(deliberation, facts, subject=deliberation)


def _runs(actor: Actor, deliberation: Deliberation) -> bool:
    standing = standing_of(actor)
    return standing.holds(Role.ADMINISTRATOR) or standing.holds(Role.FACILITATOR, deliberation.id)


@act(Action.EDIT_DELIBERATION)
def edit(
    actor: Account, deliberation: Deliberation, *, question: str, background: str, promise: str, lang: str
) -> Done[Deliberation]:
    """Change its words. The address stays; the entry says which words changed, and commits to the new ones."""
    db.session.execute(_alone(deliberation.id))
    db.session.refresh(deliberation)
    given = {"question": question, "background": background, "promise": promise, "lang": lang}
    changed = sorted(name for name, text in given.items() if getattr(deliberation, name) != text)
    for name in changed:
        setattr(deliberation, name, given[name])
    return Done(deliberation, {"changed": changed, "lang": lang})


@dataclass(frozen=True)
class Plan:
    """What a planned round is to be. Times are aware; None leaves the opening, or the end, to somebody's hand."""

    title: str = ""
    question: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


@act(Action.PLAN_ROUND)
def plan_round(actor: Account, deliberation: Deliberation, *, kind: RoundKind, plan: Plan) -> Done[Round]:
    """Add a round. Raises Conflict when its times make no sense."""
    session = db.session()
    session.execute(_alone(deliberation.id))
    last = session.scalar(select(func.max(Round.position)).where(Round.deliberation_id == deliberation.id))
    round_ = Round(deliberation_id=deliberation.id, kind=kind, position=(last or 0) + 1)
    _write_plan(round_, plan, deliberation.question)
    session.add(round_)
    session.flush()
    plan_said = _without_words(_planned(round_))
    return Done(round_, {"kind": kind.value, "position": round_.position, **plan_said}, subject=round_)


def _alone(deliberation_id: int) -> Select[int]:
    """Two who plan rounds, or change words, take turns. Nobody else waits for them."""
    return select(Deliberation.id).where(Deliberation.id == deliberation_id).with_for_update(key_share=True)


@act(Action.EDIT_ROUND, exclusive=True)
def edit_round(actor: Account, round_: Round, *, plan: Plan, reason: str = "") -> Done[Round]:
    """Change a planned round. Raises Conflict when its times make no sense."""
    before = _planned(round_)
    _write_plan(round_, plan, round_.deliberation.question)
    after = _planned(round_)
    note(actor, round_, ChangeKind.EDITED, reason, before, after)
    changed = sorted(name for name in after if after[name] != before[name])
    facts = {"changed": changed, "before": _without_words(before), "after": _without_words(after)}
    return Done(round_, {"kind": RoundKind(round_.kind).value, **facts})


def _write_plan(round_: Round, plan: Plan, question: str) -> None:
    _refuse(next(iter(planning.faults_of_times(plan.opens_at, plan.closes_at, clock.now()).values()), None))
    _must_be_settings(RoundKind(round_.kind), plan.settings)
    votes = round_.kind == RoundKind.VOTE
    round_.title = plan.title
    round_.question = (plan.question or question) if votes else ""
    round_.opens_at = plan.opens_at
    round_.closes_at = plan.closes_at
    round_.settings = dict(plan.settings)


def _must_be_settings(kind: RoundKind, settings: Mapping[str, object]) -> None:
    """Catch what no form lets through: a misspelt eligibility would otherwise surface in the middle of the round."""
    try:
        electorate = Electorate.from_settings(settings)
    except ElectorateError as error:
        raise Conflict(error.words) from error
    if kind is not RoundKind.VOTE and electorate.who not in ALL_ROUNDS:
        raise Conflict(Words(N_("Only a vote can be for a part of the residents: other rounds have no roll.")))


def _planned(round_: Round) -> dict[str, object]:
    """What was planned, whole, as the page of the round keeps it."""
    return {
        "title": round_.title,
        "question": round_.question,
        "opens_at": opening.said_time(round_.opens_at),
        "closes_at": opening.said_time(round_.closes_at),
        "settings": dict(round_.settings),
    }


def _without_words(said: Mapping[str, object]) -> dict[str, object]:
    """What of a plan or a charter an entry repeats: all but what somebody typed, since the log cannot forget.

    To the words it commits by the fingerprint of the round's row, so that they cannot be changed behind it either.
    """
    return {name: value for name, value in said.items() if name not in ("title", "question")}


@act(Action.OPEN_ROUND, exclusive=True)
def open_round(actor: Actor, round_: Round, *, reason: str = "") -> Done[Round]:
    """Open a round and freeze its charter: what is not words into the entry, the whole into the round, which it
    commits to.

    Opened by the clock, it has been open since its time, however late the clock is asked; a vote begins only now, since
    nobody could vote before. Raises Conflict, or Refused, when it cannot open; then nothing has happened.
    """
    now = clock.now()
    if actor is CLOCK:
        _must_be_due(round_, RoundState.OPEN)
    else:
        _refuse(planning.fault_of_opening(round_.facts(), now))
    change = Change(actor, round_, ChangeKind.OPENED, reason)
    by_clock = actor is CLOCK and round_.kind not in PREPARED
    round_.opened_at = round_.opens_at if by_clock else now
    made_ready = openings.make_ready(round_)
    round_.charter = {**_charter(round_, made_ready.get("roll")), **made_ready}
    return change.done({"charter": _without_words(round_.charter)})


def _charter(round_: Round, roll: object) -> dict[str, object]:
    plan = round_.facts()
    electorate = None
    if isinstance(roll, int):
        electorate = roll
    elif opening.has_electorate(plan.kind):
        electorate = queries.electorate(db.session(), plan.eligibility)
    question = round_.question or round_.deliberation.question
    return opening.charter_of(plan, question=question, electorate=electorate)


@act(Action.CLOSE_ROUND, exclusive=True)
def close_round(actor: Actor, round_: Round, *, reason: str = "") -> Done[Round]:
    """Close a round: by the clock at its time, or by hand, which before its time needs a reason (else Conflict)."""
    if actor is CLOCK:
        _must_be_due(round_, RoundState.CLOSED)
    _must_say_why(actor, Action.CLOSE_ROUND, round_, reason)
    change = Change(actor, round_, ChangeKind.CLOSED, reason)
    round_.closed_at = round_.closes_at if actor is CLOCK else clock.now()
    round_.paused_at = None
    openings.note_closing(round_)
    return change.done()


@act(Action.EXTEND_ROUND, exclusive=True)
def extend_round(actor: Account, round_: Round, *, closes_at: datetime, reason: str) -> Done[Round]:
    """Give a round more time, or an open-ended one its end. Raises Conflict for a time that is not later."""
    _must_say_why(actor, Action.EXTEND_ROUND, round_, reason)
    _refuse(planning.fault_of_extension(round_.facts(), closes_at, clock.now()))
    change = Change(actor, round_, ChangeKind.EXTENDED, reason)
    round_.closes_at = closes_at
    return change.done()


@act(Action.PAUSE_ROUND, exclusive=True)
def pause_round(actor: Account, round_: Round, *, reason: str) -> Done[Round]:
    """Halt a round. Its closing time stands, unless it is extended."""
    _must_say_why(actor, Action.PAUSE_ROUND, round_, reason)
    change = Change(actor, round_, ChangeKind.PAUSED, reason)
    round_.paused_at = clock.now()
    return change.done()


@act(Action.RESUME_ROUND, exclusive=True)
def resume_round(actor: Account, round_: Round, *, reason: str = "") -> Done[Round]:
    """Let a paused round go on."""
    change = Change(actor, round_, ChangeKind.RESUMED, reason)
    round_.paused_at = None
    return change.done()


@act(Action.REOPEN_ROUND, exclusive=True)
def reopen_round(actor: Account, round_: Round, *, closes_at: datetime | None = None, reason: str = "") -> Done[Round]:
    """Open a closed round once more, until a time to come or with an open end. Raises Conflict for a past time.

    A vote is reopened by confirming what another official asked for: its time and its reason.
    """
    if round_.reopening is not None:
        closes_at, reason = round_.reopening.closes_at, round_.reopening.reason
        round_.reopening = round_.seal_asked_at = round_.seal_asked_by_id = None
    _must_say_why(actor, Action.REOPEN_ROUND, round_, reason)
    _refuse(planning.fault_of_reopening(closes_at, clock.now()))
    change = Change(actor, round_, ChangeKind.REOPENED, reason)
    round_.closed_at = None
    round_.closes_at = closes_at
    return change.done()


@act(Action.CANCEL_ROUND, exclusive=True)
def cancel_round(actor: Account, round_: Round, *, reason: str) -> Done[Round]:
    """End a round that shall not count, or not take place. What was said in it stays readable; ballots are deleted."""
    _must_say_why(actor, Action.CANCEL_ROUND, round_, reason)
    change = Change(actor, round_, ChangeKind.CANCELLED, reason)
    round_.cancelled_at = clock.now()
    openings.clear_away(round_)
    return change.done()


def _must_say_why(actor: Actor, action: Action, round_: Round, reason: str) -> None:
    official = not isinstance(actor, SystemActor)
    if official and not reason.strip() and planning.needs_reason(action, round_.facts(), clock.now()):
        raise Conflict(Words(planning.REASON_MISSING))


def _must_be_due(round_: Round, move: RoundState) -> None:
    """The clock does what the schedule says now that the round is held: just before, it may have been extended."""
    if move not in due(round_.facts(), clock.now()):
        raise Conflict(Words(N_("The schedule does not ask for this.")))


def _refuse(fault: Words | None) -> None:
    if fault is not None:
        raise Conflict(fault)
