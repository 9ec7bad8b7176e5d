"""The adoption register: by which local measures the city has adopted which instruments.

One purpose a migration, named after it. It runs on SQLite and on PostgreSQL, upwards with data in place. Once landed
it is never rewritten: what it got wrong, the next one mends.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
DATES = ("introduced_on", "adopted_on", "effective_on", "sunset_on")


def upgrade() -> None:
    op.create_table(
        "adoptions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("first_id", WHOLE, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in DATES),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("oversight", "funding", "reports_due", "url")),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by_id", WHOLE, nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["adoptions.id"], name=op.f("fk_adoptions_first_id_adoptions")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["accounts.id"], name=op.f("fk_adoptions_entered_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
    )
    op.create_index(op.f("ix_adoptions_first_id"), "adoptions", ["first_id"])


def downgrade() -> None:
    op.drop_table("adoptions")
