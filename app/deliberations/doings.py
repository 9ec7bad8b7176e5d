"""What somebody can do in a deliberation now, asked of the same table that will decide when they try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app import clock
from app.acts import Actor, may
from app.charter.actions import Action
from app.charter.rounds import Agenda, RoundKind, RoundState, state_at
from app.charter.rules import Circumstances, Verdict, kinds_of
from app.charter.standing import where
from app.charter.words import N_

_GONE = (RoundState.CLOSED, RoundState.CANCELLED)


@dataclass(frozen=True)
class Doing:
    """Something to do, where, and whether this person may; if not, the verdict says why and from when."""

    label: str
    endpoint: str
    values: dict[str, object]
    verdict: Verdict


@dataclass(frozen=True)
class _Anything:
    """Some proposal of the deliberation that is public, or a vote round: what a permission in general is about."""

    deliberation_id: int
    round_id: int | None = None
    state: str = "public"
    reference: str = field(default="", init=False)

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(state=self.state, round_id=self.round_id)


@dataclass
class Waiting:
    """Things that somebody may not do now, all for the same reason."""

    labels: list[str]
    verdict: Verdict


_IN_GENERAL = (
    (Action.SUBMIT_PROPOSAL, N_("Write a proposal"), "proposals.new"),
    (Action.COMMENT, N_("Comment on proposals"), "proposals.index"),
    (Action.ENDORSE_PROPOSAL, N_("Endorse what you support"), "proposals.index"),
)
_FOR_OFFICIALS = (
    (Action.TAG_PROPOSAL, N_("Check proposals against human rights"), "proposals.index"),
    (Action.ANSWER_PROPOSAL, N_("Enter the city’s answers"), "proposals.index"),
)


def doings(actor: Actor | None, agenda: Agenda) -> list[Doing]:
    """What this person can do in this deliberation; and what others can, or they themselves later, with the reason."""
    votes = list(_votes(actor, agenda))
    ready, later = [one for one in votes if one.verdict], [one for one in votes if not one.verdict]
    return [*ready, *_general(actor, agenda), *later, *_official(actor, agenda)]


def waiting(found: list[Doing]) -> list[Waiting]:
    """Those that this person may not do now, each reason said once."""
    groups: list[Waiting] = []
    for doing in found:
        if doing.verdict:
            continue
        group = next((one for one in groups if one.verdict == doing.verdict), None)
        if group is None:
            groups.append(Waiting([doing.label], doing.verdict))
        elif doing.label not in group.labels:
            group.labels.append(doing.label)
    return groups


def moderates(actor: Actor | None, deliberation_id: int) -> bool:
    """Whether this person decides here what is hidden."""
    return bool(may(actor, Action.HIDE_COMMENT, _Anything(deliberation_id)))


def _votes(actor: Actor | None, agenda: Agenda) -> Iterator[Doing]:
    for plan in agenda.rounds:
        if plan.kind is not RoundKind.VOTE or state_at(plan, clock.now()) in _GONE:
            continue
        verdict = may(actor, Action.CAST_BALLOT, _Anything(agenda.deliberation_id, plan.id))
        yield Doing(N_("Vote"), "voting.ballot", {"slug": agenda.slug, "round_id": plan.id}, verdict)


def _general(actor: Actor | None, agenda: Agenda) -> Iterator[Doing]:
    ahead = {plan.kind for plan in agenda.rounds if state_at(plan, clock.now()) not in _GONE}
    for action, label, endpoint in _IN_GENERAL:
        if ahead & (kinds_of(action) or set()):
            verdict = may(actor, action, _Anything(agenda.deliberation_id))
            yield Doing(label, endpoint, {"slug": agenda.slug}, verdict)


def _official(actor: Actor | None, agenda: Agenda) -> Iterator[Doing]:
    for plan in where(agenda, clock.now()).unsealed:
        verdict = may(actor, Action.ASK_FOR_SEAL, _Anything(agenda.deliberation_id, plan.id, "closed"))
        if verdict:
            yield Doing(N_("Seal the vote"), "voting.seal", {"slug": agenda.slug, "round_id": plan.id}, verdict)
    for action, label, endpoint in _FOR_OFFICIALS:
        verdict = may(actor, action, _Anything(agenda.deliberation_id))
        if verdict and _asked_for(action, agenda):
            yield Doing(label, endpoint, {"slug": agenda.slug}, verdict)


def _asked_for(action: Action, agenda: Agenda) -> bool:
    """Whether this is the round for it: a city may answer at any time, but is asked to in the last round."""
    kind = RoundKind.RESPOND if action is Action.ANSWER_PROPOSAL else RoundKind.REVIEW
    return agenda.open_of(frozenset({kind}), clock.now()) is not None
