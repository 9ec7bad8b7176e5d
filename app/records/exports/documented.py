"""The datasets as tables in Markdown: what `docs/open-data.md` says, and what `flask records columns` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.records.exports.datasets import Dataset
from app.records.exports.tables import DATASETS, DELIBERATION


def as_markdown() -> str:
    """Every dataset with its columns: those of public bundles first, then those that internal bundles add."""
    public = [DELIBERATION, *(one for one in DATASETS if not one.internal)]
    internal = [one for one in DATASETS if one.internal]
    parts = ["## In every bundle", *_described(public), "## In internal bundles only", *_described(internal)]
    return "\n\n".join(parts) + "\n"


def _described(datasets: Iterable[Dataset]) -> Iterator[str]:
    for dataset in datasets:
        yield f"### `{dataset.name}`"
        yield dataset.meaning
        rows = [f"| `{column.name}` | {column.meaning.replace('|', chr(92) + '|')} |" for column in dataset.columns]
        yield "\n".join(["| column | what it is |", "|---|---|", *rows])
