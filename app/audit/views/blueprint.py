"""The blueprint of the log, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, current_app

from app.audit.home import Home
from app.config import Settings

bp = Blueprint("audit", __name__, url_prefix="/log")


def settings() -> Settings:
    found: Settings = current_app.config["FOLKMOOT"]
    return found


def home() -> Home:
    return Home.of(settings())
