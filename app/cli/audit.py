"""`flask audit …`: keeping the log, and checking it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit import sequencer
from app.audit.checks import Report, verify
from app.audit.home import HaltedError, Home
from app.audit.verify import NoteError, Vkey, parse_vkey
from app.audit.witness.asking import Asker
from app.cli import log_anchor, log_export, log_keys, log_witnesses
from app.database import db
from app.notifications import notices

cli = AppGroup("audit", help="The log: give entries their place, show its keys, have it witnessed, check it.")
cli.add_command(log_keys.cli)
cli.add_command(log_witnesses.cli)
cli.add_command(log_anchor.anchor)
cli.add_command(log_export.export)

POLITE = 5
"""How far a sequencer that follows steps back behind others on a busy machine: acts come first."""
SHOWN = 20
"""Findings told; where more are wrong, the first ones say where to look."""


def _home() -> Home:
    return Home.of(current_app.config["FOLKMOOT"])


@cli.command("sequence")
@click.option("--follow", is_flag=True, help="Go on for ever: what a city runs as a service.")
@click.option("--every", default=sequencer.EVERY, show_default=True, help="Seconds between two looks, when following.")
def sequence(follow: bool, every: float) -> None:
    """Give the entries that wait their place in the tree, and sign the checkpoint over it."""
    if follow:
        stopped = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda _number, _frame: stopped.set())
        click.echo(f"Following the outbox of {_home().origin}. Stop with Ctrl-C.")
        os.nice(POLITE)
        Asker(db.engine, _home()).begin(stopped)
        sequencer.follow(db.engine, _home(), stopped, every, then=notices.after_commit)
        return
    try:
        placed = sequencer.run(db.engine, _home())
    except HaltedError as halted:
        raise click.ClickException(f"The log is halted. {halted}") from halted
    click.echo(f"{placed} entries got their place." if placed else "Nothing waits.")


@cli.command("checkpoint")
def checkpoint() -> None:
    """Show the checkpoint made public last: keep it outside this machine."""
    try:
        note = _home().last_signed()
    except HaltedError as halted:
        raise click.ClickException(str(halted)) from halted
    if note is None:
        raise click.ClickException("Nothing has been signed yet.")
    click.echo(note, nl=False)


@cli.command("verify")
@click.option("--vkey", help="The log's verifier key, as the city printed it.")
@click.option("--own-key", is_flag=True, help="Trust the key on this machine instead.")
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint kept from earlier, outside this machine. May be given several times.",
)
def verify_command(vkey: str | None, own_key: bool, kept: tuple[Path, ...]) -> None:
    """Check every entry, tile and checkpoint, and the public record against the log.

    Ends with status 1 when something does not fit, and names the first entry concerned.
    """
    trusted = _trusted(vkey, own_key)
    notes = {path.name: path.read_text() for path in kept}
    with click.progressbar(length=0, label="Reading the log", file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        report = verify(db.engine, _home(), trusted, kept=notes, progress=progress)
    for line in told(report):
        click.echo(line)
    if not report.whole:
        raise SystemExit(1)


def _trusted(vkey: str | None, own_key: bool) -> Vkey:
    if bool(vkey) == own_key:
        raise click.UsageError(
            "Give the log's key with --vkey, as printed by the city. "
            "With --own-key this machine's own key is trusted, which proves nothing to others."
        )
    if vkey:
        try:
            return parse_vkey(vkey)
        except NoteError as error:
            raise click.UsageError(f"--vkey: {error}") from error
    try:
        own = _home().signer(may_make=False).vkey
    except HaltedError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Trusting this machine's own key, {own}. Whoever owns the machine could have replaced it.")
    return own


def told(report: Report) -> list[str]:
    """A report in words."""
    looked_at = (
        f"Read {report.entries:,} entries, {report.tiles:,} tiles and {report.checkpoints:,} checkpoints; "
        f"compared {report.rows:,} rows of the public record with them."
    )
    waiting = (
        [f"{report.pending:,} entries wait for their place; their acts were counted in."] if report.pending else []
    )
    if report.whole:
        return [looked_at, *waiting, "Everything fits: nothing was changed, dropped or added behind the log."]
    lines = [looked_at, *waiting, f"NOT WHOLE. {report.count:,} things do not fit. First comes the earliest entry:"]
    lines += [f"  {number}. {found}" for number, found in enumerate(report.found[:SHOWN], start=1)]
    if report.count > SHOWN:
        lines.append(f"  … and {report.count - SHOWN:,} more.")
    return lines
