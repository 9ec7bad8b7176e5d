"""The commands that need neither a database nor a key, and so run without the settings of a house."""

from __future__ import annotations

import os
from collections.abc import Sequence

from flask import Flask

from app.cli import count

COMMANDS = {"count": count.cli}
WITH_VALUE = ("-A", "--app", "-e", "--env-file")
"""Options of `flask` itself that take the next word."""


def named(words: Sequence[str]) -> str | None:
    """The command that `flask` was told, if it is one of these. `words` is what stands behind `flask`."""
    if "FLASK_RUN_FROM_CLI" not in os.environ:
        return None
    rest = iter(words)
    for word in rest:
        if word in WITH_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            return word if word in COMMANDS else None
    return None


def application() -> Flask:
    """An application that has these commands and nothing else."""
    app = Flask("folkmoot")
    for command in COMMANDS.values():
        app.cli.add_command(command)
    return app
