"""The database's own refusal to change what is in the log, for migrations to create and drop.

It stops accidents and careless hands. Somebody who owns the database can remove it; `verify` is what finds them out.
"""

from __future__ import annotations

from typing import Final

KEPT: Final = ("log_entries", "log_checkpoints")
"""Tables whose rows are never changed or deleted."""

_REFUSAL: Final = "the log is only ever added to"

_FUNCTION: Final = f"""
CREATE FUNCTION folkmoot_keep_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{_REFUSAL}';
END
$$
"""


def create(dialect: str) -> list[str]:
    """The statements that put the triggers in place on `sqlite` or `postgresql`."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_keep_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for table in KEPT
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        _FUNCTION.strip(),
        *(
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION folkmoot_keep_log()"
            for table in KEPT
        ),
    ]


def drop(dialect: str) -> list[str]:
    """The statements that take them away again, before the tables themselves are dropped."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_keep_{verb}" for table in KEPT for verb in ("update", "delete")]
    return [*(f"DROP TRIGGER {table}_keep ON {table}" for table in KEPT), "DROP FUNCTION folkmoot_keep_log()"]
