"""How it was decided: rounds and their changes, sealed votes, and what the city answered."""

from __future__ import annotations

from app.audit.models import PersonAlias
from app.deliberations.models import Round, RoundChange
from app.records.exports.datasets import Column, Dataset, alias_of, by_person, of_round, readable_proposal
from app.records.models import Answer
from app.voting.models import Poll, SealedBallot, SealedCommit

ROUNDS = Dataset(
    "rounds",
    "The rounds as planned and as they were, with the charter frozen at opening.",
    (
        Column("id", "The round's number.", Round.id),
        Column("position", "Its place in the sequence.", Round.position),
        Column("kind", "inform, propose, discuss, review, revise, vote or respond.", Round.kind),
        Column("title", "Its title.", Round.title),
        Column("question", "The exact question of a vote.", Round.question),
        Column("opens_at", "Planned opening.", Round.opens_at),
        Column("closes_at", "Planned or extended close; empty: open-ended.", Round.closes_at),
        Column("opened_at", "When it opened.", Round.opened_at),
        Column("paused_at", "Since when it has been paused.", Round.paused_at),
        Column("closed_at", "When it closed.", Round.closed_at),
        Column("cancelled_at", "When it was cancelled.", Round.cancelled_at),
        Column("seal_asked_at", "When an official asked for the seal.", Round.seal_asked_at),
        Column("sealed_at", "When it was sealed and counted.", Round.sealed_at),
        Column("key_destroyed_at", "When its key was destroyed.", Round.key_destroyed_at),
        Column("settings", "What this round narrowed (JSON).", Round.settings),
        Column("charter", "What was frozen at opening (JSON). The log commits to it.", Round.charter),
    ),
    lambda statement, key: statement.where(Round.deliberation_id == key).order_by(Round.position),
)

ROUND_CHANGES = Dataset(
    "round_changes",
    "Everything that befell the rounds, with the public reasons.",
    (
        Column("round", "The round's number.", RoundChange.round_id),
        Column("kind", "opened, closed, extended, paused, resumed, reopened, cancelled, …", RoundChange.kind),
        Column("at", "When (UTC).", RoundChange.at),
        Column(
            "by", "The official's random name in the log; empty: the clock.", PersonAlias.alias, "round_changes.by_id"
        ),
        Column("reason", "The public reason.", RoundChange.reason),
        Column("before", "What it was (JSON).", RoundChange.before),
        Column("after", "What it became (JSON).", RoundChange.after),
    ),
    lambda statement, key: alias_of(of_round(statement, RoundChange, key), RoundChange.by_id, key).order_by(
        RoundChange.id
    ),
)

ANSWERS = Dataset(
    "answers",
    "The city's answers, replaced ones included.",
    (
        Column("proposal", "The proposal's number.", Answer.proposal_id),
        Column("verdict", "accepted, in_part, deferred or rejected.", Answer.verdict),
        Column("ground", "On what ground it was rejected.", Answer.ground),
        Column("text", "The reasons (Markdown).", readable_proposal(Answer.text), "answers.text"),
        Column("lang", "Language of the reasons.", Answer.lang),
        Column(
            "answered_by",
            "The official's random name in the log; empty: imported.",
            PersonAlias.alias,
            "answers.answered_by_id",
        ),
        Column("answered_at", "When (UTC); for an imported answer, when it was imported.", Answer.answered_at),
        Column("replaced_at", "When a newer answer took its place.", Answer.replaced_at),
    ),
    lambda statement, key: by_person(statement, Answer, Answer.answered_by_id, key),
)

_SEALED = Poll.outcome.is_not(None)

RESULTS = Dataset(
    "results",
    "Vote rounds that are sealed: what was asked, and what the count found. A vote that is not sealed is not here.",
    (
        Column("round", "The round's number.", Poll.round_id),
        Column("question", "The exact question.", Poll.question),
        Column("options", "What was on the ballot: [proposal, revision] (JSON).", Poll.options),
        Column("rule", "The method and its limits (JSON).", Poll.rule),
        Column("receipts", "tracked or inclusion.", Poll.receipts),
        Column("receipt_key", "The key by which receipts are checked.", Poll.receipt_key),
        Column("roll_size", "How many could vote.", Poll.roll_size),
        Column("roll_root", "Merkle root of the roll at opening.", Poll.roll_root),
        Column("ballots", "How many ballots were counted.", Poll.ballots),
        Column("superseded", "How many ballots were replaced by their voters.", Poll.superseded),
        Column("void", "How many were set aside.", Poll.void),
        Column("published", "How much of the box is published.", Poll.published),
        Column("box_root", "Merkle root of the box.", Poll.box_root),
        Column("sealed_roll_root", "Merkle root of the roll with its marks.", Poll.sealed_roll_root),
        Column("box_sha256", "SHA-256 of the published box.", Poll.cvr_sha256),
        Column("outcome", "The count, step by step (JSON).", Poll.outcome),
    ),
    lambda statement, key: of_round(statement, Poll, key).where(_SEALED).order_by(Poll.round_id),
)

BALLOTS = Dataset(
    "ballots",
    "The published boxes: what was on the ballots, in an order that says nothing about who cast them.",
    (
        Column("round", "The round's number.", SealedBallot.round_id),
        Column("tracker", "The random tracker on the receipt; empty where none are published.", SealedBallot.tracker),
        Column("salt", "Opens the ballot's commitment; empty where none are published.", SealedBallot.ballot_salt),
        Column("choices", "What the ballot says (JSON).", SealedBallot.choices),
        Column("ballots", "How many ballots say exactly this.", SealedBallot.ballots),
    ),
    lambda statement, key: of_round(statement, SealedBallot, key).order_by(SealedBallot.id),
)

COMMITS = Dataset(
    "commitments",
    "Every commitment for which somebody may hold a receipt, and what became of it.",
    (
        Column("round", "The round's number.", SealedCommit.round_id),
        Column("commitment", "The commitment on the receipt.", SealedCommit.commit),
        Column("fate", "counted, superseded or void.", SealedCommit.fate),
    ),
    lambda statement, key: of_round(statement, SealedCommit, key).order_by(SealedCommit.id),
)
