"""The permission table: every refusal has a sentence that is true, and says from when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.charter.actions import Action
from app.charter.roles import STRANGER, SYSTEM, Held, Role, Standing
from app.charter.rounds import Agenda, RoundFacts, RoundKind, RoundState, state_at
from app.charter.rules import RULES, Circumstances, Refused, Remedy, Who, kinds_of, may, require
from app.charter.table import WHO_WORDS
from tests.charter.strategies import NOON, agendas, moments

HOUR = timedelta(hours=1)
NEWCOMER = Standing(account_id=1)
UNVERIFIED = Standing(account_id=2, confirmed=True)
RESIDENT = Standing(account_id=3, confirmed=True, verified=True)
FACILITATOR = Standing(account_id=4, confirmed=True, held=frozenset({Held(Role.FACILITATOR, 7)}))
ADMINISTRATOR = Standing(account_id=5, confirmed=True, held=frozenset({Held(Role.ADMINISTRATOR)}))
CLERK = Standing(account_id=6, confirmed=True, held=frozenset({Held(Role.CLERK)}))
EVERYBODY = [STRANGER, NEWCOMER, UNVERIFIED, RESIDENT, FACILITATOR, ADMINISTRATOR, CLERK, SYSTEM]
STATES = sorted({state for rule in RULES.values() for state in rule.states or ()} | {"withdrawn", "erased"})

standings = st.sampled_from(EVERYBODY) | st.builds(
    Standing,
    account_id=st.just(8),
    confirmed=st.booleans(),
    verified=st.booleans(),
    suspended=st.booleans(),
    held=st.frozensets(st.builds(Held, st.sampled_from(Role), st.sampled_from([None, 7, 8])), max_size=2),
)
circumstances = st.builds(
    Circumstances,
    agenda=st.none() | agendas(),
    state=st.none() | st.sampled_from(STATES),
    authored=st.booleans(),
    about_self=st.booleans(),
    decided_by_self=st.booleans(),
    round_id=st.none() | st.integers(1, 6),
    until=st.none() | moments,
)


def agenda(*plans: RoundFacts) -> Agenda:
    return Agenda(deliberation_id=7, slug="trees", rounds=plans)


def a_round(kind: RoundKind, **more: object) -> RoundFacts:
    number = more.pop("id", 1)
    return RoundFacts(id=number, kind=kind, position=number, **more)  # type: ignore[arg-type]  # as a test writes it


@settings(max_examples=300)
@given(st.sampled_from(Action), standings, circumstances, moments)
def test_every_refusal_gives_a_whole_sentence_and_no_date_that_is_past(action, standing, about, now) -> None:
    verdict = may(standing, action, about, now)
    if verdict:
        assert verdict.reason is None
        return
    said = str(verdict.reason)
    assert said.strip().endswith((".", "?"))
    assert "%(" not in said
    assert "None" not in said
    if verdict.from_when is not None:
        assert verdict.from_when > now


@given(st.sampled_from(Action), standings, circumstances, moments)
def test_whoever_is_suspended_does_nothing_but_what_a_stranger_may(action, standing, about, now) -> None:
    if may(replace(standing, suspended=True), action, about, now):
        assert Who.ANYONE in RULES[action].who


@given(st.sampled_from(sorted(a for a in Action if kinds_of(a))), standings, circumstances, moments)
def test_an_act_of_a_round_happens_only_while_such_a_round_is_open(action, standing, about, now) -> None:
    if may(standing, action, about, now):
        assert about.agenda is not None
        assert any(
            plan.kind in (kinds_of(action) or ())
            and state_at(plan, now) is RoundState.OPEN
            and about.round_id in (None, plan.id)
            for plan in about.agenda.rounds
        )


def test_the_date_of_the_coming_round_is_told_and_then_it_is_so() -> None:
    coming = agenda(a_round(RoundKind.PROPOSE, opens_at=NOON + HOUR))
    verdict = may(RESIDENT, Action.SUBMIT_PROPOSAL, Circumstances(agenda=coming), NOON)
    assert not verdict
    assert verdict.from_when == NOON + HOUR
    assert may(RESIDENT, Action.SUBMIT_PROPOSAL, Circumstances(agenda=coming), NOON + HOUR)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (a_round(RoundKind.DISCUSS, opened_at=NOON), "has no round for this"),
        (a_round(RoundKind.PROPOSE), "no date is set"),
        (a_round(RoundKind.PROPOSE, opened_at=NOON, paused_at=NOON), "is paused"),
        (a_round(RoundKind.PROPOSE, opened_at=NOON - HOUR, closed_at=NOON), "closed on 2026-05-04"),
        (a_round(RoundKind.PROPOSE, opens_at=NOON - HOUR, closes_at=NOON), "closed on 2026-05-04"),
        (a_round(RoundKind.PROPOSE, cancelled_at=NOON), "has no round for this"),
    ],
)
def test_a_refusal_tells_how_the_round_stands(plan: RoundFacts, words: str) -> None:
    verdict = may(RESIDENT, Action.SUBMIT_PROPOSAL, Circumstances(agenda=agenda(plan)), NOON)
    assert words in str(verdict.reason)


def test_a_vote_that_could_not_open_says_so_instead_of_promising_a_past_date() -> None:
    late = agenda(a_round(RoundKind.VOTE, opens_at=NOON - HOUR))
    verdict = may(RESIDENT, Action.CAST_BALLOT, Circumstances(agenda=late), NOON)
    assert "could not" in str(verdict.reason)
    assert verdict.from_when is None


def test_without_a_known_agenda_nothing_of_a_round_is_allowed() -> None:
    assert not may(RESIDENT, Action.SUBMIT_PROPOSAL, Circumstances(), NOON)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (STRANGER, "Sign in first"),
        (NEWCOMER, "Confirm your e-mail"),
        (UNVERIFIED, "Only verified residents"),
        (replace(RESIDENT, suspended=True), "suspended"),
    ],
)
def test_each_step_to_taking_part_is_named(who: Standing, words: str) -> None:
    open_now = agenda(a_round(RoundKind.PROPOSE, opened_at=NOON))
    assert words in str(may(who, Action.SUBMIT_PROPOSAL, Circumstances(agenda=open_now), NOON).reason)


@pytest.mark.parametrize(
    ("who", "remedy"),
    [(STRANGER, Remedy.SIGN_IN), (NEWCOMER, Remedy.CONFIRM), (UNVERIFIED, Remedy.BE_VERIFIED), (RESIDENT, None)],
)
def test_whoever_can_do_something_about_a_refusal_is_told_what(who: Standing, remedy: Remedy | None) -> None:
    coming = agenda(a_round(RoundKind.PROPOSE, opens_at=NOON + HOUR))
    assert may(who, Action.SUBMIT_PROPOSAL, Circumstances(agenda=coming), NOON).remedy is remedy


@pytest.mark.parametrize("who", [STRANGER, NEWCOMER, UNVERIFIED])
def test_nobody_is_sent_to_sign_in_or_to_a_clerk_for_what_is_over(who: Standing) -> None:
    over = agenda(a_round(RoundKind.PROPOSE, opened_at=NOON - HOUR, closed_at=NOON))
    verdict = may(who, Action.SUBMIT_PROPOSAL, Circumstances(agenda=over), NOON)
    assert "closed on" in str(verdict.reason)
    assert verdict.remedy is None


def test_a_round_for_everyone_needs_no_verification_but_an_address() -> None:
    everyone = agenda(a_round(RoundKind.PROPOSE, opened_at=NOON, settings={"eligibility": "everyone"}))
    assert may(UNVERIFIED, Action.SUBMIT_PROPOSAL, Circumstances(agenda=everyone), NOON)
    assert not may(NEWCOMER, Action.SUBMIT_PROPOSAL, Circumstances(agenda=everyone), NOON)


def test_a_vote_for_everyone_does_not_open_another_vote_to_the_unverified() -> None:
    both = agenda(
        a_round(RoundKind.VOTE, opened_at=NOON, settings={"eligibility": "everyone"}),
        a_round(RoundKind.VOTE, id=2, opened_at=NOON),
    )
    assert may(UNVERIFIED, Action.CAST_BALLOT, Circumstances(agenda=both, round_id=1), NOON)
    assert not may(UNVERIFIED, Action.CAST_BALLOT, Circumstances(agenda=both, round_id=2), NOON)
    assert may(RESIDENT, Action.CAST_BALLOT, Circumstances(agenda=both, round_id=2), NOON)


def test_a_facilitator_runs_their_own_deliberation_and_no_other() -> None:
    theirs, other = agenda(), replace(agenda(), deliberation_id=8)
    assert may(FACILITATOR, Action.PLAN_ROUND, Circumstances(agenda=theirs), NOON)
    assert not may(FACILITATOR, Action.PLAN_ROUND, Circumstances(agenda=other), NOON)
    assert may(ADMINISTRATOR, Action.PLAN_ROUND, Circumstances(agenda=other), NOON)
    assert not may(CLERK, Action.PLAN_ROUND, Circumstances(agenda=theirs), NOON)


def test_whoever_facilitates_anywhere_may_start_a_deliberation() -> None:
    assert may(FACILITATOR, Action.CREATE_DELIBERATION, Circumstances(), NOON)
    assert not may(RESIDENT, Action.CREATE_DELIBERATION, Circumstances(), NOON)


@pytest.mark.parametrize(
    ("action", "states"),
    [
        (Action.EDIT_ROUND, {"planned"}),
        (Action.OPEN_ROUND, {"planned"}),
        (Action.CLOSE_ROUND, {"open", "paused", "due"}),
        (Action.EXTEND_ROUND, {"open", "paused"}),
        (Action.PAUSE_ROUND, {"open"}),
        (Action.RESUME_ROUND, {"paused"}),
        (Action.REOPEN_ROUND, {"closed"}),
        (Action.CANCEL_ROUND, {"planned", "open", "paused"}),
    ],
)
def test_a_round_is_changed_only_from_the_states_that_lead_there(action: Action, states: set[str]) -> None:
    every = ["planned", "open", "paused", "due", "closed", "cancelled", "seal_asked", "sealed"]
    allowed = {state for state in every if may(FACILITATOR, action, Circumstances(agenda=agenda(), state=state), NOON)}
    assert allowed == states


def test_the_clock_opens_and_closes_and_runs_nothing_else() -> None:
    run = {Action.PAUSE_ROUND, Action.EXTEND_ROUND, Action.REOPEN_ROUND, Action.CANCEL_ROUND, Action.PLAN_ROUND}
    about = {Action.OPEN_ROUND: "planned", Action.CLOSE_ROUND: "due"}
    for action, state in about.items():
        assert may(SYSTEM, action, Circumstances(agenda=agenda(), state=state), NOON)
    for action in run:
        for state in ("planned", "open", "closed"):
            assert not may(SYSTEM, action, Circumstances(agenda=agenda(), state=state), NOON)


def test_nobody_verifies_themself_or_decides_about_their_own_decision() -> None:
    assert not may(CLERK, Action.VERIFY_RESIDENT, Circumstances(about_self=True), NOON)
    assert may(CLERK, Action.VERIFY_RESIDENT, Circumstances(), NOON)
    asked = Circumstances(agenda=agenda(), state="seal_asked", decided_by_self=True)
    assert not may(CLERK, Action.SEAL_ROUND, asked, NOON)
    assert may(CLERK, Action.SEAL_ROUND, replace(asked, decided_by_self=False), NOON)


def test_an_edit_window_ends_at_its_minute() -> None:
    about = Circumstances(agenda=agenda(), state="public", authored=True, until=NOON)
    assert may(RESIDENT, Action.EDIT_COMMENT, about, NOON)
    verdict = may(RESIDENT, Action.EDIT_COMMENT, about, NOON + timedelta(seconds=1))
    assert "ended on 2026-05-04" in str(verdict.reason)


def test_require_raises_what_may_refuses() -> None:
    require(
        RESIDENT, Action.SUBMIT_PROPOSAL, Circumstances(agenda=agenda(a_round(RoundKind.PROPOSE, opened_at=NOON))), NOON
    )
    with pytest.raises(Refused) as refused:
        require(STRANGER, Action.SUBMIT_PROPOSAL, Circumstances(agenda=agenda()), NOON)
    assert refused.value.action is Action.SUBMIT_PROPOSAL
    assert refused.value.verdict.reason is not None


def test_every_action_has_a_rule_and_every_kind_of_person_a_name() -> None:
    assert RULES.keys() == set(Action)
    assert WHO_WORDS.keys() == set(Who)
    assert all(rule.because.endswith(".") for rule in RULES.values())
    assert all(rule.who for rule in RULES.values())
