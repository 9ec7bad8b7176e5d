"""What people say of a proposal in terms of rights: answers to a checklist, and tags to articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import delete, select

from app import clock
from app.accounts.models import Account
from app.acts import Conflict, Done, act
from app.charter.actions import Action
from app.charter.words import N_, Words
from app.database import db
from app.proposals.models import Proposal
from app.rights import checklist
from app.rights.checklist import Checklist
from app.rights.models import ArticleTag, Assessment, AssessmentDraft, Review, View
from app.rights.reviewing import PENDING
from app.rights.tags import Direction


class Tagging(Protocol):
    """What a tag says."""

    @property
    def article_id(self) -> str: ...
    @property
    def direction(self) -> Direction: ...
    @property
    def groups(self) -> tuple[str, ...]: ...
    @property
    def mitigation(self) -> str: ...


@act(Action.ASSESS_PROPOSAL)
def assess(
    actor: Account,
    proposal: Proposal,
    *,
    answers: Mapping[str, Any],
    tags: Sequence[Tagging] | None,
    lang: str,
    used: Checklist | None = None,
) -> Done[Assessment]:
    """Set the author's answers to a checklist and the tags that follow, in place of their earlier ones to the same.

    `tags=None` leaves their tags as they stand. What is replaced stays in the record, with the time when it was.
    `lang` is the language of what they wrote themself; `used` the checklist, if it is not the quick look.
    """
    used = used or checklist.load()
    _replace_answers(proposal, used.id)
    _drop_draft(actor, proposal, used.id)
    if tags is not None:
        _replace_tags(proposal)
    assessment = Assessment(
        proposal_id=proposal.id,
        revision_number=proposal.revision_number,
        view=View.AUTHOR,
        checklist=used.id,
        checklist_version=used.version,
        answers=dict(answers),
        lang=lang,
        made_by_id=actor.id,
    )
    db.session.add(assessment)
    for said in tags or ():
        db.session.add(tag_row(actor.id, proposal, said, View.AUTHOR, lang))
    facts: dict[str, object] = {"checklist": f"{used.id}-{used.version}", "revision": proposal.revision_number}
    if tags is not None:
        facts["articles"] = {said.article_id: said.direction.value for said in tags}
    return Done(assessment, facts, subject=proposal)


@act(Action.TAG_PROPOSAL)
def tag(actor: Account, proposal: Proposal, *, said: Tagging, lang: str, explanation: str = "") -> Done[ArticleTag]:
    """Tie a proposal to an article: its author to add one, a reviewer as the reviewers' own view."""
    view = View.AUTHOR if proposal.author_id == actor.id else View.REVIEWER
    if view is View.REVIEWER and _reviews_it(actor, proposal):
        text = N_("You are reviewing this proposal. Say it in your review, so that reviewers judge apart.")
        raise Conflict(Words(text))
    standing = db.session.scalar(
        select(ArticleTag).where(
            ArticleTag.proposal_id == proposal.id,
            ArticleTag.article == said.article_id,
            ArticleTag.view == view,
            ArticleTag.set_by_id == actor.id,
            ArticleTag.withdrawn_at.is_(None),
        )
    )
    if standing is not None:
        raise Conflict(Words(N_("You have tied this proposal to that article already. Take that tag back first.")))
    made = tag_row(actor.id, proposal, said, view, lang)
    made.explanation = explanation
    db.session.add(made)
    facts = {"article": said.article_id, "direction": said.direction.value, "view": view.value}
    return Done(made, facts, subject=proposal)


def _reviews_it(actor: Account, proposal: Proposal) -> bool:
    """Whether a review of this person is under way, or waits for the others'."""
    under_way = Review.state.in_(PENDING) | Review.handed_in_at.is_not(None) & Review.opened_at.is_(None)
    found = select(Review.id).where(Review.proposal_id == proposal.id, Review.reviewer_id == actor.id, under_way)
    return db.session.scalar(found.limit(1)) is not None


@act(Action.WITHDRAW_TAG)
def withdraw_tag(actor: Account, made: ArticleTag) -> Done[ArticleTag]:
    """Take a tag back. It stays in the record."""
    made.withdrawn_at = clock.now()
    return Done(made, {"article": made.article, "proposal": made.proposal_id})


def tag_row(set_by_id: int | None, proposal: Proposal, said: Tagging, view: View, lang: str) -> ArticleTag:
    """The row of a tag, not yet added to the session."""
    return ArticleTag(
        proposal_id=proposal.id,
        revision_number=proposal.revision_number,
        article=said.article_id,
        direction=said.direction,
        groups=list(said.groups),
        mitigation=said.mitigation,
        lang=lang,
        view=view,
        set_by_id=set_by_id,
    )


def _drop_draft(actor: Account, proposal: Proposal, checklist_id: str) -> None:
    """What was drafted is used up by being published."""
    db.session.execute(
        delete(AssessmentDraft).where(
            AssessmentDraft.account_id == actor.id,
            AssessmentDraft.proposal_id == proposal.id,
            AssessmentDraft.checklist == checklist_id,
        )
    )


def _replace_answers(proposal: Proposal, checklist_id: str) -> None:
    now = clock.now()
    for earlier in db.session.scalars(
        select(Assessment).where(
            Assessment.proposal_id == proposal.id,
            Assessment.view == View.AUTHOR,
            Assessment.checklist == checklist_id,
            Assessment.replaced_at.is_(None),
        )
    ):
        earlier.replaced_at = now


def _replace_tags(proposal: Proposal) -> None:
    now = clock.now()
    for standing in db.session.scalars(
        select(ArticleTag).where(
            ArticleTag.proposal_id == proposal.id,
            ArticleTag.view == View.AUTHOR,
            ArticleTag.withdrawn_at.is_(None),
        )
    ):
        standing.withdrawn_at = now
