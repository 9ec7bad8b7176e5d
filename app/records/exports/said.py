"""What people said: proposals, revisions, endorsements, comments, votes on statements; and its moderation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_

from app.audit.models import PersonAlias
from app.discussion.models import Appeal, Comment, CommentRevision, Hiding
from app.proposals.models import Endorsement, Proposal, Revision, StatementVote
from app.records.exports.datasets import (
    Column,
    Dataset,
    alias_of,
    author,
    by_person,
    of_comment,
    of_proposal,
    readable_proposal,
    shown,
)


def _proposals(statement: Select[Any], deliberation_id: int) -> Select[Any]:
    statement = statement.join(
        Revision, and_(Revision.proposal_id == Proposal.id, Revision.number == Proposal.revision_number)
    )
    statement = alias_of(statement, Proposal.author_id, deliberation_id)
    return statement.where(Proposal.deliberation_id == deliberation_id).order_by(Proposal.id)


def _comments(statement: Select[Any], deliberation_id: int) -> Select[Any]:
    statement = statement.join(Proposal, Proposal.id == Comment.proposal_id)
    statement = alias_of(statement, Comment.author_id, deliberation_id)
    return statement.where(Comment.deliberation_id == deliberation_id).order_by(Comment.id)


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
        Column(
            "backing",
            "What lists sort by: endorsements and imported supports; of a statement: who agrees.",
            Proposal.backing,
        ),
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
    lambda statement, key: of_proposal(statement, Revision, key),
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
    lambda statement, key: by_person(statement, Endorsement, Endorsement.account_id, key),
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

COMMENT_REVISIONS = Dataset(
    "comment_revisions",
    "What comments said before their authors changed them. Left out where the comment itself is.",
    (
        Column("comment", "The comment's number.", CommentRevision.comment_id),
        Column(
            "body",
            "The earlier text (Markdown).",
            shown(CommentRevision.body, Comment.state, Proposal.state),
            "comment_revisions.body",
        ),
        Column("lang", "Language of that text.", CommentRevision.lang),
        Column("replaced_at", "Until when it stood (UTC).", CommentRevision.replaced_at),
    ),
    lambda statement, key: of_comment(
        statement.join(Comment, Comment.id == CommentRevision.comment_id).join(
            Proposal, Proposal.id == Comment.proposal_id
        ),
        key,
        CommentRevision.id,
    ),
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
    lambda statement, key: of_comment(
        statement.join(Comment, Comment.id == Hiding.comment_id).outerjoin(Appeal, Appeal.hiding_id == Hiding.id),
        key,
        Hiding.id,
    ).order_by(Appeal.id),
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
    lambda statement, key: of_proposal(statement, StatementVote, key),
)
