"""Taking material in: one act, whose entry commits to the files' digests and to every row that came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update

from app import clock
from app.acts import Conflict, Done, SystemActor, act, bulk_insert
from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.charter.words import N_, Words
from app.database import Model, db
from app.deliberations.models import Deliberation, Round
from app.discussion.acts import DEEPEST
from app.discussion.models import Comment, CommentState
from app.proposals import search
from app.proposals.models import Proposal, ProposalForm, ProposalState, Revision, StatementVote
from app.records.imports.material import CommentIn, Material, ProposalIn, VoteIn
from app.records.models import Answer, Import

Told = Callable[[int], None]
"""Told how many more things have been taken in."""


@act(Action.IMPORT_RECORDS)
def take_in(actor: SystemActor, city: Any, *, material: Material, told: Told = lambda _more: None) -> Done[Import]:
    """Take material into its deliberation, made if need be. What is there already (by its id elsewhere) is passed over.

    Raises Conflict when exactly these files were imported before: then nothing is left to do.
    """
    before = db.session.scalar(select(Import).where(Import.source == material.source, Import.digest == material.digest))
    if before is not None:
        raise Conflict(
            Words(N_("These files were imported on %(when)s. Nothing was changed."), {"when": before.made_at})
        )
    deliberation = _deliberation(material)
    proposals = _take_proposals(deliberation, material)
    told(len(material.proposals))
    comments = _take_comments(deliberation, material, proposals)
    told(len(material.comments))
    votes = _take_votes(material, proposals)
    told(len(material.votes))
    counts = {"proposals": len(proposals.new), "comments": comments, "votes": votes}
    _count_proposals(deliberation)
    made = Import(
        source=material.source,
        digest=material.digest,
        files=material.files,
        counts=counts,
        report=material.notes,
        into_id=deliberation.id,
    )
    db.session.add(made)
    facts: dict[str, object] = {
        "source": material.source,
        "files": material.files,
        "counts": counts,
        "into": f"deliberations/{deliberation.id}",
    }
    return Done(made, facts, subject=deliberation)


class _Known:
    """Ids by the ids of elsewhere: of everything that stands now, and which of it is new."""

    def __init__(self, ids: dict[str, int], new: Sequence[str]) -> None:
        self.ids = ids
        self.new = frozenset(new)


def _deliberation(material: Material) -> Deliberation:
    """Where the material belongs: the deliberation that more of the same came into, or a new one with closed rounds."""
    standing = db.session.scalar(select(Deliberation).where(Deliberation.imported_from == material.came_from))
    if standing is not None:
        return standing
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


def _ids(model: type[Model], how_many: int) -> Sequence[int]:
    """Fresh primary keys: from the sequence on PostgreSQL; on SQLite, where we are the only writer, the next ones."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        last = connection.scalar(select(func.max(model.__table__.c.id))) or 0
        return range(last + 1, last + 1 + how_many)
    sequence = f"{model.__tablename__}_id_seq"
    found = connection.execute(
        text("SELECT nextval(:sequence) FROM generate_series(1, :n)"), {"sequence": sequence, "n": how_many}
    )
    return sorted(found.scalars())


def _known(model: Any, deliberation_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(model.external_id, model.id).where(
            model.deliberation_id == deliberation_id, model.external_id.is_not(None)
        )
    )
    return {row.external_id: row.id for row in rows}


def _fresh(things: Sequence[Any], known: dict[str, int], material: Material, what: str) -> list[Any]:
    fresh = [thing for thing in things if thing.external_id not in known]
    for _ in range(len(things) - len(fresh)):
        material.note(f"{what} that were imported before: passed over")
    return fresh


def _take_proposals(deliberation: Deliberation, material: Material) -> _Known:
    known = _known(Proposal, deliberation.id)
    fresh: list[ProposalIn] = _fresh(material.proposals, known, material, "proposals")
    ids = dict(zip((one.external_id for one in fresh), _ids(Proposal, len(fresh)), strict=True))
    said = Counter(one.proposal for one in material.comments if not one.hidden)
    tallies = _tallies(material.votes)
    now = clock.now()
    bulk_insert(Proposal, [_proposal_row(one, ids, deliberation.id, said, tallies, now) for one in fresh])
    revisions = zip(fresh, _ids(Revision, len(fresh)), strict=True)
    bulk_insert(Revision, [_revision_row(one, ids, number) for one, number in revisions])
    answered = [one for one in fresh if one.verdict is not None]
    answers = zip(answered, _ids(Answer, len(answered)), strict=True)
    bulk_insert(Answer, [_answer_row(one, ids, number, now) for one, number in answers])
    search.index_many(
        db.session.connection(), ((ids[one.external_id], one.title, one.body) for one in fresh if one.hidden is None)
    )
    return _Known({**known, **ids}, list(ids))


def _proposal_row(
    one: ProposalIn,
    ids: dict[str, int],
    deliberation_id: int,
    said: Counter[str],
    tallies: dict[str, Counter[int]],
    now: datetime,
) -> dict[str, Any]:
    tally = tallies.get(one.external_id, Counter())
    return {
        "id": ids[one.external_id],
        "deliberation_id": deliberation_id,
        "author_id": None,
        "author_label": one.author,
        "form": ProposalForm.STATEMENT if one.statement else ProposalForm.PROPOSAL,
        "state": ProposalState.HIDDEN if one.hidden else ProposalState.PUBLIC,
        "state_reason": one.hidden,
        "state_at": now if one.hidden else None,
        "state_by_id": None,
        "revision_number": 1,
        "created_at": one.created_at,
        "external_id": one.external_id,
        "imported_supports": one.supports,
        "imported_facts": dict(one.facts) if one.facts else None,
        "category": one.category,
        "district": one.district,
        "endorsements_count": 0,
        "comments_count": said[one.external_id],
        "backing": one.supports or 0,
        "agree_count": tally[1],
        "disagree_count": tally[-1],
        "pass_count": tally[0],
        "answer": one.verdict,
    }


def _revision_row(one: ProposalIn, ids: dict[str, int], number: int) -> dict[str, Any]:
    return {
        "id": number,
        "proposal_id": ids[one.external_id],
        "number": 1,
        "title": one.title,
        "body": one.body,
        "lang": one.lang,
        "note": "",
        "created_at": one.created_at,
    }


def _answer_row(one: ProposalIn, ids: dict[str, int], number: int, now: datetime) -> dict[str, Any]:
    return {
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


def _take_comments(deliberation: Deliberation, material: Material, proposals: _Known) -> int:
    known = _known(Comment, deliberation.id)
    fresh: list[CommentIn] = _fresh(material.comments, known, material, "comments")
    ids = {**known, **dict(zip((one.external_id for one in fresh), _ids(Comment, len(fresh)), strict=True))}
    parents = {one.external_id: one.parent for one in material.comments}
    places = {key: _place(key, parents) for key in parents}
    fresh.sort(key=lambda one: places[one.external_id][1])  # parents before answers, for the foreign key
    bulk_insert(Comment, [_comment_row(one, ids, proposals, deliberation.id, places) for one in fresh])
    _recount_comments(Counter(proposals.ids[one.proposal] for one in fresh if one.proposal not in proposals.new))
    return len(fresh)


def _place(key: str, parents: dict[str, str | None]) -> tuple[str | None, int]:
    """The top of a comment's thread (None: it is the top) and how deep below it stands. A ring ends at its start."""
    top: str | None = None
    depth, at, seen = 0, key, {key}
    while (parent := parents.get(at)) is not None and parent not in seen:
        top, depth, at = parent, depth + 1, parent
        seen.add(at)
    return top, depth


def _comment_row(
    one: CommentIn,
    ids: dict[str, int],
    proposals: _Known,
    deliberation_id: int,
    places: dict[str, tuple[str | None, int]],
) -> dict[str, Any]:
    top, depth = places[one.external_id]
    return {
        "id": ids[one.external_id],
        "deliberation_id": deliberation_id,
        "proposal_id": proposals.ids[one.proposal],
        "parent_id": ids[one.parent] if one.parent and top else None,
        "root_id": ids[top] if top else None,
        "depth": min(depth, DEEPEST),
        "author_id": None,
        "author_label": one.author,
        "author_role": None,
        "position": one.position,
        "body": one.body,
        "lang": one.lang,
        "state": CommentState.HIDDEN if one.hidden else CommentState.PUBLIC,
        "created_at": one.created_at,
        "edited_at": None,
        "edit_until": None,
        "external_id": one.external_id,
        "imported_helpful": one.helpful,
        "imported_unhelpful": one.unhelpful,
        "helpful_count": one.helpful - one.unhelpful,
    }


def _recount_comments(more: Counter[int]) -> None:
    """Proposals that stood before get the comments that came now added to their number."""
    for proposal_id, how_many in more.items():
        db.session.execute(
            update(Proposal)
            .where(Proposal.id == proposal_id)
            .values(comments_count=Proposal.comments_count + how_many)
            .execution_options(synchronize_session=False)
        )


def _tallies(votes: Iterable[VoteIn]) -> dict[str, Counter[int]]:
    tallies: dict[str, Counter[int]] = {}
    for vote in _last(votes).values():
        tallies.setdefault(vote.proposal, Counter())[vote.value] += 1
    return tallies


def _last(votes: Iterable[VoteIn]) -> dict[tuple[str, str], VoteIn]:
    """Each person's last vote on each statement; of two at the same moment the one further down the file."""
    last: dict[tuple[str, str], VoteIn] = {}
    for vote in votes:
        key = (vote.voter, vote.proposal)
        if key not in last or vote.cast_at >= last[key].cast_at:
            last[key] = vote
    return last


def _take_votes(material: Material, proposals: _Known) -> int:
    fresh = [vote for vote in material.votes if vote.proposal in proposals.new]
    for _ in range(len(material.votes) - len(fresh)):
        material.note("votes on statements that were imported before: passed over")
    counted = {id(vote) for vote in _last(fresh).values()}
    rows = [
        {
            "id": number,
            "proposal_id": proposals.ids[vote.proposal],
            "account_id": None,
            "voter_label": vote.voter,
            "value": vote.value,
            "cast_at": vote.cast_at,
            "counts": id(vote) in counted,
        }
        for vote, number in zip(fresh, _ids(StatementVote, len(fresh)), strict=True)
    ]
    bulk_insert(StatementVote, rows)
    return len(fresh)


def _count_proposals(deliberation: Deliberation) -> None:
    public = db.session.scalar(
        select(func.count()).where(Proposal.deliberation_id == deliberation.id, Proposal.state == ProposalState.PUBLIC)
    )
    deliberation.proposals_count = public or 0
