"""`flask import …`: taking in real deliberations that were run elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from app.acts import CITY, OPERATOR, Conflict
from app.database import db
from app.deliberations.models import Deliberation
from app.records import acts
from app.records.formats import tally
from app.records.imports import barcelona, elections, polis
from app.records.imports.files import DamagedFile, Progress
from app.records.imports.known import undisturbed
from app.records.imports.material import Material
from app.records.models import Import
from app.voting.counting.methods import Method
from app.web.formats import in_words

cli = AppGroup("import", help="Take in deliberations that were run elsewhere. All or nothing; safe to repeat.")
FOLDER = click.argument("folder", type=click.Path(path_type=Path))
COUNTED = {
    "proposals": "proposals",
    "statements": "statements",
    "supports": "supports, as counted where they came from",
    "answers_accepted": "proposals accepted by the city",
    "answers_rejected": "proposals rejected by the city",
    "comments": "comments",
    "votes": "votes",
    "ballots": "ballots",
    "votes_that_count": "votes that count: each person’s last on each statement",
}
"""What each number of an import is called in its report."""


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


FILE = click.argument("file", type=click.Path(path_type=Path))
METHOD = click.option("--method", type=click.Choice([one.value for one in tally.NAMES]), help="How to count it.")
SEATS = click.option("--seats", type=click.IntRange(min=1), default=1, show_default=True, help="Places to fill.")


@cli.command("pabulib")
@FILE
@METHOD
@SEATS
def import_pabulib(file: Path, method: str | None, seats: int) -> None:
    """A city's budget as Pabulib has it (.pb): a finished vote, counted by the rule that FILE names."""
    _run(file, partial(elections.read_pabulib, method=Method(method) if method else None, seats=seats))


@cli.command("preflib")
@FILE
@METHOD
@SEATS
def import_preflib(file: Path, method: str | None, seats: int) -> None:
    """Rankings or approvals as PrefLib has them (.soc, .soi, .toc, .toi, .cat): a finished vote, counted."""
    _run(file, partial(elections.read_preflib, method=Method(method) if method else None, seats=seats))


def _run(folder: Path, read: Callable[[Path, Progress], Material]) -> None:
    try:
        with undisturbed():
            with _bar(_size(folder), "Reading") as progress:
                material = read(folder, progress)
            with _bar(_things(material), "Taking in") as progress:
                made = acts.take_in(OPERATOR, CITY, material=material, told=progress)
    except DamagedFile as damage:
        raise click.ClickException(f"{damage}. Nothing was imported.") from damage
    except Conflict as conflict:
        click.echo(in_words(conflict.words))
        return
    except IntegrityError as error:
        raise click.ClickException("Another import took in the same meanwhile. Nothing was imported.") from error
    _tell(made, material.notes)


@contextmanager
def _bar(length: int, label: str) -> Iterator[Progress]:
    """A progress bar for people; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _more: None
        return
    with click.progressbar(length=length, label=f"{label:9}", file=sys.stderr) as bar:
        yield bar.update


def _size(folder: Path) -> int:
    """Bytes in the folder, as far as anybody may look."""
    if folder.is_file():
        return folder.stat().st_size
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file()) if folder.is_dir() else 0


def _things(material: Material) -> int:
    box = 0 if material.vote is None else len(material.vote.box)
    return len(material.proposals) + len(material.comments) + len(material.votes) + box


def _tell(made: Import, notes: Mapping[str, int]) -> None:
    deliberation = db.session.get_one(Deliberation, made.into_id)
    click.echo(f"Imported into “{deliberation.question}”, /deliberations/{deliberation.slug}")
    taken = [(how_many, COUNTED.get(name, name)) for name, how_many in made.counts.items() if how_many]
    for how_many, what in taken or [(0, "new things: all of it stood here already")]:
        click.echo(f"  {how_many:>9,} {what}")
    if notes:
        click.echo("Skipped or changed:")
    for sentence, how_many in notes.items():
        click.echo(f"  {how_many:>9,} {sentence}")
