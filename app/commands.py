"""The `flask …` commands: one module a noun in `app/cli`, each with a click group `cli`."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

from flask import Flask

NOUNS = ("accounts", "audit", "demo_commands", "imports", "mail", "records", "rounds", "voting")


def init(app: Flask) -> None:
    """Register each noun's commands."""
    for noun in NOUNS:
        name = f"app.cli.{noun}"
        if find_spec(name) is not None:
            app.cli.add_command(importlib.import_module(name).cli)
