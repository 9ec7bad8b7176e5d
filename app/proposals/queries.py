"""Reading proposals: lists, one proposal, its revisions, search and what is similar. Core selects on hot pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, func, select
from sqlalchemy.orm import Session

from app.database import AnyRow
from app.deliberations.models import Deliberation
from app.proposals import search
from app.proposals.models import Draft, Endorsement, Proposal, ProposalState, Revision
from app.proposals.selects import HERE, LISTED, MIX, NARROWED_BY, SHOWN, WITH_WORDS, P, kept_page, page
from app.reading import Reader

PER_PAGE = 25
SORTS = ("newest", "oldest", "backed", "discussed", "mixed")


@dataclass(frozen=True)
class Filters:
    """What a visitor asks of the list. Empty strings filter nothing."""

    query: str = ""
    sort: str = "newest"
    answer: str = ""
    category: str = ""
    district: str = ""
    lang: str = ""
    state: str = ProposalState.PUBLIC.value
    ids: tuple[int, ...] | None = None
    """Only these (the proposals of an article, for instance)."""
    until: int | None = None
    """Only proposals up to this id, so that pages do not shift while new ones come in."""
    seed: int = 1
    """What order `mixed` means: the same for one visitor throughout, another for each."""

    @property
    def chosen(self) -> Filters:
        """What the visitor chose, without what keeps the pages of the list in their places."""
        return replace(self, ids=None, until=None, seed=1)

    @property
    def sought(self) -> bool:
        """Whether the list is narrowed by something that is each time another statement."""
        return bool(self.query) or self.ids is not None

    @property
    def narrowed(self) -> bool:
        """Whether the kept number of public proposals is not the number of results."""
        return (
            bool(self.query or self.answer or self.category or self.district or self.lang or self.until)
            or self.ids is not None
            or self.state != ProposalState.PUBLIC.value
        )


def listing(
    reading: Session | Reader,
    deliberation_id: int,
    filters: Filters,
    *,
    offset: int = 0,
    limit: int = PER_PAGE,
    beside: tuple[Label[Any], ...] = (),
) -> Sequence[Any]:
    """One page of a deliberation's proposals, in one statement. `beside` are columns that another domain adds to it.

    A search and a choice of ids are each time another statement, for which only a session will do.
    """
    narrowing = _narrowing(filters)
    values = {
        **_place(deliberation_id, filters),
        **narrowing,
        "most": limit,
        "skip": offset,
        "seed": filters.seed % (MIX - 1) + 1,
    }
    asked = (filters.sort, frozenset(narrowing), bool(offset), beside)
    if isinstance(reading, Reader):
        return reading.execute(kept_page(*asked), values)
    return reading.execute(page(*asked, *_sought(reading, filters)), values).all()


def count(session: Session, deliberation_id: int, filters: Filters) -> int:
    """How many proposals the filters leave."""
    narrowing, sought = _narrowing(filters), _sought(session, filters)
    statement = select(func.count(P.id)).where(*HERE, *(NARROWED_BY[name] for name in narrowing), *sought)
    return session.scalar(statement, {**_place(deliberation_id, filters), **narrowing}) or 0


def newest_id(session: Session, deliberation_id: int) -> int:
    """The id of the youngest proposal: where `until` stands for a visitor who begins to page now."""
    return session.scalar(select(func.max(Proposal.id)).where(Proposal.deliberation_id == deliberation_id)) or 0


def _place(deliberation_id: int, filters: Filters) -> dict[str, Any]:
    return {"deliberation": deliberation_id, "state": filters.state}


def _narrowing(filters: Filters) -> dict[str, Any]:
    """Which of `NARROWED_BY` the filters ask for, with the value of each."""
    asked = {name: getattr(filters, name) for name in ("category", "district", "lang", "until")}
    asked["unanswered" if filters.answer == "none" else "answer"] = filters.answer
    return {name: value for name, value in asked.items() if value}


def _sought(session: Session, filters: Filters) -> list[ColumnElement[bool]]:
    """What the list is narrowed by besides, which differs each time."""
    sought: list[ColumnElement[bool]] = []
    if filters.query:
        found = search.matching(session.get_bind().dialect.name, filters.query)
        if found is not None:
            sought.append(P.id.in_(found))
    if filters.ids is not None:
        sought.append(P.id.in_(filters.ids))
    return sought


def show(reading: Session | Reader, deliberation_id: int, proposal_id: int) -> Any:
    """One proposal with the words of its current revision and its author, in one statement."""
    return reading.execute(SHOWN, {"id": proposal_id, "deliberation": deliberation_id}).one_or_none()


def proposal(session: Session, deliberation_id: int, proposal_id: int) -> Proposal | None:
    """The proposal itself, for an act upon it."""
    return session.scalar(
        select(Proposal).where(Proposal.id == proposal_id, Proposal.deliberation_id == deliberation_id)
    )


def revisions(session: Session, proposal_id: int) -> Sequence[AnyRow]:
    """Every revision, the first one first, without its body."""
    return session.execute(
        select(Revision.number, Revision.title, Revision.lang, Revision.note, Revision.created_at)
        .where(Revision.proposal_id == proposal_id)
        .order_by(Revision.number)
    ).all()


def revision(session: Session, proposal_id: int, number: int) -> Revision | None:
    return session.scalar(select(Revision).where(Revision.proposal_id == proposal_id, Revision.number == number))


def similar(
    session: Session, deliberation_id: int, words: str, *, but: int | None = None, most: int = 5
) -> Sequence[AnyRow]:
    """Public proposals that speak of the same, most alike first."""
    scored = search.likeness(session.get_bind().dialect.name, words)
    if scored is None:
        return []
    found = scored.limit(60).subquery()
    statement = (
        select(*LISTED)
        .select_from(WITH_WORDS.join(found, found.c.id == P.id))
        .where(P.deliberation_id == deliberation_id, P.state == ProposalState.PUBLIC)
        .order_by(found.c.score)
        .limit(most)
    )
    if but is not None:
        statement = statement.where(P.id != but)
    return session.execute(statement).all()


@dataclass(frozen=True)
class Backing:
    """What somebody has to do with a proposal: the revision they endorsed, and whether it has moved on since."""

    revision: int
    given_at: datetime
    outdated: bool


def backing(session: Session, proposal_id: int, account_id: int) -> Backing | None:
    """Somebody's standing endorsement of a proposal."""
    row = session.execute(
        select(Endorsement.revision_number, Endorsement.given_at, Proposal.revision_number.label("now"))
        .join(Proposal, Proposal.id == Endorsement.proposal_id)
        .where(
            Endorsement.proposal_id == proposal_id,
            Endorsement.account_id == account_id,
            Endorsement.withdrawn_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else Backing(row.revision_number, row.given_at, row.revision_number < row.now)


def endorsements_by_revision(session: Session, proposal_id: int) -> dict[int, int]:
    """How many endorsements stand on each revision."""
    rows = session.execute(
        select(Endorsement.revision_number, func.count().label("endorsements"))
        .where(Endorsement.proposal_id == proposal_id, Endorsement.withdrawn_at.is_(None))
        .group_by(Endorsement.revision_number)
    )
    return {row.revision_number: row.endorsements for row in rows}


def endorsers(session: Session, proposal_id: int) -> list[int]:
    """Account ids of those whose endorsement stands: whom to tell of a new revision."""
    return list(
        session.scalars(
            select(Endorsement.account_id).where(
                Endorsement.proposal_id == proposal_id, Endorsement.withdrawn_at.is_(None)
            )
        )
    )


def draft(session: Session, account_id: int, deliberation_id: int, proposal_id: int | None) -> Draft | None:
    """Somebody's draft of a new proposal, or of a revision of one."""
    return session.scalar(
        select(Draft)
        .where(
            Draft.account_id == account_id,
            Draft.deliberation_id == deliberation_id,
            Draft.proposal_id.is_(None) if proposal_id is None else Draft.proposal_id == proposal_id,
        )
        .order_by(Draft.id.desc())
        .limit(1)
    )


def drafts_of(session: Session, account_id: int) -> Sequence[AnyRow]:
    """Somebody's drafts everywhere, youngest first."""
    return session.execute(
        select(Draft.id, Draft.content, Draft.saved_at, Draft.proposal_id, Deliberation.slug, Deliberation.question)
        .join(Deliberation, Deliberation.id == Draft.deliberation_id)
        .where(Draft.account_id == account_id)
        .order_by(Draft.saved_at.desc())
    ).all()


def by_author(session: Session, account_id: int) -> Sequence[AnyRow]:
    """Everything somebody proposed, youngest first."""
    return session.execute(
        select(*LISTED, Deliberation.slug, Deliberation.question)
        .select_from(WITH_WORDS)
        .join(Deliberation, Deliberation.id == P.deliberation_id)
        .where(P.author_id == account_id)
        .order_by(P.id.desc())
    ).all()


_choices: dict[tuple[Any, int], tuple[int, dict[str, tuple[str, ...]]]] = {}


def choices(session: Session, deliberation_id: int, proposals_count: int) -> dict[str, tuple[str, ...]]:
    """The categories and districts that proposals here have, for the filters.

    Remembered until the number of proposals changes: they come with imports only, and reading them takes a walk
    through all proposals.
    """
    key = (session.get_bind().engine.url, deliberation_id)
    known = _choices.get(key)
    if known is None or known[0] != proposals_count:
        found = {
            name: tuple(
                sorted(
                    value
                    for value in session.scalars(
                        select(column).where(Proposal.deliberation_id == deliberation_id).distinct()
                    )
                    if value
                )
            )
            for name, column in (("category", Proposal.category), ("district", Proposal.district))
        }
        known = _choices[key] = (proposals_count, found)
    return known[1]
