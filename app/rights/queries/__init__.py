"""Reading what has been said of proposals in terms of rights. The catalogue itself is asked directly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.database import AnyRow, Model
from app.deliberations.models import Deliberation
from app.proposals.models import Proposal, ProposalState, Revision
from app.reading import Reader
from app.rights import catalogue, checklist
from app.rights.checklist import Answers
from app.rights.instruments import Article
from app.rights.models import ArticleTag, View
from app.rights.queries.assessed import assessment as assessment
from app.rights.tags import Direction


@dataclass(frozen=True)
class TagShown:
    """A tag as pages show it."""

    id: int | None
    article_id: str
    direction: Direction
    groups: tuple[str, ...]
    explanation: str
    mitigation: str
    lang: str
    view: View
    set_by_id: int | None = None
    revision_number: int | None = None
    """The revision of the proposal that it was set on; None in a draft."""

    @property
    def article(self) -> Article | None:
        """The article, if the catalogue (still) has it."""
        return article(self.article_id)

    @property
    def lacks_mitigation(self) -> bool:
        """Whether it tells of a danger and of nothing that would lessen it."""
        return self.direction.harms and not self.mitigation.strip()


def article(article_id: str) -> Article | None:
    """The article of this id, or None."""
    if not article_id:
        return None
    try:
        return catalogue.load().article(article_id)
    except catalogue.NotInCatalogue:
        return None


_TAG = Model.metadata.tables[ArticleTag.__tablename__].c
_PROPOSALS = Model.metadata.tables[Proposal.__tablename__]
_TAGS = (
    select(
        _TAG.id,
        _TAG.proposal_id,
        _TAG.article,
        _TAG.direction,
        _TAG.groups,
        _TAG.explanation,
        _TAG.mitigation,
        _TAG.lang,
        _TAG.view,
        _TAG.set_by_id,
        _TAG.revision_number,
    )
    .where(_TAG.withdrawn_at.is_(None))
    .order_by(_TAG.id)
)
_TAGS_OF_SOME = _TAGS.where(_TAG.proposal_id.in_(bindparam("proposals", expanding=True)))
_TAGS_OF_ONE = _TAGS.where(_TAG.proposal_id == bindparam("proposal"))

_SPACE: Any = literal_column("' '")  # a string would be put in anew at each run, which a kept statement cannot do
TAGS_BESIDE = (
    select(func.aggregate_strings(_TAG.direction + literal_column("':'") + _TAG.article, _SPACE))
    .where(_TAG.proposal_id == _PROPOSALS.c.id, _TAG.withdrawn_at.is_(None))
    .correlate(_PROPOSALS)
    .scalar_subquery()
    .label("tags")
)
"""A column for lists of proposals: their standing tags, which `tags_beside` reads."""


def tags_beside(column: str | None) -> list[tuple[Direction, str]]:
    """The tags of a row in a list, each with the id of its article; dangers first."""
    tags = [tag.split(":", 1) for tag in (column or "").split()]
    ordered = sorted((direction == Direction.ADVANCES, article, direction) for direction, article in tags)
    return [(Direction(direction), article) for _, article, direction in ordered]


def tags_on(reading: Session | Reader, proposal_id: int) -> tuple[TagShown, ...]:
    """The standing tags of a proposal, dangers first."""
    rows = reading.execute(_TAGS_OF_ONE, {"proposal": proposal_id}).all()
    return tuple(sorted((_shown(row) for row in rows), key=_dangers_first))


def tags_of(session: Session, proposal_ids: Sequence[int]) -> dict[int, tuple[TagShown, ...]]:
    """The standing tags of several proposals, in one statement; by proposal, dangers first."""
    if not proposal_ids:
        return {}
    rows = session.execute(_TAGS_OF_SOME, {"proposals": proposal_ids}).all()
    found: dict[int, list[TagShown]] = {}
    for row in rows:
        found.setdefault(row.proposal_id, []).append(_shown(row))
    return {key: tuple(sorted(tags, key=_dangers_first)) for key, tags in found.items()}


def _dangers_first(tag: TagShown) -> bool:
    return tag.direction == Direction.ADVANCES


def _shown(row: AnyRow) -> TagShown:
    return TagShown(
        id=row.id,
        article_id=row.article,
        direction=Direction(row.direction),
        groups=tuple(row.groups or ()),
        explanation=row.explanation,
        mitigation=row.mitigation,
        lang=row.lang,
        view=View(row.view),
        set_by_id=row.set_by_id,
        revision_number=row.revision_number,
    )


def drafted_answers(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """The answers in a draft, as they will be published: those of a finished checklist, else none."""
    answers = Answers.of(content.get("answers", {}))
    return answers.as_stored() if checklist.load().complete(answers) else {}


def drafted_tags(content: Mapping[str, Any]) -> list[TagShown]:
    """The tags in a draft, as they will stand."""
    return [
        TagShown(
            id=None,
            article_id=str(tag["article"]),
            direction=Direction(tag["direction"]),
            groups=tuple(tag.get("groups", ())),
            explanation="",
            mitigation=str(tag.get("mitigation", "")),
            lang=str(content.get("lang", "en")),
            view=View.AUTHOR,
        )
        for tag in content.get("tags", [])
    ]


def proposals_tagged(session: Session, deliberation_id: int, article_id: str) -> tuple[int, ...]:
    """Ids of the proposals of a deliberation that are tied to an article."""
    return tuple(
        session.scalars(
            select(ArticleTag.proposal_id)
            .join(Proposal, Proposal.id == ArticleTag.proposal_id)
            .where(
                Proposal.deliberation_id == deliberation_id,
                ArticleTag.article == article_id,
                ArticleTag.withdrawn_at.is_(None),
            )
            .distinct()
        )
    )


@dataclass(frozen=True)
class Tied:
    """A proposal that is tied to an article, and what each side says of it."""

    id: int
    title: str
    lang: str
    answer: str | None
    said: tuple[tuple[Direction, View], ...]


@dataclass(frozen=True)
class TiedIn:
    """A deliberation with the proposals tied to an article: how many there are, and the youngest of them."""

    slug: str
    question: str
    lang: str
    total: int
    proposals: tuple[Tied, ...]


def tied_to(session: Session, article_id: str, most: int = 50) -> list[TiedIn]:
    """The public proposals tied to an article, by deliberation, youngest first. In all at most so many are listed."""
    rows = _tied_rows(session, article_id, most)
    said: dict[int, list[tuple[Direction, View]]] = {}
    for row in rows:
        said.setdefault(row.id, []).append((Direction(row.direction), View(row.view)))
    listed: dict[int, dict[int, Tied]] = {}
    for row in rows:
        tied = Tied(row.id, row.title, row.lang, row.answer, tuple(dict.fromkeys(said[row.id])))
        listed.setdefault(row.deliberation_id, {})[row.id] = tied
    return [
        TiedIn(one.slug, one.question, one.lang, one.total, tuple(listed.get(one.id, {}).values()))
        for one in _tied_counts(session, article_id)
    ]


_PUBLICLY_TIED = (ArticleTag.withdrawn_at.is_(None), Proposal.state == ProposalState.PUBLIC)


def _tied_counts(session: Session, article_id: str) -> Sequence[AnyRow]:
    return session.execute(
        select(
            Deliberation.id,
            Deliberation.slug,
            Deliberation.question,
            Deliberation.lang,
            func.count(Proposal.id.distinct()).label("total"),
        )
        .join(Proposal, Proposal.deliberation_id == Deliberation.id)
        .join(ArticleTag, ArticleTag.proposal_id == Proposal.id)
        .where(ArticleTag.article == article_id, *_PUBLICLY_TIED)
        .group_by(Deliberation.id)
        .order_by(Deliberation.id.desc())
    ).all()


def _tied_rows(session: Session, article_id: str, most: int) -> Sequence[AnyRow]:
    youngest = (
        select(Proposal.id)
        .join(ArticleTag, ArticleTag.proposal_id == Proposal.id)
        .where(ArticleTag.article == article_id, *_PUBLICLY_TIED)
        .distinct()
        .order_by(Proposal.id.desc())
        .limit(most)
        .subquery()
    )
    return session.execute(
        select(
            Proposal.id,
            Proposal.deliberation_id,
            Proposal.answer,
            Revision.title,
            Revision.lang,
            ArticleTag.direction,
            ArticleTag.view,
        )
        .join(youngest, youngest.c.id == Proposal.id)
        .join(ArticleTag, ArticleTag.proposal_id == Proposal.id)
        .join(Revision, (Revision.proposal_id == Proposal.id) & (Revision.number == Proposal.revision_number))
        .where(ArticleTag.article == article_id, ArticleTag.withdrawn_at.is_(None))
        .order_by(Proposal.id.desc(), ArticleTag.id)
    ).all()


def counts_by_article(session: Session) -> dict[str, int]:
    """How many public proposals are tied to each article."""
    rows = session.execute(
        select(ArticleTag.article, func.count(ArticleTag.proposal_id.distinct()).label("how_many"))
        .join(Proposal, Proposal.id == ArticleTag.proposal_id)
        .where(*_PUBLICLY_TIED)
        .group_by(ArticleTag.article)
    )
    return {row.article: row.how_many for row in rows}


def tag(session: Session, proposal_id: int, tag_id: int) -> ArticleTag | None:
    """The tag itself, for an act upon it."""
    return session.scalar(
        select(ArticleTag).where(
            ArticleTag.id == tag_id, ArticleTag.proposal_id == proposal_id, ArticleTag.withdrawn_at.is_(None)
        )
    )


def people(session: Session, account_ids: Collection[int]) -> dict[int, AnyRow]:
    """The names and public ids of accounts, in one statement."""
    rows = session.execute(
        select(Account.id, Account.display_name, Account.public_id).where(Account.id.in_(account_ids))
    )
    return {row.id: row for row in rows}
