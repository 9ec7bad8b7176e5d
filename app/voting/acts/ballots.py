"""Casting a ballot: into the box under a handle that only the round's key can compute, with no word of whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import UpdateBase, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Account
from app.acts import Conflict
from app.charter.actions import Action
from app.charter.rules import Refused, Verdict
from app.charter.words import N_, Words
from app.database import Model, db
from app.straight import Prepared, Straight, straight_act
from app.voting.acts.holding import hold
from app.voting.ballots import check
from app.voting.counting.outcome import Choices
from app.voting.electors import NOT_ON_ROLL
from app.voting.keys import KeyTroubleError, cabinet
from app.voting.models import BallotBox, BallotPending
from app.voting.queries import BallotPaper
from app.voting.receipts import Receipt, choices_text
from app.voting.roundkey import Envelope, RoundKey
from app.voting.rule import ReceiptMode

MOST_REPLACEMENTS = 100
"""An envelope remembers each ballot that it replaced; without an end, one person could fill the disk."""

_BOX = Model.metadata.tables[BallotBox.__tablename__]
_PENDING = Model.metadata.tables[BallotPending.__tablename__]
_HERE = (_BOX.c.round_id == bindparam("round_id")) & (_BOX.c.handle == bindparam("handle"))

_AWAIT_BATCH = Prepared(
    lambda _: insert(_PENDING).values(
        round_id=bindparam("round_id"), handle=bindparam("handle"), version=bindparam("version")
    )
)
_TAKE_OUT = Prepared(lambda _: select(_BOX.c.version, _BOX.c.blob, _BOX.c.void).where(_HERE).with_for_update())
_LAY_AGAIN = Prepared(
    lambda _: update(_BOX).where(_HERE).values(blob=bindparam("new_blob"), version=bindparam("new_version"))
)


def _laying(dialect: str) -> UpdateBase:
    """Lay a first envelope into the box, unless there is one. Returns a row if it was laid.

    PostgreSQL lets it wait for its batch in the same statement; on SQLite that takes `_AWAIT_BATCH` besides.
    """
    row: dict[str, Any] = {name: bindparam(name) for name in ("round_id", "handle", "blob")}
    if dialect == "sqlite":
        into = sqlite.insert(_BOX).values(**row, version=1, void=False)
        return into.on_conflict_do_nothing().returning(_BOX.c.version)
    into_box = postgresql.insert(_BOX).values(**row, version=1, void=False).on_conflict_do_nothing()
    laid = into_box.returning(_BOX.c.round_id, _BOX.c.handle, _BOX.c.version).cte("laid")
    return insert(_PENDING).from_select(list(laid.c.keys()), select(laid)).returning(_PENDING.c.version)


_LAY = Prepared(_laying)


TOOK_PAPER = N_(
    "You were handed a paper ballot in this vote, so you vote on paper: nobody votes twice. "
    "A ballot that you cast online before does not count."
)


class BallotRefusedError(ValueError):
    """The ballot breaks the rule of the round. `problems` say how, for people; nothing was cast."""

    def __init__(self, problems: tuple[Words, ...]) -> None:
        super().__init__("; ".join(str(words) for words in problems))
        self.problems = problems


@dataclass(frozen=True)
class Cast:
    """What became of sending a ballot.

    `repeated` says that this very ballot was in the box already; `superseded` that a later one has replaced it since;
    `replaced` that it took the place of an earlier one.
    """

    receipt: Receipt
    repeated: bool = False
    superseded: bool = False
    replaced: bool = False


@straight_act(Action.CAST_BALLOT, hold)
def cast(at: Straight, on_roll: bool, actor: Account, paper: BallotPaper, *, choices: Choices, cast_id: bytes) -> Cast:
    """Put a ballot into the box, in place of an earlier one of the same person.

    The same `cast_id` (16 bytes, made with the form) always gives the same receipt and never a second ballot, however
    often and however simultaneously it is sent.

    :raises Refused: when the round is not open, or the person is not on its roll.
    :raises Conflict: when they voted on paper, have replaced their ballot too often, or the round's key is not there.
    :raises BallotRefusedError: when the choices break the rule.
    """
    if not on_roll:
        raise Refused(Action.CAST_BALLOT, Verdict(False, Words(NOT_ON_ROLL)))
    if problems := check(paper.rule, paper.option_ids, choices):
        raise BallotRefusedError(problems)
    key = open_key(paper)
    handle = key.handle(actor.id)
    fresh = Envelope.new(choices_text(choices), cast_id)
    blob = key.lock(handle, fresh, paper.longest)
    if at.first(_LAY, round_id=paper.round_id, handle=handle, blob=blob) is None:
        return _replace(at, paper, key, handle, fresh)
    if at.dialect.name == "sqlite":
        at.run(_AWAIT_BATCH, round_id=paper.round_id, handle=handle, version=1)
    return Cast(_receipt(paper, fresh.tracker, fresh.commit(paper.round_id)))


def open_key(paper: BallotPaper) -> RoundKey:
    """The round's key, once it is certain that it is the one that the round opened with. Raises KeyTroubleError."""
    key = cabinet().open(paper.round_id)
    if key.check_value != paper.key_check:
        raise KeyTroubleError(N_("The key file of this round is not the one that the round opened with."))
    return key


def _replace(at: Straight, paper: BallotPaper, key: RoundKey, handle: bytes, fresh: Envelope) -> Cast:
    """Take the envelope out, and put a new one in its place unless it holds this very ballot already."""
    row = at.first(_TAKE_OUT, round_id=paper.round_id, handle=handle)
    if row is None:
        raise RuntimeError("an envelope vanished from the box while its round was held open")
    version, blob, void = row
    if void:
        raise Conflict(Words(TOOK_PAPER))
    present = key.unlock(handle, version, blob)
    if (known := _known(paper, present, fresh.cast_id)) is not None:
        return known
    if version > MOST_REPLACEMENTS:
        text = N_("You have replaced your ballot %(times)s times, which is the limit. The last one counts.")
        raise Conflict(Words(text, {"times": MOST_REPLACEMENTS}))
    envelope = present.replaced_by(paper.round_id, fresh.choices, fresh.cast_id)
    new_blob = key.lock(handle, envelope, paper.longest)
    where = {"round_id": paper.round_id, "handle": handle}
    at.run(_LAY_AGAIN, **where, new_blob=new_blob, new_version=envelope.version)
    at.run(_AWAIT_BATCH, **where, version=envelope.version)
    return Cast(_receipt(paper, envelope.tracker, envelope.commit(paper.round_id)), replaced=True)


def _known(paper: BallotPaper, present: Envelope, cast_id: bytes) -> Cast | None:
    """The receipt that was given for this cast before, if it was."""
    if present.cast_id == cast_id:
        receipt = _receipt(paper, present.tracker, present.commit(paper.round_id))
        return Cast(receipt, repeated=True, replaced=present.version > 1)
    for earlier in present.earlier:
        if earlier.cast_id == cast_id:
            return Cast(_receipt(paper, earlier.tracker, earlier.commit), repeated=True, superseded=True)
    return None


def given(paper: BallotPaper, account_id: int, cast_id: bytes) -> Cast | None:
    """The receipt of a cast that its sender still knows the id of; None when the box does not know it."""
    key = open_key(paper)
    handle = key.handle(account_id)
    here = (_BOX.c.round_id == paper.round_id) & (_BOX.c.handle == handle)
    row = db.session.execute(select(_BOX.c.version, _BOX.c.blob).where(here)).one_or_none()
    return None if row is None else _known(paper, key.unlock(handle, row.version, row.blob), cast_id)


def _receipt(paper: BallotPaper, tracker: bytes, commit: bytes) -> Receipt:
    tracked = paper.receipts is ReceiptMode.TRACKED
    return Receipt(paper.round_id, commit, tracker if tracked else None)
