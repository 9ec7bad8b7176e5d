"""`flask voting …`: the keys of vote rounds, and what seals left behind."""

from __future__ import annotations

from typing import TextIO

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.acts import OPERATOR, Conflict
from app.audit.verify import NoteError
from app.charter.rules import Refused
from app.database import db
from app.deliberations.models import Round
from app.voting import acts, checks, disputes, queries
from app.voting import scrub as scrubbing
from app.voting.keys import cabinet

cli = AppGroup("voting", help="The keys of vote rounds, and what their seals left.")


@cli.command("keys")
def keys() -> None:
    """Say of every vote that is not over where its key lies, and whether each copy is the right one.

    Ends with status 1 when a copy that is needed is missing or wrong.
    """
    wrong = False
    for round_id in db.session.scalars(select(Round.id).where(Round.kind == "vote").order_by(Round.id)):
        vote = queries.vote(db.session(), round_id)
        if vote is None or vote.paper is None or vote.key_destroyed_at is not None:
            continue
        for copy in cabinet().copies_of(round_id):
            good = copy.check_value == vote.paper.key_check
            wrong = wrong or not good
            state = "good" if good else "MISSING" if copy.check_value is None else "WRONG OR DAMAGED"
            click.echo(f"round {round_id}: {copy.path} {state}")
    if wrong:
        raise SystemExit(1)


@cli.command("destroy-key")
@click.argument("round_id", type=int)
def destroy_key(round_id: int) -> None:
    """Destroy the key of a sealed ROUND_ID, where that could not be done with the seal."""
    round_ = db.session.get(Round, round_id)
    if round_ is None:
        raise click.ClickException(f"There is no round {round_id}.")
    try:
        copies = acts.destroy_key(OPERATOR, round_)
    except Refused as refused:
        raise click.ClickException(str(refused.verdict.reason)) from refused
    except Conflict as conflict:
        raise click.ClickException(str(conflict)) from conflict
    click.echo(f"{copies} copies of the key of round {round_id} destroyed." if copies else "No copy was left.")


@cli.command("scrub")
def scrub() -> None:
    """Let the database forget what lay in sealed boxes. Each seal does so; needed where that failed."""
    try:
        scrubbing.scrub(db.engine)
    except scrubbing.ScrubError as error:
        raise click.ClickException(str(error)) from error
    click.echo("The tables of the box were rewritten.")


@cli.command("check")
@click.argument("round_id", type=int, required=False)
@click.option("--receipt", type=click.File(), help="Only look what became of the ballot of this receipt.")
def check(round_id: int | None, receipt: TextIO | None) -> None:
    """Check all votes, or ROUND_ID: rolls, sealed boxes and counts against what was committed to.

    Ends with status 1 when something does not fit. `flask audit verify` checks those commitments against the log.
    """
    session = db.session()
    if receipt is not None:
        _check_receipt(receipt.read())
        return
    found = checks.check_all(session) if round_id is None else checks.check(session, round_id)
    for trouble in found:
        click.echo(str(trouble))
    if found:
        raise SystemExit(1)
    click.echo("Every roll, box and count fits.")


def _check_receipt(note: str) -> None:
    """Say what became of a receipt's ballot; status 1 where it is no receipt of ours, or in no list or several."""
    try:
        found = disputes.fates_of(db.session(), note)
    except NoteError as error:
        raise click.ClickException(str(error)) from error
    if found is None:
        raise click.ClickException("That vote is not sealed yet: until then nobody is told what lies in the box.")
    if len(found) != 1:
        raise click.ClickException(
            f"This receipt is signed by the key of the vote, but its commitment stands in {len(found)} lists "
            "and must stand in one. This proves that something went wrong."
        )
    click.echo(f"The ballot is in the list: {found[0].value}.")
