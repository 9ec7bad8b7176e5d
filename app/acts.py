"""The one path by which the public record changes: permission, change and entry, in one transaction.

    @act(Action.SUBMIT_PROPOSAL)
    def submit(actor: Account, deliberation: Deliberation, *, title: str) -> Done[Proposal]: ...

Calling `submit(...)` holds the rounds, asks the rules, makes the change, puts the entry into the outbox and commits;
or it changes nothing. It returns the thing. Writes to public-record tables anywhere else raise OutsideAnAct.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy.orm import Session

from app import clock
from app.audit import log
from app.charter.actions import Action
from app.charter.roles import STRANGER, SYSTEM, Standing
from app.charter.rounds import Agenda
from app.charter.rules import Circumstances, Refused, Verdict
from app.charter.rules import may as may_by_rule
from app.charter.rules import require as require_by_rule
from app.charter.words import Words
from app.database import Model, db, empty_journal
from app.writing import OutsideAnAct, Writing, current, transaction

T = TypeVar("T")
P = ParamSpec("P")


class Actor(Protocol):
    """Somebody who acts: an account, or `CLOCK` / `OPERATOR`."""

    @property
    def id(self) -> int | None: ...


class Subject(Protocol):
    """What an act is upon. `deliberation_id` is None where no rounds bear on it."""

    @property
    def deliberation_id(self) -> int | None: ...

    def circumstances(self, actor_id: int | None) -> Circumstances:
        """What the rules must know of this thing (without the agenda, which the act adds)."""
        ...

    @property
    def reference(self) -> str:
        """Its name in the log, such as `proposals/12`."""
        ...


@dataclass(frozen=True)
class SystemActor:
    """The clock, which opens and closes rounds on schedule, or the operator at the command line."""

    role: str
    id: int | None = None


CLOCK = SystemActor("clock")
OPERATOR = SystemActor("operator")
UNNAMED = SystemActor("resident")
"""For `Done.actor`: somebody whom the entry must not tell apart, not even by the random name.

Beside an entry on what the same person wrote, that name leads to the name everybody sees.
"""


@dataclass(frozen=True)
class City:
    """The subject of acts that concern no single thing, such as registering or starting a deliberation."""

    deliberation_id: int | None = None
    reference: str = "city"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances()


CITY = City()


@dataclass(frozen=True)
class Done(Generic[T]):
    """What an act leaves: the thing, and the public facts of its entry.

    `facts` never hold a name, an address, a vote or any text that may have to be erased. `actor` names who acted
    where the act itself made the person (registration). `unlogged` is for ballots alone, which the log commits to in
    batches and never one by one.
    """

    thing: T
    facts: Mapping[str, object] = field(default_factory=dict)
    subject: Subject | None = None
    actor: Actor | None = None
    unlogged: bool = False


class Conflict(Exception):
    """The rules allow the act, but something about the thing stands against it now. Nothing was changed.

    `words` tell what, and what to do next; pages answer 409 with them, or show them on the form.
    """

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


class Hooks(Protocol):
    """What the upper layers lend to the acts: how rounds are held and who somebody is."""

    def hold(self, session: Session, deliberation_id: int, exclusive: bool) -> Agenda: ...

    def agenda(self, session: Session, deliberation_id: int) -> Agenda: ...

    def standing(self, session: Session, account_id: int) -> Standing: ...

    def catch_up(self, deliberation_id: int) -> None: ...

    def after_commit(self) -> None: ...


_hooks: Hooks | None = None


def wire(hooks: Hooks) -> None:
    """Tell the acts who holds rounds and knows people. Called once, by create_app."""
    global _hooks  # noqa: PLW0603  # one process is one house
    _hooks = hooks


def _wired() -> Hooks:
    if _hooks is None:
        raise RuntimeError("create_app has not wired the acts yet")
    return _hooks


REGISTERED: dict[Action, Callable[..., Any]] = {}
"""Every act by its action; a house test holds that none is missing."""


def act(
    action: Action, *, exclusive: bool = False, erases: bool = False
) -> Callable[[Callable[Concatenate[Any, Any, P], Done[T]]], Callable[Concatenate[Any, Any, P], T]]:
    """Make a function an act. `exclusive` acts wait for all others in the deliberation (opening, closing, sealing).

    After one that `erases` no file of the database keeps what it destroyed.
    """

    def decorate(function: Callable[Concatenate[Any, Any, P], Done[T]]) -> Callable[Concatenate[Any, Any, P], T]:
        @functools.wraps(function)
        def perform(actor: Any, subject: Any, *args: P.args, **kwargs: P.kwargs) -> T:
            if current.get() is not None:
                raise OutsideAnAct(f"{action}: an act cannot be performed inside another")
            hooks = _wired()
            if subject.deliberation_id is not None and not isinstance(actor, SystemActor):
                hooks.catch_up(subject.deliberation_id)
            with transaction(Writing("act", act_id=secrets.token_hex(16))) as writing:
                _check(hooks, actor, action, subject, exclusive)
                done = function(actor, subject, *args, **kwargs)
                db.session.flush()
                if done.unlogged and writing.rows:
                    raise OutsideAnAct(f"{action}: rows of the public record need an entry: {sorted(writing.rows)}")
                if not done.unlogged:
                    _append(writing, action, done.actor or actor, done.subject or subject, done.facts)
            hooks.after_commit()
            if erases:
                empty_journal(db.engine)
            return done.thing

        register(action, perform)
        return cast("Callable[Concatenate[Any, Any, P], T]", perform)

    return decorate


def register(action: Action, perform: Callable[..., Any]) -> None:
    """Make this function the one act of the action."""
    if action in REGISTERED:
        raise RuntimeError(f"{action} has an act already")
    REGISTERED[action] = perform


def catch_up(deliberation_id: int) -> None:
    """Enter what the schedule has done to this deliberation's rounds."""
    _wired().catch_up(deliberation_id)


def _check(hooks: Hooks, actor: Any, action: Action, subject: Any, exclusive: bool) -> None:
    agenda = None
    if subject.deliberation_id is not None:
        agenda = hooks.hold(db.session(), subject.deliberation_id, exclusive)
    if isinstance(subject, Model):
        # Two acts upon one comment must see one another: the second waits here, and then judges what the first left.
        db.session.refresh(subject, with_for_update={"key_share": True} if subject.held_alone else None)
    actor_id = None if actor is None else actor.id
    standing = _standing(hooks, actor, actor_id)
    require_by_rule(standing, action, with_agenda(subject.circumstances(actor_id), agenda), clock.now())


def _standing(hooks: Hooks, actor: Any, actor_id: int | None) -> Standing:
    if isinstance(actor, SystemActor):
        return SYSTEM
    return STRANGER if actor_id is None else hooks.standing(db.session(), actor_id)


def with_agenda(circumstances: Circumstances, agenda: Agenda | None) -> Circumstances:
    """The circumstances of a thing, with the rounds of its deliberation."""
    return circumstances if agenda is None else replace(circumstances, agenda=agenda)


def _append(writing: Writing, action: Action, actor: Any, subject: Any, facts: Mapping[str, object]) -> None:
    session = db.session()
    said = dict(facts)
    if writing.manifests:
        said["manifest"] = writing.manifests
    process = None if subject.deliberation_id is None else f"deliberations/{subject.deliberation_id}"
    by: dict[str, str] = (
        {"role": actor.role}
        if isinstance(actor, SystemActor)
        else {"p": log.alias_of(session, actor.id, process), "role": actor.acting_as(action)}
    )
    log.append(
        session,
        act_id=writing.act_id,
        act=action.value,
        at=clock.now(),
        by=by,
        subject=subject.reference,
        process=process,
        facts=said,
        rows=writing.rows,
    )


def may(actor: Actor | None, action: Action, subject: Any = CITY) -> Verdict:
    """Whether this person may do this to this thing now. Templates, views and acts ask the same table."""
    return may_each(actor, (action,), subject)[action]


def may_each(actor: Actor | None, actions: Iterable[Action], subject: Any = CITY) -> dict[Action, Verdict]:
    """The same for several acts upon one thing, as a page with their buttons asks."""
    actor_id = None if actor is None else actor.id
    agenda = None if subject.deliberation_id is None else agenda_of(subject.deliberation_id)
    circumstances = with_agenda(subject.circumstances(actor_id), agenda)
    standing, now = standing_of(actor), clock.now()
    return {action: may_by_rule(standing, action, circumstances, now) for action in actions}


def agenda_of(deliberation_id: int) -> Agenda:
    """The deliberation's rounds as they stand; read once in a transaction."""
    seen = db.session().info.setdefault("agendas", {})
    if deliberation_id not in seen:
        seen[deliberation_id] = _wired().agenda(db.session(), deliberation_id)
    agenda: Agenda = seen[deliberation_id]
    return agenda


def remember_agenda(agenda: Agenda) -> None:
    """Spare `agenda_of` a reading: this is how the rounds stand, read just now in this transaction."""
    db.session().info.setdefault("agendas", {})[agenda.deliberation_id] = agenda


def standing_of(actor: Actor | None) -> Standing:
    """Who somebody is to the rules; read once in a transaction."""
    if isinstance(actor, SystemActor):
        return SYSTEM
    if actor is None or actor.id is None:
        return STRANGER
    seen = db.session().info.setdefault("standings", {})
    if actor.id not in seen:
        seen[actor.id] = _wired().standing(db.session(), actor.id)
    standing: Standing = seen[actor.id]
    return standing


def require(actor: Actor | None, action: Action, subject: Any = CITY) -> None:
    """Raise Refused unless `may` allows it. Views ask before anybody writes in vain."""
    verdict = may(actor, action, subject)
    if not verdict:
        raise Refused(action, verdict)
