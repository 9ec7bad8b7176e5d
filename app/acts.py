"""The one path by which the public record changes: permission, change and entry, in one transaction.

    @act(Action.SUBMIT_PROPOSAL)
    def submit(actor: Account, deliberation: Deliberation, *, title: str) -> Done[Proposal]: ...

Calling `submit(...)` holds the rounds, asks the rules, makes the change, puts the entry into the outbox and commits;
or it changes nothing. It returns the thing. Writes to public-record tables anywhere else raise OutsideAnAct.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import Connection, Delete, Engine, Insert, Table, Update, event, inspect
from sqlalchemy.orm import Session

from app import clock
from app.audit import log, rows
from app.charter.actions import Action
from app.charter.roles import STRANGER, SYSTEM, Standing
from app.charter.rounds import Stage
from app.charter.rules import Circumstances, Refused, Verdict
from app.charter.rules import may as may_by_rule
from app.charter.rules import require as require_by_rule
from app.charter.words import Words
from app.database import WRITE, Model, db, writer

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
        """What the rules must know of this thing (without the stage, which the act adds)."""
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


class OutsideAnAct(RuntimeError):
    """Code tried to write to the public record outside an act (or from one act into another)."""


class Conflict(Exception):
    """The rules allow the act, but something about the thing stands against it now. Nothing was changed.

    `words` tell what, and what to do next; pages answer 409 with them, or show them on the form.
    """

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass
class _Writing:
    """What is being written now, and by which right."""

    kind: str
    act_id: str = ""
    rows: dict[str, str | None] = field(default_factory=dict)
    manifests: dict[str, object] = field(default_factory=dict)
    flushing: bool = False
    bulk: bool = False


_writing: ContextVar[_Writing | None] = ContextVar("folkmoot_writing", default=None)


class Hooks(Protocol):
    """What the upper layers lend to the acts: how rounds are held and who somebody is."""

    def hold(self, session: Session, deliberation_id: int, exclusive: bool) -> Stage: ...

    def stage(self, session: Session, deliberation_id: int) -> Stage: ...

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
    action: Action, *, exclusive: bool = False
) -> Callable[[Callable[Concatenate[Any, Any, P], Done[T]]], Callable[Concatenate[Any, Any, P], T]]:
    """Make a function an act. `exclusive` acts wait for all others in the deliberation (opening, closing, sealing)."""

    def decorate(function: Callable[Concatenate[Any, Any, P], Done[T]]) -> Callable[Concatenate[Any, Any, P], T]:
        @functools.wraps(function)
        def perform(actor: Any, subject: Any, *args: P.args, **kwargs: P.kwargs) -> T:
            if _writing.get() is not None:
                raise OutsideAnAct(f"{action}: an act cannot be performed inside another")
            hooks = _wired()
            if subject.deliberation_id is not None and not isinstance(actor, SystemActor):
                hooks.catch_up(subject.deliberation_id)
            with _transaction(_Writing("act", act_id=secrets.token_hex(16))) as writing:
                _check(hooks, actor, action, subject, exclusive)
                done = function(actor, subject, *args, **kwargs)
                db.session.flush()
                if done.unlogged and writing.rows:
                    raise OutsideAnAct(f"{action}: rows of the public record need an entry: {sorted(writing.rows)}")
                if not done.unlogged:
                    _append(writing, action, done.actor or actor, done.subject or subject, done.facts)
            hooks.after_commit()
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
    stage = None
    if subject.deliberation_id is not None:
        stage = hooks.hold(db.session(), subject.deliberation_id, exclusive)
    if isinstance(subject, Model):
        # Two acts upon one comment must see one another: the second waits here, and then judges what the first left.
        db.session.refresh(subject, with_for_update={"key_share": True} if subject.held_alone else None)
    standing = _standing(hooks, actor)
    require_by_rule(standing, action, on_stage(subject.circumstances(actor.id), stage), clock.now())


def _standing(hooks: Hooks, actor: Any) -> Standing:
    if isinstance(actor, SystemActor):
        return SYSTEM
    return STRANGER if actor.id is None else hooks.standing(db.session(), actor.id)


def on_stage(circumstances: Circumstances, stage: Stage | None) -> Circumstances:
    """The circumstances of a thing, with the rounds of its deliberation."""
    return circumstances if stage is None else replace(circumstances, stage=stage)


def _append(writing: _Writing, action: Action, actor: Any, subject: Any, facts: Mapping[str, object]) -> None:
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


@contextmanager
def _transaction(writing: _Writing) -> Iterator[_Writing]:
    """One write transaction: fresh, alone on SQLite, committed whole or not at all."""
    session = db.session()
    session.commit()  # ends what was only read: the act must see the present, and nothing unsaved may slip in
    _forget_what_was_read(session)
    token = _writing.set(writing)
    try:
        with writer(db.engine):
            try:
                session.connection(execution_options={WRITE: True})
                yield writing
                session.flush()
                session.commit()
            except BaseException:
                session.rollback()
                raise
    finally:
        _writing.reset(token)
        _forget_what_was_read(session)


@contextmanager
def apart() -> Iterator[None]:
    """For `straight.py`: ends what was only read, and lets no other act begin until the code inside is done."""
    if _writing.get() is not None:
        raise OutsideAnAct("an act cannot be performed inside another")
    session = db.session()
    session.commit()
    _forget_what_was_read(session)
    token = _writing.set(_Writing("straight"))
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def private_write() -> Iterator[Session]:
    """One write transaction for what is not public record (sessions, drafts, notices). Commits at the end."""
    if _writing.get() is not None:
        yield db.session()
        return
    with _transaction(_Writing("private")):
        yield db.session()


@contextmanager
def log_write() -> Iterator[Session]:
    """One write transaction for the sequencer, which moves what acts have written into the tree."""
    with _transaction(_Writing("log")):
        yield db.session()


def bulk_insert(model: type[Model], values: list[dict[str, Any]], chunk: int = 2000) -> None:
    """Insert many public rows within an act that imports; its entry commits to them by manifest.

    Each row needs its primary key and every public column given, since the commitment is made from them.
    """
    writing = _writing.get()
    if writing is None or writing.kind != "act":
        raise OutsideAnAct(f"{model.__tablename__}: rows are imported by an act only")
    table = cast("Table", model.__table__)
    salted = [{"salt": secrets.token_bytes(16), **row} for row in values]
    writing.bulk = True
    try:
        connection = db.session.connection()
        for start in range(0, len(salted), chunk):
            connection.execute(table.insert(), salted[start : start + chunk])
    finally:
        writing.bulk = False
    key = next(iter(table.primary_key.columns)).name
    pairs = sorted((int(row[key]), rows.row_digest(table, row)) for row in salted)
    writing.manifests[table.name] = log.manifest_of(db.session(), writing.act_id, table.name, pairs)


def may(actor: Actor | None, action: Action, subject: Any = CITY) -> Verdict:
    """Whether this person may do this to this thing now. Templates, views and acts ask the same table."""
    actor_id = None if actor is None else actor.id
    stage = None if subject.deliberation_id is None else stage_of(subject.deliberation_id)
    circumstances = on_stage(subject.circumstances(actor_id), stage)
    return may_by_rule(standing_of(actor), action, circumstances, clock.now())


def stage_of(deliberation_id: int) -> Stage:
    """The deliberation's rounds as they stand; read once in a transaction."""
    seen = db.session().info.setdefault("stages", {})
    if deliberation_id not in seen:
        seen[deliberation_id] = _wired().stage(db.session(), deliberation_id)
    stage: Stage = seen[deliberation_id]
    return stage


def remember_stage(stage: Stage) -> None:
    """Spare `stage_of` a reading: this is how the rounds stand, read just now in this transaction."""
    db.session().info.setdefault("stages", {})[stage.deliberation_id] = stage


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


def _forget_what_was_read(session: Session) -> None:
    session.info.pop("stages", None)
    session.info.pop("standings", None)


def require(actor: Actor | None, action: Action, subject: Any = CITY) -> None:
    """Raise Refused unless `may` allows it. Views ask before anybody writes in vain."""
    verdict = may(actor, action, subject)
    if not verdict:
        raise Refused(action, verdict)


# The guard: nothing writes to the public record but an act.


def _public_tables() -> frozenset[str]:
    return frozenset(
        mapper.local_table.name  # type: ignore[attr-defined]  # mappers of ours always stand on one Table
        for mapper in Model.registry.mappers
        if mapper.class_.public_record
    )


@functools.cache
def _public_tables_once(_mappers: int) -> frozenset[str]:
    return _public_tables()


def _is_public(table: Any) -> bool:
    return getattr(table, "name", None) in _public_tables_once(len(list(Model.registry.mappers)))


@event.listens_for(Engine, "before_execute")
def _guard(connection: Connection, clause: Any, multiparams: Any, params: Any, execution_options: Any) -> None:
    if not isinstance(clause, Insert | Update | Delete) or not _is_public(clause.table):
        return
    writing = _writing.get()
    if writing is None or writing.kind != "act":
        raise OutsideAnAct(f"{clause.table}: the public record is written by acts only")
    if not (writing.flushing or writing.bulk or _derived_only(clause)):
        raise OutsideAnAct(f"{clause.table}: write through the session or bulk_insert, so that the entry knows the row")


def _derived_only(clause: Any) -> bool:
    if not isinstance(clause, Update):
        return False
    columns = list(clause._values or {})
    return bool(columns) and all(column.info.get("derived") for column in columns if hasattr(column, "info"))


@event.listens_for(Session, "before_flush")
def _note_rows(session: Session, _context: Any, _instances: Any) -> None:
    writing = _writing.get()
    touched = [*session.new, *session.dirty, *session.deleted]
    public = [thing for thing in touched if isinstance(thing, Model) and thing.public_record]
    if public and (writing is None or writing.kind != "act"):
        changed = [
            thing for thing in public if thing in session.new or thing in session.deleted or session.is_modified(thing)
        ]
        if changed:
            raise OutsideAnAct(f"{changed[0].__tablename__}: the public record is written by acts only")
    if writing is None:
        return
    writing.flushing = True
    session.info["fresh"] = set(session.new)
    session.info["touched"] = [
        thing for thing in public if thing in session.new or thing in session.deleted or _said_differently(thing)
    ]


def _said_differently(thing: Model) -> bool:
    """Whether a column that the log commits to has changed (counters do not count)."""
    state = inspect(thing)
    return any(
        state.attrs[column.key].history.has_changes()
        for column in state.mapper.column_attrs
        if not column.columns[0].info.get("derived") and not column.columns[0].info.get("private")
    )


@event.listens_for(Session, "after_flush_postexec")
def _digest_rows(session: Session, _context: Any) -> None:
    writing = _writing.get()
    if writing is None:
        return
    for thing in session.info.pop("touched", []):
        writing.rows[rows.row_key(_table(thing), _values(thing))] = _digest(session, thing)
    writing.flushing = False


def _digest(session: Session, thing: Model) -> str | None:
    """What the log will say of a row. Of one that stood before it is read again: another act may have changed a column
    that this one has only in memory."""
    state = inspect(thing)
    if state.deleted or state.detached or thing in session.deleted:
        return None
    if thing in session.info.get("fresh", ()) or state.identity is None:
        return rows.row_digest(_table(thing), _values(thing))
    return rows.stored_digest(session.connection(), _table(thing), state.identity)


def _table(thing: Model) -> Table:
    return cast("Table", thing.__table__)


def _values(thing: Model) -> dict[str, Any]:
    """What the log commits to: every column but counters and private ones (reading those could cost a query)."""
    return {
        attribute.columns[0].name: getattr(thing, attribute.key)
        for attribute in inspect(thing).mapper.column_attrs
        if not attribute.columns[0].info.get("derived") and not attribute.columns[0].info.get("private")
    }
