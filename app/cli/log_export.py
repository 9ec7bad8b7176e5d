"""`flask audit export`: the log as a folder, for strangers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from flask import current_app

from app.audit import folder, sequencer
from app.audit.home import HaltedError, Home
from app.database import db
from app.records.opened import opened


@click.command("export")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def export(directory: Path) -> None:
    """Write the log and its published record into DIRECTORY, with the program that checks them.

    Any web server can host the folder. An earlier export in it is replaced, once the new one is whole.
    """
    home = Home.of(current_app.config["FOLKMOOT"])
    halted: list[HaltedError] = []

    def unless_halted(sequence: Callable[[], object]) -> None:
        try:
            sequence()
        except HaltedError as error:
            halted[:] = [error]

    def settle() -> None:
        unless_halted(lambda: sequencer.run(db.engine, home))

    def place(ids: Sequence[int]) -> None:
        unless_halted(lambda: sequencer.place(db.engine, home, ids))

    settle()  # the first time this makes the log's key, which the export names
    with click.progressbar(length=0, label="Writing the log", file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        try:
            size = folder.export(db.engine, directory, opened(), home.public_keys(), progress, settle, place)
        except (folder.NotAnExport, folder.NothingYet) as error:
            raise click.ClickException(str(error)) from error
    if halted:
        click.echo(f"The log is halted: nothing vouches for rows that wait for their entries. {halted[0]}", err=True)
    click.echo(f"{directory} holds {size:,} entries. Check it: python3 {directory}/verify.py {directory} --vkey KEY")
