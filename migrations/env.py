"""Alembic's way in: the engine and the tables of the running application."""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]

with migrate.db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=migrate.db.metadata,
        include_object=lambda _thing, name, kind, *_: not (kind == "table" and name.startswith("proposal_search")),
        **migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
