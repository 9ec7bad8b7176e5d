"""The pages: every domain's blueprint, and nothing else."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

from flask import Flask

DOMAINS = (
    "civic",
    "accounts",
    "deliberations",
    "proposals",
    "discussion",
    "rights",
    "voting",
    "notifications",
    "records",
    "audit",
)


WITH_MORE_PAGES = ("app.proposals.writing",)
"""Modules that add pages to their domain's blueprint, kept apart because they are about something else."""


def init(app: Flask) -> None:
    """Register each domain's `bp`."""
    for name in WITH_MORE_PAGES:
        importlib.import_module(name)
    for domain in DOMAINS:
        name = f"app.{domain}.views"
        if find_spec(name) is not None:
            app.register_blueprint(importlib.import_module(name).bp)
