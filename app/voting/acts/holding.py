"""What casting must know and hold, in one statement: the round, who casts, and whether they are on the roll."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from app.accounts.models import Account, Credential
from app.charter.roles import STRANGER, Standing
from app.charter.rounds import Agenda, RoundFacts, RoundKind
from app.database import Model
from app.deliberations.models import Round
from app.straight import Held, Prepared, Straight
from app.voting.models import PollRoll
from app.voting.queries import BallotPaper

_TABLES = Model.metadata.tables
_ROUNDS = _TABLES[Round.__tablename__]
_ACCOUNTS = _TABLES[Account.__tablename__]
_CREDENTIALS = _TABLES[Credential.__tablename__]
_ROLL = _TABLES[PollRoll.__tablename__]

_HOLD = Prepared(
    lambda _: (
        select(
            _ROUNDS.c.position,
            _ROUNDS.c.opens_at,
            _ROUNDS.c.closes_at,
            _ROUNDS.c.opened_at,
            _ROUNDS.c.paused_at,
            _ROUNDS.c.closed_at,
            _ROUNDS.c.cancelled_at,
            _ROUNDS.c.sealed_at,
            _ROUNDS.c.settings,
            _ACCOUNTS.c.id,
            _ACCOUNTS.c.verified_at,
            _ACCOUNTS.c.suspended_at,
            _ACCOUNTS.c.erased_at,
            _CREDENTIALS.c.email_confirmed_at,
            _ROLL.c.struck,
        )
        .select_from(_ROUNDS)
        .outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == bindparam("account_id"))
        .outerjoin(_CREDENTIALS, _CREDENTIALS.c.account_id == _ACCOUNTS.c.id)
        .outerjoin(_ROLL, (_ROLL.c.round_id == _ROUNDS.c.id) & (_ROLL.c.account_id == _ACCOUNTS.c.id))
        .where(_ROUNDS.c.id == bindparam("round_id"))
        .with_for_update(read=True, of=_ROUNDS)
    )
)
"""The lock is shared: those who cast never wait for one another, but closing the round waits for all of them."""


def hold(at: Straight, account_id: int, paper: BallotPaper) -> Held[bool]:
    """Hold the round open until the cast is committed. What is found is whether the person is on the roll.

    Roles are left out of the standing: nobody casts a ballot by office.
    """
    row = at.first(_HOLD, account_id=account_id, round_id=paper.round_id)
    if row is None:
        return Held(Agenda(paper.deliberation_id, ""), STRANGER, False)
    *times, settings, found_id, verified_at, suspended_at, erased_at, confirmed_at, struck = row
    standing = Standing(
        account_id=found_id,
        confirmed=confirmed_at is not None,
        verified=verified_at is not None,
        suspended=suspended_at is not None or erased_at is not None,
    )
    agenda = Agenda(paper.deliberation_id, "", [_facts(paper.round_id, times, settings)])
    return Held(agenda, standing, struck is not None and not struck)


def _facts(round_id: int, times: list[Any], settings: dict[str, Any]) -> RoundFacts:
    position, opens_at, closes_at, opened_at, paused_at, closed_at, cancelled_at, sealed_at = times
    return RoundFacts(
        id=round_id,
        kind=RoundKind.VOTE,
        position=position,
        opens_at=opens_at,
        closes_at=closes_at,
        opened_at=opened_at,
        paused_at=paused_at,
        closed_at=closed_at,
        cancelled_at=cancelled_at,
        sealed_at=sealed_at,
        settings=settings or {},
    )
