"""Everybody's vote: who may vote in a round, reopening by two, ballots on paper, and open votes by name.

Only private tables and one public one are added, and two columns to a private table: every fingerprint of a row that
the log holds stays true.

One purpose a migration, named after it. It runs on SQLite and on PostgreSQL, upwards with data in place. Once landed
it is never rewritten: what it got wrong, the next one mends.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _rolls()
    _closings()
    _paper()
    _paper_audits()
    op.create_table(
        "reopenings",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("asked_by_id", WHOLE, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_reopenings_asked_by_id_accounts")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_reopenings_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_reopenings")),
    )
    op.create_table(
        "open_ballots",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("round_id", WHOLE, nullable=False),
        sa.Column("account_id", WHOLE, nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_open_ballots_account_id_accounts")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_open_ballots_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_ballots")),
        sa.UniqueConstraint("round_id", "account_id", name=op.f("uq_open_ballots_round_id_account_id")),
    )


def _rolls() -> None:
    op.add_column("poll_roll", sa.Column("added", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("poll_roll", sa.Column("struck", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "register_entries",
        sa.Column("account_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_register_entries_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_register_entries")),
        sa.UniqueConstraint("mark", name=op.f("uq_register_entries_mark")),
    )
    op.create_table(
        "roll_lists",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_roll_lists_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "mark", name=op.f("pk_roll_lists")),
    )


def _closings() -> None:
    op.create_table(
        "poll_closings",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("checked_in", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_poll_closings_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_poll_closings")),
    )


def _paper() -> None:
    op.create_table(
        "paper_channels",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("checked_in", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_paper_channels_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "channel", name=op.f("pk_paper_channels")),
    )
    op.create_table(
        "paper_serials",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("serial", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_paper_serials_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "serial", name=op.f("pk_paper_serials")),
    )
    op.create_table(
        "paper_batches",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("first_id", WHOLE, nullable=False),
        sa.Column("second_id", WHOLE, nullable=True),
        sa.Column("third_id", WHOLE, nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("differences", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["first_id"], ["accounts.id"], name=op.f("fk_paper_batches_first_id_accounts")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_paper_batches_round_id_rounds")),
        sa.ForeignKeyConstraint(["second_id"], ["accounts.id"], name=op.f("fk_paper_batches_second_id_accounts")),
        sa.ForeignKeyConstraint(["third_id"], ["accounts.id"], name=op.f("fk_paper_batches_third_id_accounts")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_paper_batches")),
    )
    op.create_table(
        "paper_readings",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.String(length=12), nullable=False),
        sa.Column("look", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reading", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_paper_readings_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "batch", "serial", "look", name=op.f("pk_paper_readings")),
    )
    op.create_table(
        "paper_ballots",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("serial", sa.String(length=12), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.LargeBinary(length=16), nullable=False),
        sa.Column("ballot_salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("choices", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_paper_ballots_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "serial", name=op.f("pk_paper_ballots")),
        sa.UniqueConstraint("round_id", "tracker", name=op.f("uq_paper_ballots_round_id_tracker")),
    )


def _paper_audits() -> None:
    op.create_table(
        "paper_audits",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agree", sa.Integer(), nullable=True),
        sa.Column("differ", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_paper_audits_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_paper_audits")),
    )
    op.create_table(
        "paper_samples",
        sa.Column("round_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("audit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.String(length=12), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_paper_samples_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "audit", "place", name=op.f("pk_paper_samples")),
    )


def downgrade() -> None:
    op.drop_table("paper_samples")
    op.drop_table("paper_audits")
    op.drop_table("paper_ballots")
    op.drop_table("paper_readings")
    op.drop_table("paper_batches")
    op.drop_table("paper_serials")
    op.drop_table("paper_channels")
    op.drop_table("open_ballots")
    op.drop_table("reopenings")
    op.drop_table("poll_closings")
    op.drop_table("roll_lists")
    op.drop_table("register_entries")
    op.drop_column("poll_roll", "struck")
    op.drop_column("poll_roll", "added")
