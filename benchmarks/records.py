"""How long, and in how much memory, a large deliberation is imported and exported.

`python -m benchmarks` runs this with the others. Each figure is the best of several turns, and ours and the
yardstick's take turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from flask import Flask

from app import create_app
from app.acts import CITY, OPERATOR
from app.config import Settings
from app.database import db
from app.records import acts
from app.records.exports import bundle
from app.records.imports import barcelona
from app.records.imports.known import undisturbed
from app.records.imports.material import Material
from benchmarks import bare
from benchmarks.material import barcelona as folder_of
from benchmarks.ratio import Ratio

TURNS = 5
AS_LONG = 6
"""How often the yardstick is laid on in a turn: so often that it takes as long as we do, and is disturbed as often."""
MOST_TIMES, MOST_MEMORY, MOST_SECONDS, MOST_GROWTH = 8.0, 300.0, 60.0, 1.25
MIB = 1024 * 1024
SLUG, SMALL_SLUG = "barcelona-2016", "barcelona-quarter"


def measure(database_url: str) -> list[Ratio]:
    """The ratios of importing and exporting, on an empty migrated database that is not needed afterwards."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as name:
        place = Path(name)
        folder = folder_of(place)
        settings = Settings(
            env="development", instance_path=str(place / "instance"), database_url=database_url, secret_key="x" * 40
        )
        memory = _peak(settings, "import", "barcelona", str(folder))
        app = create_app(settings)
        with app.app_context():
            ratios = _import(folder, place)
            ratios.append(Ratio.of("Importing Barcelona, memory", memory, MOST_MEMORY, 1.0, "MiB"))
            ratios += _export(app, settings, folder, place)
            db.session.remove()
            db.engine.dispose()
    return ratios


def _import(folder: Path, place: Path) -> list[Ratio]:
    rows = bare.rows_of(db.engine)
    ours, theirs = [], []
    for turn in range(TURNS):
        ours.append(_took(lambda: _take_in(folder, f"turn-{turn}")))  # noqa: B023  # called at once
        theirs.append(fmean(bare.seconds(db.engine, rows, place) for _ in range(AS_LONG)))
    return [Ratio.of("Importing Barcelona", min(ours), min(theirs), MOST_TIMES, "s")]


def _take_in(folder: Path, name: str, part: Callable[[Material], Material] = lambda whole: whole) -> None:
    """Import the files once more as `flask import` does, into a deliberation of their own."""
    with undisturbed():
        material = barcelona.read(folder)
        material = part(replace(material, came_from=name, slug=name, files={**material.files, name: ""}))
        acts.take_in(OPERATOR, CITY, material=material)


def _quarter(whole: Material) -> Material:
    proposals = whole.proposals[: len(whole.proposals) // 4]
    there = {one.external_id for one in proposals}
    return replace(whole, proposals=proposals, comments=[one for one in whole.comments if one.proposal in there])


def _export(app: Flask, settings: Settings, folder: Path, place: Path) -> list[Ratio]:
    _take_in(folder, SMALL_SLUG, _quarter)
    whole, quarter = (_peak(settings, "records", "export", slug, str(place / "out.zip")) for slug in (SLUG, SMALL_SLUG))
    took = min(_took(_exported) for _ in range(2))
    return [
        Ratio.of("Exporting Barcelona", took, MOST_SECONDS, 1.0, "s"),
        Ratio.of("Exporting Barcelona, memory against a quarter of it", whole, quarter, MOST_GROWTH, "MiB"),
    ]


def _exported() -> None:
    from app import clock
    from app.deliberations import queries

    deliberation = queries.by_slug(db.session(), SLUG)
    assert deliberation is not None
    key = deliberation.id
    db.session.remove()
    for _piece in bundle.stream(db.engine, bundle.Bundle(key, False, clock.now(), "bench", "bench")):
        pass


def _took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _peak(settings: Settings, *command: str) -> float:
    """The most memory that a `flask` command ever held, in MiB."""
    environment = {
        **os.environ,
        "FOLKMOOT_ENV": settings.env,
        "FOLKMOOT_SECRET_KEY": settings.secret_key,
        "FOLKMOOT_INSTANCE_PATH": settings.instance_path,
        "FOLKMOOT_DATABASE_URL": settings.database_url,
    }
    arguments = [sys.executable, "-m", "benchmarks.peak", *command]
    ended = subprocess.run(arguments, env=environment, check=True, capture_output=True, text=True)
    return float(ended.stdout.splitlines()[-1])
