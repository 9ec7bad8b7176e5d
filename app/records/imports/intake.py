"""Taking material into its deliberation, within the act `records.acts.take_in`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations.models import Deliberation, Round
from app.proposals import search
from app.proposals.models import Proposal, ProposalForm, ProposalState, Revision
from app.records.imports import boxes, threads, votes
from app.records.imports.known import Known, Told, fresh, fresh_ids, standing, watched
from app.records.imports.material import Material, ProposalIn
from app.records.models import Answer
from app.writing import bulk_insert


def take(deliberation: Deliberation, material: Material, told: Told) -> dict[str, int]:
    """Take in what does not stand yet (by its id elsewhere). Returns how many of each kind came in."""
    proposals, counts = _take_proposals(deliberation, material, told)
    counts["comments"] = threads.take(deliberation.id, material, proposals, told)
    counts.update(votes.take(deliberation.id, material, proposals, told))
    counts.update(boxes.take(deliberation, material, proposals, told))
    deliberation.proposals_count = _public_proposals(deliberation.id)
    return dict(counts)


def place_of(material: Material) -> Deliberation:
    """Where the material belongs: the deliberation that more of the same came into, or a new one with closed rounds."""
    found = db.session.scalar(select(Deliberation).where(Deliberation.imported_from == material.came_from))
    if found is not None:
        return found
    first, last = material.span
    made = Deliberation(
        slug=_free_slug(material.slug),
        question=material.question,
        background=material.background,
        promise=material.promise,
        lang=material.lang,
        imported_from=material.came_from,
        created_at=first,
        rounds=[
            Round(position=1, kind=RoundKind.PROPOSE, opened_at=first, closed_at=last, settings={}),
            Round(position=2, kind=RoundKind.RESPOND, opened_at=last, closed_at=last, settings={}),
        ],
    )
    db.session.add(made)
    db.session.flush()
    return made


def _free_slug(wanted: str) -> str:
    taken = set(db.session.scalars(select(Deliberation.slug).where(Deliberation.slug.startswith(wanted))))
    return next(slug for n in range(1, len(taken) + 2) if (slug := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def _take_proposals(deliberation: Deliberation, material: Material, told: Told) -> tuple[Known, Counter[str]]:
    known = standing(Proposal, deliberation.id)
    new = fresh(material.proposals, known, material, "proposals")
    ids = dict(zip((one.external_id for one in new), fresh_ids(Proposal, len(new)), strict=True))
    now = clock.now()
    bulk_insert(Proposal, watched(_proposal_rows(new, ids, deliberation.id, material, now), told))
    bulk_insert(Revision, _revision_rows(new, ids))
    bulk_insert(Answer, _answer_rows(new, ids, now))
    readable = ((ids[one.external_id], one.title, one.body) for one in new if one.hidden is None)
    search.index_many(db.session.connection(), readable)
    return Known({**known, **ids}, frozenset(ids)), _counts(new)


def _counts(new: Sequence[ProposalIn]) -> Counter[str]:
    counts = Counter("statements" if one.statement else "proposals" for one in new)
    counts["supports"] = sum(one.supports or 0 for one in new)
    counts.update(f"answers_{one.verdict}" for one in new if one.verdict is not None)
    return counts


def _proposal_rows(
    new: Sequence[ProposalIn], ids: dict[str, int], deliberation_id: int, material: Material, now: datetime
) -> Iterator[dict[str, Any]]:
    said = Counter(one.proposal for one in material.comments if not one.hidden)
    for one in new:
        yield {
            "id": ids[one.external_id],
            "deliberation_id": deliberation_id,
            "author_id": None,
            "author_label": one.author,
            "form": (ProposalForm.STATEMENT if one.statement else ProposalForm.PROPOSAL).value,
            "state": (ProposalState.HIDDEN if one.hidden else ProposalState.PUBLIC).value,
            "state_reason": one.hidden,
            "state_at": now if one.hidden else None,
            "state_by_id": None,
            "revision_number": 1,
            "created_at": one.created_at,
            "external_id": one.external_id,
            "imported_supports": one.supports,
            "imported_facts": one.facts or None,
            "category": one.category,
            "district": one.district,
            "endorsements_count": 0,
            "comments_count": said[one.external_id],
            "backing": one.supports or 0,
            "agree_count": 0,
            "disagree_count": 0,
            "pass_count": 0,
            "answer": one.verdict,
        }


def _revision_rows(new: Sequence[ProposalIn], ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    for number, one in zip(fresh_ids(Revision, len(new)), new, strict=True):
        yield {
            "id": number,
            "proposal_id": ids[one.external_id],
            "number": 1,
            "title": one.title,
            "body": one.body,
            "lang": one.lang,
            "note": "",
            "created_at": one.created_at,
        }


def _answer_rows(new: Sequence[ProposalIn], ids: dict[str, int], now: datetime) -> Iterator[dict[str, Any]]:
    answered = [one for one in new if one.verdict is not None]
    for number, one in zip(fresh_ids(Answer, len(answered)), answered, strict=True):
        yield {
            "id": number,
            "proposal_id": ids[one.external_id],
            "verdict": one.verdict,
            "ground": None,
            "text": one.reply,
            "lang": one.reply_lang,
            "answered_at": now,
            "answered_by_id": None,
            "replaced_at": None,
        }


def _public_proposals(deliberation_id: int) -> int:
    here = (Proposal.deliberation_id == deliberation_id, Proposal.state == ProposalState.PUBLIC)
    return db.session.scalar(select(func.count()).where(*here)) or 0
