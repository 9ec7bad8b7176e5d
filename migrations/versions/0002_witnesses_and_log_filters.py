"""Finding entries by who acted: the office gets a column, and both it and the random name an index.

And who else vouches for the log: its witnesses with what they cosigned, and the keys that follow one another.

One purpose a migration, named after it. It runs on SQLite and on PostgreSQL, upwards with data in place. Once landed
it is never rewritten: what it got wrong, the next one mends.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSAL = "the log is only ever added to"
LET = {
    "sqlite": "DROP TRIGGER log_entries_keep_update",
    "postgresql": "ALTER TABLE log_entries DISABLE TRIGGER log_entries_keep",
}
REPEAT_THE_OFFICE = {
    "sqlite": "UPDATE log_entries SET role = json_extract(CAST(body AS TEXT), '$.by.role')",
    "postgresql": "UPDATE log_entries SET role = convert_from(body, 'UTF8')::json -> 'by' ->> 'role'",
}
KEEP = {
    "sqlite": "CREATE TRIGGER log_entries_keep_update BEFORE UPDATE ON log_entries "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "postgresql": "ALTER TABLE log_entries ENABLE TRIGGER log_entries_keep",
}
"""What an entry says stays as it was signed; only the new column, which repeats a part of it, is filled in."""


def upgrade() -> None:
    op.add_column("log_entries", sa.Column("role", sa.String(length=20), nullable=True))
    database = op.get_bind().dialect.name
    for statement in (LET[database], REPEAT_THE_OFFICE[database], KEEP[database]):
        op.execute(statement)
    op.create_index(op.f("ix_log_entries_actor_idx"), "log_entries", ["actor", "idx"], unique=False)
    op.create_index(op.f("ix_log_entries_role_idx"), "log_entries", ["role", "idx"], unique=False)
    _keys_and_witnesses()


def _keys_and_witnesses() -> None:
    op.create_table(
        "log_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_keys")),
        sa.UniqueConstraint("vkey", name=op.f("uq_log_keys_vkey")),
    )
    op.create_table(
        "witnesses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witnesses")),
    )
    _kept_beside()


def _kept_beside() -> None:
    """What is outside the public record: the state of each witness, and its signature lines."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "witness_states",
        sa.Column("witness_id", whole, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(length=40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["witness_id"], ["witnesses.id"], name=op.f("fk_witness_states_witness_id_witnesses")),
        sa.PrimaryKeyConstraint("witness_id", name=op.f("pk_witness_states")),
    )
    op.create_table(
        "cosignatures",
        sa.Column("size", whole, autoincrement=False, nullable=False),
        sa.Column("witness_id", whole, autoincrement=False, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_checkpoints.size"], name=op.f("fk_cosignatures_size_log_checkpoints")),
        sa.ForeignKeyConstraint(["witness_id"], ["witnesses.id"], name=op.f("fk_cosignatures_witness_id_witnesses")),
        sa.PrimaryKeyConstraint("size", "witness_id", name=op.f("pk_cosignatures")),
    )


def downgrade() -> None:
    op.drop_table("cosignatures")
    op.drop_table("witness_states")
    op.drop_table("witnesses")
    op.drop_table("log_keys")
    op.drop_index(op.f("ix_log_entries_role_idx"), table_name="log_entries")
    op.drop_index(op.f("ix_log_entries_actor_idx"), table_name="log_entries")
    op.drop_column("log_entries", "role")
