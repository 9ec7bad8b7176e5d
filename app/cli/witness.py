"""`flask witness …`: being a witness for the logs of others, such as a neighbouring city's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
from flask.cli import AppGroup

from app.audit.witness import server

P = ParamSpec("P")

cli = AppGroup("witness", help="Be a witness for the logs of others. The same runs without Folkmoot: docs/witness.md.")

folder_option = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Where the witness keeps its key and its memory.",
)


def in_words(function: Callable[P, None]) -> Callable[P, None]:
    """Say what is wrong, without a traceback."""

    @wraps(function)
    def said(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except server.Malformed as trouble:
            raise click.ClickException(str(trouble)) from trouble

    return said


@cli.command("init", with_appcontext=False)
@folder_option
@click.option("--name", required=True, help="Such as library.example/witness.")
@in_words
def init(folder: Path, name: str) -> None:
    """Make a witness with a key of its own, and show the verifier key that cities need."""
    click.echo(str(server.Witness.make(folder, name).key))


@cli.command("trust", with_appcontext=False)
@folder_option
@click.argument("vkey")
@in_words
def trust(folder: Path, vkey: str) -> None:
    """Cosign for the log that VKEY signs: its verifier key, as the city printed it."""
    click.echo(f"Cosigning for {server.Witness(folder).trust(vkey).name}.")


@cli.command("show", with_appcontext=False)
@folder_option
@in_words
def show(folder: Path) -> None:
    """Say what the witness saw last of each log."""
    click.echo(server.told(server.Witness(folder)), nl=False)


@cli.command("serve", with_appcontext=False)
@folder_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8421, show_default=True)
@in_words
def serve(folder: Path, host: str, port: int) -> None:
    """Answer until Ctrl-C. Put TLS in front of it."""
    logging.getLogger("witness").setLevel(logging.INFO)
    click.echo(f"Answering at http://{host}:{port}/add-checkpoint. Stop with Ctrl-C.")
    server.serve(folder, host, port)
