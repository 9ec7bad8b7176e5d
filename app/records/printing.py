"""What the page to print shows: each part of the record, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.charter.rounds import RoundKind
from app.charter.words import Words
from app.database import AnyRow
from app.deliberations.models import Round
from app.proposals.models import Proposal, ProposalState, Revision
from app.voting import queries as voting
from app.voting.rule import RuleError, VoteRule

MOST = 500
"""Proposals on the page: more would print as a book. The page says how many there are in all."""


def proposals_of(session: Session, deliberation_id: int, most: int = MOST) -> Sequence[AnyRow]:
    """The public proposals with their current words, the most backed first."""
    return session.execute(
        select(
            Proposal.id,
            Proposal.form,
            Proposal.external_id,
            Proposal.author_label,
            Proposal.created_at,
            Proposal.revision_number,
            Proposal.endorsements_count,
            Proposal.imported_supports,
            Proposal.comments_count,
            Proposal.agree_count,
            Proposal.disagree_count,
            Proposal.pass_count,
            Revision.title,
            Revision.body,
            Revision.lang,
            Account.display_name,
        )
        .join(Revision, and_(Revision.proposal_id == Proposal.id, Revision.number == Proposal.revision_number))
        .outerjoin(Account, Account.id == Proposal.author_id)
        .where(Proposal.deliberation_id == deliberation_id, Proposal.state == ProposalState.PUBLIC)
        .order_by(Proposal.backing.desc(), Proposal.id)
        .limit(most)
    ).all()


def states_of(session: Session, deliberation_id: int) -> dict[ProposalState, int]:
    """How many proposals are public, withdrawn and hidden."""
    rows = session.execute(
        select(Proposal.state, func.count()).where(Proposal.deliberation_id == deliberation_id).group_by(Proposal.state)
    )
    return dict.fromkeys(ProposalState, 0) | {ProposalState(state): how_many for state, how_many in rows}


@dataclass(frozen=True)
class Counted:
    """A sealed vote as it is printed: the frozen question, the result, and its options in their frozen words."""

    question: str
    result: voting.Result
    options: Mapping[int, voting.Option]


def results_of(session: Session, rounds: Sequence[Round]) -> dict[int, Counted]:
    """The results of the sealed vote rounds among these, by round. Of a vote that is not sealed nothing is read."""
    found = {}
    for one in rounds:
        if one.kind != RoundKind.VOTE or one.sealed_at is None:
            continue
        vote, result = voting.vote(session, one.id), voting.result(session, one.id)
        if vote is not None and vote.paper is not None and result is not None:
            options = {option.proposal_id: option for option in voting.options(session, vote.paper)}
            found[one.id] = Counted(vote.paper.question, result, options)
    return found


def rule_of(charter: Mapping[str, Any]) -> tuple[Words, ...]:
    """How a vote is counted, as its charter froze it; nothing for other rounds."""
    if charter.get("kind") != RoundKind.VOTE:
        return ()
    try:
        return VoteRule.from_charter(charter).in_words()
    except RuleError as error:
        return tuple(error.problems.values())
