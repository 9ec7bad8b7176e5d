"""Checking what the seal of a vote left: box, commitments, count and roll against the roots that the log holds.

`flask audit verify` holds the rows of the public record against the log. This goes on from there: whether the
published ballots are the ones committed to, whether they count to the published result, and whether the roll, which is
not public, still bears the marks that the seal committed to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.deliberations.models import Round
from app.voting import queries
from app.voting.models import PollRoll
from app.voting.publishing import Fate, Published, cvr_digest, recount
from app.voting.queries import BallotPaper, Result
from app.voting.receipts import commitment, commits_root, roll_leaf, root


@dataclass(frozen=True)
class Trouble:
    """Something about a sealed vote that does not fit, for whoever checks."""

    round_id: int
    what: str

    def __str__(self) -> str:
        return f"Vote of round {self.round_id}: {self.what}"


def check_all(session: Session) -> list[Trouble]:
    """Check every vote: its roll as frozen at opening, and everything that its seal left."""
    opened = session.scalars(select(Round.id).where(Round.kind == "vote", Round.opened_at.is_not(None)))
    return [trouble for round_id in sorted(opened) for trouble in check(session, round_id)]


def check(session: Session, round_id: int) -> list[Trouble]:
    """Check one vote; nothing when everything fits."""
    vote = queries.vote(session, round_id)
    if vote is None or vote.paper is None:
        return [Trouble(round_id, "it has opened, but there is no ballot paper")]
    result = queries.result(session, round_id)
    found = [] if vote.paper.imported else [*_roll(session, vote.paper, result)]
    if result is not None:
        found += [] if vote.paper.imported else _box(session, vote.paper, result)
        found += _counts(session, vote.paper, result)
    return [Trouble(round_id, what) for what in found]


def _roll(session: Session, paper: BallotPaper, result: Result | None) -> Iterator[str]:
    lines = session.execute(
        select(PollRoll.leaf_salt, PollRoll.voted, PollRoll.added, PollRoll.struck, Account.public_id)
        .join(Account, Account.id == PollRoll.account_id)
        .where(PollRoll.round_id == paper.round_id)
        .order_by(PollRoll.account_id)
    ).all()
    first = [line for line in lines if not line.added]
    frozen = root([roll_leaf(paper.round_id, line.public_id, line.leaf_salt) for line in first])
    if len(first) != paper.roll_size or frozen != paper.roll_root:
        yield "the roll is not the one that was frozen at opening"
    if result is None:
        if any(line.voted is not None for line in lines):
            yield "somebody is marked as having voted, although it is not sealed"
        return
    last = [line for line in lines if not line.struck]
    if len(last) != result.outcome.roll:
        yield f"{len(last)} people are on the roll, but {result.outcome.roll} were when it was sealed"
    marked = root([roll_leaf(paper.round_id, line.public_id, line.leaf_salt, bool(line.voted)) for line in last])
    if marked != result.sealed_roll_root:
        yield "the marks on the roll are not the ones that were sealed"
    expected = result.online + result.checked_in
    if (voted := sum(bool(line.voted) for line in last)) != expected:
        yield f"{voted} people are marked as having voted, but {expected} voted online or were handed a paper ballot"


def _box(session: Session, paper: BallotPaper, result: Result) -> Iterator[str]:
    counted = queries.commits(session, paper.round_id, Fate.COUNTED)
    if commits_root(counted) != result.box_root:
        yield "the list of commitments is not the one that was sealed"
    if len(counted) != result.outcome.ballots:
        yield f"there are {len(counted)} commitments, but {result.outcome.ballots} ballots were counted"
    for fate, said in ((Fate.SUPERSEDED, result.superseded), (Fate.VOID, result.void)):
        if (there := len(queries.commits(session, paper.round_id, fate))) != said:
            yield f"there are {there} {fate} commitments, and {said} were sealed"
    if result.published is Published.BALLOTS:
        known = set(counted)
        for slip in queries.slips(session, paper.round_id):
            tracker, salt = slip.tracker or b"", slip.salt or b""
            if commitment(paper.round_id, tracker, salt, slip.choices) not in known:
                yield f"the ballot with the tracker {tracker.hex()} is not one that was committed to"


def _counts(session: Session, paper: BallotPaper, result: Result) -> Iterator[str]:
    if result.published is Published.TOTALS:
        return
    slips = queries.slips(session, paper.round_id)
    if cvr_digest(slips) != result.cvr_sha256:
        yield "the published ballots are not the bytes that were sealed"
    elif recount(paper.rule, paper.option_ids, result.outcome.roll, slips) != result.outcome:
        yield "the published ballots do not count to the published result"
