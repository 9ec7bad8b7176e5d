"""What of the public record is published row by row, under /log/record and in the log's export, and what is not.

Published is what the site shows to everybody anyway, each row whole and with its salt, so that strangers can compare
its fingerprint with the log. What a moderator hid or an author erased is left out, and so is every table that tells of
a person what no page tells. `verify.RECORD` says the same in short to those who check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, or_, select, true

from app.accounts.models import Account, RoleGrant
from app.adoptions.models import Adoption
from app.audit.exporting import Opened
from app.audit.models import LogKey, Witness
from app.database import Model
from app.deliberations.models import Deliberation, Round, RoundChange
from app.discussion.models import Comment, CommentRevision, CommentState
from app.proposals.models import Proposal, ProposalState, Revision
from app.records.models import Answer
from app.rights.models import ArticleTag, Assessment, FindingAnswer, Review
from app.voting.models import OpenBallot, Poll, SealedBallot, SealedCommit


def _table(model: type[Model]) -> Table:
    return Model.metadata.tables[model.__tablename__]


_PROPOSALS, _COMMENTS, _ACCOUNTS, _GRANTS, _EARLIER = (
    _table(model) for model in (Proposal, Comment, Account, RoleGrant, CommentRevision)
)

_HIDDEN_PROPOSALS: Final = select(_PROPOSALS.c.id).where(_PROPOSALS.c.state == ProposalState.HIDDEN)
_READABLE_COMMENT: Final = (_COMMENTS.c.state == CommentState.PUBLIC) & _COMMENTS.c.proposal_id.not_in(
    _HIDDEN_PROPOSALS
)


def _of_readable_proposal(table: Table) -> ColumnElement[bool]:
    return table.c.proposal_id.not_in(_HIDDEN_PROPOSALS)


def _who_spoke() -> ColumnElement[bool]:
    """People whose names stand beside something: an office, a proposal, a comment."""
    columns: list[tuple[Any, ColumnElement[bool]]] = [
        (_GRANTS.c.account_id, true()),
        (_PROPOSALS.c.author_id, _PROPOSALS.c.state != ProposalState.HIDDEN),
        (_COMMENTS.c.author_id, _READABLE_COMMENT),
    ]
    return or_(*(select(column).where(where, column == _ACCOUNTS.c.id).exists() for column, where in columns))


EVERY_ROW: Final = (
    *(Deliberation, Round, RoundChange, RoleGrant, Poll, SealedBallot, SealedCommit, OpenBallot),
    *(LogKey, Witness, Adoption),
)
"""What the site shows to everybody, every row of it."""

_OF_PROPOSALS: Final = (Revision, Assessment, ArticleTag, Review, FindingAnswer, Answer)
_SHOWN: Final[dict[type[Model], ColumnElement[bool]]] = {
    Proposal: _PROPOSALS.c.state != ProposalState.HIDDEN,
    Comment: _READABLE_COMMENT,
    CommentRevision: _EARLIER.c.comment_id.in_(select(_COMMENTS.c.id).where(_READABLE_COMMENT)),
    Account: _who_spoke(),
    **{model: _of_readable_proposal(_table(model)) for model in _OF_PROPOSALS},
}
"""Of what it shows some rows, and which."""

WITHHELD: Final[dict[str, str]] = {
    "residencies": "what a clerk saw, and where somebody lives",
    "endorsements": "who endorses is not shown by name; how many do is",
    "statement_votes": "who agreed with what is not shown; how many did is",
    "helpful_marks": "who found a comment helpful is nobody's business; the number is shown",
    "reports": "who reported a comment is for moderators only",
    "hidings": "which moderator decided is not shown; the reason stands in place of the text",
    "appeals": "what an author wrote to the moderators is for them",
    "concerns": "residents may say unnamed how a proposal affects them; the words stand on its page",
    "exports": "what an official took out of the house is in the log; when each did is not shown",
    "imports": "its report may quote what was left out; the digests of its files are in the log",
}
"""Tables of the public record of which no row is published, each with its reason."""


def opened() -> Mapping[str, Opened]:
    """The published tables by name, each with the condition for its rows."""
    every: dict[type[Model], ColumnElement[bool]] = {**dict.fromkeys(EVERY_ROW, true()), **_SHOWN}
    return {model.__tablename__: Opened(_table(model), where) for model, where in every.items()}
