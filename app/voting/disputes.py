"""What became of the ballot of a receipt: the question of a voter who doubts the seal, answered for anybody."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from app.audit.verify import NoteError, parse_vkey
from app.voting import queries
from app.voting.publishing import Fate
from app.voting.receipts import open_receipt

ROUND_OF_RECEIPT = re.compile(r"^round ([0-9]{1,15})$", re.MULTILINE)


def fates_of(session: Session, note: str) -> list[Fate] | None:
    """In which lists the commitment of a receipt stands: exactly one, if all is well. None before the seal.

    :raises NoteError: when it is no receipt, or not signed by the key that its vote announced when it opened.
    """
    number = ROUND_OF_RECEIPT.search(note)
    vote = queries.vote(session, int(number[1])) if number else None
    if vote is None or vote.paper is None:
        raise NoteError("this is not a receipt of a vote that is here")
    receipt = open_receipt(note, parse_vkey(vote.paper.receipt_key))
    if vote.facts.sealed_at is None:
        return None
    return [fate for fate in Fate if receipt.commit in queries.commits(session, receipt.round_id, fate)]
