"""Keeping the roll of a vote: the uploaded list before it opens; while it is open single lines, with a reason each.

The log tells that a line changed, why (on the round's page) and how many there are. It never tells whose line it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.acts import Conflict, Done, act
from app.charter.actions import Action
from app.charter.electorate import Electorate
from app.charter.planning import REASON_MISSING
from app.charter.rounds import Eligibility, RoundKind
from app.charter.rules import Circumstances
from app.charter.words import N_, Words
from app.database import Model, db
from app.deliberations.models import ChangeKind, Round, RoundChange
from app.voting.acts.ballots import open_key
from app.voting.electors import fits, marks_root
from app.voting.models import BallotBox, Poll, PollRoll, RollList
from app.voting.queries import BallotPaper
from app.voting.receipts import SALT_BYTES
from app.voting.rolllist import RollList as Uploaded

_LIST = Model.metadata.tables[RollList.__tablename__]
_BOX = Model.metadata.tables[BallotBox.__tablename__]


@act(Action.LIST_ROLL)
def upload_list(actor: Account, round_: Round, *, uploaded: Uploaded) -> Done[int]:
    """Take a list of who may vote in a planned round, in place of an earlier one. Returns how many lines it has.

    :raises Conflict: when the round does not ask for a list.
    """
    electorate = Electorate.from_settings(round_.settings or {})
    if RoundKind(round_.kind) is not RoundKind.VOTE or electorate.who is not Eligibility.LIST:
        raise Conflict(Words(N_("This round does not take its roll from a list. Change its plan first.")))
    session = db.session()
    session.execute(_LIST.delete().where(_LIST.c.round_id == round_.id))
    marks = sorted(uploaded.marks)
    session.execute(_LIST.insert(), [{"round_id": round_.id, "mark": mark} for mark in marks])
    return Done(len(marks), {"lines": len(marks), "root": marks_root(marks).hex()})


@dataclass(frozen=True)
class Line:
    """Somebody's line on the roll of an open vote, there or not. A subject of acts; its reference names the round."""

    paper: BallotPaper
    account: Account

    @property
    def deliberation_id(self) -> int:
        return self.paper.deliberation_id

    @property
    def reference(self) -> str:
        return self.paper.reference

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(round_id=self.paper.round_id, about_self=self.account.id == actor_id)


@act(Action.ADD_TO_ROLL)
def add_to_roll(actor: Account, line: Line, *, reason: str) -> Done[int]:
    """Add somebody who was wrongly left out, or was wrongly struck. Returns how many are on the roll now.

    :raises Conflict: without a reason; when they are on it; when by what is noted the round is not for them.
    """
    session, paper, person = db.session(), line.paper, line.account
    present = _hold(session, paper, reason).get(PollRoll, (paper.round_id, person.id))
    if present is not None and not present.struck:
        raise Conflict(Words(N_("This person is on the roll already.")))
    _must_belong(session, paper, person)
    before = on_roll_now(session, paper.round_id)
    if present is not None:
        present.struck = False
    else:
        salt = secrets.token_bytes(SALT_BYTES)
        session.add(PollRoll(round_id=paper.round_id, account_id=person.id, leaf_salt=salt, added=True))
    return _done(actor, paper, ChangeKind.ROLL_ADDED, reason, before, before + 1)


@act(Action.STRIKE_FROM_ROLL)
def strike_from_roll(actor: Account, line: Line, *, reason: str) -> Done[int]:
    """Strike somebody who should not be on it. An envelope of theirs will not be counted. Returns how many are left.

    :raises Conflict: without a reason; when they are not on it; when they were handed a paper ballot, which nobody
        could tell from the others any more.
    """
    session, paper, person = db.session(), line.paper, line.account
    present = _hold(session, paper, reason).get(PollRoll, (paper.round_id, person.id))
    if present is None or present.struck:
        raise Conflict(Words(N_("This person is not on the roll.")))
    here = (_BOX.c.round_id == paper.round_id) & (_BOX.c.handle == open_key(paper).handle(person.id))
    if session.scalar(select(_BOX.c.void).where(here)):
        text = N_("This person was handed a paper ballot, which cannot be told from the others: they stay on the roll.")
        raise Conflict(Words(text))
    before = on_roll_now(session, paper.round_id)
    present.struck = True
    return _done(actor, paper, ChangeKind.ROLL_STRUCK, reason, before, before - 1)


def on_roll_now(session: Session, round_id: int) -> int:
    """How many people may vote now: those on the roll at opening, with what was added and struck since."""
    counted = select(func.count()).select_from(PollRoll).where(PollRoll.round_id == round_id, ~PollRoll.struck)
    return session.scalar(counted) or 0


def _hold(session: Session, paper: BallotPaper, reason: str) -> Session:
    """Let clerks change the roll one after the other, so that each count is true. Those who cast wait for nobody."""
    if not reason.strip():
        raise Conflict(Words(REASON_MISSING))
    session.execute(select(Poll.round_id).where(Poll.round_id == paper.round_id).with_for_update(key_share=True))
    return session


def _must_belong(session: Session, paper: BallotPaper, person: Account) -> None:
    """The electorate is what the charter says. Only a list may itself be wrong about somebody."""
    round_ = session.get_one(Round, paper.round_id)
    electorate = Electorate.from_settings(round_.settings or {})
    asked = Electorate() if electorate.who is Eligibility.LIST else electorate
    opened = round_.opened_at
    if opened is None or not fits(session, asked, paper.round_id, opened.year, person.id):
        text = N_(
            "By what is noted about this person, this round is not for them. If that is wrong, "
            "correct the verification first."
        )
        raise Conflict(Words(text))


def _done(actor: Account, paper: BallotPaper, kind: ChangeKind, reason: str, before: int, after: int) -> Done[int]:
    facts: Mapping[str, object] = {"roll": after}
    change = RoundChange(
        round_id=paper.round_id,
        kind=kind,
        by_id=actor.id,
        reason=reason.strip(),
        before={"roll": before},
        after={"roll": after},
    )
    db.session.add(change)
    return Done(after, facts)
