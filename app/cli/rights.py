"""`flask rights …`: the catalogue of human rights from the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TextIO

import click
from flask.cli import AppGroup

from app.rights import catalogue, files
from app.rights.suggest import language, suggest

cli = AppGroup("rights", help="The catalogue of human rights.")


@cli.command("suggest", with_appcontext=False)
@click.argument("texts", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--lang", default="auto", help="The language of the texts: en, es, or auto, which looks at each of them.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="At most so many ids a text.")
def suggest_articles(texts: TextIO, lang: str, limit: int) -> None:
    """Read one text a line and write one JSON array a line: ids of articles, best first.

    TEXTS is a file, or standard input when it is left out.
    """
    for line in texts:
        hints = suggest(line, language(line) if lang == "auto" else lang, limit=limit)
        click.echo(json.dumps([hint.article.id for hint in hints]))


@cli.command("check", with_appcontext=False)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
def check(folder: Path | None) -> None:
    """Check the catalogue, and the instruments that a city adds to it.

    FOLDER holds them; when it is left out, the folder that FOLKMOOT_INSTRUMENTS_PATH names is looked at, if any.
    """
    named = os.environ.get("FOLKMOOT_INSTRUMENTS_PATH", "")
    own = folder or (Path(named) if named else None)
    try:
        rights = catalogue.add(own)
    except files.BadData as wrong:
        for fault in wrong.faults:
            click.echo(f"{wrong.file}: {fault}", err=True)
        raise click.ClickException("The catalogue cannot be used as it is.") from None
    click.echo(f"{len(rights.instruments)} instruments, {len(rights.articles)} articles. Everything fits.")
