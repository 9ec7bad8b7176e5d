"""Reading votes that are planned, open or closed: the ballot paper, its options, and what a voter may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.charter.rounds import RoundFacts, RoundKind
from app.charter.rules import Circumstances
from app.database import Model
from app.deliberations.models import FACTS, Deliberation, Round, facts_of
from app.proposals.models import Proposal, ProposalState, Revision
from app.reading import Reader
from app.voting import ballots
from app.voting.models import IMPORTED, BallotBox, Poll, PollRoll
from app.voting.roundkey import RoundKey
from app.voting.rule import ReceiptMode, VoteRule

_TABLES = Model.metadata.tables
_BOX = _TABLES[BallotBox.__tablename__]
_DELIBERATIONS = _TABLES[Deliberation.__tablename__]
_POLLS = _TABLES[Poll.__tablename__]
_ROLL = _TABLES[PollRoll.__tablename__]
_ROUNDS = _TABLES[Round.__tablename__]

_VOTE = (
    select(
        *(_ROUNDS.c[name] for name in FACTS),
        _ROUNDS.c.deliberation_id,
        _ROUNDS.c.seal_asked_at,
        _ROUNDS.c.seal_asked_by_id,
        _ROUNDS.c.key_destroyed_at,
        _DELIBERATIONS.c.slug,
        _DELIBERATIONS.c.question.label("deliberation_question"),
        _POLLS.c.round_id.label("poll_id"),
        _POLLS.c.question,
        _POLLS.c.options,
        _POLLS.c.rule,
        _POLLS.c.receipts,
        _POLLS.c.receipt_key,
        _POLLS.c.batch_size,
        _POLLS.c.roll_size,
        _POLLS.c.roll_root,
        _POLLS.c.key_check,
    )
    .join(_DELIBERATIONS, _DELIBERATIONS.c.id == _ROUNDS.c.deliberation_id)
    .outerjoin(_POLLS, _POLLS.c.round_id == _ROUNDS.c.id)
    .where(_ROUNDS.c.id == bindparam("round_id"), _ROUNDS.c.kind == RoundKind.VOTE.value)
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
    roll_root: bytes
    key_check: str

    @property
    def reference(self) -> str:
        return f"rounds/{self.round_id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(round_id=self.round_id)

    @property
    def imported(self) -> bool:
        """Whether the vote was held elsewhere, so that nothing is known of its roll and its receipts."""
        return self.key_check == IMPORTED

    @cached_property
    def option_ids(self) -> tuple[int, ...]:
        return tuple(proposal_id for proposal_id, _ in self.options)

    @cached_property
    def longest(self) -> int:
        """Bytes that every ballot of this paper is padded to."""
        return ballots.longest(self.rule, self.option_ids)


@dataclass(frozen=True)
class Vote:
    """A vote round with where it stands. `paper` is None until it has opened. What may be done is asked of it."""

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
    def reference(self) -> str:
        return f"rounds/{self.round_id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(round_id=self.round_id)

    @property
    def rule(self) -> VoteRule:
        """The frozen rule; before the opening, the one that is planned. Raises RuleError while that is not sound."""
        return self.paper.rule if self.paper else VoteRule.from_settings(self.facts.settings)


def vote(reading: Session | Reader, round_id: int) -> Vote | None:
    """The vote round of this number, None where there is no such round or it is no vote. One statement."""
    row = reading.execute(_VOTE, {"round_id": round_id}).one_or_none()
    if row is None:
        return None
    return Vote(
        facts=facts_of(row),
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
        roll_root=row.roll_root,
        key_check=row.key_check,
    )


@dataclass(frozen=True)
class Option:
    """A proposal on the ballot, in the words that were frozen. Of one that was hidden since, they are not read."""

    proposal_id: int
    revision: int
    title: str
    lang: str
    hidden: bool = False


def options(session: Session, paper: BallotPaper) -> list[Option]:
    """The ballot's options in their frozen wording and order. One statement."""
    found = session.execute(
        select(Proposal.state, Revision.proposal_id, Revision.number, Revision.title, Revision.lang)
        .join(Proposal, Proposal.id == Revision.proposal_id)
        .where(Revision.proposal_id.in_(paper.option_ids))
    )
    words = {(row.proposal_id, row.number): row for row in found}
    return [_option(words[of_ballot]) for of_ballot in paper.options]


def _option(row: Any) -> Option:
    if row.state == ProposalState.HIDDEN:
        return Option(row.proposal_id, row.number, "", "", hidden=True)
    return Option(row.proposal_id, row.number, row.title, row.lang)


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
    statement = select(_ROLL.c.struck).where(_ROLL.c.round_id == round_id, _ROLL.c.account_id == account_id)
    return session.scalar(statement) is False


def everybody_on_roll(session: Session, round_id: int) -> list[int]:
    """The accounts of all who may vote in this round, in their own order."""
    here = (_ROLL.c.round_id == round_id) & ~_ROLL.c.struck
    return list(session.scalars(select(_ROLL.c.account_id).where(here).order_by(_ROLL.c.account_id)))


def has_ballot(session: Session, key: RoundKey, account_id: int) -> bool:
    """Whether this person's ballot lies in the box: for that person's own page only, and possible only with the key."""
    return _set_aside(session, key, account_id) is False


def took_paper(session: Session, key: RoundKey, account_id: int) -> bool:
    """Whether this person was handed a paper ballot. For that person's own page only, too."""
    return _set_aside(session, key, account_id) is True


def _set_aside(session: Session, key: RoundKey, account_id: int) -> bool | None:
    here = (_BOX.c.round_id == key.round_id) & (_BOX.c.handle == key.handle(account_id))
    return session.scalar(select(_BOX.c.void).where(here))


def marked_as_voted(session: Session, round_id: int, account_id: int) -> bool | None:
    """The mark on the roll, for that person alone. None before the seal, and for who is not on the roll."""
    here = (_ROLL.c.round_id == round_id) & (_ROLL.c.account_id == account_id)
    return session.scalar(select(_ROLL.c.voted).where(here))


def sealed(session: Session, round_id: int) -> bool:
    """Whether the round is sealed, so that nothing can be reopened any more."""
    return session.scalar(select(Round.sealed_at).where(Round.id == round_id)) is not None
