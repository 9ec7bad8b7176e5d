"""`flask audit key …`: the keys that sign the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.acts import CITY, OPERATOR, Conflict
from app.audit import sequencer
from app.audit.home import HaltedError, Home
from app.audit.models import LogKey
from app.audit.notary import Notary
from app.audit.notes import new_signer
from app.custody import acts
from app.database import db

T = TypeVar("T")


def _home() -> Home:
    return Home.of(current_app.config["FOLKMOOT"])


def _halting(doing: Callable[[], T]) -> T:
    """Do something that a halted log does not let happen, and say so in words."""
    try:
        return doing()
    except HaltedError as halted:
        raise click.ClickException(str(halted)) from halted


@click.group("key", cls=AppGroup, invoke_without_command=True)
@click.pass_context
def cli(context: click.Context) -> None:
    """Show the verifier keys, newest first: print them where everybody can compare them. Or add and retire some."""
    if context.invoked_subcommand is not None:
        return
    keys = _home().public_keys()
    if not keys:
        raise click.ClickException("The log has no key yet: it is made when the first act is signed.")
    for key in keys:
        click.echo(key)


@cli.command("list")
def list_keys() -> None:
    """Say of each key whether it signs, and whether its private half lies here."""
    there = _halting(_home().signers)
    rows = db.session.scalars(select(LogKey).order_by(LogKey.id.desc())).all()
    signing = _signing()
    known = {row.vkey for row in rows}
    for row in rows:
        click.echo(f"{row.vkey}\n  {_state(row, signing)}; {_private(row.vkey in there)}")
    for vkey in there.keys() - known:
        signs = (
            "signs the log" if vkey in signing else "in no entry, so it signs nothing (`flask audit key add` uses it)"
        )
        click.echo(f"{vkey}\n  {signs}; {_private(True)}")


def _state(row: LogKey, signing: list[str]) -> str:
    if row.retired_at is not None:
        leaving = " (its last signature is still to come)" if row.vkey in signing else ""
        return f"retired on {row.retired_at:%Y-%m-%d}{leaving}"
    if row.vkey not in signing:
        return "signs from the next checkpoint on"
    return "signs the log"


def _private(here: bool) -> str:
    return "its private half lies on this machine" if here else "its private half is not on this machine"


@cli.command("add")
def add() -> None:
    """Make a new key. From the next checkpoint on both sign, so that everybody has time to learn the new one."""
    home = _home()
    there = _halting(home.signers)
    first = db.session.scalar(select(LogKey.vkey).order_by(LogKey.id).limit(1))
    until_now = first or str(_halting(lambda: home.signer(may_make=False)).vkey)
    known = {until_now, *db.session.scalars(select(LogKey.vkey))}
    # A key that was laid down when the last attempt was interrupted, before its act, is taken now.
    signer = next((one for vkey, one in sorted(there.items()) if vkey not in known), None)
    if signer is None:
        signer = new_signer(home.origin)
        home.keep(signer)
    acts.add_key(OPERATOR, CITY, vkey=str(signer.vkey), until_now=until_now)
    click.echo(str(signer.vkey))
    click.echo(
        "Both keys sign from the next checkpoint on. Print the new one where the old one stands, tell the witnesses, "
        "keep a safe copy of the folder keys, and some weeks later retire the old one with `flask audit key retire`.",
        err=True,
    )


@cli.command("retire")
@click.argument("key")
def retire(key: str) -> None:
    """Retire KEY, given whole or by the eight digits in its middle, and destroy its private half on this machine."""
    vkey = _found(key)
    row = db.session.scalar(select(LogKey).where(LogKey.vkey == vkey))
    if row is None or row.retired_at is None:
        try:
            acts.retire_key(OPERATOR, CITY, vkey=vkey)
        except Conflict as conflict:
            raise click.ClickException(str(conflict)) from conflict
    home = _home()
    _halting(lambda: sequencer.run(db.engine, home))  # it signs once more: the checkpoint that covers its retirement
    if vkey in _signing():
        raise click.ClickException("Its last signature is still to come. Give this command again in a while.")
    gone = home.destroy(vkey)
    click.echo("Retired. Its private half was destroyed here." if gone else "Retired. Its private half was not here.")
    click.echo("Destroy its safe copies too.", err=True)


def _found(key: str) -> str:
    """The verifier key that is meant."""
    rows = db.session.scalars(select(LogKey.vkey)).all()
    known = [*rows, *(vkey for vkey in _home().public_keys() if vkey not in rows)]
    found = [vkey for vkey in known if key.strip() in (vkey, vkey.split("+")[1])]
    if len(found) != 1:
        raise click.ClickException("No key of the log is called so. `flask audit key list` names them.")
    return found[0]


def _signing() -> list[str]:
    """The keys that sign, as the entries say that have their places."""
    with db.engine.connect() as connection:
        return _halting(lambda: Notary.of(connection, _home())).signing
