"""Asking the witnesses beside the pages, where no `flask audit sequence --follow` does."""

from __future__ import annotations

import threading

from flask import Flask

from app.audit.home import Home
from app.audit.witness.asking import Asker
from app.config import Settings
from app.database import db


def begin(app: Flask, stopped: threading.Event | None = None) -> threading.Thread | None:
    """Ask in a thread, until `stopped` or the process's end, if acts give their entries their places themselves."""
    settings: Settings = app.config["FOLKMOOT"]
    if not settings.inline_sequencer:
        return None
    with app.app_context():
        return Asker(db.engine, Home.of(settings)).begin(stopped or threading.Event())
