"""`flask rights …`: the catalogue of human rights from the command line."""

from __future__ import annotations

import json
from typing import TextIO

import click
from flask.cli import AppGroup

from app.rights import terms
from app.rights.suggest import suggest

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
        language = terms.language(line) if lang == "auto" else lang
        hints = suggest(line, language, limit=limit)
        click.echo(json.dumps([hint.article.id for hint in hints]))
