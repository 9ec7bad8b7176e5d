"""The servers that can stand before Folkmoot, on the page that is asked for most, beside the yardstick behind the same.

Only to be known: no figure has to be reached. `python -m benchmarks serving` runs this alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import pages, servers
from benchmarks.places import Place
from benchmarks.ratio import Ratio

PROCESSES, THREADS = 2, 4


def measure(place: Place, folder: Path) -> Iterator[Ratio]:
    """Requests a second of the list of proposals, by each server that is installed."""
    with place.entered() as app:
        city = pages.prepare(app, folder)
    listed = pages.pages(city)[0]
    for program in servers.programs():
        kind = servers.Kind(program, PROCESSES, THREADS)
        with pages.both(place, city, kind, folder) as (ours, bare):
            yield pages.compared(listed, f"{kind}, {place.kind}", ours, bare, limit=0)
