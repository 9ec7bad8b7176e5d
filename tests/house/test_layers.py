"""The layers hold, and what is pure is promised to stay so."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp

from tests.house.source import ROOT

SPEAKS_TO_SOMETHING = {"flask", "flask_sqlalchemy", "sqlalchemy", "werkzeug", "flask_babel", "flask_login", "wtforms"}
NOT_DOMAINS = ("app.cli", "app.web", "app.config", "app.blueprints", "app.commands")


def test_imports_never_point_up() -> None:
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_pure_module_is_under_the_contract_that_keeps_it_pure() -> None:
    """Whatever knows neither Flask nor the database today has to be named in pyproject.toml, so that it never will."""
    graph = grimp.build_graph("app", include_external_packages=True)
    inside = {name for name in graph.modules if name.startswith("app.")}
    impure = {name for name in inside if _reaches_out(graph, name)}
    packages = {name for name in inside if graph.find_children(name)}
    pure = {name for name in inside - impure - packages if not name.startswith(NOT_DOMAINS)}
    promised = _promised()
    missing = sorted(name for name in pure if not name.startswith(tuple(promised)))
    assert missing == [], "add them to the contract “Pure modules know neither Flask nor the database”"


def _reaches_out(graph: grimp.ImportGraph, name: str) -> bool:
    upstream = graph.find_upstream_modules(name) | {name}
    return bool(upstream & SPEAKS_TO_SOMETHING) or "app.database" in upstream


def _promised() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(one["source_modules"] for one in contracts if one["name"].startswith("Pure modules"))
