"""Reading what has been said of proposals in terms of rights. The catalogue itself is asked directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.deliberations.models import Deliberation
from app.proposals.models import Proposal, ProposalState, Revision
from app.rights import catalogue
from app.rights.instruments import Article
from app.rights.models import ArticleTag, Assessment, View
from app.rights.tags import Direction, Tag


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

    @property
    def article(self) -> Article | None:
        """The article, if the catalogue (still) has it."""
        return article(self.article_id)

    @property
    def short(self) -> str:
        """Such as “ICESCR 11”."""
        return short(self.article_id)


@lru_cache(4096)
def short(article_id: str) -> str:
    """An article's name in a few letters, such as “ICESCR 11”. Its id where the catalogue has it no more."""
    found = article(article_id)
    return article_id if found is None else f"{found.instrument.short_title.en} {found.number}"


def article(article_id: str) -> Article | None:
    """The article of this id, or None."""
    if not article_id:
        return None
    try:
        return catalogue.load().article(article_id)
    except catalogue.NotInCatalogue:
        return None


def tags_of(session: Session, proposal_ids: Sequence[int]) -> dict[int, list[TagShown]]:
    """The standing tags of several proposals, in one statement; by proposal, dangers first."""
    if not proposal_ids:
        return {}
    rows = session.execute(
        select(
            ArticleTag.id,
            ArticleTag.proposal_id,
            ArticleTag.article,
            ArticleTag.direction,
            ArticleTag.groups,
            ArticleTag.explanation,
            ArticleTag.mitigation,
            ArticleTag.lang,
            ArticleTag.view,
            ArticleTag.set_by_id,
        )
        .where(ArticleTag.proposal_id.in_(proposal_ids), ArticleTag.withdrawn_at.is_(None))
        .order_by(ArticleTag.id)
    ).all()
    found: dict[int, list[TagShown]] = {}
    for row in rows:
        found.setdefault(row.proposal_id, []).append(_shown(row))
    for tags in found.values():
        tags.sort(key=lambda tag: tag.direction == Direction.ADVANCES)
    return found


def _shown(row: Row[Any]) -> TagShown:
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
    )


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


def plain(tags: Sequence[TagShown]) -> list[Tag]:
    """Tags as the pure rules know them."""
    return [Tag(tag.article_id, tag.direction, tag.groups, tag.mitigation) for tag in tags]


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


def proposals_of(session: Session, article_ids: Sequence[str], most: int = 50) -> Sequence[Row[Any]]:
    """Public proposals tied to any of these articles, youngest first, with where they stand."""
    return session.execute(
        select(
            Proposal.id,
            Revision.title,
            Revision.lang,
            Deliberation.slug,
            Deliberation.question,
            Deliberation.lang.label("deliberation_lang"),
            ArticleTag.article,
            ArticleTag.direction,
            ArticleTag.view,
            Proposal.answer,
        )
        .join(ArticleTag, ArticleTag.proposal_id == Proposal.id)
        .join(Revision, (Revision.proposal_id == Proposal.id) & (Revision.number == Proposal.revision_number))
        .join(Deliberation, Deliberation.id == Proposal.deliberation_id)
        .where(
            ArticleTag.article.in_(article_ids),
            ArticleTag.withdrawn_at.is_(None),
            Proposal.state == ProposalState.PUBLIC,
        )
        .order_by(Proposal.id.desc())
        .limit(most)
    ).all()


def counts_by_article(session: Session) -> dict[str, int]:
    """How many public proposals are tied to each article."""
    rows = session.execute(
        select(ArticleTag.article, func.count(ArticleTag.proposal_id.distinct()))
        .join(Proposal, Proposal.id == ArticleTag.proposal_id)
        .where(ArticleTag.withdrawn_at.is_(None), Proposal.state == ProposalState.PUBLIC)
        .group_by(ArticleTag.article)
    )
    return {article_id: how_many for article_id, how_many in rows}


def assessment(session: Session, proposal_id: int, view: View = View.AUTHOR) -> Assessment | None:
    """The answers that stand, from one point of view."""
    return session.scalar(
        select(Assessment)
        .where(Assessment.proposal_id == proposal_id, Assessment.view == view, Assessment.replaced_at.is_(None))
        .order_by(Assessment.id.desc())
        .limit(1)
    )


def tag(session: Session, proposal_id: int, tag_id: int) -> ArticleTag | None:
    """The tag itself, for an act upon it."""
    return session.scalar(
        select(ArticleTag).where(
            ArticleTag.id == tag_id, ArticleTag.proposal_id == proposal_id, ArticleTag.withdrawn_at.is_(None)
        )
    )
