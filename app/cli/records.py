"""`flask records …`: exports from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.acts import OPERATOR
from app.database import db
from app.deliberations import queries as deliberations
from app.records import acts
from app.records.exports import bundle
from app.records.exports.documented import as_markdown
from app.records.exports.tables import Bundle

cli = AppGroup("records", help="Exports of deliberations.")


@cli.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(slug: str, file: Path) -> None:
    """Write the public bundle of the deliberation SLUG to FILE (a ZIP). The internal one is made in the browser."""
    deliberation = deliberations.by_slug(db.session(), slug)
    if deliberation is None:
        raise click.ClickException(f"There is no deliberation “{slug}”. `flask records list` names them.")
    made = acts.export_public(OPERATOR, deliberation)
    asked = Bundle.of(current_app.config["FOLKMOOT"], deliberation.id, internal=False, made_at=made.made_at)
    unfinished = file.with_name(file.name + ".part")
    with unfinished.open("wb") as handle:
        for piece in bundle.stream(db.engine, asked):
            handle.write(piece)
    unfinished.replace(file)
    click.echo(f"Wrote {file} ({file.stat().st_size:,} bytes).")


@cli.command("list")
def list_deliberations() -> None:
    """Name every deliberation."""
    for slug, question in deliberations.names(db.session()):
        click.echo(f"{slug:40} {question}")


@cli.command("columns")
def columns() -> None:
    """Print what each dataset of a bundle holds, column by column, in Markdown."""
    click.echo(as_markdown(), nl=False)
