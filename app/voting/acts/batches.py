"""Committing to ballots in the log while a round is open: many at once, so that no entry's time names a voter."""

from __future__ import annotations

import threading
from collections import Counter
from time import monotonic
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.acts import CLOCK, Done, SystemActor, act
from app.charter.actions import Action
from app.database import Model, db
from app.voting.acts.ballots import open_key
from app.voting.models import BallotBatch, BallotBox, BallotPending, Poll
from app.voting.queries import BallotPaper
from app.voting.receipts import commits_root
from app.voting.roundkey import Envelope, RoundKey

MOST_AT_ONCE = 1000
"""A batch takes no more than this, so that nobody waits long whose cast happens to make it."""
SECONDS_BETWEEN = 10.0
"""No process makes batches faster than this: when many vote, they would cost more than the ballots."""

_BOX = Model.metadata.tables[BallotBox.__tablename__]
_PENDING = Model.metadata.tables[BallotPending.__tablename__]
_BATCHES = Model.metadata.tables[BallotBatch.__tablename__]

_cast_here: Counter[str] = Counter()
_not_before: dict[str, float] = {}
_counting = threading.Lock()


def batch_if_due(paper: BallotPaper) -> int:
    """Make a batch if this process has cast enough ballots, and not just made one; how many ballots it took.

    Each process counts its own casts: asking the database after every cast would cost as much as the cast. What is
    never in a batch is committed to by the seal.
    """
    poll = paper.key_check
    with _counting:
        _cast_here[poll] += 1
        if _cast_here[poll] < paper.batch_size or monotonic() < _not_before.get(poll, 0):
            return 0
        del _cast_here[poll]
        _not_before[poll] = monotonic() + SECONDS_BETWEEN
    return batch(CLOCK, paper)


@act(Action.BATCH_BALLOTS)
def batch(actor: SystemActor, paper: BallotPaper) -> Done[int]:
    """Commit to the ballots that wait, unless there are fewer than a batch has. Returns how many it took."""
    session = db.session()
    # One batch at a time; not a lock that those who cast would have to wait for.
    session.execute(select(Poll.round_id).where(Poll.round_id == paper.round_id).with_for_update(key_share=True))
    waiting = session.execute(
        select(_PENDING.c.handle, _PENDING.c.version)
        .where(_PENDING.c.round_id == paper.round_id)
        .order_by(_PENDING.c.handle)
        .limit(MOST_AT_ONCE)
    ).all()
    if len(waiting) < paper.batch_size:
        return Done(0, unlogged=True)
    key = open_key(paper)
    commits = sorted(_commits(session, paper, key, waiting))
    last = session.scalar(select(func.max(_BATCHES.c.number)).where(_BATCHES.c.round_id == paper.round_id))
    number, root = (last or 0) + 1, commits_root(commits)
    session.execute(
        _BATCHES.insert(),
        {
            "round_id": paper.round_id,
            "number": number,
            "ballots": len(commits),
            "root": root,
            "leaves": key.lock_leaves(number, commits),
        },
    )
    taken = tuple_(_PENDING.c.handle, _PENDING.c.version).in_([(row.handle, row.version) for row in waiting])
    session.execute(_PENDING.delete().where(_PENDING.c.round_id == paper.round_id, taken))
    return Done(len(commits), {"number": number, "ballots": len(commits), "root": root.hex()})


def _commits(session: Session, paper: BallotPaper, key: RoundKey, waiting: Any) -> list[bytes]:
    """The commitment of each waiting ballot, those that have been replaced since included."""
    rows = session.execute(
        select(_BOX.c.handle, _BOX.c.version, _BOX.c.blob).where(
            _BOX.c.round_id == paper.round_id, _BOX.c.handle.in_({row.handle for row in waiting})
        )
    )
    envelopes = {row.handle: key.unlock(row.handle, row.version, row.blob) for row in rows}
    return [_commit(envelopes[row.handle], row.version, paper.round_id) for row in waiting]


def _commit(envelope: Envelope, version: int, round_id: int) -> bytes:
    return envelope.commit(round_id) if version == envelope.version else envelope.earlier[version - 1].commit
