"""Reading outcomes: the city's answers, and what has been exported and imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.database import Model
from app.reading import Reader
from app.records.models import Answer, Export

_ANSWERS = Model.metadata.tables[Answer.__tablename__]
_STANDING = (
    select(_ANSWERS)
    .where(_ANSWERS.c.proposal_id == bindparam("proposal"), _ANSWERS.c.replaced_at.is_(None))
    .order_by(_ANSWERS.c.id.desc())
    .limit(1)
)


def answer_to(reading: Session | Reader, proposal_id: int) -> Any:
    """The row of the answer that stands, None where there is none."""
    return reading.execute(_STANDING, {"proposal": proposal_id}).one_or_none()


def answers_to(session: Session, proposal_id: int) -> Sequence[Answer]:
    """Every answer a proposal has had, the first one first."""
    return session.scalars(select(Answer).where(Answer.proposal_id == proposal_id).order_by(Answer.id)).all()


def exports_of(session: Session, deliberation_id: int) -> Sequence[Export]:
    """What was exported, youngest first."""
    return session.scalars(
        select(Export).where(Export.deliberation_id == deliberation_id).order_by(Export.id.desc())
    ).all()


def standing_answers(session: Session, proposal_ids: Sequence[int]) -> dict[int, Answer]:
    """The standing answers to several proposals, by proposal."""
    if not proposal_ids:
        return {}
    found = session.scalars(select(Answer).where(Answer.proposal_id.in_(proposal_ids), Answer.replaced_at.is_(None)))
    return {answer.proposal_id: answer for answer in found}
