"""Pabulib's `.pb` files: budgets that cities voted on (PURE). The format is described at pabulib.org/format.

Three parts, META, PROJECTS and VOTES, each a table with semicolons, quoted as CSV is. Identifiers are kept as they are.
Real files differ in small things: spaces after semicolons, columns that nobody else has, commas in numbers, totals
that do not fit. What can be understood is; what looks odd is noted; what cannot be understood is named with its line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from app.records.formats.election import MOST_OPTIONS, Cast, Election, ElectionFile, Kind, Option, lines, number, whole
from app.records.imports.files import DamagedFile

SUFFIX = ".pb"
PARTS = ("META", "PROJECTS", "VOTES")
KINDS = {
    "approval": Kind.APPROVALS,
    "choose-1": Kind.APPROVALS,
    "ordinal": Kind.RANKINGS,
    "cumulative": Kind.POINTS,
    "scoring": Kind.SCORES,
}
VOTE_TYPES = {Kind.APPROVALS: "approval", Kind.RANKINGS: "ordinal", Kind.POINTS: "cumulative", Kind.SCORES: "scoring"}
NEEDED = {"PROJECTS": ("project_id", "cost"), "VOTES": ("vote",)}
NOTHING = frozenset({"", "none", "nan", "null"})
TWICE = "ballots that name a project twice: it counts once"
TOO_FEW = "ballots that mark fewer projects than the file's min_length: counted as they are"
TOO_MANY = "ballots that mark more projects than the file's max_length: counted as they are"
TOO_DEAR = "ballots whose projects cost more than the file's max_sum_cost: counted as they are"
TOO_FULL = "ballots that give more points than the file's max_sum_points: counted as they are"

Row = tuple[int, list[str]]


class PabulibElection(ElectionFile):
    """What a `.pb` file says; its ballots are read from the file each time they are asked for."""

    def ballots(self) -> Iterator[Cast]:
        """Each ballot. Raises DamagedFile at the first that cannot be understood."""
        numbers = {option.id: at for at, option in self.options.items()}
        rows = _rows(self.path)
        for _, row in rows:
            if _part(row) == "VOTES":
                columns = _columns(self.path, "VOTES", next(rows, None))
                break
        else:
            raise DamagedFile(self.path.name, None, "it has no part VOTES")
        for line, row in rows:
            yield self._cast(line, _cells(self.path, line, columns, row), numbers)

    def _cast(self, line: int, cells: Mapping[str, str], numbers: Mapping[str, int]) -> Cast:
        ids = _listed(cells["vote"])
        marked = []
        for one in ids:
            if one not in numbers:
                raise DamagedFile(self.path.name, line, f"names the project “{one[:60]}”, which the file does not have")
            marked.append(numbers[one])
        points = self._points(line, cells, len(ids)) if self.kind in (Kind.POINTS, Kind.SCORES) else None
        if len(set(marked)) < len(marked):
            first = {option: place for place, option in reversed(list(enumerate(marked)))}
            kept = sorted(first.values())
            marked, points = [marked[at] for at in kept], points and tuple(points[at] for at in kept)
            self.note(TWICE)
        places = tuple((one,) for one in marked) if self.kind is Kind.RANKINGS else (tuple(marked),)
        return Cast(line, places, points)

    def _points(self, line: int, cells: Mapping[str, str], needed: int) -> tuple[Fraction, ...]:
        if "points" not in cells:
            raise DamagedFile(self.path.name, line, "gives no points: the part VOTES has no column “points”")
        texts = _listed(cells["points"])
        if len(texts) != needed:
            raise DamagedFile(self.path.name, line, f"has {len(texts)} points for {needed} projects")
        found = []
        for text in texts:
            value = number(text)
            if value is None:
                raise DamagedFile(self.path.name, line, f"has the points “{text[:40]}”, which is no number")
            found.append(value)
        return tuple(found)


def _listed(cell: str) -> list[str]:
    """What stands between commas. Some files write that there is nothing as the programs do that made them."""
    if cell.strip().casefold() in NOTHING:
        return []
    return [one for part in cell.split(",") if (one := part.strip())]


def read(path: Path) -> PabulibElection:
    """Read a file and look at every ballot once. Raises DamagedFile, which names the line, where it cannot be used."""
    found = _header(path)
    if "budget" in found.meta:
        found.budget = number(found.meta["budget"])
        if found.budget is None or found.budget < 0:
            raise DamagedFile(path.name, None, f"the budget “{found.meta['budget'][:40]}” is no amount of money")
    if not found.options:
        raise DamagedFile(path.name, None, "it has no project")
    _survey(found)
    return found


def _header(path: Path) -> PabulibElection:
    meta: dict[str, str] = {}
    options: dict[int, Option] = {}
    seen: set[str] = set()
    part, columns = "", []
    rows = _rows(path)
    for line, row in rows:
        if name := _part(row):
            part = name
            if part == "VOTES":
                break
            columns = _columns(path, part, next(rows, None))
        elif part == "META":
            if len(row) < 2:
                raise DamagedFile(path.name, line, "has no semicolon between a name and its value")
            meta[row[0].strip().lower()] = ";".join(row[1:]).strip()
        elif part == "PROJECTS":
            option = _option(path, line, _cells(path, line, columns, row))
            if option.id in seen:
                raise DamagedFile(path.name, line, f"has the project “{option.id[:60]}” a second time")
            if len(options) == MOST_OPTIONS:
                raise DamagedFile(path.name, line, f"has more than {MOST_OPTIONS} projects")
            seen.add(option.id)
            options[len(options) + 1] = option
        else:
            raise DamagedFile(path.name, line, "stands before the first part: a .pb file begins with META")
    return PabulibElection(path, "pabulib", _kind(path, meta), options, meta)


def _kind(path: Path, meta: Mapping[str, str]) -> Kind:
    named = meta.get("vote_type", "").lower()
    if named not in KINDS:
        said = f"“{named[:40]}” is no vote_type" if named else "META does not say its vote_type"
        raise DamagedFile(path.name, None, f"{said}; it must be one of: {', '.join(KINDS)}")
    return KINDS[named]


def _option(path: Path, line: int, cells: Mapping[str, str]) -> Option:
    key = cells["project_id"].strip()
    if not key:
        raise DamagedFile(path.name, line, "is a project without a project_id")
    cost = number(cells["cost"])
    if cost is None or cost < 0:
        raise DamagedFile(path.name, line, f"the cost “{cells['cost'].strip()[:40]}” is no amount of money")
    facts = {name: text for name, text in cells.items() if name not in ("project_id", "cost", "name") and text}
    return Option(key, cells.get("name", "").strip() or key, cost, facts)


def _survey(found: PabulibElection) -> None:
    """Look at every ballot, so that a damaged one is named before anything is counted, and note what is odd."""
    limits = {name: number(found.meta[name]) for name in LIMITS if found.meta.get(name)}
    ballots = 0
    votes: dict[int, int] = dict.fromkeys(found.options, 0)
    for cast in found.ballots():
        ballots += 1
        marked = [option for place in cast.places for option in place]
        for option in marked:
            votes[option] += 1
        for name, (measure, breaks, note) in LIMITS.items():
            limit = limits.get(name)
            if limit is not None and breaks(measure(found, marked, cast), limit):
                found.note(note)
    _compare(found, "num_votes", ballots, "ballots")
    _compare(found, "num_projects", len(found.options), "projects")
    told = {at: whole(option.facts.get("votes", "")) for at, option in found.options.items()}
    wrong = sum(said is not None and said != votes[at] for at, said in told.items())
    found.note("projects whose column “votes” does not fit the ballots: the ballots are counted", wrong)


def _compare(found: Election, name: str, have: int, what: str) -> None:
    said = found.meta.get(name, "")
    if said and whole(said) != have:
        found.note(f"META says {name} is {said[:20]}, the file holds {have} {what}: all of them are counted")


def _length(found: Election, marked: Sequence[int], cast: Cast) -> Fraction:
    return Fraction(len(marked))


def _cost(found: Election, marked: Sequence[int], cast: Cast) -> Fraction:
    return sum((found.options[option].cost or Fraction(0) for option in marked), Fraction(0))


def _sum(found: Election, marked: Sequence[int], cast: Cast) -> Fraction:
    return sum(cast.points or (), Fraction(0))


LIMITS = {
    "min_length": (_length, Fraction.__lt__, TOO_FEW),
    "max_length": (_length, Fraction.__gt__, TOO_MANY),
    "max_sum_cost": (_cost, Fraction.__gt__, TOO_DEAR),
    "max_sum_points": (_sum, Fraction.__gt__, TOO_FULL),
}


def _rows(path: Path) -> Iterator[Row]:
    """Rows of cells, each with the line at which it ends."""
    at = 0

    def told() -> Iterator[str]:
        nonlocal at
        for line, text in lines(path):
            at = line
            yield text + "\n"

    reader = csv.reader(told(), delimiter=";", skipinitialspace=True)
    try:
        for row in reader:
            yield at, row
    except csv.Error as error:
        raise DamagedFile(path.name, at or None, f"is not a table with semicolons: {error}") from error


def _part(row: Sequence[str]) -> str | None:
    """The name of the part that begins with this row."""
    name = row[0].strip().upper()
    return name if name in PARTS and not any(cell.strip() for cell in row[1:]) else None


def _columns(path: Path, part: str, row: Row | None) -> list[str]:
    if row is None:
        raise DamagedFile(path.name, None, f"it ends where the columns of {part} should be")
    names = [name.strip().lower() for name in row[1]]
    for name in NEEDED.get(part, ()):
        if names.count(name) != 1:
            raise DamagedFile(path.name, row[0], f"must name the columns of {part}, one of them “{name}”")
    return names


def _cells(path: Path, line: int, columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    if any(cell.strip() for cell in row[len(columns) :]):
        raise DamagedFile(path.name, line, f"has {len(row)} cells where the columns are {len(columns)}")
    return dict(zip(columns, [*row, *[""] * (len(columns) - len(row))], strict=False))


def write(found: Election, casts: Iterable[Cast]) -> Iterator[str]:
    """The lines of a `.pb` file, identifiers as they are. Read again, it says the same."""
    yield from _table("META", ["key", "value"], [*_meta(found).items()])
    facts = list(dict.fromkeys(name for option in found.options.values() for name in option.facts))
    projects = [
        [option.id, plain(option.cost), *(option.facts.get(name, "") for name in facts), option.name]
        for option in found.options.values()
    ]
    yield from _table("PROJECTS", ["project_id", "cost", *facts, "name"], projects)
    columns = ["voter_id", "vote", *(["points"] if found.kind in (Kind.POINTS, Kind.SCORES) else [])]
    yield from _table("VOTES", columns, _votes(found, casts))


def _meta(found: Election) -> dict[str, str]:
    budget = {} if found.budget is None else {"budget": plain(found.budget)}
    return {**found.meta, **budget, "vote_type": found.meta.get("vote_type", VOTE_TYPES[found.kind])}


def _votes(found: Election, casts: Iterable[Cast]) -> Iterator[list[str]]:
    """One row for each ballot. Voters are numbered: who they are is nobody's business."""
    voter = 0
    for cast in casts:
        ids = ",".join(found.options[option].id for place in cast.places for option in place)
        points = [",".join(map(plain, cast.points))] if cast.points is not None else []
        for _ in range(cast.times):
            voter += 1
            yield [str(voter), ids, *points]


def _table(part: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"{part}\n"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([" ".join(cell.splitlines()) for cell in row])
        if buffer.tell() > BATCH:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


BATCH = 64 * 1024


def plain(value: Fraction | None) -> str:
    """A number as decimals, exactly; a cost that cannot be written so is no cost of a file."""
    if value is None:
        return "0"
    if value.denominator == 1:
        return str(value.numerator)
    places = next(places for places in range(1, 40) if (value * 10**places).denominator == 1)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
