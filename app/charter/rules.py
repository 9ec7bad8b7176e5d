"""The permission table: which act, by whom, in which round, and the sentence for everybody else (PURE).

`may` answers for buttons, pages and acts alike. The public page `/charter` is made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.charter.actions import Action
from app.charter.roles import Role, Standing
from app.charter.rounds import Agenda, Eligibility, RoundKind, RoundState, overdue, state_at
from app.charter.table import RULES, Rule, Who
from app.charter.words import N_, Words

__all__ = ["RULES", "Action", "Circumstances", "Refused", "Remedy", "Rule", "Verdict", "Who", "may", "require"]


@dataclass(frozen=True)
class Circumstances:
    """What a permission depends on besides the person: the thing and its deliberation.

    `state` is the thing's own state (`public`, `withdrawn`, `hidden`, …); `authored` says that the person wrote it;
    `about_self` that the person is whom the act would concern (nobody verifies or promotes themself).
    """

    agenda: Agenda | None = None
    state: str | None = None
    authored: bool = False
    about_self: bool = False
    decided_by_self: bool = False
    round_id: int | None = None
    """The round it belongs to, where another round of the same kind must not count instead."""
    until: datetime | None = None
    """When the act stops being possible for this thing (the edit window of a comment)."""


class Remedy(StrEnum):
    """What somebody can do themself about not being allowed to; pages lead there."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    BE_VERIFIED = "be_verified"


@dataclass(frozen=True)
class Verdict:
    """Allowed or not; if not, why, when it will be (None: not foreseen), and what one can do about it."""

    allowed: bool
    reason: Words | None = None
    from_when: datetime | None = None
    remedy: Remedy | None = None

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)

_SIGN_IN = Words(N_("Sign in first. Reading needs no account."))
_CONFIRM = Words(N_("Confirm your e-mail address first: follow the link we sent you, or ask for a new one."))
_BE_VERIFIED = Words(
    N_(
        "Only verified residents can do this. Bring proof of where you live to a city clerk once; "
        "you can read and comment until then."
    )
)


class Refused(Exception):
    """Somebody tried an act that the rules do not allow them now."""

    def __init__(self, action: Action, verdict: Verdict) -> None:
        super().__init__(f"{action.value}: {verdict.reason}")
        self.action = action
        self.verdict = verdict


def may(standing: Standing, action: Action, circumstances: Circumstances, now: datetime) -> Verdict:
    """Whether this person may do this now, and if not, why and from when."""
    rule = RULES[action]
    for check in (_suspended, _who, _self, _state, _round):
        verdict = check(rule, standing, circumstances, now)
        if verdict is not None:
            in_vain = _in_vain(rule, circumstances, now) if verdict.remedy else None
            return verdict if in_vain is None else in_vain
    return ALLOWED


def require(standing: Standing, action: Action, circumstances: Circumstances, now: datetime) -> None:
    """Raise Refused unless `may` allows it."""
    verdict = may(standing, action, circumstances, now)
    if not verdict:
        raise Refused(action, verdict)


def _no(text: str, from_when: datetime | None = None, **values: object) -> Verdict:
    return Verdict(False, Words(text, values), from_when)


def _suspended(rule: Rule, standing: Standing, circumstances: Circumstances, now: datetime) -> Verdict | None:
    if standing.suspended and Who.ANYONE not in rule.who:
        return _no(N_("Your account is suspended. A city clerk can tell you why and how to object."))
    return None


def _fits(who: Who, standing: Standing, circumstances: Circumstances, open_to_all: bool) -> bool:
    deliberation_id = circumstances.agenda.deliberation_id if circumstances.agenda else None
    match who:
        case Who.ANYONE:
            return True
        case Who.SYSTEM:
            return standing.system
        case Who.SIGNED_IN:
            return standing.account_id is not None
        case Who.CONFIRMED:
            return standing.account_id is not None and standing.confirmed
        case Who.VERIFIED:
            return standing.account_id is not None and standing.confirmed and (standing.verified or open_to_all)
        case Who.AUTHOR:
            return standing.account_id is not None and circumstances.authored
        case Who.FACILITATOR:
            return standing.holds(Role.FACILITATOR, deliberation_id)
        case Who.ANY_FACILITATOR:
            return standing.holds_anywhere(Role.FACILITATOR)
        case Who.CLERK:
            return standing.holds(Role.CLERK)
        case Who.REVIEWER:
            return standing.holds(Role.REVIEWER)
        case Who.ADMINISTRATOR:
            return standing.holds(Role.ADMINISTRATOR)


def _who(rule: Rule, standing: Standing, circumstances: Circumstances, now: datetime) -> Verdict | None:
    open_to_all = _open_to_all(rule, circumstances, now)
    if any(_fits(who, standing, circumstances, open_to_all) for who in rule.who):
        return None
    if standing.account_id is None and not standing.system:
        if rule.who & {Who.SIGNED_IN, Who.CONFIRMED, Who.VERIFIED, Who.AUTHOR}:
            return Verdict(False, _SIGN_IN, remedy=Remedy.SIGN_IN)
    elif rule.who & {Who.CONFIRMED, Who.VERIFIED} and not standing.confirmed:
        return Verdict(False, _CONFIRM, remedy=Remedy.CONFIRM)
    elif Who.VERIFIED in rule.who and not standing.verified:
        return Verdict(False, _BE_VERIFIED, remedy=Remedy.BE_VERIFIED)
    return _no(rule.because)


def _open_to_all(rule: Rule, circumstances: Circumstances, now: datetime) -> bool:
    """Whether an open round that this act is possible in has residency verification off."""
    agenda = _agenda_that_counts(circumstances)
    if rule.during is None or agenda is None:
        return False
    return any(
        plan.kind in rule.during and plan.eligibility is Eligibility.EVERYONE for plan in agenda.open_rounds(now)
    )


def _agenda_that_counts(circumstances: Circumstances) -> Agenda | None:
    """The deliberation's rounds; only the thing's own, where it belongs to one."""
    agenda, round_id = circumstances.agenda, circumstances.round_id
    if agenda is None or round_id is None:
        return agenda
    return replace(agenda, rounds=[plan for plan in agenda.rounds if plan.id == round_id])


def _self(rule: Rule, standing: Standing, circumstances: Circumstances, now: datetime) -> Verdict | None:
    if rule.not_about_self and circumstances.about_self:
        return _no(N_("Nobody can do this for themself. Ask another official."))
    if rule.not_own_decision and circumstances.decided_by_self:
        return _no(N_("Somebody else must do this: you took the decision that it is about."))
    return None


def _state(rule: Rule, standing: Standing, circumstances: Circumstances, now: datetime) -> Verdict | None:
    if rule.states is not None and circumstances.state not in rule.states:
        return _no(rule.state_because or rule.because)
    if circumstances.until is not None and rule.within_window and now > circumstances.until:
        return _no(N_("The time for this ended on %(when)s."), when=circumstances.until)
    return None


def _round(rule: Rule, standing: Standing, circumstances: Circumstances, now: datetime) -> Verdict | None:
    if rule.during is None:
        return None
    agenda = _agenda_that_counts(circumstances)
    if agenda is None:
        return _no(rule.round_because)
    if agenda.open_of(rule.during, now) is not None:
        return None
    if any(p.kind in rule.during and state_at(p, now) is RoundState.PAUSED for p in agenda.rounds):
        return _no(N_("This round is paused. It goes on when the facilitator resumes it."))
    for why in (_still_to_come, _over):
        verdict = why(rule.during, agenda, now)
        if verdict is not None:
            return verdict
    return _no(rule.round_because)


def _in_vain(rule: Rule, circumstances: Circumstances, now: datetime) -> Verdict | None:
    """What stands against everybody for good, so that nobody is sent to sign in, or to a clerk, for nothing."""
    agenda = _agenda_that_counts(circumstances)
    if rule.during is None or agenda is None or agenda.next_of(rule.during, now) is not None:
        return None
    states = {state_at(plan, now) for plan in agenda.rounds if plan.kind in rule.during}
    if states & {RoundState.OPEN, RoundState.PAUSED}:
        return None
    over = _over(rule.during, agenda, now)
    return _no(rule.round_because) if over is None else over


def _still_to_come(kinds: frozenset[RoundKind], agenda: Agenda, now: datetime) -> Verdict | None:
    coming = agenda.next_of(kinds, now)
    if coming is None:
        return None
    if coming.opens_at is None:
        return _no(N_("This round is not open yet. The facilitator will open it; no date is set."))
    if overdue(coming, now):
        return _no(
            N_("This round was to open on %(when)s and could not. The facilitators can put that right."),
            when=coming.opens_at,
        )
    return _no(N_("This round is not open yet. You can do this from %(when)s."), coming.opens_at, when=coming.opens_at)


def _over(kinds: frozenset[RoundKind], agenda: Agenda, now: datetime) -> Verdict | None:
    ends = [p.ended_at for p in agenda.rounds if p.kind in kinds and state_at(p, now) is RoundState.CLOSED]
    last = max((end for end in ends if end is not None), default=None)
    return None if last is None else _no(N_("The round for this closed on %(when)s."), when=last)


def kinds_of(action: Action) -> frozenset[RoundKind] | None:
    """The kinds of round in which an act is possible; None when it does not depend on rounds."""
    return RULES[action].during
