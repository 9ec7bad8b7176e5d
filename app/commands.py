"""The `flask …` commands: one module a noun in `app/cli`, each with a click group `cli`."""

from __future__ import annotations

from flask import Flask

from app.cli import accounts, audit, count, demo_commands, imports, mail, records, rights, rounds, voting, witness

NOUNS = (accounts, audit, count, demo_commands, imports, mail, records, rights, rounds, voting, witness)


def init(app: Flask) -> None:
    """Register each noun's commands."""
    for noun in NOUNS:
        app.cli.add_command(noun.cli)
