"""Reading discussions: one page of a thread, and what waits for moderators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.database import AnyRow
from app.deliberations.models import Deliberation
from app.discussion.models import (
    Appeal,
    Comment,
    CommentRevision,
    CommentState,
    Hiding,
    Report,
)
from app.discussion.selects import HIDINGS, HOW_MANY_TOPS, MARKED, THREADS
from app.discussion.tree import in_reading_order
from app.proposals.models import Proposal
from app.reading import Reader

TOPS_PER_PAGE = 100


@dataclass(frozen=True)
class Thread:
    """One page of the comments on a proposal, in reading order, each with its depth."""

    comments: Sequence[tuple[AnyRow, int]]
    sort: str
    number: int
    tops: int
    """How many threads there are in all."""
    marked: frozenset[int] = frozenset()
    """Ids that the viewer has marked as helpful."""
    hidings: dict[int, AnyRow] | None = None
    """Why each hidden comment on this page is hidden, by comment id."""
    viewer_id: int | None = None
    all_stand: bool = False
    """Whether none on this page is hidden or erased."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.tops // TOPS_PER_PAGE))


def thread_page(
    reading: Session | Reader, proposal_id: int, *, sort: str = "", number: int = 1, viewer_id: int | None = None
) -> Thread:
    """One page of a proposal's comments: a hundred threads with all their answers.

    One statement, however many comments there are; up to three more where something is hidden, the page is not the
    only one, or somebody is signed in.
    """
    sort = sort if sort in THREADS else "oldest"
    place = {"proposal": proposal_id, "skip": (number - 1) * TOPS_PER_PAGE, "most": TOPS_PER_PAGE + 1}
    rows: Sequence[Any] = reading.execute(THREADS[sort], place).all()
    tops = sorted((row for row in rows if row.root_id is None), key=_PLACES[sort])
    more = tops[TOPS_PER_PAGE:]
    if more:  # the one thread too many only told that there are more
        rows = [row for row in rows if more[0].id not in (row.id, row.root_id)]
    states = {row.state for row in rows}
    whole = more or number > 1
    return Thread(
        comments=in_reading_order(rows, tops=_PLACES[sort], answers=_PLACES["oldest"]),
        sort=sort,
        number=number,
        tops=reading.execute(HOW_MANY_TOPS, place).all()[0].tops if whole else len(tops),
        marked=_marked(reading, proposal_id, viewer_id),
        hidings=_hidings(reading, place) if CommentState.HIDDEN in states else {},
        viewer_id=viewer_id,
        all_stand=states <= {CommentState.PUBLIC},
    )


def _marked(reading: Session | Reader, proposal_id: int, viewer_id: int | None) -> frozenset[int]:
    if viewer_id is None:
        return frozenset()
    found = reading.execute(MARKED, {"proposal": proposal_id, "viewer": viewer_id}).all()
    return frozenset(row.comment_id for row in found)


def _hidings(reading: Session | Reader, place: Mapping[str, int]) -> dict[int, AnyRow]:
    return {row.comment_id: row for row in reading.execute(HIDINGS, place).all()}


_PLACES: dict[str, Callable[[AnyRow], Any]] = {
    "oldest": attrgetter("id"),
    "newest": lambda row: -row.id,
    "helpful": lambda row: (-row.helpful_count, row.id),
}


def comment(session: Session, proposal_id: int, comment_id: int) -> Comment | None:
    """The comment itself, for an act upon it."""
    return session.scalar(select(Comment).where(Comment.id == comment_id, Comment.proposal_id == proposal_id))


def proposals_of(session: Session, comment_ids: Iterable[int]) -> dict[int, int]:
    """On which proposal each of these comments stands."""
    wanted = sorted(set(comment_ids))
    if not wanted:
        return {}
    rows = session.execute(select(Comment.id, Comment.proposal_id).where(Comment.id.in_(wanted)))
    return {row.id: row.proposal_id for row in rows}


def earlier_texts(session: Session, comment_id: int) -> Sequence[CommentRevision]:
    """What a comment said before it was edited, the first text first."""
    return session.scalars(
        select(CommentRevision).where(CommentRevision.comment_id == comment_id).order_by(CommentRevision.id)
    ).all()


def standing_hiding(session: Session, comment_id: int) -> Hiding | None:
    """The decision by which a comment is hidden now."""
    return session.scalar(
        select(Hiding)
        .where(Hiding.comment_id == comment_id, Hiding.restored_at.is_(None))
        .order_by(Hiding.id.desc())
        .limit(1)
    )


def open_reports(session: Session, deliberation_id: int) -> Sequence[AnyRow]:
    """What waits for a moderator, longest first: one row a reported comment, with how many reported it."""
    return session.execute(
        select(
            func.min(Report.id).label("report_id"),
            func.count().label("reports"),
            func.min(Report.reported_at).label("since"),
            func.min(Report.reason).label("reason"),
            Comment.id,
            Comment.body,
            Comment.lang,
            Comment.proposal_id,
        )
        .join(Comment, Comment.id == Report.comment_id)
        .where(Comment.deliberation_id == deliberation_id, Report.state == "open")
        .group_by(Comment.id, Comment.body, Comment.lang, Comment.proposal_id)
        .order_by(func.min(Report.id))
    ).all()


def undecided(session: Session, deliberation_id: int) -> int:
    """How many reported comments and appeals wait for a moderator."""
    reported = (
        select(func.count(Report.comment_id.distinct()))
        .join(Comment, Comment.id == Report.comment_id)
        .where(Comment.deliberation_id == deliberation_id, Report.state == "open")
    )
    appealed = (
        select(func.count(Appeal.id))
        .join(Hiding, Hiding.id == Appeal.hiding_id)
        .join(Comment, Comment.id == Hiding.comment_id)
        .where(Comment.deliberation_id == deliberation_id, Appeal.state == "open")
    )
    return session.scalar(select(reported.scalar_subquery() + appealed.scalar_subquery())) or 0


def reports_of(session: Session, comment_id: int) -> Sequence[Report]:
    """Every report of one comment, for the moderator who decides."""
    return session.scalars(select(Report).where(Report.comment_id == comment_id).order_by(Report.id)).all()


def open_appeals(session: Session, deliberation_id: int) -> Sequence[AnyRow]:
    """Appeals that wait for a decision."""
    return session.execute(
        select(
            Appeal.id,
            Appeal.text,
            Appeal.made_at,
            Hiding.reason,
            Hiding.explanation,
            Hiding.hidden_by_id,
            Comment.id.label("comment_id"),
            Comment.body,
            Comment.lang,
            Comment.proposal_id,
        )
        .join(Hiding, Hiding.id == Appeal.hiding_id)
        .join(Comment, Comment.id == Hiding.comment_id)
        .where(Comment.deliberation_id == deliberation_id, Appeal.state == "open")
        .order_by(Appeal.id)
    ).all()


def appeal(session: Session, deliberation_id: int, appeal_id: int) -> Appeal | None:
    """The appeal itself, for an act upon it."""
    return session.scalar(
        select(Appeal)
        .join(Hiding, Hiding.id == Appeal.hiding_id)
        .join(Comment, Comment.id == Hiding.comment_id)
        .where(Appeal.id == appeal_id, Comment.deliberation_id == deliberation_id)
    )


def report(session: Session, deliberation_id: int, report_id: int) -> Report | None:
    """The report itself, for an act upon it."""
    return session.scalar(
        select(Report)
        .join(Comment, Comment.id == Report.comment_id)
        .where(Report.id == report_id, Comment.deliberation_id == deliberation_id)
    )


def decided(session: Session, deliberation_id: int) -> Sequence[AnyRow]:
    """Every hiding so far with what became of it: the moderation log that everybody may read."""
    return session.execute(
        select(
            Hiding.id,
            Hiding.reason,
            Hiding.explanation,
            Hiding.hidden_at,
            Hiding.restored_at,
            Hiding.comment_id,
            Comment.proposal_id,
            Appeal.state.label("appeal"),
            Appeal.answer,
            Appeal.decided_at,
        )
        .join(Comment, Comment.id == Hiding.comment_id)
        .outerjoin(Appeal, Appeal.hiding_id == Hiding.id)
        .where(Comment.deliberation_id == deliberation_id)
        .order_by(Hiding.id.desc())
    ).all()


def by_author(session: Session, account_id: int) -> Sequence[AnyRow]:
    """Everything somebody said, youngest first; hidden comments with the decision to appeal against."""
    return session.execute(
        select(
            Comment.id,
            Comment.body,
            Comment.lang,
            Comment.state,
            Comment.created_at,
            Comment.proposal_id,
            Deliberation.slug,
            Hiding.id.label("hiding_id"),
            Hiding.explanation,
        )
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .join(Deliberation, Deliberation.id == Comment.deliberation_id)
        .outerjoin(Hiding, and_(Hiding.comment_id == Comment.id, Hiding.restored_at.is_(None)))
        .where(Comment.author_id == account_id)
        .order_by(Comment.id.desc())
    ).all()
