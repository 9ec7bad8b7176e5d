"""How many a second of the pages that are asked for most, beside the leanest pages that show the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import text

from app.database import db
from benchmarks import load, people, servers, yardstick
from benchmarks.material import barcelona
from benchmarks.places import Place
from benchmarks.ratio import Ratio

CONNECTIONS, TURNS, SECONDS, WARM_UP = 8, 5, 2.0, 0.5
PER_PAGE, PAGES_WALKED = 25, 400
A_THIRD = 1 / 3
Address = tuple[str, int]
Requests = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Page:
    """A page of Folkmoot and the yardstick's with the same rows, as the requests of each connection."""

    name: str
    ours: Requests
    bare: Requests
    limit: float


@dataclass(frozen=True)
class City:
    """What was imported, and where to look at it."""

    deliberation: int
    base: str
    discussed: int
    """The proposal that has a hundred comments, or nearest to that."""
    newest: int
    cookie: str


def measure(place: Place, folder: Path) -> list[Ratio]:
    """Requests a second of each page, ours and the yardstick's in turns on the same server."""
    with place.entered() as app:
        city = prepare(app, folder)
    with both(place, city, servers.MADE_FOR, folder) as (ours, bare):
        return [compared(page, f"{page.name}, {place.kind}", ours, bare, page.limit) for page in pages(city)]


def prepare(app: Flask, folder: Path) -> City:
    """Import Barcelona into an empty database, and sign somebody in."""
    files = folder / "material"
    files.mkdir(exist_ok=True)
    done = app.test_cli_runner().invoke(args=["import", "barcelona", str(barcelona(files))])
    if done.exit_code:
        raise RuntimeError(done.output)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))  # as its autovacuum will have done a minute later
        db.session.commit()
    found = db.session.execute(text("SELECT id, slug FROM deliberations")).one()
    nearest = "SELECT id FROM proposals ORDER BY abs(comments_count - 100), id LIMIT 1"
    return City(
        deliberation=found.id,
        base=f"/deliberations/{found.slug}/proposals",
        discussed=db.session.scalar(text(nearest)) or 0,
        newest=db.session.scalar(text("SELECT max(id) FROM proposals")) or 0,
        cookie=people.signed_in(app, people.resident("Reader")).cookie,
    )


def pages(city: City) -> list[Page]:
    """What is measured. Only what visitors see has a limit; the others tell what else there is to know."""
    shown, bare_shown = f"{city.base}/{city.discussed}", [f"/show/{city.discussed}"]
    further = [f"{city.base}?until={city.newest}&page={number}" for number in range(2, PAGES_WALKED)]
    bare_further = [f"/list/{number}" for number in range(2, PAGES_WALKED)]
    return [
        Page("List of 25 of 10,860 proposals", _everybody([city.base]), _everybody(["/list"]), A_THIRD),
        Page("Proposal with its 100 comments", _everybody([shown]), _everybody(bare_shown), A_THIRD),
        Page("List, signed in", _everybody([city.base], Cookie=city.cookie), _everybody(["/list"]), 0),
        Page("Proposal, signed in", _everybody([shown], Cookie=city.cookie), _everybody(bare_shown), 0),
        Page("List, compressed", _everybody([city.base], Accept_Encoding="gzip, br, zstd"), _everybody(["/list"]), 0),
        Page("List, each time another page", _everybody(further), _everybody(bare_further), 0),
    ]


def _everybody(paths: Sequence[str], **headers: str) -> Requests:
    """The same paths on each connection, each beginning at another place."""
    asked = [load.get(path, **headers) for path in paths]
    starts = [number * len(asked) // CONNECTIONS for number in range(CONNECTIONS)]
    return [asked[start:] + asked[:start] for start in starts]


@contextmanager
def both(place: Place, city: City, kind: servers.Kind, folder: Path) -> Iterator[tuple[Address, Address]]:
    """Folkmoot and the yardstick, served alike at the same time. Whoever is not asked costs the other nothing."""
    bare: Mapping[str, str] = {
        **place.environment,
        yardstick.DATABASE: place.database,
        yardstick.DELIBERATION: str(city.deliberation),
    }
    log = folder / "servers.log"
    with (
        servers.serving(kind, servers.FOLKMOOT, place.environment, log) as ours,
        servers.serving(kind, servers.YARDSTICK, bare, log) as theirs,
    ):
        yield ours, theirs


def compared(page: Page, name: str, ours: Address, bare: Address, limit: float) -> Ratio:
    """Both in turns, each with the requests of the page."""
    load.from_outside(ours, page.ours, WARM_UP)
    load.from_outside(bare, page.bare, WARM_UP)
    turns = []
    for _ in range(TURNS):
        mine = load.from_outside(ours, page.ours, SECONDS).rate
        turns.append((mine, load.from_outside(bare, page.bare, SECONDS).rate))
    return Ratio(
        name,
        median(mine for mine, _ in turns),
        median(theirs for _, theirs in turns),
        median(mine / theirs for mine, theirs in turns),
        limit,
        "requests/s",
        at_least=True,
    )
