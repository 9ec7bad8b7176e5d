"""Asking the witnesses to cosign the newest checkpoint, beside all acts and apart from the sequencer.

What is asked is read first and what comes of it is written afterwards: no transaction is open while a witness is waited
for. A witness that fails is asked again later and later, up to ten minutes apart.
"""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any, Final

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.audit import merkle
from app.audit.home import Home
from app.audit.log import insert_or
from app.audit.models import Cosignature, LogCheckpoint, LogTile, Witness, WitnessState
from app.audit.verify import NoteError
from app.audit.witness.client import Client, Outcome
from app.audit.witness.cosignatures import parse_cosigner
from app.audit.witness.words import Trouble
from app.database import WRITE, Model, writer

logger = logging.getLogger(__name__)

GAP: Final = timedelta(seconds=2)
"""Between two askings of one witness: it cosigns the newest checkpoint, not each of them."""
LONGEST_GAP: Final = timedelta(minutes=10)
"""Between two askings of a witness that keeps failing."""
FRESH: Final = timedelta(hours=1)
"""After so long a witness is asked again about what it has cosigned already, to see that it is still there."""

_TABLES = Model.metadata.tables
_WITNESSES = _TABLES[Witness.__tablename__]
_STATES = _TABLES[WitnessState.__tablename__]
_COSIGNATURES = _TABLES[Cosignature.__tablename__]
_CHECKPOINTS = _TABLES[LogCheckpoint.__tablename__]
_TILES = _TABLES[LogTile.__tablename__]

_NEWEST: Final = select(_CHECKPOINTS.c.size, _CHECKPOINTS.c.note).order_by(_CHECKPOINTS.c.size.desc()).limit(1)
_ASKED: Final = (
    select(
        _WITNESSES.c.id,
        _WITNESSES.c.name,
        _WITNESSES.c.vkey,
        _WITNESSES.c.url,
        _STATES.c.size,
        _STATES.c.cosigned_at,
        _STATES.c.asked_at,
        _STATES.c.failures,
    )
    .join_from(_WITNESSES, _STATES, isouter=True)
    .where(_WITNESSES.c.removed_at.is_(None))
    .order_by(_WITNESSES.c.id)
)


@dataclass(frozen=True)
class Asked:
    """A witness, and how it went with it last."""

    id: int
    name: str
    vkey: str
    url: str
    size: int
    cosigned_at: datetime | None
    asked_at: datetime | None
    failures: int

    def due_at(self, size: int) -> datetime | None:
        """From when it should be asked about a checkpoint of this size; None: at once."""
        if self.asked_at is None:
            return None
        if self.failures:
            return self.asked_at + min(GAP * (1 << min(self.failures, 20)), LONGEST_GAP)
        return self.asked_at + (GAP if self.size < size else FRESH)


@dataclass(frozen=True)
class Answered:
    """What came of asking one witness."""

    witness: Asked
    size: int
    outcome: Outcome


def ask(engine: Engine, client: Client, *, everybody: bool = False) -> Sequence[Answered]:
    """Ask those witnesses that are due (or `everybody`) to cosign the newest checkpoint, and keep what they say."""
    with engine.connect() as connection:
        newest = connection.execute(_NEWEST).one_or_none()
        witnesses = _witnesses(connection)
    if newest is None:
        return []
    now = clock.now()
    due = [one for one in witnesses if everybody or (one.due_at(newest.size) or now) <= now]
    if not due:
        return []
    return _at_once([partial(_ask, engine, client, one, newest.size, newest.note) for one in due])


def _at_once(questions: Sequence[Callable[[], Answered]]) -> Sequence[Answered]:
    """Each in a thread of its own: a witness that does not answer keeps none waiting, not even the process's end.

    Raises, when all are through, what one of them raised.
    """
    answers: list[Answered] = []
    troubles: list[Exception] = []

    def put(question: Callable[[], Answered]) -> None:
        try:
            answers.append(question())
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=put, args=(one,), name="witness", daemon=True) for one in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return sorted(answers, key=lambda one: one.witness.id)


def _witnesses(connection: Connection) -> list[Asked]:
    rows = connection.execute(_ASKED)
    return [
        Asked(row.id, row.name, row.vkey, row.url, row.size or 0, row.cosigned_at, row.asked_at, row.failures or 0)
        for row in rows
    ]


def _ask(engine: Engine, client: Client, witness: Asked, size: int, note: str) -> Answered:
    def proof(old: int) -> Sequence[bytes]:
        with engine.connect() as connection:
            return merkle.consistency(lambda level, n: _tile(connection, level, n), old, size)

    try:
        cosigner = parse_cosigner(witness.vkey)
        outcome = client.ask(witness.url, cosigner, note, size, seen=witness.size, proof=proof)
    except NoteError:
        outcome = Outcome(None, Trouble.MISANSWERED)  # its key was changed behind the log, which verify finds
    answered = Answered(witness, size, outcome)
    _keep(engine, answered)
    if outcome.trouble:
        logger.warning("witness %s did not cosign %s entries: %s", witness.name, size, outcome.trouble.value)
    return answered


def _tile(connection: Connection, level: int, n: int) -> bytes:
    found = connection.scalar(select(_TILES.c.hashes).where(_TILES.c.level == level, _TILES.c.n == n))
    return bytes(found or b"")


def _keep(engine: Engine, answered: Answered) -> None:
    """Write down how it went, in a transaction of its own."""
    witness, found = answered.witness, answered.outcome.cosigned
    state = {
        "witness_id": witness.id,
        "size": answered.size if found else witness.size,
        "cosigned_at": found.at if found else witness.cosigned_at,
        "asked_at": clock.now(),
        "trouble": answered.outcome.trouble.value,
        "failures": 0 if found else witness.failures + 1,
    }
    with writer(engine), engine.connect() as connection, connection.execution_options(**{WRITE: True}).begin():
        _put(connection, WitnessState, state, "witness_id")
        if found:
            line = {"size": answered.size, "witness_id": witness.id, "line": found.line, "cosigned_at": found.at}
            _put(connection, Cosignature, line, "size", "witness_id")


def _put(connection: Connection, model: type[Model], values: dict[str, Any], *key: str) -> None:
    """Insert a row, or bring the one that is there up to date."""
    upsert = insert_or(connection, _TABLES[model.__tablename__]).values(values)
    rest = {name: value for name, value in values.items() if name not in key}
    connection.execute(upsert.on_conflict_do_update(index_elements=list(key), set_=rest))


class Asker:
    """Asks again and again, until it is told to stop. Of several processes with one instance folder, one asks."""

    def __init__(self, engine: Engine, home: Home, client: Client | None = None) -> None:
        self._engine = engine
        self._home = home
        self._client = client or Client()
        self._trouble = ""

    def begin(self, stopped: threading.Event) -> threading.Thread:
        """Ask in a thread of its own, which ends with the process, whatever it is waiting for."""
        thread = threading.Thread(target=self.follow, args=(stopped,), name="witnesses", daemon=True)
        thread.start()
        return thread

    def follow(self, stopped: threading.Event, every: float = GAP.total_seconds()) -> None:
        """Ask until `stopped` is set."""
        self._home.folder.joinpath("log").mkdir(parents=True, exist_ok=True)
        with self._home.folder.joinpath("log", ".witnesses").open("ab") as turn:
            while not stopped.wait(every):
                if _is_ours(turn):
                    self._ask()

    def _ask(self) -> None:
        """Whatever is wrong is reported once: neither acts nor the sequencer depend on this."""
        try:
            ask(self._engine, self._client)
        except (SQLAlchemyError, OSError, ValueError) as error:
            if str(error) != self._trouble:
                logger.error("the witnesses cannot be asked: %s", error)
            self._trouble = str(error)
        else:
            self._trouble = ""


def _is_ours(turn: IO[bytes]) -> bool:
    """Whether this process is the one that asks: the first that wanted to, as long as it lives."""
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
