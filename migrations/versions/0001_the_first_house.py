"""The first house: every table of the first landing, the search index, and the log's own refusals.

One purpose a migration, named after it. It runs on SQLite and on PostgreSQL, upwards with data in place. Once landed
it is never rewritten: what it got wrong, the next one mends.

Revision: 0001
Follows:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEARCH = {
    "sqlite": ("CREATE VIRTUAL TABLE proposal_search USING fts5(document, tokenize='unicode61 remove_diacritics 0')",),
    "postgresql": (
        "CREATE TABLE proposal_search (proposal_id bigint PRIMARY KEY, document tsvector NOT NULL)",
        "CREATE INDEX ix_proposal_search_document ON proposal_search USING gin (document)",
    ),
}
REFUSAL = "the log is only ever added to"
KEPT = ("log_entries", "log_checkpoints")
KEEP = {
    "sqlite": [
        f"CREATE TRIGGER {table}_keep_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for table in KEPT
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION folkmoot_keep_log() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        *(
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION folkmoot_keep_log()"
            for table in KEPT
        ),
    ],
}
FREE = {
    "sqlite": [f"DROP TRIGGER {table}_keep_{verb}" for table in KEPT for verb in ("update", "delete")],
    "postgresql": [*(f"DROP TRIGGER {table}_keep ON {table}" for table in KEPT), "DROP FUNCTION folkmoot_keep_log()"],
}


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_accounts_public_id")),
    )
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_expires_at", "attempts", ["expires_at"], unique=False)

    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.create_table(
        "log_entries",
        sa.Column("idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("act_id", sa.String(length=32), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=True),
        sa.Column("object", sa.String(length=100), nullable=True),
        sa.Column("process", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_log_entries")),
        sa.UniqueConstraint("act_id", name=op.f("uq_log_entries_act_id")),
    )
    op.create_index(op.f("ix_log_entries_act_idx"), "log_entries", ["act", "idx"], unique=False)
    op.create_index(op.f("ix_log_entries_at"), "log_entries", ["at"], unique=False)
    op.create_index(op.f("ix_log_entries_object_idx"), "log_entries", ["object", "idx"], unique=False)
    op.create_index(op.f("ix_log_entries_process_idx"), "log_entries", ["process", "idx"], unique=False)

    op.create_table(
        "log_manifests",
        sa.Column("act_id", sa.String(length=32), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("act_id", "table_name", name=op.f("pk_log_manifests")),
    )
    op.create_table(
        "log_pending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_pending")),
        sa.UniqueConstraint("act_id", name=op.f("uq_log_pending_act_id")),
    )
    op.create_table(
        "log_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_state")),
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "n", name=op.f("pk_log_tiles")),
    )
    op.create_table(
        "notice_cursors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_cursors")),
    )
    op.create_table(
        "person_aliases",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process", sa.String(length=100), nullable=False),
        sa.Column("alias", sa.String(length=14), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "process", name=op.f("pk_person_aliases")),
        sa.UniqueConstraint("process", "alias", name=op.f("uq_person_aliases_process_alias")),
    )
    op.create_table(
        "credentials",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("mail_notices", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_credentials_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("email", name=op.f("uq_credentials_email")),
    )
    op.create_table(
        "deliberations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("imported_from", sa.String(length=80), nullable=True),
        sa.Column("proposals_count", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["accounts.id"], name=op.f("fk_deliberations_created_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliberations")),
        sa.UniqueConstraint("slug", name=op.f("uq_deliberations_slug")),
    )
    op.create_index(op.f("ix_deliberations_created_by_id"), "deliberations", ["created_by_id"], unique=False)

    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mails_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index(op.f("ix_mails_account_id"), "mails", ["account_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_account", "notices", ["account_id", "read_at", "id"], unique=False)

    op.create_table(
        "residencies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("evidence", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=80), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_residencies_account_id_accounts")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["accounts.id"], name=op.f("fk_residencies_ended_by_id_accounts")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["accounts.id"], name=op.f("fk_residencies_verified_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residencies")),
    )
    op.create_index(op.f("ix_residencies_account_id"), "residencies", ["account_id"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index(op.f("ix_sign_ins_account_id"), "sign_ins", ["account_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deliberation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_drafts_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberations.id"], name=op.f("fk_drafts_deliberation_id_deliberations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_account_id"), "drafts", ["account_id"], unique=False)
    op.create_index(op.f("ix_drafts_deliberation_id"), "drafts", ["deliberation_id"], unique=False)

    op.create_table(
        "exports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deliberation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("log_size", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberations.id"], name=op.f("fk_exports_deliberation_id_deliberations")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_exports_made_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_deliberation_id"), "exports", ["deliberation_id"], unique=False)

    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["into_id"], ["deliberations.id"], name=op.f("fk_imports_into_id_deliberations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_source", "imports", ["source", "digest"], unique=True)

    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deliberation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_label", sa.String(length=80), nullable=True),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=True),
        sa.Column("imported_supports", sa.Integer(), nullable=True),
        sa.Column("imported_facts", sa.JSON(), nullable=True),
        sa.Column("category", sa.String(length=80), nullable=True),
        sa.Column("district", sa.String(length=80), nullable=True),
        sa.Column("endorsements_count", sa.Integer(), nullable=False),
        sa.Column("comments_count", sa.Integer(), nullable=False),
        sa.Column("backing", sa.Integer(), nullable=False),
        sa.Column("agree_count", sa.Integer(), nullable=False),
        sa.Column("disagree_count", sa.Integer(), nullable=False),
        sa.Column("pass_count", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_proposals_author_id_accounts")),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberations.id"], name=op.f("fk_proposals_deliberation_id_deliberations")
        ),
        sa.ForeignKeyConstraint(["state_by_id"], ["accounts.id"], name=op.f("fk_proposals_state_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("deliberation_id", "external_id", name=op.f("uq_proposals_deliberation_id_external_id")),
    )
    op.create_index(op.f("ix_proposals_author_id"), "proposals", ["author_id"], unique=False)
    op.create_index(op.f("ix_proposals_category"), "proposals", ["category"], unique=False)
    op.create_index(op.f("ix_proposals_district"), "proposals", ["district"], unique=False)
    op.create_index(
        "ix_proposals_list_backed", "proposals", ["deliberation_id", "state", "backing", "id"], unique=False
    )
    op.create_index(
        "ix_proposals_list_discussed", "proposals", ["deliberation_id", "state", "comments_count", "id"], unique=False
    )
    op.create_index("ix_proposals_list_newest", "proposals", ["deliberation_id", "state", "id"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("deliberation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_role_grants_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberations.id"], name=op.f("fk_role_grants_deliberation_id_deliberations")
        ),
        sa.ForeignKeyConstraint(["granted_by_id"], ["accounts.id"], name=op.f("fk_role_grants_granted_by_id_accounts")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["accounts.id"], name=op.f("fk_role_grants_revoked_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    op.create_index(op.f("ix_role_grants_account_id"), "role_grants", ["account_id"], unique=False)
    op.create_index(op.f("ix_role_grants_deliberation_id"), "role_grants", ["deliberation_id"], unique=False)

    op.create_table(
        "rounds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deliberation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key_destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("charter", sa.JSON(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberations.id"], name=op.f("fk_rounds_deliberation_id_deliberations")
        ),
        sa.ForeignKeyConstraint(
            ["seal_asked_by_id"], ["accounts.id"], name=op.f("fk_rounds_seal_asked_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("deliberation_id", "position", name=op.f("uq_rounds_deliberation_id_position")),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("ground", sa.String(length=12), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["accounts.id"], name=op.f("fk_answers_answered_by_id_accounts")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_answers_proposal_id_proposals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_proposal_id"), "answers", ["proposal_id"], unique=False)

    op.create_table(
        "article_tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("view", sa.String(length=10), nullable=False),
        sa.Column("set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_article_tags_proposal_id_proposals")),
        sa.ForeignKeyConstraint(["set_by_id"], ["accounts.id"], name=op.f("fk_article_tags_set_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_tags")),
    )
    op.create_index("ix_article_tags_article", "article_tags", ["article", "proposal_id"], unique=False)
    op.create_index(op.f("ix_article_tags_proposal_id"), "article_tags", ["proposal_id"], unique=False)
    op.create_index(op.f("ix_article_tags_set_by_id"), "article_tags", ["set_by_id"], unique=False)

    op.create_table(
        "assessments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("view", sa.String(length=10), nullable=False),
        sa.Column("checklist", sa.String(length=40), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_assessments_made_by_id_accounts")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_assessments_proposal_id_proposals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    op.create_index(op.f("ix_assessments_made_by_id"), "assessments", ["made_by_id"], unique=False)
    op.create_index(op.f("ix_assessments_proposal_id"), "assessments", ["proposal_id"], unique=False)

    op.create_table(
        "ballot_batches",
        sa.Column(
            "round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_ballot_batches_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_ballot_batches")),
    )
    op.create_table(
        "ballot_box",
        sa.Column(
            "round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("handle", sa.LargeBinary(length=32), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_ballot_box_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "handle", name=op.f("pk_ballot_box")),
    )
    op.create_table(
        "ballot_pending",
        sa.Column(
            "round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("handle", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_ballot_pending_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "handle", "version", name=op.f("pk_ballot_pending")),
    )
    op.create_table(
        "ballots_sealed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.LargeBinary(), nullable=True),
        sa.Column("ballot_salt", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_ballots_sealed_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots_sealed")),
        sa.UniqueConstraint("round_id", "tracker", name=op.f("uq_ballots_sealed_round_id_tracker")),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deliberation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("root_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_label", sa.String(length=80), nullable=True),
        sa.Column("author_role", sa.String(length=20), nullable=True),
        sa.Column("position", sa.String(length=8), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edit_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.String(length=80), nullable=True),
        sa.Column("imported_helpful", sa.Integer(), nullable=True),
        sa.Column("imported_unhelpful", sa.Integer(), nullable=True),
        sa.Column("helpful_count", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_comments_author_id_accounts")),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberations.id"], name=op.f("fk_comments_deliberation_id_deliberations")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id_comments")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_comments_proposal_id_proposals")),
        sa.ForeignKeyConstraint(["root_id"], ["comments.id"], name=op.f("fk_comments_root_id_comments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("deliberation_id", "external_id", name=op.f("uq_comments_deliberation_id_external_id")),
    )
    op.create_index(op.f("ix_comments_author_id"), "comments", ["author_id"], unique=False)
    op.create_index(op.f("ix_comments_parent_id"), "comments", ["parent_id"], unique=False)
    op.create_index("ix_comments_thread", "comments", ["proposal_id", "root_id", "id"], unique=False)

    op.create_table(
        "commits_sealed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commit", sa.LargeBinary(), nullable=False),
        sa.Column("fate", sa.String(length=10), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_commits_sealed_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commits_sealed")),
    )
    op.create_index("ix_commits_sealed_commit", "commits_sealed", ["round_id", "commit"], unique=False)

    op.create_table(
        "endorsements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_endorsements_account_id_accounts")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_endorsements_proposal_id_proposals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsements")),
        sa.UniqueConstraint("proposal_id", "account_id", name=op.f("uq_endorsements_proposal_id_account_id")),
    )
    op.create_index(op.f("ix_endorsements_account_id"), "endorsements", ["account_id"], unique=False)

    op.create_table(
        "poll_roll",
        sa.Column(
            "round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("leaf_salt", sa.LargeBinary(), nullable=False),
        sa.Column("voted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_poll_roll_account_id_accounts")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_poll_roll_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "account_id", name=op.f("pk_poll_roll")),
    )
    op.create_table(
        "polls",
        sa.Column(
            "round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("receipts", sa.String(length=10), nullable=False),
        sa.Column("receipt_key", sa.String(length=250), nullable=False),
        sa.Column("batch_size", sa.Integer(), nullable=False),
        sa.Column("roll_size", sa.Integer(), nullable=False),
        sa.Column("roll_root", sa.LargeBinary(), nullable=False),
        sa.Column("key_check", sa.String(length=16), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=True),
        sa.Column("superseded", sa.Integer(), nullable=True),
        sa.Column("void", sa.Integer(), nullable=True),
        sa.Column("published", sa.String(length=10), nullable=True),
        sa.Column("box_root", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_roll_root", sa.LargeBinary(), nullable=True),
        sa.Column("cvr_sha256", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_polls_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_polls")),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_revisions_proposal_id_proposals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_revisions_proposal_id_number")),
    )
    op.create_table(
        "round_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_round_changes_by_id_accounts")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_changes_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_changes")),
    )
    op.create_index(op.f("ix_round_changes_round_id"), "round_changes", ["round_id"], unique=False)

    op.create_table(
        "statement_votes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voter_label", sa.String(length=80), nullable=True),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_statement_votes_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_statement_votes_proposal_id_proposals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_votes")),
    )
    op.create_index(op.f("ix_statement_votes_account_id"), "statement_votes", ["account_id"], unique=False)
    op.create_index(op.f("ix_statement_votes_proposal_id"), "statement_votes", ["proposal_id"], unique=False)

    op.create_table(
        "comment_revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_comment_revisions_comment_id_comments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_revisions")),
    )
    op.create_index(op.f("ix_comment_revisions_comment_id"), "comment_revisions", ["comment_id"], unique=False)

    op.create_table(
        "helpful_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_helpful_marks_account_id_accounts")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_helpful_marks_comment_id_comments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpful_marks")),
        sa.UniqueConstraint("comment_id", "account_id", name=op.f("uq_helpful_marks_comment_id_account_id")),
    )
    op.create_index(op.f("ix_helpful_marks_account_id"), "helpful_marks", ["account_id"], unique=False)

    op.create_table(
        "hidings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_hidings_comment_id_comments")),
        sa.ForeignKeyConstraint(["hidden_by_id"], ["accounts.id"], name=op.f("fk_hidings_hidden_by_id_accounts")),
        sa.ForeignKeyConstraint(["restored_by_id"], ["accounts.id"], name=op.f("fk_hidings_restored_by_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidings")),
    )
    op.create_index(op.f("ix_hidings_comment_id"), "hidings", ["comment_id"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_reports_comment_id_comments")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_reports_decided_by_id_accounts")),
        sa.ForeignKeyConstraint(["reporter_id"], ["accounts.id"], name=op.f("fk_reports_reporter_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("comment_id", "reporter_id", name=op.f("uq_reports_comment_id_reporter_id")),
    )
    op.create_index(op.f("ix_reports_reporter_id"), "reports", ["reporter_id"], unique=False)

    op.create_table(
        "appeals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hiding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_appeals_decided_by_id_accounts")),
        sa.ForeignKeyConstraint(["hiding_id"], ["hidings.id"], name=op.f("fk_appeals_hiding_id_hidings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_hiding_id"), "appeals", ["hiding_id"], unique=False)
    dialect = op.get_bind().dialect.name
    for statement in (*SEARCH[dialect], *KEEP[dialect]):
        op.execute(sa.text(statement))


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*FREE[dialect], "DROP TABLE proposal_search"):
        op.execute(sa.text(statement))
    op.drop_index(op.f("ix_appeals_hiding_id"), table_name="appeals")

    op.drop_table("appeals")
    op.drop_index(op.f("ix_reports_reporter_id"), table_name="reports")

    op.drop_table("reports")
    op.drop_index(op.f("ix_hidings_comment_id"), table_name="hidings")

    op.drop_table("hidings")
    op.drop_index(op.f("ix_helpful_marks_account_id"), table_name="helpful_marks")

    op.drop_table("helpful_marks")
    op.drop_index(op.f("ix_comment_revisions_comment_id"), table_name="comment_revisions")

    op.drop_table("comment_revisions")
    op.drop_index(op.f("ix_statement_votes_proposal_id"), table_name="statement_votes")
    op.drop_index(op.f("ix_statement_votes_account_id"), table_name="statement_votes")

    op.drop_table("statement_votes")
    op.drop_index(op.f("ix_round_changes_round_id"), table_name="round_changes")

    op.drop_table("round_changes")
    op.drop_table("revisions")
    op.drop_table("polls")
    op.drop_table("poll_roll")
    op.drop_index(op.f("ix_endorsements_account_id"), table_name="endorsements")

    op.drop_table("endorsements")
    op.drop_index("ix_commits_sealed_commit", table_name="commits_sealed")

    op.drop_table("commits_sealed")
    op.drop_index("ix_comments_thread", table_name="comments")
    op.drop_index(op.f("ix_comments_parent_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_author_id"), table_name="comments")

    op.drop_table("comments")
    op.drop_table("ballots_sealed")
    op.drop_table("ballot_pending")
    op.drop_table("ballot_box")
    op.drop_table("ballot_batches")
    op.drop_index(op.f("ix_assessments_proposal_id"), table_name="assessments")
    op.drop_index(op.f("ix_assessments_made_by_id"), table_name="assessments")

    op.drop_table("assessments")
    op.drop_index(op.f("ix_article_tags_set_by_id"), table_name="article_tags")
    op.drop_index(op.f("ix_article_tags_proposal_id"), table_name="article_tags")
    op.drop_index("ix_article_tags_article", table_name="article_tags")

    op.drop_table("article_tags")
    op.drop_index(op.f("ix_answers_proposal_id"), table_name="answers")

    op.drop_table("answers")
    op.drop_table("rounds")
    op.drop_index(op.f("ix_role_grants_deliberation_id"), table_name="role_grants")
    op.drop_index(op.f("ix_role_grants_account_id"), table_name="role_grants")

    op.drop_table("role_grants")
    op.drop_index("ix_proposals_list_newest", table_name="proposals")
    op.drop_index("ix_proposals_list_discussed", table_name="proposals")
    op.drop_index("ix_proposals_list_backed", table_name="proposals")
    op.drop_index(op.f("ix_proposals_district"), table_name="proposals")
    op.drop_index(op.f("ix_proposals_category"), table_name="proposals")
    op.drop_index(op.f("ix_proposals_author_id"), table_name="proposals")

    op.drop_table("proposals")
    op.drop_index("ix_imports_source", table_name="imports")

    op.drop_table("imports")
    op.drop_index(op.f("ix_exports_deliberation_id"), table_name="exports")

    op.drop_table("exports")
    op.drop_index(op.f("ix_drafts_deliberation_id"), table_name="drafts")
    op.drop_index(op.f("ix_drafts_account_id"), table_name="drafts")

    op.drop_table("drafts")
    op.drop_index(op.f("ix_sign_ins_account_id"), table_name="sign_ins")

    op.drop_table("sign_ins")
    op.drop_index(op.f("ix_residencies_account_id"), table_name="residencies")

    op.drop_table("residencies")
    op.drop_index("ix_notices_account", table_name="notices")

    op.drop_table("notices")
    op.drop_index(op.f("ix_mails_account_id"), table_name="mails")

    op.drop_table("mails")
    op.drop_index(op.f("ix_deliberations_created_by_id"), table_name="deliberations")

    op.drop_table("deliberations")
    op.drop_table("credentials")
    op.drop_table("person_aliases")
    op.drop_table("notice_cursors")
    op.drop_table("log_tiles")
    op.drop_table("log_state")
    op.drop_table("log_pending")
    op.drop_table("log_manifests")
    op.drop_index(op.f("ix_log_entries_process_idx"), table_name="log_entries")
    op.drop_index(op.f("ix_log_entries_object_idx"), table_name="log_entries")
    op.drop_index(op.f("ix_log_entries_at"), table_name="log_entries")
    op.drop_index(op.f("ix_log_entries_act_idx"), table_name="log_entries")

    op.drop_table("log_entries")
    op.drop_table("log_checkpoints")
    op.drop_index("ix_attempts_expires_at", table_name="attempts")

    op.drop_table("attempts")
    op.drop_table("accounts")
