"""A deliberation as one ZIP: CSV and JSON of every dataset, the log's entries, a data dictionary and a manifest.

It is made while it is sent, from one snapshot of the database, so its memory does not grow with the deliberation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from app.audit import verify
from app.audit.models import LogCheckpoint, LogEntry
from app.records.exports import safe
from app.records.exports.datasets import Dataset
from app.records.exports.readme import readme
from app.records.exports.tables import DELIBERATION, Bundle
from app.voting import recounting

AT_ONCE = 500
DICTIONARY = ("dataset", "column", "meaning")


def stream(engine: Engine, bundle: Bundle) -> Iterator[bytes]:
    """The ZIP in pieces. Whoever stops taking them closes the iterator, which gives the connection back."""
    with engine.connect() as plain:
        connection = plain.execution_options(**_snapshot(engine))
        with connection.begin():
            yield from safe.zip_stream(_files(connection, bundle), bundle.made_at)


def _snapshot(engine: Engine) -> dict[str, Any]:
    """One state of the database for the whole bundle, and rows fetched as they are needed."""
    options: dict[str, Any] = {"stream_results": True, "yield_per": AT_ONCE}
    if engine.dialect.name == "sqlite":
        return options
    return {**options, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _files(connection: Connection, bundle: Bundle) -> Iterator[tuple[str, Iterable[bytes]]]:
    (values,) = _rows(connection, DELIBERATION, bundle)
    head = dict(zip(_names(DELIBERATION), values, strict=True))
    yield "README.md", [readme(str(head["question"]), bundle).encode()]
    yield "deliberation.json", [json.dumps(head, ensure_ascii=False, indent=1, default=safe.plain).encode()]
    yield "data-dictionary.csv", safe.csv_bytes(DICTIONARY, dictionary([DELIBERATION, *bundle.datasets]))
    for dataset in bundle.datasets:
        names = _names(dataset)
        yield f"csv/{dataset.name}.csv", safe.csv_bytes(names, _rows(connection, dataset, bundle))
        yield f"json/{dataset.name}.json", safe.json_bytes(names, _rows(connection, dataset, bundle))
    yield recounting.NAME, [recounting.program()]
    yield "log/entries.jsonl", _entries(connection, bundle.deliberation_id)
    yield "log/checkpoint", [_checkpoint(connection).encode()]
    yield "log/key", [f"{bundle.vkey}\n".encode()]
    yield "verify.py", [Path(verify.__file__).read_bytes()]


def _names(dataset: Dataset) -> list[str]:
    return [column.name for column in dataset.columns]


def _rows(connection: Connection, dataset: Dataset, bundle: Bundle) -> Iterator[Sequence[object]]:
    columns = [column.source.label(column.name) for column in dataset.columns]
    with closing(connection.execute(dataset.read(select(*columns), bundle.deliberation_id))) as rows:
        yield from rows


def dictionary(datasets: Iterable[Dataset]) -> Iterator[tuple[str, str, str]]:
    """What each dataset and each column means: a row for the dataset (no column), then one for each column."""
    for dataset in datasets:
        yield dataset.name, "", dataset.meaning
        for column in dataset.columns:
            yield dataset.name, column.name, column.meaning


def _entries(connection: Connection, deliberation_id: int) -> Iterator[bytes]:
    """The log's entries about this deliberation, each as it stands in the tree, with its index and leaf hash."""
    statement = (
        select(LogEntry.idx, LogEntry.leaf, LogEntry.body)
        .where(LogEntry.process == f"deliberations/{deliberation_id}")
        .order_by(LogEntry.idx)
    )
    with closing(connection.execute(statement)) as rows:
        for row in rows:
            said = {"index": row.idx, "leaf": row.leaf.hex(), "entry": row.body.decode()}
            yield json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _checkpoint(connection: Connection) -> str:
    """The youngest checkpoint: what commits to all of these entries."""
    statement = select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)
    return connection.scalar(statement) or "No checkpoint has been signed yet.\n"
