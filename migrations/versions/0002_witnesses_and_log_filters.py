"""Finding entries by who acted: the office gets a column, and both it and the random name an index.

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


def downgrade() -> None:
    op.drop_index(op.f("ix_log_entries_role_idx"), table_name="log_entries")
    op.drop_index(op.f("ix_log_entries_actor_idx"), table_name="log_entries")
    op.drop_column("log_entries", "role")
