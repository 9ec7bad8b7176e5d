"""What the house stores is exported, or named as withheld with a reason: a new column must be one or the other."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import app
from app.database import Model
from app.records.exports.tables import DATASETS, DELIBERATION
from app.records.exports.withheld import WITHHELD, reason

NOBODYS_BUSINESS = {"accounts", "attempts", "ballot_box", "ballot_pending", "credentials", "drafts", "mails", "notices"}
NOBODYS_BUSINESS |= {"helpful_marks", "poll_roll", "reports", "residencies", "sign_ins"}
"""Tables of which a public bundle holds no column at all."""
NEVER_PUBLIC = {"appeals.text", "statement_votes.account_id"}
PEOPLE = "accounts.id"


def _load_models() -> None:
    for found in pkgutil.walk_packages(app.__path__, "app."):
        if found.name.endswith(".models"):
            importlib.import_module(found.name)


_load_models()
COLUMNS = sorted(f"{table.name}.{column.name}" for table in Model.metadata.sorted_tables for column in table.columns)
EVERYTHING = [DELIBERATION, *DATASETS]


def _exported(datasets=EVERYTHING) -> set[str]:
    return {column.covers for dataset in datasets for column in dataset.columns}


def _public() -> set[str]:
    return _exported([dataset for dataset in EVERYTHING if not dataset.internal])


def _is_withheld(name: str) -> bool:
    table, column = name.split(".")
    return reason(table, column) is not None


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_either_exported_or_named_as_withheld(name) -> None:
    assert (name in _exported()) != _is_withheld(name), (
        f"{name} must be a Column of a dataset in app/records/exports, or stand in WITHHELD with the reason: not both"
    )


def test_what_is_named_as_withheld_exists() -> None:
    tables = {name.split(".")[0] for name in COLUMNS}
    gone = [
        line
        for line in WITHHELD
        if line not in COLUMNS
        and not (line.endswith(".*") and line.removesuffix(".*") in tables)
        and not (line.startswith("*.") and any(name.endswith(line[1:]) for name in COLUMNS))
    ]
    assert gone == []


def test_every_reason_says_something() -> None:
    assert [line for line, why in WITHHELD.items() if len(why.split()) < 3] == []


def test_every_exported_column_reads_a_column_that_exists() -> None:
    assert _exported() - set(COLUMNS) == set()


def test_a_public_bundle_reads_nothing_that_is_nobodys_business() -> None:
    assert sorted(name for name in _public() if name.split(".")[0] in NOBODYS_BUSINESS or name in NEVER_PUBLIC) == []


def test_no_dataset_gives_away_the_number_of_an_account() -> None:
    """Wherever a table points to an account, the random name of the log stands in the bundle instead."""
    pointing = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == PEOPLE for key in column.foreign_keys)
    }
    columns = [column for dataset in EVERYTHING for column in dataset.columns]
    bare = [column.name for column in columns if column.covers in pointing and "alias" not in str(column.source)]
    assert bare == []


@pytest.mark.parametrize("dataset", EVERYTHING, ids=lambda dataset: dataset.name)
def test_a_dataset_is_explained(dataset) -> None:
    names = [column.name for column in dataset.columns]
    assert len(names) == len(set(names))
    assert [name for name in names if not name.replace("_", "").isalnum() or name != name.lower()] == []
    assert dataset.meaning.endswith(".")
    assert [column.name for column in dataset.columns if len(column.meaning) < 4] == []
