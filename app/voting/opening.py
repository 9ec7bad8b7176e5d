"""What a vote round freezes when it opens: the options in their wording, the rule, the roll, and a new key."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.acts import Conflict
from app.charter.electorate import Electorate, ElectorateError
from app.charter.opening import TIES_ARE_REPORTED
from app.charter.rounds import Eligibility, RoundKind
from app.charter.words import N_, Words
from app.database import Model, db
from app.deliberations.models import Round
from app.deliberations.openings import opens, unsettled
from app.proposals.models import Proposal, ProposalState
from app.voting.electors import eligible, list_root, list_size
from app.voting.keys import cabinet
from app.voting.models import Poll, PollRoll
from app.voting.receipts import SALT_BYTES, roll_leaf, root
from app.voting.rule import RuleError, VoteRule

BATCH_SIZE = 20
"""The log commits to no fewer ballots at once: one line a ballot would tell who cast it, by its time."""
MOST_OPTIONS = 150
"""More would neither fit into one entry of the log nor be readable on a ballot."""

_NOBODY = {
    Eligibility.VERIFIED: N_("Nobody is on the roll: there is no verified resident yet."),
    Eligibility.EVERYONE: N_("Nobody is on the roll: nobody has an account yet."),
    Eligibility.DISTRICTS: N_("Nobody is on the roll: no resident is verified in these districts."),
    Eligibility.AGES: N_("Nobody is on the roll: no clerk has noted a year of birth that fits."),
    Eligibility.LIST: N_(
        "Nobody is on the roll: upload the list first. If it is there, none of the register numbers on it was noted "
        "when somebody was verified."
    ),
}
SEED_BYTES = 16
STANDING_IN_SETTINGS = frozenset({"proposals", "costs"})
"""Long lists that the charter holds already, in the settings of the round; an entry has 8 KiB."""

_ROLL = Model.metadata.tables[PollRoll.__tablename__]


@opens(RoundKind.VOTE)
def prepare(round_: Round) -> Mapping[str, object]:
    """Freeze the ballot paper and the roll of an opening vote round, and make its key.

    :raises Conflict: when there is nothing or too much to vote on, nobody to vote, no sound rule, or no second place
        for the key.
    """
    session = db.session()
    rule = _rule(round_).frozen(secrets.token_hex(SEED_BYTES))
    options = _options(session, round_.deliberation_id, rule)
    _all_have_costs(rule, options)
    electorate = _electorate(round_)
    roll_size, roll_root = _freeze_roll(session, round_, electorate)
    key = cabinet().create(round_.id)
    poll = Poll(
        round_id=round_.id,
        question=round_.question,
        options=[list(option) for option in options],
        rule=rule.to_settings(),
        receipts=rule.receipts_for(roll_size, len(options)),
        receipt_key=str(cabinet().signer().vkey),
        batch_size=BATCH_SIZE,
        roll_size=roll_size,
        roll_root=roll_root,
        key_check=key.check_value,
    )
    session.add(poll)
    listed = _listed(session, round_.id) if electorate.who is Eligibility.LIST else {}
    return {**_facts(poll), **listed}


def _facts(poll: Poll) -> Mapping[str, object]:
    rule = {name: value for name, value in poll.rule.items() if name not in STANDING_IN_SETTINGS}
    return {
        "options": poll.options,
        "rule": rule,
        "tie_break": rule.get("ties", TIES_ARE_REPORTED),
        "receipts": str(poll.receipts),
        "receipt_key": poll.receipt_key,
        "batch_size": poll.batch_size,
        "roll": poll.roll_size,
        "roll_root": poll.roll_root.hex(),
        "key_check": poll.key_check,
    }


def _rule(round_: Round) -> VoteRule:
    try:
        return VoteRule.from_settings(round_.settings or {})
    except RuleError as error:
        raise Conflict(next(iter(error.problems.values()))) from error


def _options(session: Session, deliberation_id: int, rule: VoteRule) -> Sequence[tuple[int, int]]:
    """The proposals that stand, of those that the rule names, each with its current revision."""
    statement = (
        select(Proposal.id, Proposal.revision_number)
        .where(Proposal.deliberation_id == deliberation_id, Proposal.state == ProposalState.PUBLIC)
        .order_by(Proposal.id)
        .limit(MOST_OPTIONS + 1)
    )
    if rule.proposals is not None:
        statement = statement.where(Proposal.id.in_(rule.proposals))
    found = [(row.id, row.revision_number) for row in session.execute(statement)]
    if not found:
        raise Conflict(Words(N_("There is no proposal to vote on. Choose some in the round's settings.")))
    if len(found) > MOST_OPTIONS:
        text = N_("A ballot can hold %(most)s proposals. Choose in the round's settings which ones it holds.")
        raise Conflict(Words(text, {"most": MOST_OPTIONS}))
    for words in unsettled([proposal for proposal, _ in found]):
        raise Conflict(words)
    return found


def _all_have_costs(rule: VoteRule, options: Sequence[tuple[int, int]]) -> None:
    if rule.costs and not {proposal for proposal, _ in options} <= dict(rule.costs).keys():
        raise Conflict(Words(N_("Some proposals on the ballot have no cost. Enter what each costs in the settings.")))


def _electorate(round_: Round) -> Electorate:
    try:
        return Electorate.from_settings(round_.settings or {})
    except ElectorateError as error:
        raise Conflict(error.words) from error


def _listed(session: Session, round_id: int) -> Mapping[str, object]:
    """What the log says of the uploaded list at opening: how long it was, and what commits to it."""
    return {"list": list_size(session, round_id), "list_root": list_root(session, round_id).hex()}


def _freeze_roll(session: Session, round_: Round, electorate: Electorate) -> tuple[int, bytes]:
    """Write down who may vote; how many they are, and the root that commits to them, in order of account."""
    people = session.execute(eligible(electorate, round_.id, clock.now().year)).all()
    if not people:
        raise Conflict(Words(_NOBODY[electorate.who]))
    rows = [
        {"round_id": round_.id, "account_id": person.id, "leaf_salt": secrets.token_bytes(SALT_BYTES)}
        for person in people
    ]
    session.execute(_ROLL.insert(), rows)
    leaves = [
        roll_leaf(round_.id, person.public_id, row["leaf_salt"]) for person, row in zip(people, rows, strict=True)
    ]
    return len(rows), root(leaves)
