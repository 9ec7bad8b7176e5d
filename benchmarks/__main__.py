"""`make bench`: what Folkmoot's promises of speed come to, as ratios in one run.

`python -m benchmarks pages` measures the pages only; see `docs/benchmarks.md` for the parts and what they mean. Ends
with exit code 1 when a figure was not reached.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks import acting, casting, counting, electing, log, pages, places, records, serving
from benchmarks.ratio import Ratio


def _records(place: places.Place, folder: Path) -> list[Ratio]:
    return records.measure(place.database)


PARTS: dict[str, Callable[[places.Place, Path], Iterable[Ratio]]] = {
    "pages": pages.measure,
    "casting": casting.measure,
    "electing": electing.measure,
    "acting": acting.measure,
    "log": log.measure,
    "records": _records,
    "serving": serving.measure,
}
WITHOUT_DATABASE: dict[str, Callable[[], Iterable[Ratio]]] = {"counting": counting.measure}
ALL = [*WITHOUT_DATABASE, *PARTS]


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("parts", nargs="*", choices=[*ALL, []], help="what to measure; everything unless named")
    arguments.add_argument("--on", choices=places.kinds(), help="only this database")
    chosen = arguments.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    missed = 0
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as folder:
        for ratio in _measured(Path(folder), chosen.parts or ALL, [chosen.on] if chosen.on else places.kinds()):
            missed += not ratio.reached
            print(_line(ratio), flush=True)
    return 1 if missed else 0


def _measured(folder: Path, parts: list[str], kinds: list[str]) -> Iterator[Ratio]:
    for part in parts:
        if part in WITHOUT_DATABASE:
            yield from WITHOUT_DATABASE[part]()
            continue
        for kind in kinds:
            yield from PARTS[part](places.fresh(kind, folder, part), folder)


def _line(one: Ratio) -> str:
    sign = "≥" if one.at_least else "≤"
    wanted = f"{sign} {one.limit:.2f} {'reached' if one.reached else 'MISSED'}" if one.limit else ""
    return f"{one.name:<60} {one.ours:>9.1f} {one.yardstick:>9.1f} {one.unit:<11} {one.ratio:>6.2f}  {wanted}"


if __name__ == "__main__":
    sys.exit(main())
