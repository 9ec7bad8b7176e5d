"""Taking in a finished vote, within the act `records.acts.take_in`: its round, its box, and the count of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app import clock
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations.models import Deliberation, Round
from app.records.imports.files import DamagedFile
from app.records.imports.known import Known, Told, watched
from app.records.imports.material import Material, VoteRoundIn
from app.voting.counting.outcome import Outcome
from app.voting.counting.profile import Profile
from app.voting.models import IMPORTED, Poll, SealedBallot, row_id
from app.voting.publishing import Published, Slip, cvr_digest
from app.voting.receipts import choices_text, commits_root
from app.voting.rule import ReceiptMode, RuleError, VoteRule
from app.writing import bulk_insert


def take(deliberation: Deliberation, material: Material, proposals: Known, told: Told) -> dict[str, int]:
    """Take in the vote, counted. Returns how many ballots came in.

    :raises DamagedFile: when its ballots or its rule make no count; then nothing is imported.
    """
    vote = material.vote
    if vote is None or any(round_.kind is RoundKind.VOTE for round_ in deliberation.rounds):
        return {}
    ids = [proposals.ids[one.external_id] for one in material.proposals]
    slips = sorted(_slips(vote, ids), key=lambda slip: slip.choices)
    rule = _rule(material, vote, proposals.ids, ids)
    outcome = _counted(material, rule, ids, slips)
    round_ = _round(deliberation, vote, rule)
    _poll(round_, vote, rule, outcome, slips)
    bulk_insert(SealedBallot, watched(_rows(round_.id, slips), told))
    return {"ballots": sum(slip.ballots for slip in slips)}


def _slips(vote: VoteRoundIn, ids: Sequence[int]) -> Iterator[Slip]:
    """The box with the numbers that the proposals have here."""
    for text, ballots in vote.box.items():
        choices = {mark: sorted(ids[at - 1] for at in marked) for mark, marked in json.loads(text).items()}
        yield Slip(choices_text(choices), ballots)


def _rule(material: Material, vote: VoteRoundIn, known: Mapping[str, int], ids: Sequence[int]) -> VoteRule:
    costs = [[known[key], cost] for key, cost in vote.costs.items()]
    settings = {**vote.settings, "proposals": list(ids), **({"costs": costs} if costs else {})}
    try:
        return VoteRule.from_settings(settings)
    except RuleError as error:
        raise DamagedFile(_file(material), None, f"its rule cannot be used here: {error}") from error


def _round(deliberation: Deliberation, vote: VoteRoundIn, rule: VoteRule) -> Round:
    """The vote goes before the round in which the city answers."""
    for later in deliberation.rounds:
        if later.kind is RoundKind.RESPOND:
            later.position += 1
    db.session.flush()
    made = Round(
        deliberation_id=deliberation.id,
        position=2,
        kind=RoundKind.VOTE,
        question=vote.question,
        opened_at=vote.opened_at,
        closed_at=vote.closed_at,
        sealed_at=clock.now(),
        key_destroyed_at=clock.now(),
        settings=rule.to_settings(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _counted(material: Material, rule: VoteRule, ids: Sequence[int], slips: Sequence[Slip]) -> Outcome:
    box = Profile.of_texts((slip.choices for slip in slips), (slip.ballots for slip in slips))
    try:
        return rule.count(box, options=ids, roll=box.total)
    except ValueError as error:
        raise DamagedFile(_file(material), None, f"its ballots cannot be counted here: {error}") from error


def _file(material: Material) -> str:
    return ", ".join(material.files)


def _poll(round_: Round, vote: VoteRoundIn, rule: VoteRule, outcome: Outcome, slips: Sequence[Slip]) -> None:
    empty = commits_root(())
    db.session.add(
        Poll(
            round_id=round_.id,
            question=vote.question,
            options=[[one.option, 1] for one in outcome.results],
            rule=rule.to_settings(),
            receipts=ReceiptMode.INCLUSION,
            receipt_key="",
            batch_size=0,
            roll_size=outcome.roll,
            roll_root=empty,
            key_check=IMPORTED,
            ballots=outcome.ballots,
            superseded=0,
            void=0,
            published=Published.PATTERNS,
            box_root=empty,
            sealed_roll_root=empty,
            cvr_sha256=cvr_digest(slips),
            outcome=outcome.as_data(),
        )
    )
    db.session.flush()


def _rows(round_id: int, slips: Sequence[Slip]) -> Iterator[dict[str, Any]]:
    for place, slip in enumerate(slips):
        yield {
            "id": row_id(round_id, place),
            "round_id": round_id,
            "choices": slip.choices.decode(),
            "ballots": slip.ballots,
            "tracker": None,
            "ballot_salt": None,
        }
