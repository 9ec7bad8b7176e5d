"""The document about bundles is true of them."""

from __future__ import annotations

from app.records.exports.documented import as_markdown
from app.records.exports.tables import DATASETS
from tests.house.source import ROOT
from tests.records.bundles import busy, pack

DOCUMENT = (ROOT / "docs" / "open-data.md").read_text()


def test_the_document_describes_every_dataset_and_column_as_bundles_do() -> None:
    assert DOCUMENT.endswith(as_markdown()), "`flask records columns` prints what the document must end with"


def test_every_dataset_has_its_part() -> None:
    assert [one.name for one in DATASETS if f"### `{one.name}`" not in DOCUMENT] == []


def test_the_document_names_every_other_file_of_a_bundle(app) -> None:
    names = pack(busy().deliberation.id).names

    others = [name for name in names if not name.startswith(("csv/", "json/"))]
    assert [name for name in others if f"| `{name}` |" not in DOCUMENT] == []


def test_the_command_prints_the_tables_of_the_document(app) -> None:
    assert app.test_cli_runner().invoke(args=["records", "columns"]).output == as_markdown()
