"""Taking in votes on statements. A vote has no id of its own: it is known by who cast which vote on what, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from app.database import db
from app.proposals.models import Proposal, StatementVote
from app.records.imports.known import Known, Told, fresh_ids, watched
from app.records.imports.material import Material
from app.writing import bulk_insert

REPLACED = "votes that the same person cast again later: kept in the record, not counted"


class Vote(NamedTuple):
    """A vote on one of our proposals."""

    proposal_id: int
    voter: str
    value: int
    cast_at: datetime


def take(deliberation_id: int, material: Material, proposals: Known, told: Told) -> dict[str, int]:
    """Take in the votes that do not stand yet; of each person's votes on a statement the last one counts.

    Returns how many came in, and how many of all that stand now count.
    """
    if not material.votes:
        return {}
    old = _standing(deliberation_id)
    new = _fresh(old.values(), material, proposals)
    numbers = fresh_ids(StatementVote, len(new))
    last = counting({**old, **dict(zip(numbers, new, strict=True))})
    _set_aside([number for number in old if number not in last])
    bulk_insert(StatementVote, watched((_row(*one, one[0] in last) for one in zip(numbers, new, strict=True)), told))
    tallies = tallied(last)
    _tell_proposals(tallies)
    material.note(REPLACED, len(old) + len(new) - len(last))
    return {"votes": len(new), "votes_that_count": len(last)}


def counting(votes: Mapping[int, Vote]) -> dict[int, Vote]:
    """Each person's last vote on each statement, by number. Of two at the same moment the later one counts."""
    last: dict[tuple[int, str], int] = {}
    for number, vote in votes.items():
        key = (vote.proposal_id, vote.voter)
        if key not in last or vote.cast_at >= votes[last[key]].cast_at:
            last[key] = number
    return {number: votes[number] for number in last.values()}


def tallied(votes: Mapping[int, Vote]) -> dict[int, Counter[int]]:
    """How many agree (1), disagree (-1) and pass (0), by proposal."""
    tallies: dict[int, Counter[int]] = {}
    for vote in votes.values():
        tallies.setdefault(vote.proposal_id, Counter())[vote.value] += 1
    return tallies


def _standing(deliberation_id: int) -> dict[int, Vote]:
    rows = db.session.execute(
        select(
            StatementVote.id,
            StatementVote.proposal_id,
            StatementVote.voter_label,
            StatementVote.value,
            StatementVote.cast_at,
        )
        .join(Proposal, Proposal.id == StatementVote.proposal_id)
        .where(Proposal.deliberation_id == deliberation_id, StatementVote.voter_label.is_not(None))
        .order_by(StatementVote.id)
    )
    return {row.id: Vote(row.proposal_id, row.voter_label or "", row.value, row.cast_at) for row in rows}


def _fresh(old: Iterable[Vote], material: Material, proposals: Known) -> list[Vote]:
    """The votes that do not stand yet. Where a file repeats a row, so do we: no more often than it does."""
    stand = Counter(old)
    new = []
    for one in material.votes:
        vote = Vote(proposals.ids[one.proposal], one.voter, one.value, one.cast_at)
        if stand[vote]:
            stand[vote] -= 1
        else:
            new.append(vote)
    material.note("votes that were imported before: passed over", len(material.votes) - len(new))
    return new


def _row(number: int, vote: Vote, counts: bool) -> dict[str, Any]:
    return {
        "id": number,
        "proposal_id": vote.proposal_id,
        "account_id": None,
        "voter_label": vote.voter,
        "value": vote.value,
        "cast_at": vote.cast_at,
        "counts": counts,
    }


def _set_aside(numbers: Sequence[int]) -> None:
    """Votes that counted until their voters' later ones came in. Through the session: the entry names them again."""
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        for vote in db.session.scalars(select(StatementVote).where(StatementVote.id.in_(some), StatementVote.counts)):
            vote.counts = False


def _tell_proposals(tallies: Mapping[int, Counter[int]]) -> None:
    """Lists show the counts, and sort what is most backed by how many agree."""
    db.session.connection().execute(
        update(Proposal)
        .where(Proposal.id == bindparam("of"))
        .values(
            agree_count=bindparam("agree"),
            disagree_count=bindparam("disagree"),
            pass_count=bindparam("passed"),
            backing=bindparam("agree"),
        ),
        [
            {"of": number, "agree": tally[1], "disagree": tally[-1], "passed": tally[0]}
            for number, tally in tallies.items()
        ],
    )
