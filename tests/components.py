"""What some tests need besides Python: PostgreSQL's programs and a browser.

Where one is missing, its tests are skipped and say so. In CI such a skip is a failure
(`tests/conftest.py`), so that a green run means that everything was really tried.
"""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

MISSING = "component missing: "


def skip_without(component: str) -> NoReturn:
    """Skip the test because `component` isn't here. `make test` installs it where it may."""
    pytest.skip(f"{MISSING}{component} (`make test` installs it where it may)")


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@cache
def postgresql_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest where there are several."""
    found = [program.parent for program in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


@cache
def system_chromium() -> Path | None:
    """The distribution's Chromium or Chrome, if there is one."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := shutil.which(name):
            return Path(program)
    return None


@cache
def go() -> tuple[Path, Path]:
    """Go's program, and the folder with the sources of golang.org/x/mod, as Debian lays them. Skips without them."""
    found = sorted(Path("/usr/lib").glob("go-*/bin/go"), key=lambda path: int(path.parts[3].split(".")[-1]))
    program = shutil.which("go") or (found and str(found[-1]))
    sources = Path("/usr/share/gocode")
    if not program or not (sources / "src/golang.org/x/mod/sumdb/note").is_dir():
        skip_without("Go with golang.org/x/mod")
    return Path(program), sources


@cache
def outside_packages() -> Path:
    """The folder of Python packages that are kept apart (requirements-outside.txt). Skips where it is missing."""
    folder = Path(sys.prefix) / "outside"
    if not (folder / "aics_tlog").is_dir():
        skip_without("aics-tlog")
    return folder


def real_data(*parts: str) -> Path:
    """A folder or file of the real deliberations, which are not part of the project.

    They lie where FOLKMOOT_DATA says, or in ../shared/data. Tests on them are skipped where they're
    missing, in CI too: the licences don't let us ship them.
    """
    beside = Path(__file__).parents[1].parent / "shared" / "data"
    path = Path(os.environ.get("FOLKMOOT_DATA", beside)).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real data not here: {'/'.join(parts)}; FOLKMOOT_DATA says where to look")
    return path
