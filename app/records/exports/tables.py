"""The datasets of a bundle, column by column. Stable: a column once published keeps its name and meaning."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case

from app.accounts.models import Account, Credential
from app.audit.models import PersonAlias
from app.deliberations.models import Round, RoundChange
from app.discussion.models import Appeal, Comment, Hiding, Report
from app.proposals.models import Endorsement, Proposal, Revision, StatementVote
from app.records.exports.datasets import Column, Dataset, alias_of, author, readable_proposal, shown
from app.records.models import Answer
from app.rights.models import ArticleTag, Assessment
from app.voting.models import Poll, SealedBallot, SealedCommit


def _proposals(statement: Select[Any], deliberation_id: int) -> Select[Any]:
    statement = statement.join(
        Revision, and_(Revision.proposal_id == Proposal.id, Revision.number == Proposal.revision_number)
    )
    statement = alias_of(statement, Proposal.author_id, deliberation_id)
    return statement.where(Proposal.deliberation_id == deliberation_id).order_by(Proposal.id)


def _of_proposal(statement: Select[Any], table: Any, deliberation_id: int) -> Select[Any]:
    return (
        statement.join(Proposal, Proposal.id == table.proposal_id)
        .where(Proposal.deliberation_id == deliberation_id)
        .order_by(table.id)
    )


def _by_person(statement: Select[Any], table: Any, person: Any, deliberation_id: int) -> Select[Any]:
    return alias_of(_of_proposal(statement, table, deliberation_id), person, deliberation_id)


def _of_round(statement: Select[Any], table: Any, deliberation_id: int) -> Select[Any]:
    return statement.join(Round, Round.id == table.round_id).where(Round.deliberation_id == deliberation_id)


def _comments(statement: Select[Any], deliberation_id: int) -> Select[Any]:
    statement = statement.join(Proposal, Proposal.id == Comment.proposal_id)
    statement = alias_of(statement, Comment.author_id, deliberation_id)
    return statement.where(Comment.deliberation_id == deliberation_id).order_by(Comment.id)


def _of_comment(statement: Select[Any], deliberation_id: int, order: Any) -> Select[Any]:
    return statement.where(Comment.deliberation_id == deliberation_id).order_by(order)


PROPOSALS = Dataset(
    "proposals",
    "Every proposal with its current words. The text of a hidden proposal is left out; the reason stands instead.",
    (
        Column("id", "Its number here.", Proposal.id),
        Column("state", "public, withdrawn or hidden.", Proposal.state),
        Column("state_reason", "The public reason for withdrawing or hiding it.", Proposal.state_reason),
        Column("state_at", "Since when it has been in this state, if not from the start.", Proposal.state_at),
        Column("form", "proposal, or statement (one sentence to agree or disagree with).", Proposal.form),
        author(Proposal),
        Column("lang", "Language of the text (BCP 47).", Revision.lang),
        Column("title", "What the city should do.", readable_proposal(Revision.title), "revisions.title"),
        Column("body", "Why and how (Markdown).", readable_proposal(Revision.body), "revisions.body"),
        Column("revision", "Number of the current revision.", Proposal.revision_number),
        Column("created_at", "When it was made (UTC).", Proposal.created_at),
        Column("endorsements", "Standing endorsements here.", Proposal.endorsements_count),
        Column("comments", "Readable comments.", Proposal.comments_count),
        Column("imported_supports", "Supports counted by the platform it came from.", Proposal.imported_supports),
        Column("backing", "Endorsements and imported supports together.", Proposal.backing),
        Column("agree", "Of a statement: people whose last vote agrees.", Proposal.agree_count),
        Column("disagree", "Of a statement: people whose last vote disagrees.", Proposal.disagree_count),
        Column("pass", "Of a statement: people whose last vote passes.", Proposal.pass_count),
        Column("category", "Its category, where imported.", Proposal.category),
        Column("district", "Its district, where imported.", Proposal.district),
        Column("answer", "The verdict of the city's standing answer.", Proposal.answer),
        Column("external_id", "Its id where it was imported from.", Proposal.external_id),
        Column("imported_facts", "What else came with it (JSON).", Proposal.imported_facts),
    ),
    _proposals,
)

REVISIONS = Dataset(
    "revisions",
    "Every text each proposal has had.",
    (
        Column("proposal", "The proposal's number.", Revision.proposal_id),
        Column("number", "The revision's number, from 1.", Revision.number),
        Column("lang", "Language of the text.", Revision.lang),
        Column("title", "Title of this revision.", readable_proposal(Revision.title), "revisions.title"),
        Column("body", "Text of this revision (Markdown).", readable_proposal(Revision.body), "revisions.body"),
        Column("note", "What its author says has changed.", readable_proposal(Revision.note), "revisions.note"),
        Column("created_at", "When it was published (UTC).", Revision.created_at),
    ),
    lambda statement, key: _of_proposal(statement, Revision, key),
)

ENDORSEMENTS = Dataset(
    "endorsements",
    "Who backs which revision, by the random names of the log.",
    (
        Column("proposal", "The proposal's number.", Endorsement.proposal_id),
        Column("endorser", "The random name in the log.", PersonAlias.alias, "endorsements.account_id"),
        Column("revision", "The revision backed last.", Endorsement.revision_number),
        Column("given_at", "When (UTC).", Endorsement.given_at),
        Column("withdrawn_at", "When it was withdrawn, if it was.", Endorsement.withdrawn_at),
    ),
    lambda statement, key: _by_person(statement, Endorsement, Endorsement.account_id, key),
)

COMMENTS = Dataset(
    "comments",
    "Every comment. The text of a hidden or erased comment is left out.",
    (
        Column("id", "Its number.", Comment.id),
        Column("proposal", "The proposal it is on.", Comment.proposal_id),
        Column("parent", "The comment it answers; empty at the top of a thread.", Comment.parent_id),
        Column("root", "The top of its thread; empty at the top itself.", Comment.root_id),
        Column("depth", "How deep in the thread, from 0.", Comment.depth),
        author(Comment),
        Column("author_role", "The office in which an official wrote it.", Comment.author_role),
        Column("position", "for, neutral or against; empty where not said.", Comment.position),
        Column("lang", "Language of the text.", Comment.lang),
        Column("body", "The text (Markdown).", shown(Comment.body, Comment.state, Proposal.state), "comments.body"),
        Column("state", "public, hidden or erased.", Comment.state),
        Column("created_at", "When (UTC).", Comment.created_at),
        Column("edited_at", "When it was last changed.", Comment.edited_at),
        Column("helpful", "How many found it helpful (imported likes less dislikes included).", Comment.helpful_count),
        Column("imported_helpful", "Likes where it came from.", Comment.imported_helpful),
        Column("imported_unhelpful", "Dislikes where it came from.", Comment.imported_unhelpful),
        Column("external_id", "Its id where it was imported from.", Comment.external_id),
    ),
    _comments,
)

MODERATION = Dataset(
    "moderation",
    "Every hiding of a comment, its reason, and what became of it.",
    (
        Column("comment", "The comment's number.", Hiding.comment_id),
        Column("reason", "Which rule it broke.", Hiding.reason),
        Column("explanation", "What stands in its place.", Hiding.explanation),
        Column("hidden_at", "When (UTC).", Hiding.hidden_at),
        Column("restored_at", "When it was restored, if it was.", Hiding.restored_at),
        Column("appeal", "open, upheld or dismissed; empty without an appeal.", Appeal.state),
        Column("appeal_made_at", "When the author appealed.", Appeal.made_at),
        Column("appeal_answer", "What the deciding moderator answered.", Appeal.answer),
        Column("appeal_decided_at", "When it was decided.", Appeal.decided_at),
    ),
    lambda statement, key: _of_comment(
        statement.join(Comment, Comment.id == Hiding.comment_id).outerjoin(Appeal, Appeal.hiding_id == Hiding.id),
        key,
        Hiding.id,
    ),
)

ARTICLES = Dataset(
    "articles",
    "Which human rights articles each proposal is tied to, and by whom.",
    (
        Column("proposal", "The proposal's number.", ArticleTag.proposal_id),
        Column("article", "The article's id in the catalogue, such as icescr-11.", ArticleTag.article),
        Column("direction", "advances, endangers or both.", ArticleTag.direction),
        Column("groups", "Who is affected (JSON list of group ids).", ArticleTag.groups),
        Column(
            "explanation",
            "In the words of whoever set it.",
            readable_proposal(ArticleTag.explanation),
            "article_tags.explanation",
        ),
        Column(
            "mitigation",
            "What would lessen the danger.",
            readable_proposal(ArticleTag.mitigation),
            "article_tags.mitigation",
        ),
        Column("lang", "Language of these words.", ArticleTag.lang),
        Column("view", "author, reviewer or resident: whose point of view.", ArticleTag.view),
        Column("set_by", "The random name in the log.", PersonAlias.alias, "article_tags.set_by_id"),
        Column("revision", "The revision it was said of.", ArticleTag.revision_number),
        Column("set_at", "When (UTC).", ArticleTag.set_at),
        Column("withdrawn_at", "When it was taken back, if it was.", ArticleTag.withdrawn_at),
    ),
    lambda statement, key: _by_person(statement, ArticleTag, ArticleTag.set_by_id, key),
)

ASSESSMENTS = Dataset(
    "assessments",
    "Answers to the human rights checklist.",
    (
        Column("proposal", "The proposal's number.", Assessment.proposal_id),
        Column("revision", "The revision they are about.", Assessment.revision_number),
        Column("view", "author, reviewer or resident.", Assessment.view),
        Column("checklist", "Which checklist.", Assessment.checklist),
        Column("checklist_version", "Which version of it.", Assessment.checklist_version),
        Column("answers", "Answers by question (JSON).", readable_proposal(Assessment.answers), "assessments.answers"),
        Column("lang", "Language of what was answered in one's own words.", Assessment.lang),
        Column("made_by", "The random name in the log.", PersonAlias.alias, "assessments.made_by_id"),
        Column("made_at", "When (UTC).", Assessment.made_at),
        Column("replaced_at", "When newer answers took their place.", Assessment.replaced_at),
    ),
    lambda statement, key: _by_person(statement, Assessment, Assessment.made_by_id, key),
)

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
        Column("seal_asked_at", "When an officer asked for the seal.", Round.seal_asked_at),
        Column("sealed_at", "When it was sealed and counted.", Round.sealed_at),
        Column("key_destroyed_at", "When its key was destroyed.", Round.key_destroyed_at),
        Column("settings", "What this round narrowed (JSON).", Round.settings),
        Column("charter", "What was frozen into the log at opening (JSON).", Round.charter),
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
    lambda statement, key: alias_of(_of_round(statement, RoundChange, key), RoundChange.by_id, key).order_by(
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
        Column("text", "The reasons (Markdown).", Answer.text),
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
    lambda statement, key: _by_person(statement, Answer, Answer.answered_by_id, key),
)

STATEMENT_VOTES = Dataset(
    "statement_votes",
    "Who agreed with which statement, by pseudonym. Later votes on the same statement replace earlier ones.",
    (
        Column("statement", "The statement's number among the proposals.", StatementVote.proposal_id),
        Column("voter", "The pseudonym of the voter.", StatementVote.voter_label),
        Column("value", "1 agrees, -1 disagrees, 0 passes.", StatementVote.value),
        Column("cast_at", "When (UTC).", StatementVote.cast_at),
        Column("counts", "false where the same person voted on it again later.", StatementVote.counts),
    ),
    lambda statement, key: _of_proposal(statement, StatementVote, key),
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
    lambda statement, key: _of_round(statement, Poll, key).where(_SEALED).order_by(Poll.round_id),
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
    lambda statement, key: _of_round(statement, SealedBallot, key).order_by(SealedBallot.id),
)

COMMITS = Dataset(
    "commitments",
    "Every commitment for which somebody may hold a receipt, and what became of it.",
    (
        Column("round", "The round's number.", SealedCommit.round_id),
        Column("commitment", "The commitment on the receipt.", SealedCommit.commit),
        Column("fate", "counted, superseded or void.", SealedCommit.fate),
    ),
    lambda statement, key: _of_round(statement, SealedCommit, key).order_by(SealedCommit.id),
)


def _people(statement: Select[Any], deliberation_id: int) -> Select[Any]:
    return (
        statement.join(Account, Account.id == PersonAlias.person_id)
        .outerjoin(Credential, Credential.account_id == Account.id)
        .where(PersonAlias.process == f"deliberations/{deliberation_id}")
        .order_by(PersonAlias.alias)
    )


CONTACTS = Dataset(
    "contacts",
    "INTERNAL. How to reach those who took part. Never publish this file.",
    (
        Column("person", "The random name in the log and in the other files.", PersonAlias.alias),
        Column("display_name", "The name they show.", Account.display_name),
        Column("page", "The address of their page: /people/…", Account.public_id),
        Column("email", "Their e-mail address.", Credential.email),
        Column("email_confirmed_at", "When they confirmed it.", Credential.email_confirmed_at),
        Column("locale", "Their language.", Credential.locale),
        Column("verified_at", "When a clerk verified where they live.", Account.verified_at),
        Column("account_since", "Since when they have had an account.", Account.created_at),
    ),
    _people,
    internal=True,
)

REPORTS = Dataset(
    "reports",
    "INTERNAL. Reports of comments, with who reported. Never publish this file.",
    (
        Column("comment", "The comment's number.", Report.comment_id),
        Column("reporter", "The reporter's random name.", PersonAlias.alias, "reports.reporter_id"),
        Column("reason", "What they say is wrong.", Report.reason),
        Column("detail", "In their words.", Report.detail),
        Column("reported_at", "When (UTC).", Report.reported_at),
        Column("state", "open, upheld or dismissed.", Report.state),
        Column("decided_at", "When it was decided.", Report.decided_at),
    ),
    lambda statement, key: alias_of(
        _of_comment(statement.join(Comment, Comment.id == Report.comment_id), key, Report.id), Report.reporter_id, key
    ),
    internal=True,
)

HIDDEN = Dataset(
    "hidden_texts",
    "INTERNAL. Texts that are hidden from the public, and the appeals against that. Never publish this file.",
    (
        Column("comment", "The comment's number.", Hiding.comment_id),
        Column("body", "What was hidden.", case((Comment.state == "hidden", Comment.body), else_=""), "comments.body"),
        Column("appeal_text", "What its author says.", Appeal.text),
    ),
    lambda statement, key: _of_comment(
        statement.join(Comment, Comment.id == Hiding.comment_id).outerjoin(Appeal, Appeal.hiding_id == Hiding.id),
        key,
        Hiding.id,
    ),
    internal=True,
)

DATASETS: tuple[Dataset, ...] = (
    PROPOSALS,
    REVISIONS,
    ENDORSEMENTS,
    COMMENTS,
    MODERATION,
    ARTICLES,
    ASSESSMENTS,
    ROUNDS,
    ROUND_CHANGES,
    ANSWERS,
    STATEMENT_VOTES,
    RESULTS,
    BALLOTS,
    COMMITS,
    CONTACTS,
    REPORTS,
    HIDDEN,
)
