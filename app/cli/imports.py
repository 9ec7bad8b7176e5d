"""`flask import …`: taking in real deliberations that were run elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from app.acts import CITY, OPERATOR, Conflict
from app.database import db
from app.deliberations.models import Deliberation
from app.records.imports import barcelona, intake, polis
from app.records.imports.files import DamagedFile, Progress
from app.records.imports.material import Material

cli = AppGroup("import", help="Take in deliberations that were run elsewhere. All or nothing; safe to repeat.")
FOLDER = click.argument("folder", type=click.Path(path_type=Path))


@cli.command("barcelona")
@FOLDER
def import_barcelona(folder: Path) -> None:
    """Barcelona's action plan of 2016: proposals.jsonl.gz and comments.jsonl.gz in FOLDER."""
    _run(folder, barcelona.read)


@cli.command("polis")
@FOLDER
def import_polis(folder: Path) -> None:
    """A Polis conversation: summary.csv, comments.csv and votes.csv in FOLDER."""
    _run(folder, polis.read)


def _run(folder: Path, read: Callable[[Path, Progress], Material]) -> None:
    size = sum(path.stat().st_size for path in folder.glob("*") if path.is_file()) if folder.is_dir() else 1
    try:
        with click.progressbar(length=size, label="Reading", file=sys.stderr) as bar:
            material = read(folder, bar.update)
        things = len(material.proposals) + len(material.comments) + len(material.votes)
        with click.progressbar(length=things, label="Taking in", file=sys.stderr) as bar:
            made = intake.take_in(OPERATOR, CITY, material=material, told=bar.update)
    except DamagedFile as damage:
        raise click.ClickException(f"{damage}. Nothing was imported.") from damage
    except Conflict as conflict:
        click.echo(str(conflict.words))
        return
    deliberation = db.session.get(Deliberation, made.into_id)
    click.echo(f"Imported into “{deliberation.question if deliberation else ''}”.")
    for what, how_many in made.counts.items():
        click.echo(f"  {how_many:>8,} {what}")
    for sentence, how_many in material.notes.items():
        click.echo(f"  {how_many:>8,} {sentence}")
