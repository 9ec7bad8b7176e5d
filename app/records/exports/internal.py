"""What only an internal bundle holds: how to reach people, and what was hidden."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from app.accounts.models import Account, Credential
from app.audit.models import PersonAlias
from app.discussion.models import Appeal, Comment, CommentState, Hiding, Report
from app.proposals.models import Proposal, ProposalState, Revision
from app.records.exports.datasets import Column, Dataset, alias_of, of_comment, of_proposal


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

HIDDEN_PROPOSALS = Dataset(
    "hidden_proposals",
    "INTERNAL. The texts of hidden proposals, every revision. Never publish this file.",
    (
        Column("proposal", "The proposal's number.", Revision.proposal_id),
        Column("revision", "The revision's number.", Revision.number),
        Column("title", "The hidden title.", Revision.title),
        Column("body", "The hidden text (Markdown).", Revision.body),
        Column("note", "What its author said had changed.", Revision.note),
    ),
    lambda statement, key: of_proposal(statement, Revision, key).where(Proposal.state == ProposalState.HIDDEN),
    internal=True,
)

HIDDEN_COMMENTS = Dataset(
    "hidden_comments",
    "INTERNAL. The texts of hidden comments. Never publish this file.",
    (
        Column("comment", "The comment's number.", Comment.id),
        Column("body", "The hidden text (Markdown).", Comment.body),
    ),
    lambda statement, key: of_comment(statement, key, Comment.id).where(Comment.state == CommentState.HIDDEN),
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
        of_comment(statement.join(Comment, Comment.id == Report.comment_id), key, Report.id), Report.reporter_id, key
    ),
    internal=True,
)

APPEALS = Dataset(
    "appeals",
    "INTERNAL. What authors said against the hiding of their comments. Never publish this file.",
    (
        Column("comment", "The comment's number.", Hiding.comment_id),
        Column("text", "In the author's words.", Appeal.text),
        Column("made_at", "When (UTC).", Appeal.made_at),
    ),
    lambda statement, key: of_comment(
        statement.join(Hiding, Hiding.id == Appeal.hiding_id).join(Comment, Comment.id == Hiding.comment_id),
        key,
        Appeal.id,
    ),
    internal=True,
)
