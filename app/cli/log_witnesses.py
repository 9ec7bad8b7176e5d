"""`flask audit witness …`: who cosigns the log from outside."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
from babel.dates import format_timedelta
from flask.cli import AppGroup

from app import clock
from app.acts import CITY, OPERATOR, Conflict
from app.audit.verify import NoteError
from app.audit.witness import asking, queries
from app.audit.witness.client import AddressError, Client, checked_address
from app.audit.witness.cosignatures import parse_cosigner
from app.audit.witness.words import TROUBLE
from app.custody import acts
from app.database import db

cli = AppGroup("witness", help="Outside parties that cosign the log: name them, ask them, say what they saw.")

NAME_LIMIT = 80


@cli.command("add")
@click.argument("name")
@click.option("--vkey", required=True, help="The witness's verifier key, as its keeper gave it to you.")
@click.option("--url", required=True, help="Where it is asked, without /add-checkpoint.")
def add(name: str, vkey: str, url: str) -> None:
    """Ask a witness from now on. NAME is what people call it, such as "City Library"."""
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LIMIT:
        raise click.UsageError(f"A name has 1 to {NAME_LIMIT} characters.")
    try:
        cosigner, address = parse_cosigner(vkey), checked_address(url)
    except NoteError as error:
        raise click.UsageError(f"--vkey: {error}") from error
    except AddressError as error:
        raise click.UsageError(f"--url: {error}") from error
    try:
        acts.add_witness(OPERATOR, CITY, name=name, vkey=str(cosigner), url=address)
    except Conflict as conflict:
        raise click.ClickException(str(conflict)) from conflict
    click.echo(f"{name} will be asked. Try it now with `flask audit witness ask`.")


@cli.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Ask the witness NAME no more. What it cosigned stays."""
    witness = queries.named(db.session(), name)
    if witness is None:
        raise click.ClickException(
            f"No witness that is asked is called “{name}”. `flask audit witness list` names them."
        )
    acts.remove_witness(OPERATOR, witness)
    click.echo(f"{name} is asked no more.")


@cli.command("list")
def list_witnesses() -> None:
    """Say of each witness what it cosigned last, and when."""
    found = queries.seen(db.session())
    for one in found:
        click.echo(f"{one.name}  {one.url}\n  {one.vkey}\n  {_said(one, clock.now())}")
    if not found:
        click.echo("Nobody outside watches this log yet. docs/witness.md says how a library or a newspaper can.")


def _said(one: queries.Seen, now: datetime) -> str:
    if one.asked_at is None:
        return "Not asked yet."
    last = "It has cosigned nothing yet."
    if one.cosigned_at is not None:
        last = f"It cosigned {_entries(one.size)} {_ago(now - one.cosigned_at)}."
    return last if one.why is None else f"{last} When asked {_ago(now - one.asked_at)}: {one.why}"


def _entries(size: int) -> str:
    return "1 entry" if size == 1 else f"{size:,} entries"


def _ago(passed: timedelta) -> str:
    return f"{format_timedelta(passed, locale='en')} ago"


@cli.command("ask")
def ask() -> None:
    """Ask every witness now. Ends with status 1 when one does not cosign."""
    answers = asking.ask(db.engine, Client(), everybody=True)
    for one in answers:
        cosigned = one.outcome.cosigned
        said = f"cosigned {_entries(one.size)}." if cosigned else TROUBLE[one.outcome.trouble]
        click.echo(f"{one.witness.name}: {said}")
    if not answers:
        click.echo("There is nobody to ask, or nothing signed yet.")
    if not all(one.outcome.cosigned for one in answers):
        raise SystemExit(1)
