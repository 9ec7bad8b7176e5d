"""Keeping what befalls a round: a line for its page, and the facts of the entry."""

from __future__ import annotations

from collections.abc import Mapping

from app.acts import Actor, Done
from app.charter import opening
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations.models import ChangeKind, Round, RoundChange


class Change:
    """A change to a round under way: the times before it, and at the end its line on the page and its facts."""

    def __init__(self, actor: Actor, round_: Round, kind: ChangeKind, reason: str) -> None:
        self.actor, self.round, self.kind, self.reason = actor, round_, kind, reason
        self.before = dict(opening.times_of(round_.facts()))

    def done(self, more: Mapping[str, object] | None = None) -> Done[Round]:
        after = dict(opening.times_of(self.round.facts()))
        note(self.actor, self.round, self.kind, self.reason, self.before, after)
        kind = RoundKind(self.round.kind).value
        return Done(self.round, {"kind": kind, "before": self.before, "after": after, **(more or {})})


def note(
    actor: Actor,
    round_: Round,
    kind: ChangeKind,
    reason: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    """Keep a change for the page of the round. Its reason stands there and not in the log, which cannot forget."""
    change = RoundChange(
        round_id=round_.id, kind=kind, by_id=actor.id, reason=reason.strip(), before=dict(before), after=dict(after)
    )
    db.session.add(change)
