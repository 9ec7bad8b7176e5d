"""Sealing a vote: two officials open the box once, the count is made and published, the round's key is destroyed."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Account
from app.acts import Done, SystemActor, act
from app.charter.actions import Action
from app.charter.opening import by_name, said_time
from app.charter.rounds import RoundKind
from app.charter.rules import Refused, Verdict
from app.charter.words import N_, Words
from app.database import Model, db
from app.deliberations.models import ChangeKind, Round, RoundChange
from app.deliberations.openings import cancels
from app.voting import queries, scrub
from app.voting.acts.ballots import open_key
from app.voting.keys import cabinet
from app.voting.models import (
    BallotBatch,
    BallotBox,
    BallotPending,
    OpenBallot,
    Poll,
    RollList,
    SealedBallot,
    SealedCommit,
    row_id,
)
from app.voting.paper.models import PaperBallot, PaperReading
from app.voting.paper.queries import ChannelCount
from app.voting.publishing import Fate, PublishedBox, publish
from app.voting.queries import BallotPaper
from app.voting.rule import ReceiptMode
from app.voting.sealing import Box, Marks, RollLine, mark_roll, open_box, open_paper, read_roll
from app.writing import bulk_insert, end_reading

_BOX = Model.metadata.tables[BallotBox.__tablename__]
_PENDING = Model.metadata.tables[BallotPending.__tablename__]
_BATCHES = Model.metadata.tables[BallotBatch.__tablename__]

log = structlog.get_logger("folkmoot.voting")


@act(Action.ASK_FOR_SEAL, exclusive=True)
def ask_for_seal(actor: Account, round_: Round) -> Done[Round]:
    """The first official asks for the seal. Whatever was asked about reopening falls."""
    _must_be_a_vote(Action.ASK_FOR_SEAL, round_)
    round_.seal_asked_at = clock.now()
    round_.seal_asked_by_id = actor.id
    round_.reopening = None
    _note(round_, ChangeKind.SEAL_ASKED, actor)
    return Done(round_)


@act(Action.SEAL_ROUND, exclusive=True)
def seal(actor: Account, round_: Round) -> Done[PublishedBox]:
    """A second official confirms: count, mark the roll, publish the box, and delete it.

    :raises SealBrokenError: when an envelope does not open or belongs to nobody on the roll, or when paper ballots
        are not all entered or are more than were handed out.
    :raises KeyTroubleError: when no copy of the round's key can be read.
    """
    paper = _must_be_a_vote(Action.SEAL_ROUND, round_)
    session = db.session()
    key = open_key(paper)
    roll = read_roll(session, key)
    box = open_box(session, key, roll)
    on_paper = open_paper(session, round_.id, len(box.checked_in))
    marks = mark_roll(session, round_.id, roll, box)
    envelopes = [*box.envelopes, *on_paper.envelopes]
    published = publish(
        paper.round_id, paper.rule, paper.option_ids, marks.size, ReceiptMode(paper.receipts), envelopes
    )
    _publish_rows(round_.id, published)
    if by_name(round_.settings or {}):
        _publish_names(round_.id, roll, box)
    _empty(session, round_.id)
    poll = session.get_one(Poll, round_.id)
    _write_result(poll, published, marks)
    round_.sealed_at = clock.now()
    _note(round_, ChangeKind.SEALED, actor)
    return Done(published, _facts(poll, published, marks, queries.closings(session, round_.id), on_paper.channels))


def destroy_key(actor: Account | SystemActor, round_: Round) -> int:
    """Destroy every copy of a sealed or cancelled round's key, then let the database forget the box.

    Returns how many copies there were; safe to do again if it was broken off.

    :raises KeyTroubleError: when a place where a copy may lie cannot be reached; then nothing is recorded.
    """
    copies = _destroy_key(actor, round_)
    end_reading()  # SQLite's journal cannot be emptied while we ourselves still read from it
    try:
        scrub.scrub(db.engine)
    except scrub.ScrubError:
        log.exception("scrub_failed", round=round_.id)  # the key is gone, and with it what anybody could read
    return copies


@act(Action.DESTROY_KEY, exclusive=True)
def _destroy_key(actor: Account | SystemActor, round_: Round) -> Done[int]:
    _must_be_a_vote(Action.DESTROY_KEY, round_)
    copies = cabinet().destroy(round_.id)
    if round_.key_destroyed_at is not None:
        return Done(copies, unlogged=True)
    round_.key_destroyed_at = clock.now()
    db.session.execute(delete(RollList).where(RollList.round_id == round_.id))
    return Done(copies, {"copies": copies})


def _publish_rows(round_id: int, published: PublishedBox) -> None:
    bulk_insert(
        SealedBallot,
        [
            {
                "id": row_id(round_id, place),
                "round_id": round_id,
                "choices": slip.choices.decode(),
                "ballots": slip.ballots,
                "tracker": slip.tracker,
                "ballot_salt": slip.salt,
            }
            for place, slip in enumerate(published.slips)
        ],
    )
    everywhere = sorted((commit, fate) for fate, commits in published.commits.items() for commit in commits)
    bulk_insert(
        SealedCommit,
        [
            {"id": row_id(round_id, place), "round_id": round_id, "commit": commit, "fate": fate}
            for place, (commit, fate) in enumerate(everywhere)
        ],
    )


def _publish_names(round_id: int, roll: Sequence[RollLine], box: Box) -> None:
    """Of an open vote: who voted how, in the order of the roll."""
    voted = [line for line in roll if line.handle in box.counted]
    rows = [
        {
            "id": row_id(round_id, place),
            "round_id": round_id,
            "account_id": line.account_id,
            "choices": box.counted[line.handle].choices.decode(),
        }
        for place, line in enumerate(voted)
    ]
    bulk_insert(OpenBallot, rows)


def _empty(session: Session, round_id: int) -> None:
    """Delete the box, what waits, and the leaves of the batches, which would tell when a ballot came in."""
    session.execute(_BOX.delete().where(_BOX.c.round_id == round_id))
    session.execute(_PENDING.delete().where(_PENDING.c.round_id == round_id))
    session.execute(_BATCHES.update().where(_BATCHES.c.round_id == round_id).values(leaves=None))


@cancels(RoundKind.VOTE)
def throw_away(round_: Round) -> None:
    """Empty the box of a cancelled vote, unopened: its ballots do not count, and nobody may ever read them."""
    session = db.session()
    _empty(session, round_.id)
    for model in (PaperReading, PaperBallot):
        session.execute(delete(model).where(model.round_id == round_.id))


def _write_result(poll: Poll, published: PublishedBox, marks: Marks) -> None:
    poll.ballots = published.outcome.ballots
    poll.superseded = len(published.commits[Fate.SUPERSEDED])
    poll.void = len(published.commits[Fate.VOID])
    poll.published = published.published
    poll.box_root = published.box_root
    poll.sealed_roll_root = marks.root
    poll.cvr_sha256 = published.cvr_sha256
    poll.outcome = published.outcome.as_data()


def _facts(
    poll: Poll,
    published: PublishedBox,
    marks: Marks,
    closings: Sequence[queries.Closing],
    channels: Sequence[ChannelCount],
) -> dict[str, object]:
    outcome = published.outcome
    return {
        "ballots": outcome.ballots,
        "superseded": poll.superseded,
        "void": poll.void,
        "struck": len(published.commits[Fate.STRUCK]),
        "voted": marks.voted,
        "roll": outcome.roll,
        "box_root": published.box_root.hex(),
        "roll_root": marks.root.hex(),
        "cvr_sha256": published.cvr_sha256,
        "published": published.published.value,
        "quorum_met": outcome.quorum_met,
        "tally": outcome.tally,
        "carried": list(outcome.carried),
        "tied": list(outcome.tied),
        "paper": {one.channel.value: [one.issued, one.checked_in, one.entered, one.blank] for one in channels},
        "closings": [[said_time(one.closed_at), one.ballots, one.checked_in] for one in closings],
    }


def _note(round_: Round, kind: ChangeKind, actor: Account) -> None:
    db.session.add(RoundChange(round_id=round_.id, kind=kind, by_id=actor.id))


def _must_be_a_vote(action: Action, round_: Round) -> BallotPaper:
    vote = queries.vote(db.session(), round_.id) if RoundKind(round_.kind) is RoundKind.VOTE else None
    if vote is None or vote.paper is None:
        raise Refused(action, Verdict(False, Words(N_("Only a vote round that has opened has a box to seal."))))
    return vote.paper
