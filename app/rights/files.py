"""Reads the catalogue's data files and refuses what does not fit. PURE but for reading files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.rights import schema
from app.rights.instruments import (
    Article,
    Cluster,
    HeadingSource,
    Instrument,
    Kind,
    Standing,
    Theme,
    UsStatus,
    Verification,
)
from app.rights.text import Text

HERE = Path(__file__).parent
TAKEN = frozenset({"articles", "here", "register", "reports", "themes"})
"""Words that stand where the id of an instrument does, in addresses under `/rights/`."""


class BadData(ValueError):
    """A data file that breaks its schema or points at what is not there."""

    def __init__(self, file: str, faults: Iterable[str]) -> None:
        self.file = file
        self.faults = list(faults)
        super().__init__(f"{file}: " + "; ".join(self.faults))


def read(path: Path, schema_name: str) -> Any:
    """The checked content of a JSON file. `schema_name` is that of a file in schemas/. Raises BadData."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadData(path.name, [str(problem)]) from problem
    if faults := schema.faults(data, _schema(schema_name)):
        raise BadData(path.name, faults)
    return data


def themes(folder: Path) -> tuple[Theme, ...]:
    """The controlled list that articles are filed under. Raises BadData."""
    data = read(folder / "themes.json", "labels")
    found = tuple(Theme(theme["id"], Text.of(theme["label"])) for theme in data.get("themes", ()))
    refuse_repeated("themes.json", [theme.id for theme in found])
    return found


def instruments(
    folder: Path, known_themes: Iterable[Theme], own: Path | None = None
) -> list[tuple[Instrument, list[Article]]]:
    """Every instrument with its articles, in the order of lists; those in a city's own folder too. Raises BadData."""
    by_id = {theme.id: theme for theme in known_themes}
    paths = [*sorted((folder / "treaties").glob("*.json")), *(_files_in(own) if own else ())]
    found = [_instrument(path, by_id) for path in paths]
    refuse_repeated("treaties", [instrument.id for instrument, _ in found])
    refuse_repeated("treaties", [article.id for _, articles in found for article in articles])
    return sorted(found, key=lambda pair: pair[0].order)


def _files_in(own: Path) -> list[Path]:
    """Raises BadData for a folder that is not there: an address mistyped must not pass for an empty folder."""
    if not own.is_dir():
        raise BadData(str(own), ["there is no such folder"])
    return sorted(own.glob("*.json"))


def clusters(folder: Path, articles: Iterable[Article]) -> tuple[Cluster, ...]:
    """The same rights across instruments. Raises BadData."""
    by_id = {article.id: article for article in articles}
    data = read(folder / "clusters.json", "labels").get("clusters", [])
    if lost := [f"{one['id']}: no article {id_}" for one in data for id_ in one["articles"] if id_ not in by_id]:
        raise BadData("clusters.json", lost)
    refuse_repeated("clusters.json", [one["id"] for one in data])
    return tuple(
        Cluster(one["id"], Text.of(one["label"]), tuple(by_id[id_] for id_ in one["articles"])) for one in data
    )


def refuse_lost_parents(instruments: Iterable[Instrument], articles: Iterable[Article]) -> None:
    """Raise BadData when a general comment explains an article that is not there."""
    known = {article.id for article in articles}
    for instrument in instruments:
        if instrument.parent_id is not None and instrument.parent_id not in known:
            raise BadData(f"{instrument.id}.json", [f"no article {instrument.parent_id} to explain"])


def refuse_repeated(file: str, ids: Iterable[str]) -> None:
    """Raise BadData when an id is given twice."""
    ids = list(ids)
    if repeated := sorted({f"{id_} is there twice" for id_ in ids if ids.count(id_) > 1}):
        raise BadData(file, repeated)


@cache
def _schema(name: str) -> Any:
    return json.loads((HERE / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


def _instrument(path: Path, known_themes: dict[str, Theme]) -> tuple[Instrument, list[Article]]:
    data = read(path, "instrument")
    instrument = Instrument(
        id=data["id"],
        order=data["order"],
        title=Text.of(data["title"]),
        short_title=Text.of(data["short_title"]),
        kind=Kind(data["kind"]),
        adopted=date.fromisoformat(data["adopted"]),
        entry_into_force=_date(data["entry_into_force"]),
        treaty_body=Text.of(data["treaty_body"]),
        url=Text.of(data["url"]),
        us_status=_us_status(data["us_status"]),
        verification=Text.of(data["verification"]),
        parent_id=data.get("parent"),
        roman=data.get("roman", False),
    )
    if faults := _lost_references(path, data, known_themes):
        raise BadData(path.name, faults)
    articles = [_article(instrument, one, known_themes) for one in data["articles"]]
    return instrument, sorted(articles, key=lambda article: article.order)


def _lost_references(path: Path, data: Any, known_themes: dict[str, Theme]) -> list[str]:
    faults = [] if data["id"] == path.stem else [f"the id is {data['id']}, the file is called {path.stem}"]
    if data["id"] in TAKEN:
        faults.append(f"{data['id']} is the address of another page: choose another id")
    for article in data["articles"]:
        if article["id"] != f"{data['id']}-{article['number']}":
            faults.append(f"{article['id']} has the number {article['number']}")
        faults += [f"{article['id']}: no theme {theme}" for theme in article["themes"] if theme not in known_themes]
    return faults


def _article(instrument: Instrument, data: Any, known_themes: dict[str, Theme]) -> Article:
    return Article(
        id=data["id"],
        instrument=instrument,
        number=data["number"],
        order=data["order"],
        heading=Text.of(data["heading"]),
        heading_source=HeadingSource(data["heading_source"]),
        summary=Text.of(data["summary"]),
        duty=Text.of(data["duty"]),
        themes=tuple(known_themes[theme] for theme in data["themes"]),
        verification=Verification(data["verification"]),
        doubt=_text(data.get("unsure")),
        keywords_by_language={language: tuple(words) for language, words in data["keywords"].items()},
    )


def _us_status(data: Any) -> UsStatus:
    return UsStatus(
        status=Standing(data["status"]),
        signed=_date(data["signed"]),
        ratified=_date(data["ratified"]),
        note=Text.of(data["note"]),
        as_of=date.fromisoformat(data["as_of"]),
        unsure=_text(data.get("unsure")),
    )


def _date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _text(by_language: dict[str, str] | None) -> Text | None:
    return Text.of(by_language) if by_language else None
