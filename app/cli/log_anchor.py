"""`flask audit anchor`: the newest checkpoint as a text for people, to be printed where nobody can change it."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app
from sqlalchemy import select

from app.audit.home import Home
from app.audit.models import LogCheckpoint
from app.audit.notes import read_checkpoint
from app.audit.verify import NoteError, parse_vkey
from app.audit.witness import queries
from app.config import Settings
from app.database import db
from app.notifications import mail
from app.web.formats import LANGUAGES

GROUP = 4
"""Hex digits that people read and compare at a glance."""
LINE = 8
"""Groups in a line."""


@click.command("anchor")
@click.option(
    "--mail", "addresses", multiple=True, metavar="ADDRESS", help="Mail it there. May be given several times."
)
@click.option("--locale", type=click.Choice(list(LANGUAGES)), help="Its language. The city's own, if not given.")
def anchor(addresses: tuple[str, ...], locale: str | None) -> None:
    """Write the newest checkpoint as a text for the council's minutes, a newspaper or a notice board, or mail it.

    What is printed in many places cannot be changed afterwards: whoever has the paper can check the log against it.
    """
    settings: Settings = current_app.config["FOLKMOOT"]
    language = locale or settings.default_locale
    values = _values(Home.of(settings))
    if not addresses:
        subject, text = mail.written("anchor", language, **values)
        click.echo(f"{subject}\n\n{text}", nl=False)
        return
    late = [address for address in addresses if not mail.post("anchor", to=address, locale=language, **values)]
    click.echo(f"Mailed to {len(addresses) - len(late)} of {len(addresses)}.")
    if late:
        raise click.ClickException("The rest waits in the outbox; `flask mail send` tries again.")


def _values(home: Home) -> dict[str, Any]:
    """What the text says. Raises ClickException before the first checkpoint."""
    newest = db.session.execute(
        select(LogCheckpoint.note, LogCheckpoint.signed_at).order_by(LogCheckpoint.size.desc()).limit(1)
    ).one_or_none()
    keys = home.public_keys()
    if newest is None or not keys:
        raise click.ClickException("Nothing has been signed yet.")
    try:
        checkpoint = read_checkpoint(newest.note, parse_vkey(keys[0]))
    except NoteError as error:
        raise click.ClickException(f"The newest checkpoint is not signed by this log's key: {error}.") from error
    note = queries.cosigned(db.session(), newest.note)
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": groups(checkpoint.root.hex()),
        "signed_at": newest.signed_at,
        "vkeys": keys,
        "note": note,
        "witnesses": queries.cosigners(db.session(), checkpoint.size),
    }


def groups(digits: str) -> list[str]:
    """Digits in groups of four, eight groups a line: `9f86 d081 884c …`."""
    parts = [digits[at : at + GROUP] for at in range(0, len(digits), GROUP)]
    return [" ".join(parts[at : at + LINE]) for at in range(0, len(parts), LINE)]
