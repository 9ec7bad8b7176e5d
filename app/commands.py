"""The `flask …` commands: one module a noun in `app/cli`, each with a click group `cli`."""

from __future__ import annotations

from flask import Flask

from app.cli import accounts, audit, demo_commands, imports, mail, records, rounds, voting

NOUNS = (accounts, audit, demo_commands, imports, mail, records, rounds, voting)


def init(app: Flask) -> None:
    """Register each noun's commands."""
    for noun in NOUNS:
        app.cli.add_command(noun.cli)
