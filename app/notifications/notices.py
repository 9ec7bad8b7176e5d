"""Notices, made from what the log says was done. Acts know nothing of them.

`catch_up` reads the entries that came since the last time and writes down who should know. It may be called by anybody,
after every act (`after_commit`) or by a timer: entries are taken in order, once each, by whoever holds the cursor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import Account
from app.audit.log import insert_or
from app.audit.models import LogEntry, LogState
from app.charter.actions import Action
from app.charter.rounds import RoundKind
from app.charter.words import N_
from app.database import AnyRow, Model, db
from app.discussion.models import Appeal, Comment
from app.notifications.models import Cursor, Notice
from app.proposals import queries as proposals
from app.proposals.models import Endorsement, Proposal
from app.rights.models import Concern, Review
from app.voting import queries as votes
from app.writing import end_reading, private_write

THE_CURSOR: Final = 1
AT_A_TIME: Final = 200
FAR_BEHIND: Final = 1000
"""Entries that concern nobody before the cursor is moved past them, so that most acts cost no second write."""

log = structlog.get_logger("folkmoot.notices")

_NOTICES = Model.metadata.tables[Notice.__tablename__]
_CURSORS = Model.metadata.tables[Cursor.__tablename__]


@dataclass(frozen=True)
class Told:
    """One notice to be: whom to tell, in which words, with which facts. Titles are looked up when it is read."""

    account_id: int
    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """What an entry says, as far as notices go."""

    key: str
    """What its object's reference ends in: a number, or a person's public id."""
    table: str
    facts: dict[str, Any]

    @classmethod
    def read(cls, row: AnyRow) -> Entry:
        table, _slash, key = (row.object or "").partition("/")
        return cls(key=key, table=table, facts=json.loads(row.body).get("facts", {}))

    @property
    def number(self) -> int:
        return int(self.key)


SENTENCES: dict[str, str] = {
    "revised": N_("“%(title)s” was revised. You endorsed revision %(backed)s; see what changed since."),
    "withdrawn": N_("“%(title)s”, which you endorsed, was withdrawn by its author."),
    "answered": N_("The city answered “%(title)s”."),
    "proposal_hidden": N_("A moderator hid your proposal. Its page says why."),
    "proposal_restored": N_("Your proposal “%(title)s” is public again."),
    "comment_hidden": N_("A moderator hid your comment on “%(title)s”. You can read why, and appeal."),
    "comment_restored": N_("Your comment on “%(title)s” is public again."),
    "appeal_upheld": N_("Your appeal was upheld: your comment on “%(title)s” is public again."),
    "appeal_dismissed": N_("A second moderator looked at your appeal: your comment on “%(title)s” stays hidden."),
    "review_asked": N_("You are asked to review “%(title)s”. Begin, or step back, on its rights page."),
    "reviewed": N_("Reviewers have assessed “%(title)s”. Look whether they found a danger that asks for an answer."),
    "concern_raised": N_("A resident added something to the assessment of “%(title)s”. You are asked to answer it."),
    "concern_answered": N_("What you added to the assessment of “%(title)s” was answered."),
    "role_granted": N_("You now hold a role: %(role)s."),
    "role_revoked": N_("You no longer hold the role %(role)s."),
    "verified": N_("A clerk verified that you live in the city. You can propose, endorse and vote."),
    "unverified": N_("A clerk ended your verification. Your own page says why, and whom to ask."),
    "suspended": N_("An administrator suspended your account: you can read, and nothing more."),
    "restored": N_("Your account is no longer suspended."),
    "reopened": N_(
        "A vote in which you can vote was reopened: “%(round)s”. A ballot that you cast in it still counts."
    ),
}
"""What each kind of notice says. `title` is a proposal's, as it stands when the notice is read."""


def after_commit() -> None:
    """Tell people of what an act has just done. Never fails: the act is committed, and the next run makes up for it."""
    try:
        catch_up()
    except Exception:
        db.session.rollback()
        log.exception("notices_failed")
    end_reading()


def catch_up() -> int:
    """Write notices for every entry since the last time. Returns how many were written."""
    written = 0
    while True:
        start = db.session.scalar(select(Cursor.next_index).where(Cursor.id == THE_CURSOR)) or 0
        size = _log_size(db.session())
        if not _entries(db.session(), start, size, 1) and size - start < FAR_BEHIND:
            return written
        more, went_on = _take()
        written += more
        if not went_on:
            return written


def _take() -> tuple[int, bool]:
    """One batch, under the cursor's lock: how many notices came of it, and whether there may be more entries."""
    with private_write() as session:
        start = _held_cursor(session)
        size = _log_size(session)
        rows = _entries(session, start, size, AT_A_TIME)
        told = [one for row in rows for one in MAKERS[Action(row.act)](session, Entry.read(row))]
        if told:
            now = clock.now()
            session.execute(
                insert(_NOTICES),
                [{"account_id": t.account_id, "kind": t.kind, "facts": t.facts, "made_at": now} for t in told],
            )
        full = len(rows) == AT_A_TIME
        reached = rows[-1].idx + 1 if full else size
        session.execute(update(_CURSORS).where(_CURSORS.c.id == THE_CURSOR).values(next_index=reached))
    return len(told), full


def _held_cursor(session: Session) -> int:
    connection = session.connection()
    connection.execute(insert_or(connection, _CURSORS).on_conflict_do_nothing(), {"id": THE_CURSOR, "next_index": 0})
    held = select(_CURSORS.c.next_index).where(_CURSORS.c.id == THE_CURSOR).with_for_update()
    return int(session.scalars(held).one())


def _entries(session: Session, start: int, size: int, most: int) -> list[AnyRow]:
    """Entries of which somebody hears, within the tree of this size: what is added meanwhile waits for its turn."""
    acts = [action.value for action in MAKERS]
    return list(
        session.execute(
            select(LogEntry.idx, LogEntry.act, LogEntry.object, LogEntry.body)
            .where(LogEntry.idx >= start, LogEntry.idx < size, LogEntry.act.in_(acts))
            .order_by(LogEntry.idx)
            .limit(most)
        ).all()
    )


def _log_size(session: Session) -> int:
    return session.scalar(select(LogState.size).where(LogState.id == 1)) or 0


def _revised(session: Session, entry: Entry) -> Iterable[Told]:
    revision = entry.facts.get("revision", 0)
    rows = session.execute(
        select(Endorsement.account_id, Endorsement.revision_number).where(
            Endorsement.proposal_id == entry.number,
            Endorsement.withdrawn_at.is_(None),
            Endorsement.revision_number < revision,
        )
    )
    for row in rows:
        facts = {"proposal": entry.number, "backed": row.revision_number, "revision": revision}
        yield Told(row.account_id, "revised", facts)


def _to_supporters(kind: str) -> Callable[[Session, Entry], Iterable[Told]]:
    def make(session: Session, entry: Entry) -> Iterable[Told]:
        for account_id in proposals.endorsers(session, entry.number):
            yield Told(account_id, kind, {"proposal": entry.number})

    return make


def _to_author(kind: str) -> Callable[[Session, Entry], Iterable[Told]]:
    def make(session: Session, entry: Entry) -> Iterable[Told]:
        author = session.scalar(select(Proposal.author_id).where(Proposal.id == entry.number))
        if author is not None:
            yield Told(author, kind, {"proposal": entry.number})

    return make


def _answered(session: Session, entry: Entry) -> Iterable[Told]:
    author = session.scalar(select(Proposal.author_id).where(Proposal.id == entry.number))
    whom = {*proposals.endorsers(session, entry.number), *([author] if author is not None else [])}
    for account_id in sorted(whom):
        yield Told(account_id, "answered", {"proposal": entry.number})


def _to_commenter(kind: str) -> Callable[[Session, Entry], Iterable[Told]]:
    def make(session: Session, entry: Entry) -> Iterable[Told]:
        return _about_comment(session, entry.number, kind)

    return make


def _appeal_decided(session: Session, entry: Entry) -> Iterable[Told]:
    appeal = session.get(Appeal, entry.number)
    if appeal is None:
        return ()
    kind = "appeal_upheld" if entry.facts.get("upheld") else "appeal_dismissed"
    return _about_comment(session, appeal.hiding.comment_id, kind)


def _about_comment(session: Session, comment_id: int, kind: str) -> Iterable[Told]:
    row = session.execute(
        select(Comment.author_id, Comment.proposal_id).where(Comment.id == comment_id, Comment.author_id.is_not(None))
    ).one_or_none()
    if row is not None:
        yield Told(row.author_id, kind, {"proposal": row.proposal_id, "comment": comment_id})


def _review_asked(session: Session, entry: Entry) -> Iterable[Told]:
    reviewer = session.scalar(select(Review.reviewer_id).where(Review.id == entry.facts.get("review")))
    if reviewer is not None:
        yield Told(reviewer, "review_asked", {"proposal": entry.number})


def _reviewed(session: Session, entry: Entry) -> Iterable[Told]:
    """Authors hear of reviews once they can read them."""
    proposal = entry.facts.get("proposal", entry.number)
    author = session.scalar(select(Proposal.author_id).where(Proposal.id == proposal))
    if entry.facts.get("opened") and author is not None:
        yield Told(author, "reviewed", {"proposal": proposal})


def _concern_answered(session: Session, entry: Entry) -> Iterable[Told]:
    concern = session.get(Concern, entry.number)
    whom = None if concern is None else concern.author_id or concern.unnamed_id
    if concern is not None and whom is not None:
        yield Told(whom, "concern_answered", {"proposal": concern.proposal_id})


def _to_person(kind: str) -> Callable[[Session, Entry], Iterable[Told]]:
    def make(session: Session, entry: Entry) -> Iterable[Told]:
        person: Account | None = accounts.by_public_id(session, entry.key)
        if person is not None and person.erased_at is None:
            said = {"role": entry.facts["role"]} if "role" in entry.facts else {}
            yield Told(person.id, kind, said)

    return make


def _reopened(session: Session, entry: Entry) -> Iterable[Told]:
    """Everybody on the roll hears that a vote is open once more. Nothing says who has voted."""
    if entry.facts.get("kind") == RoundKind.VOTE.value:
        for account_id in votes.everybody_on_roll(session, entry.number):
            yield Told(account_id, "reopened", {"round": entry.number})


MAKERS: dict[Action, Callable[[Session, Entry], Iterable[Told]]] = {
    Action.REVISE_PROPOSAL: _revised,
    Action.WITHDRAW_PROPOSAL: _to_supporters("withdrawn"),
    Action.ANSWER_PROPOSAL: _answered,
    Action.HIDE_PROPOSAL: _to_author("proposal_hidden"),
    Action.RESTORE_PROPOSAL: _to_author("proposal_restored"),
    Action.HIDE_COMMENT: _to_commenter("comment_hidden"),
    Action.RESTORE_COMMENT: _to_commenter("comment_restored"),
    Action.DECIDE_APPEAL: _appeal_decided,
    Action.ASSIGN_REVIEWER: _review_asked,
    Action.HAND_IN_REVIEW: _reviewed,
    Action.STEP_BACK: _reviewed,
    Action.OPEN_REVIEWS: _reviewed,
    Action.RAISE_CONCERN: _to_author("concern_raised"),
    Action.ANSWER_CONCERN: _concern_answered,
    Action.REOPEN_ROUND: _reopened,
    Action.GRANT_ROLE: _to_person("role_granted"),
    Action.REVOKE_ROLE: _to_person("role_revoked"),
    Action.VERIFY_RESIDENT: _to_person("verified"),
    Action.END_RESIDENCY: _to_person("unverified"),
    Action.SUSPEND_ACCOUNT: _to_person("suspended"),
    Action.RESTORE_ACCOUNT: _to_person("restored"),
}
"""Which acts somebody hears of, and who."""
