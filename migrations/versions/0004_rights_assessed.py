"""Rights assessed: drafts of full assessments, reviews, residents' concerns, and answers to findings.

Only tables are added: every fingerprint of a row that the log holds stays true.

One purpose a migration, named after it. It runs on SQLite and on PostgreSQL, upwards with data in place. Once landed
it is never rewritten: what it got wrong, the next one mends.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _drafts()
    _reviews()
    _concerns()
    _finding_answers()


def downgrade() -> None:
    for table in ("finding_answers", "concerns", "reviews", "assessment_drafts"):
        op.drop_table(table)


def _to(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _drafts() -> None:
    table = "assessment_drafts"
    op.create_table(
        table,
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("account_id", WHOLE, nullable=False),
        sa.Column("proposal_id", WHOLE, nullable=False),
        sa.Column("checklist", sa.String(length=40), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        _to(table, "account_id", "accounts"),
        _to(table, "proposal_id", "proposals"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_drafts")),
        sa.UniqueConstraint("account_id", "proposal_id", name=op.f("uq_assessment_drafts_account_id_proposal_id")),
    )
    _index(table, "proposal_id")


def _reviews() -> None:
    table = "reviews"
    op.create_table(
        table,
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("proposal_id", WHOLE, nullable=False),
        sa.Column("reviewer_id", WHOLE, nullable=False),
        sa.Column("assigned_by_id", WHOLE, nullable=True),
        sa.Column("assigned_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("handed_in_at", MOMENT, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        _to(table, "proposal_id", "proposals"),
        _to(table, "reviewer_id", "accounts"),
        _to(table, "assigned_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    _index(table, "proposal_id", "reviewer_id")


def _concerns() -> None:
    table = "concerns"
    op.create_table(
        table,
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("proposal_id", WHOLE, nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=40), nullable=True),
        sa.Column("direction", sa.String(length=10), nullable=True),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("author_id", WHOLE, nullable=True),
        sa.Column("unnamed_id", WHOLE, nullable=True),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("hidden_because", sa.Text(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_lang", sa.String(length=5), nullable=False),
        sa.Column("answered_by_id", WHOLE, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        _to(table, "proposal_id", "proposals"),
        _to(table, "author_id", "accounts"),
        _to(table, "unnamed_id", "accounts"),
        _to(table, "answered_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    _index(table, "proposal_id", "author_id", "unnamed_id")


def _finding_answers() -> None:
    table = "finding_answers"
    op.create_table(
        table,
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("tag_id", WHOLE, nullable=False),
        sa.Column("proposal_id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("answered_by_id", WHOLE, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        _to(table, "tag_id", "article_tags"),
        _to(table, "proposal_id", "proposals"),
        _to(table, "answered_by_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_answers")),
    )
    _index(table, "tag_id", "proposal_id")
