"""Reading what residents proposed, what was decided and what the city answered, without anybody's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.database import AnyRow
from app.deliberations.models import Deliberation, Round
from app.discussion.models import Comment
from app.outward.told import Ballots, CityAnswer, Names, Tied, Told
from app.proposals.models import Proposal, ProposalState, Revision
from app.records.models import Answer
from app.rights.models import ArticleTag, FindingAnswer
from app.rights.tags import Direction
from app.voting.counting.outcome import Outcome
from app.voting.models import Poll

MOST = 500
"""Proposals in a report or on the page of a right; the most backed come first."""


def finished(session: Session) -> Sequence[AnyRow]:
    """Deliberations of which a vote is sealed or a proposal answered: slug, question, language; the newest first."""
    sealed = select(Round.id).where(Round.deliberation_id == Deliberation.id, Round.sealed_at.is_not(None)).exists()
    answered = select(Proposal.id).where(
        Proposal.deliberation_id == Deliberation.id,
        Proposal.answer.is_not(None),
        Proposal.state == ProposalState.PUBLIC,
    )
    return session.execute(
        select(Deliberation.id, Deliberation.slug, Deliberation.question, Deliberation.lang)
        .where(sealed | answered.exists())
        .order_by(Deliberation.id.desc())
    ).all()


def of_deliberations(session: Session, deliberation_ids: Collection[int]) -> list[Told]:
    """The public proposals of these deliberations that are tied to an article."""
    return _told(session, Proposal.deliberation_id.in_(deliberation_ids))


def of_articles(session: Session, article_ids: Collection[str]) -> list[Told]:
    """The public proposals of the whole city that are tied to one of these articles."""
    tied = select(ArticleTag.proposal_id).where(ArticleTag.article.in_(article_ids), ArticleTag.withdrawn_at.is_(None))
    return _told(session, Proposal.id.in_(tied))


def of_proposals(session: Session, proposal_ids: Collection[int]) -> list[Told]:
    """These, as far as they are public and tied to an article."""
    return _told(session, Proposal.id.in_(proposal_ids))


def _told(session: Session, where: ColumnElement[bool]) -> list[Told]:
    rows = _rows(session, where)
    ids = [row.id for row in rows]
    tied, answers = _tied(session, ids), _answers(session, ids)
    votes = _votes(session, {row.deliberation_id for row in rows})
    names = _names(session, {row.deliberation_id for row in rows})
    return [
        Told(
            id=row.id,
            title=row.title,
            lang=row.lang,
            deliberation=row.slug,
            question=row.question,
            endorsements=row.endorsements_count,
            tied=tuple(tied[row.id]),
            vote=votes.get(row.id),
            answer=answers.get(row.id),
        ).nameless(names)
        for row in rows
    ]


def _rows(session: Session, where: ColumnElement[bool]) -> Sequence[AnyRow]:
    tagged = select(ArticleTag.id).where(ArticleTag.proposal_id == Proposal.id, ArticleTag.withdrawn_at.is_(None))
    return session.execute(
        select(
            Proposal.id,
            Proposal.deliberation_id,
            Proposal.endorsements_count,
            Revision.title,
            Revision.lang,
            Deliberation.slug,
            Deliberation.question,
        )
        .join(Revision, (Revision.proposal_id == Proposal.id) & (Revision.number == Proposal.revision_number))
        .join(Deliberation, Deliberation.id == Proposal.deliberation_id)
        .where(where, Proposal.state == ProposalState.PUBLIC, tagged.exists())
        .order_by(Proposal.backing.desc(), Proposal.id)
        .limit(MOST)
    ).all()


def _tied(session: Session, ids: Sequence[int]) -> dict[int, list[Tied]]:
    answered = select(FindingAnswer.id).where(FindingAnswer.tag_id == ArticleTag.id).exists()
    rows = session.execute(
        select(
            ArticleTag.proposal_id,
            ArticleTag.article,
            ArticleTag.direction,
            ((ArticleTag.mitigation != "") | answered).label("met"),
        )
        .where(ArticleTag.proposal_id.in_(ids), ArticleTag.withdrawn_at.is_(None))
        .order_by(ArticleTag.id)
    )
    found: defaultdict[int, list[Tied]] = defaultdict(list)
    for row in rows:
        found[row.proposal_id].append(Tied(row.article, Direction(row.direction), bool(row.met)))
    return found


def _answers(session: Session, ids: Sequence[int]) -> dict[int, CityAnswer]:
    rows = session.execute(
        select(Answer.proposal_id, Answer.verdict, Answer.text, Answer.lang, Answer.answered_at)
        .where(Answer.proposal_id.in_(ids), Answer.replaced_at.is_(None))
        .order_by(Answer.id)
    )
    return {row.proposal_id: CityAnswer(str(row.verdict), row.text, row.lang, row.answered_at) for row in rows}


def _votes(session: Session, deliberation_ids: Collection[int]) -> dict[int, Ballots]:
    """By proposal, how the newest sealed vote on it ended."""
    rows: Sequence[Any] = session.scalars(
        select(Poll.outcome)
        .join(Round, Round.id == Poll.round_id)
        .where(Round.deliberation_id.in_(deliberation_ids), Round.sealed_at.is_not(None), Poll.outcome.is_not(None))
        .order_by(Round.sealed_at, Round.id)
    ).all()
    found = {}
    for outcome in map(Outcome.from_data, rows):
        for one in outcome.results:
            found[one.option] = Ballots(one.decision, tuple(one.counts.items()), outcome.ballots, outcome.roll)
    return found


def _names(session: Session, deliberation_ids: Collection[int]) -> Names:
    """Of everybody who wrote a proposal or comment here, and of those who hold an office."""
    speaking = [
        select(Proposal.author_id).where(Proposal.deliberation_id.in_(deliberation_ids)),
        select(Comment.author_id).where(Comment.deliberation_id.in_(deliberation_ids)),
        select(RoleGrant.account_id),
    ]
    known = or_(*(Account.id.in_(one) for one in speaking))
    labels = select(Proposal.author_label).where(
        Proposal.deliberation_id.in_(deliberation_ids), Proposal.author_label.is_not(None)
    )
    return Names(name for name in session.scalars(select(Account.display_name).where(known).union(labels)) if name)
