"""What people do in a discussion: comment, edit, erase, mark, report; what moderators do; appeals."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.accounts.models import Account
from app.acts import UNNAMED, Conflict, Done, act
from app.charter.actions import Action
from app.charter.roles import Role
from app.charter.words import N_, Words
from app.database import db
from app.discussion.models import (
    Appeal,
    Comment,
    CommentRevision,
    CommentState,
    HelpfulMark,
    Hiding,
    Position,
    Reason,
    Report,
)
from app.proposals.models import Proposal
from app.writing import count

DEEPEST = 6
"""Answers below this stay at this depth: a thread must fit a phone."""
AGAIN = timedelta(minutes=10)
"""For so long, the same words by the same person in the same place are a button pressed twice."""
NOT_THERE = N_("What you answer to is not there any more. Copy your text and answer somewhere else.")


@act(Action.COMMENT)
def comment(
    actor: Account,
    proposal: Proposal,
    *,
    body: str,
    lang: str,
    position: Position | None = None,
    parent: Comment | None = None,
    editable_for: timedelta = timedelta(0),
) -> Done[Comment]:
    """Say something on a proposal, or in answer to `parent`. `editable_for` is how long its author may change it.

    Raises Conflict when `parent` is hidden or erased, or stands under another proposal, and when these very words were
    sent just now.
    """
    if parent is not None and (parent.proposal_id != proposal.id or parent.state != CommentState.PUBLIC):
        raise Conflict(Words(NOT_THERE))
    now = clock.now()
    _refuse_twice(actor, proposal, parent, body, now)
    said = Comment(
        deliberation_id=proposal.deliberation_id,
        proposal_id=proposal.id,
        parent_id=parent.id if parent else None,
        root_id=(parent.root_id or parent.id) if parent else None,
        depth=min(parent.depth + 1, DEEPEST) if parent else 0,
        author_id=actor.id,
        author_role=_office(actor, proposal.deliberation_id),
        position=position if parent is None else None,
        body=body,
        lang=lang,
        created_at=now,
        edit_until=now + editable_for,
    )
    db.session.add(said)
    count(Proposal, proposal.id, comments_count=1)
    facts: dict[str, object] = {"proposal": proposal.id, "lang": lang}
    if said.position is not None:
        facts["position"] = str(said.position)
    if parent is not None:
        facts["answers"] = parent.id
    return Done(said, facts, subject=said)


@act(Action.EDIT_COMMENT)
def edit(actor: Account, said: Comment, *, body: str, lang: str) -> Done[Comment]:
    """Change a comment shortly after it was posted. The earlier text is kept and can be read."""
    if (said.body, said.lang) == (body, lang):
        raise Conflict(Words(N_("Nothing has changed, so there is nothing to save.")))
    db.session.add(CommentRevision(comment_id=said.id, body=said.body, lang=said.lang))
    said.body, said.lang, said.edited_at = body, lang, clock.now()
    return Done(said, {"lang": lang})


@act(Action.ERASE_COMMENT, erases=True)
def erase(actor: Account, said: Comment) -> Done[Comment]:
    """Destroy a comment's text and its salt, earlier texts too. Its place in the thread stays, and says so."""
    for earlier in db.session.scalars(select(CommentRevision).where(CommentRevision.comment_id == said.id)):
        earlier.body, earlier.salt = "", secrets.token_bytes(16)
    if said.state == CommentState.PUBLIC:
        count(Proposal, said.proposal_id, comments_count=-1)
    said.body, said.salt, said.state = "", secrets.token_bytes(16), CommentState.ERASED
    said.author_id = None
    return Done(said)


@act(Action.MARK_HELPFUL)
def mark_helpful(actor: Account, said: Comment, *, helpful: bool) -> Done[Comment]:
    """Mark a comment as helpful, or take the mark back. Doing it twice changes nothing more."""
    if said.author_id == actor.id:
        raise Conflict(Words(N_("This is your own comment: others decide whether it helps.")))
    mark = db.session.scalar(
        select(HelpfulMark).where(HelpfulMark.comment_id == said.id, HelpfulMark.account_id == actor.id)
    )
    stood = mark is not None and mark.withdrawn_at is None
    if mark is None:
        mark = HelpfulMark(comment_id=said.id, account_id=actor.id)
        db.session.add(mark)
    mark.withdrawn_at = None if helpful else clock.now()
    if stood != helpful:
        count(Comment, said.id, helpful_count=1 if helpful else -1)
    return Done(said, {"helpful": helpful}, actor=UNNAMED)


@act(Action.REPORT_COMMENT)
def report(actor: Account, said: Comment, *, reason: Reason, detail: str) -> Done[Report]:
    """Tell the moderators that a comment breaks the rules. Only they see who told them."""
    made = db.session.scalar(select(Report).where(Report.comment_id == said.id, Report.reporter_id == actor.id))
    if made is not None:
        raise Conflict(Words(N_("You have reported this comment already. A moderator will look at it.")))
    made = Report(comment=said, reporter_id=actor.id, reason=reason, detail=detail)
    db.session.add(made)
    return Done(made, {"reason": str(reason)}, actor=UNNAMED)


@act(Action.DISMISS_REPORT)
def dismiss(actor: Account, made: Report) -> Done[Report]:
    """Find that a reported comment breaks no rule."""
    _decide(made, actor, "dismissed")
    return Done(made, {"comment": made.comment_id})


@act(Action.HIDE_COMMENT)
def hide(actor: Account, said: Comment, *, reason: Reason, explanation: str) -> Done[Hiding]:
    """Put a reason in place of a comment's text. Open reports of it are settled with that."""
    hiding = Hiding(comment=said, reason=reason, explanation=explanation, hidden_by_id=actor.id)
    db.session.add(hiding)
    said.state = CommentState.HIDDEN
    reports = select(Report).where(Report.comment_id == said.id, Report.state == "open")
    for made in db.session.scalars(reports.with_for_update(key_share=True)):  # somebody may just be dismissing one
        _decide(made, actor, "upheld")
    count(Proposal, said.proposal_id, comments_count=-1)
    return Done(hiding, {"reason": str(reason)})


@act(Action.RESTORE_COMMENT)
def restore(actor: Account, said: Comment) -> Done[Comment]:
    """Make a hidden comment readable again."""
    _restore(actor, said)
    return Done(said)


@act(Action.APPEAL)
def appeal(actor: Account, hiding: Hiding, *, text: str) -> Done[Appeal]:
    """Ask another moderator to look at a hidden comment again."""
    made = Appeal(hiding=hiding, text=text)
    db.session.add(made)
    return Done(made, {"comment": hiding.comment_id})


@act(Action.DECIDE_APPEAL)
def decide_appeal(actor: Account, made: Appeal, *, upheld: bool, answer: str) -> Done[Appeal]:
    """Uphold an appeal (the comment is public again) or dismiss it (it stays hidden), with words for the author."""
    made.state = "upheld" if upheld else "dismissed"
    made.answer, made.decided_at, made.decided_by_id = answer, clock.now(), actor.id
    said = made.hiding.comment
    db.session.refresh(said, with_for_update={"key_share": True})  # it may just have been restored
    if upheld and said.state == CommentState.HIDDEN:
        _restore(actor, said)
    return Done(made, {"comment": said.id, "upheld": upheld})


def _refuse_twice(actor: Account, proposal: Proposal, parent: Comment | None, body: str, now: datetime) -> None:
    same = select(Comment.id).where(
        Comment.author_id == actor.id,
        Comment.proposal_id == proposal.id,
        Comment.parent_id == parent.id if parent else Comment.parent_id.is_(None),
        Comment.created_at > now - AGAIN,
        Comment.state == CommentState.PUBLIC,
        Comment.body == body,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Conflict(
            Words(N_("You said exactly this here a moment ago, and it is public. It was not published twice."))
        )


def _restore(actor: Account, said: Comment) -> None:
    standing = db.session.scalars(select(Hiding).where(Hiding.comment_id == said.id, Hiding.restored_at.is_(None)))
    for hiding in standing:
        hiding.restored_at, hiding.restored_by_id = clock.now(), actor.id
    said.state = CommentState.PUBLIC
    count(Proposal, said.proposal_id, comments_count=1)


def _decide(made: Report, actor: Account, state: str) -> None:
    made.state, made.decided_at, made.decided_by_id = state, clock.now(), actor.id


def _office(actor: Account, deliberation_id: int) -> str | None:
    """The office under which an official speaks here: shown as a badge, so nobody takes them for a neighbour."""
    held = actor.standing(confirmed=True)
    return next((role.value for role in Role if held.holds(role, deliberation_id)), None)
