"""`flask mail …`: sending what has not left yet, and trying whether mail works."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.config import Settings
from app.notifications import mail, notices

cli = AppGroup("mail", help="Send what waits, and try whether mail works.")


@cli.command()
def send() -> None:
    """Write notices of what was done, and send mails that have not left. Run it every few minutes by a timer."""
    notices.catch_up()
    sent, waiting = mail.send_waiting()
    click.echo(f"{sent} sent, {waiting} still waiting.")
    if waiting:
        raise SystemExit(1)


@cli.command("try")
@click.argument("address")
def try_out(address: str) -> None:
    """Send a trial mail to ADDRESS."""
    settings: Settings = current_app.config["FOLKMOOT"]
    if not mail.post("trial", to=address, locale=settings.default_locale):
        raise click.ClickException("The mail did not leave. The log says why; `flask mail send` tries again.")
    click.echo(f"A mail to {address} has left.")
