"""Reading votes. Nothing here tells counts, or who has voted, before the seal: there is no such question to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.charter.rounds import RoundFacts, RoundKind
from app.charter.rules import Circumstances
from app.database import Model
from app.deliberations.models import Deliberation, Round
from app.proposals.models import Proposal, Revision
from app.voting import ballots
from app.voting.counting.outcome import Outcome
from app.voting.models import BallotBatch, BallotBox, Poll, PollRoll, SealedBallot, SealedCommit
from app.voting.publishing import Fate, Published, Slip
from app.voting.roundkey import RoundKey
from app.voting.rule import ReceiptMode, VoteRule

_BOX = Model.metadata.tables[BallotBox.__tablename__]
_ROLL = Model.metadata.tables[PollRoll.__tablename__]

_ROUND = (
    Round.id,
    Round.deliberation_id,
    Round.kind,
    Round.position,
    Round.title,
    Round.opens_at,
    Round.closes_at,
    Round.opened_at,
    Round.paused_at,
    Round.closed_at,
    Round.cancelled_at,
    Round.sealed_at,
    Round.settings,
    Round.seal_asked_at,
    Round.seal_asked_by_id,
    Round.key_destroyed_at,
    Deliberation.slug,
    Deliberation.question.label("deliberation_question"),
)
_PAPER = (
    Poll.question,
    Poll.options,
    Poll.rule,
    Poll.receipts,
    Poll.receipt_key,
    Poll.batch_size,
    Poll.roll_size,
    Poll.key_check,
)


@dataclass(frozen=True)
class BallotPaper:
    """The frozen ballot of an open vote round, as casting and the ballot page need it. A subject of acts."""

    round_id: int
    deliberation_id: int
    question: str
    rule: VoteRule
    options: tuple[tuple[int, int], ...]
    """(proposal id, revision number)"""
    receipts: ReceiptMode
    receipt_key: str
    batch_size: int
    roll_size: int
    key_check: str

    @property
    def reference(self) -> str:
        return f"rounds/{self.round_id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(round_id=self.round_id)

    @property
    def option_ids(self) -> tuple[int, ...]:
        return tuple(proposal_id for proposal_id, _ in self.options)

    @property
    def longest(self) -> int:
        """Bytes that every ballot of this paper is padded to."""
        return ballots.longest(self.rule, self.option_ids)


@dataclass(frozen=True)
class Vote:
    """A vote round with where it stands. `paper` is None until it has opened."""

    facts: RoundFacts
    deliberation_id: int
    slug: str
    deliberation_question: str
    paper: BallotPaper | None
    seal_asked_at: datetime | None
    seal_asked_by_id: int | None
    key_destroyed_at: datetime | None

    @property
    def round_id(self) -> int:
        return self.facts.id

    @property
    def rule(self) -> VoteRule:
        """The frozen rule; before the opening, the one that is planned. Raises RuleError while that is not sound."""
        return self.paper.rule if self.paper else VoteRule.from_settings(self.facts.settings)


def vote(session: Session, round_id: int) -> Vote | None:
    """The vote round of this number, None where there is no such round or it is no vote. One statement."""
    row = session.execute(
        select(*_ROUND, *_PAPER, Poll.round_id.label("poll_id"))
        .join(Deliberation, Deliberation.id == Round.deliberation_id)
        .outerjoin(Poll, Poll.round_id == Round.id)
        .where(Round.id == round_id, Round.kind == RoundKind.VOTE)
    ).one_or_none()
    if row is None:
        return None
    facts = RoundFacts(
        id=row.id,
        kind=RoundKind(row.kind),
        position=row.position,
        title=row.title,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        opened_at=row.opened_at,
        paused_at=row.paused_at,
        closed_at=row.closed_at,
        cancelled_at=row.cancelled_at,
        sealed_at=row.sealed_at,
        settings=row.settings or {},
    )
    return Vote(
        facts=facts,
        deliberation_id=row.deliberation_id,
        slug=row.slug,
        deliberation_question=row.deliberation_question,
        paper=None if row.poll_id is None else _paper(row),
        seal_asked_at=row.seal_asked_at,
        seal_asked_by_id=row.seal_asked_by_id,
        key_destroyed_at=row.key_destroyed_at,
    )


def _paper(row: Any) -> BallotPaper:
    return BallotPaper(
        round_id=row.id,
        deliberation_id=row.deliberation_id,
        question=row.question,
        rule=VoteRule.from_settings(row.rule),
        options=tuple((proposal_id, revision) for proposal_id, revision in row.options),
        receipts=ReceiptMode(row.receipts),
        receipt_key=row.receipt_key,
        batch_size=row.batch_size,
        roll_size=row.roll_size,
        key_check=row.key_check,
    )


@dataclass(frozen=True)
class Option:
    """A proposal on the ballot, in the words that were frozen."""

    proposal_id: int
    revision: int
    title: str
    lang: str


def options(session: Session, paper: BallotPaper) -> list[Option]:
    """The ballot's options in their frozen wording and order. One statement."""
    found = session.execute(
        select(Revision.proposal_id, Revision.number, Revision.title, Revision.lang).where(
            Revision.proposal_id.in_(paper.option_ids)
        )
    )
    words = {(row.proposal_id, row.number): row for row in found}
    return [
        Option(proposal_id, number, words[proposal_id, number].title, words[proposal_id, number].lang)
        for proposal_id, number in paper.options
    ]


def standing_proposals(session: Session, deliberation_id: int) -> list[Option]:
    """What would be on the ballot if it opened now without a choice of proposals."""
    found = session.execute(
        select(Proposal.id, Revision.number, Revision.title, Revision.lang)
        .join(Revision, (Revision.proposal_id == Proposal.id) & (Revision.number == Proposal.revision_number))
        .where(Proposal.deliberation_id == deliberation_id, Proposal.state == "public")
        .order_by(Proposal.id)
    )
    return [Option(*row) for row in found]


def on_roll(session: Session, round_id: int, account_id: int) -> bool:
    """Whether this person may vote in this round."""
    statement = select(_ROLL.c.account_id).where(_ROLL.c.round_id == round_id, _ROLL.c.account_id == account_id)
    return session.scalar(statement) is not None


def has_ballot(session: Session, key: RoundKey, account_id: int) -> bool:
    """Whether this person's ballot lies in the box: for that person's own page only, and possible only with the key."""
    here = (_BOX.c.round_id == key.round_id) & (_BOX.c.handle == key.handle(account_id))
    return session.scalar(select(_BOX.c.version).where(here)) is not None


def marked_as_voted(session: Session, round_id: int, account_id: int) -> bool | None:
    """The mark on the roll, for that person alone. None before the seal, and for who is not on the roll."""
    here = (_ROLL.c.round_id == round_id) & (_ROLL.c.account_id == account_id)
    return session.scalar(select(_ROLL.c.voted).where(here))


def sealed(session: Session, round_id: int) -> bool:
    """Whether the round is sealed, so that nothing can be reopened any more."""
    return session.scalar(select(Round.sealed_at).where(Round.id == round_id)) is not None


@dataclass(frozen=True)
class Batch:
    number: int
    ballots: int
    root: bytes


@dataclass(frozen=True)
class Result:
    """What the seal found and published."""

    outcome: Outcome
    superseded: int
    void: int
    published: Published
    box_root: bytes
    roll_root: bytes
    sealed_roll_root: bytes
    cvr_sha256: str | None
    batches: Sequence[Batch] = field(default_factory=list)


def result(session: Session, round_id: int) -> Result | None:
    """The result of a sealed round; None before the seal, for everybody."""
    row = session.execute(
        select(
            Poll.outcome,
            Poll.superseded,
            Poll.void,
            Poll.published,
            Poll.box_root,
            Poll.roll_root,
            Poll.sealed_roll_root,
            Poll.cvr_sha256,
        )
        .join(Round, Round.id == Poll.round_id)
        .where(Poll.round_id == round_id, Round.sealed_at.is_not(None))
    ).one_or_none()
    if row is None:
        return None
    batches = session.execute(
        select(BallotBatch.number, BallotBatch.ballots, BallotBatch.root)
        .where(BallotBatch.round_id == round_id)
        .order_by(BallotBatch.number)
    )
    return Result(
        outcome=Outcome.from_data(row.outcome),
        superseded=row.superseded,
        void=row.void,
        published=Published(row.published),
        box_root=row.box_root,
        roll_root=row.roll_root,
        sealed_roll_root=row.sealed_roll_root,
        cvr_sha256=row.cvr_sha256,
        batches=[Batch(*batch) for batch in batches],
    )


def slips(session: Session, round_id: int) -> list[Slip]:
    """The published box in its order; empty where only totals are published, and before the seal."""
    found = session.execute(
        select(SealedBallot.choices, SealedBallot.ballots, SealedBallot.tracker, SealedBallot.ballot_salt)
        .where(SealedBallot.round_id == round_id)
        .order_by(SealedBallot.id)
    )
    return [Slip(row.choices.encode(), row.ballots, row.tracker, row.ballot_salt) for row in found]


def commits(session: Session, round_id: int, fate: Fate) -> list[bytes]:
    """The commitments of this fate, in their own order."""
    statement = (
        select(SealedCommit.commit)
        .where(SealedCommit.round_id == round_id, SealedCommit.fate == fate)
        .order_by(SealedCommit.id)
    )
    return list(session.scalars(statement))


@dataclass(frozen=True)
class Found:
    """What somebody finds who looks for their ballot: its fate and, with a tracker, how it was filled in."""

    fate: Fate
    choices: bytes | None = None


def find(session: Session, round_id: int, digits: bytes) -> Found | None:
    """Look in the published box for a commitment (32 bytes) or a tracker (16 bytes)."""
    fate = session.scalar(
        select(SealedCommit.fate).where(SealedCommit.round_id == round_id, SealedCommit.commit == digits)
    )
    if fate is not None:
        return Found(Fate(fate))
    choices = session.scalar(
        select(SealedBallot.choices).where(SealedBallot.round_id == round_id, SealedBallot.tracker == digits)
    )
    return None if choices is None else Found(Fate.COUNTED, choices.encode())
