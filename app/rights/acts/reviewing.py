"""Reviews: who is asked, whether they are free to judge, and when what they handed in can be read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from app import clock
from app.accounts.models import Account
from app.acts import Conflict, Done, act, agenda_of
from app.charter.actions import Action
from app.charter.roles import Role
from app.charter.words import N_, Words
from app.database import db
from app.proposals.models import Proposal
from app.rights import checklist
from app.rights.acts.saying import tag_row
from app.rights.assessing import Assessing
from app.rights.models import Assessment, AssessmentDraft, Review, View
from app.rights.questions import Answers
from app.rights.reviewing import PENDING, ReviewState, can_be_opened, needed


@act(Action.ASSIGN_REVIEWER)
def assign_reviewer(actor: Account, proposal: Proposal, *, reviewer: Account) -> Done[Review]:
    """Ask a reviewer to assess a proposal.

    Raises Conflict for somebody without the office, for the proposal's author, and for who was asked before.
    """
    name = {"name": reviewer.display_name}
    if not reviewer.standing(confirmed=True).holds(Role.REVIEWER):
        raise Conflict(Words(N_("%(name)s is not a human rights reviewer."), name))
    if reviewer.id == proposal.author_id:
        raise Conflict(Words(N_("%(name)s wrote this proposal. Choose somebody else."), name))
    if any(one.reviewer_id == reviewer.id for one in _reviews(proposal.id)):
        raise Conflict(Words(N_("%(name)s was asked already."), name))
    review = Review(proposal_id=proposal.id, reviewer_id=reviewer.id, assigned_by_id=actor.id)
    db.session.add(review)
    db.session.flush()
    return Done(review, {"review": review.id}, subject=proposal)


@act(Action.ACCEPT_REVIEW)
def accept_review(actor: Account, review: Review) -> Done[Review]:
    """The reviewer declares to have no conflict of interest, and begins."""
    review.state, review.answered_at = ReviewState.ACCEPTED, clock.now()
    return Done(review, {"proposal": review.proposal_id})


@act(Action.STEP_BACK)
def step_back(actor: Account, review: Review, *, reason: str) -> Done[Review]:
    """The reviewer leaves it to somebody else, with a public reason. What others handed in may be opened by that."""
    review.state, review.answered_at, review.reason = ReviewState.STEPPED_BACK, clock.now(), reason
    _drop_draft(review)
    opened = _open_if_ready(review.proposal)
    return Done(review, {"proposal": review.proposal_id, "opened": opened})


@act(Action.HAND_IN_REVIEW)
def hand_in_review(actor: Account, review: Review) -> Done[Review]:
    """Hand in what stands in the reviewer's draft. It is opened to everybody once the others are in too.

    Until then it stays in the draft, private and unchangeable. Raises Conflict when it is not complete.
    """
    draft = _draft(review)
    if draft is None or not _assessing(draft).complete:
        raise Conflict(Words(N_("Something is still missing. Look at the sections that are not done.")))
    proposal = _held(review.proposal)
    review.state, review.handed_in_at = ReviewState.HANDED_IN, clock.now()
    opened = _open_if_ready(proposal)
    facts = {"proposal": proposal.id, "checklist": f"{draft.checklist}-{draft.checklist_version}"}
    return Done(review, {**facts, "revision": draft.revision_number, "opened": opened})


@act(Action.OPEN_REVIEWS)
def open_reviews(actor: Account, proposal: Proposal, *, reason: str) -> Done[Proposal]:
    """Publish the reviews that are in, and release whoever has not handed in, with a public reason.

    Raises Conflict when nothing waits.
    """
    reviews = _reviews(proposal.id)
    waiting = [one for one in reviews if one.state == ReviewState.HANDED_IN and one.opened_at is None]
    if not waiting:
        raise Conflict(Words(N_("No review waits to be published.")))
    for one in reviews:
        if one.state in PENDING:
            one.state, one.reason = ReviewState.RELEASED, reason
            _drop_draft(one)
    for one in waiting:
        _open(one)
    return Done(proposal, {"opened": len(waiting)})


def _held(proposal: Proposal) -> Proposal:
    """The proposal, alone: of two reviewers who hand in at once, the second sees the first."""
    db.session.refresh(proposal, with_for_update={"key_share": True})
    return proposal


def _reviews(proposal_id: int) -> Sequence[Review]:
    found = select(Review).where(Review.proposal_id == proposal_id).order_by(Review.id)
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def _draft(review: Review) -> AssessmentDraft | None:
    return db.session.scalar(
        select(AssessmentDraft).where(
            AssessmentDraft.account_id == review.reviewer_id, AssessmentDraft.proposal_id == review.proposal_id
        )
    )


def _drop_draft(review: Review) -> None:
    db.session.execute(
        delete(AssessmentDraft).where(
            AssessmentDraft.account_id == review.reviewer_id, AssessmentDraft.proposal_id == review.proposal_id
        )
    )


def _assessing(draft: AssessmentDraft) -> Assessing:
    return Assessing(checklist.load(draft.checklist, draft.checklist_version), Answers.of(draft.answers))


def _open_if_ready(proposal: Proposal) -> int:
    """Open what is in, if it may be; how many reviews were opened."""
    db.session.flush()
    reviews = _reviews(proposal.id)
    if not can_be_opened([ReviewState(one.state) for one in reviews], needed(agenda_of(proposal.deliberation_id))):
        return 0
    waiting = [one for one in reviews if one.state == ReviewState.HANDED_IN and one.opened_at is None]
    for one in waiting:
        _open(one)
    return len(waiting)


def _open(review: Review) -> None:
    """Make a review that was handed in part of the public record: its answers, and the tags that follow."""
    review.opened_at = clock.now()
    draft = _draft(review)
    if draft is None:  # the reviewer's account was erased meanwhile, and all that was private with it
        return
    assessing = _assessing(draft)
    db.session.add(
        Assessment(
            proposal_id=review.proposal_id,
            revision_number=draft.revision_number,
            view=View.REVIEWER,
            checklist=draft.checklist,
            checklist_version=draft.checklist_version,
            answers=assessing.answers.as_stored(),
            lang=draft.lang,
            made_by_id=review.reviewer_id,
            made_at=review.handed_in_at or clock.now(),
        )
    )
    for said in assessing.tags:
        row = tag_row(review.reviewer_id, review.proposal, said, View.REVIEWER, draft.lang)
        row.revision_number = draft.revision_number
        db.session.add(row)
    db.session.delete(draft)
