"""A deliberation as one ZIP: CSV and JSON of every dataset, the log's entries, a data dictionary and a manifest.

It is made while it is sent, from one snapshot of the database, so its memory does not grow with the deliberation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from app.audit.models import LogCheckpoint, LogEntry
from app.deliberations.models import Deliberation
from app.records.exports import safe
from app.records.exports.datasets import Dataset
from app.records.exports.tables import DATASETS

AT_ONCE = 500
DICTIONARY = ("dataset", "column", "meaning")


def stream(
    engine: Engine, deliberation_id: int, *, internal: bool, made_at: datetime, origin: str, vkey: str
) -> Iterator[bytes]:
    """The bundle in pieces. `internal` adds contact data and hidden texts; a public bundle names nobody."""
    with engine.connect() as plain:
        connection = plain.execution_options(**_snapshot(engine))
        with connection.begin():
            datasets = [one for one in DATASETS if internal or not one.internal]
            yield from safe.zip_stream(
                _files(connection, deliberation_id, datasets, internal, made_at, origin, vkey), made_at
            )


def _snapshot(engine: Engine) -> dict[str, Any]:
    """One state of the database for the whole bundle, and rows fetched as they are needed."""
    options: dict[str, Any] = {"stream_results": True, "yield_per": AT_ONCE}
    return options if engine.dialect.name == "sqlite" else {**options, "isolation_level": "REPEATABLE READ"}


def _files(
    connection: Connection,
    deliberation_id: int,
    datasets: list[Dataset],
    internal: bool,
    made_at: datetime,
    origin: str,
    vkey: str,
) -> Iterator[tuple[str, Iterable[bytes]]]:
    head = _deliberation(connection, deliberation_id)
    yield "README.md", [_readme(head, datasets, internal, made_at, origin, vkey).encode()]
    yield "deliberation.json", [json.dumps(head, ensure_ascii=False, indent=1).encode()]
    yield "data-dictionary.csv", safe.csv_bytes(DICTIONARY, _dictionary(datasets))
    for dataset in datasets:
        names = [column.name for column in dataset.columns]
        yield f"csv/{dataset.name}.csv", safe.csv_bytes(names, _rows(connection, dataset, deliberation_id))
        yield f"json/{dataset.name}.json", safe.json_bytes(names, _rows(connection, dataset, deliberation_id))
    yield "log/entries.jsonl", _entries(connection, deliberation_id)
    yield "log/checkpoint", [_checkpoint(connection).encode()]
    yield "log/key", [f"{vkey}\n".encode()]


def _rows(connection: Connection, dataset: Dataset, deliberation_id: int) -> Iterator[Mapping[str, object]]:
    columns = [column.source.label(column.name) for column in dataset.columns]
    statement = dataset.read(select(*columns), deliberation_id)
    return iter(connection.execute(statement).mappings())  # type: ignore[arg-type]  # its mappings are by name


def _deliberation(connection: Connection, deliberation_id: int) -> dict[str, object]:
    row = connection.execute(
        select(
            Deliberation.slug,
            Deliberation.question,
            Deliberation.background,
            Deliberation.promise,
            Deliberation.lang,
            Deliberation.created_at,
            Deliberation.imported_from,
        ).where(Deliberation.id == deliberation_id)
    ).one()
    return {name: safe.plain(value) for name, value in row._mapping.items()}


def _dictionary(datasets: list[Dataset]) -> Iterator[Mapping[str, object]]:
    for dataset in datasets:
        yield {"dataset": dataset.name, "column": "", "meaning": dataset.meaning}
        for column in dataset.columns:
            yield {"dataset": dataset.name, "column": column.name, "meaning": column.meaning}


def _entries(connection: Connection, deliberation_id: int) -> Iterator[bytes]:
    """The log's entries about this deliberation, each as it stands in the tree, with its index and leaf hash."""
    rows = connection.execute(
        select(LogEntry.idx, LogEntry.leaf, LogEntry.body)
        .where(LogEntry.process == f"deliberations/{deliberation_id}")
        .order_by(LogEntry.idx)
    )
    for row in rows:
        said = json.dumps({"index": row.idx, "leaf": row.leaf.hex(), "entry": row.body.decode()}, ensure_ascii=False)
        yield said.encode() + b"\n"


def _checkpoint(connection: Connection) -> str:
    """The youngest checkpoint: what commits to all of these entries."""
    statement = select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)
    return connection.scalar(statement) or "No checkpoint has been signed yet.\n"


def _readme(
    head: Mapping[str, object], datasets: list[Dataset], internal: bool, made_at: datetime, origin: str, vkey: str
) -> str:
    listed = "\n".join(f"- `{one.name}`: {one.meaning}" for one in datasets)
    warning = (
        "**INTERNAL: this bundle holds contact data and hidden texts. That it was downloaded stands in the public "
        "log. Do not pass it on; delete it when it has served its purpose.**\n\n"
        if internal
        else "This bundle is public. People appear under the random names of the log; hidden texts are left out.\n\n"
    )
    return f"""# {head["question"]}

{warning}Made on {safe.moment(made_at)}. Each dataset is there twice: `csv/` for spreadsheets (UTF-8 with a byte order
mark, a line break after each row, times in UTC; a text that a spreadsheet could run as a formula has an apostrophe in
front) and `json/` (the same rows as they are). `data-dictionary.csv` says what each column means, `manifest.json` gives
the SHA-256 of every file.

## Datasets

{listed}

## The log

`log/entries.jsonl` has the log's entries about this deliberation: `entry` is the exact text that was hashed, `leaf` its
RFC 6962 leaf hash, `index` its place in the log {origin}. `log/checkpoint` is the signed state of the whole log when
this bundle was made; its signature is checked with the key in `log/key`, which you should get from somewhere else too:

    {vkey}
"""
