"""A city adds instruments of its own, without code."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from app.config import SettingsError
from app.rights import catalogue, files
from tests.databases import settings_for


@pytest.fixture(autouse=True)
def _as_it_was():
    yield
    catalogue.add(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one charter of one article, made of an instrument of everybody's."""
    data = json.loads((files.HERE / "treaties" / "cedaw.json").read_text(encoding="utf-8"))
    data |= {"id": "riverbend", "order": 99, "kind": "local", "articles": data["articles"][:1]}
    data["title"] = {"en": "Charter of Riverbend", "es": "Carta de Riverbend"}
    data["short_title"] = {"en": "Charter", "es": "Carta"}
    data["us_status"] |= {"status": "local"}
    data["articles"][0] |= {"id": "riverbend-1", "number": "1"}
    data["articles"][0]["keywords"]["en"] = ["ferry fares"]
    own = tmp_path / "own"
    own.mkdir()
    (own / "riverbend.json").write_text(json.dumps(data), encoding="utf-8")
    return own


def change(folder: Path, **said: object) -> None:
    path = folder / "riverbend.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | said), encoding="utf-8")


def test_it_stands_in_the_catalogue_beside_all_others(folder: Path) -> None:
    before = len(catalogue.load().instruments)
    rights = catalogue.add(folder)
    assert len(rights.instruments) == before + 1
    assert rights.instruments[-1].title.in_("es") == "Carta de Riverbend"
    assert catalogue.load().article("riverbend-1").citation.en == "Charter 1"


def test_search_and_suggestions_know_it(folder: Path) -> None:
    from app.rights.suggest import suggest

    rights = catalogue.add(folder)
    assert rights.search("ferry fares", "en")[0].id == "riverbend-1"
    assert "riverbend-1" in [hint.article.id for hint in suggest("Ferry fares for women", "en", limit=20)]


def test_what_was_added_can_be_taken_away_again(folder: Path) -> None:
    catalogue.add(folder)
    assert "riverbend-1" not in catalogue.add(None)


def test_pages_show_it(folder: Path, tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "folkmoot.db")
    app = create_app(replace(settings_for(tmp_path), instruments_path=str(folder)))
    shown = app.test_client().get("/rights/riverbend").get_data(as_text=True)
    assert "Charter of Riverbend" in shown
    assert "Local instrument" in shown


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"id": "cedaw"}, "the file is called riverbend"),
        ({"id": "register"}, "address of another page"),
        ({"kind": "wish"}, "kind"),
        ({"articles": []}, "articles"),
    ],
)
def test_a_file_that_does_not_fit_stops_the_start_and_is_named(folder, tmp_path, said, complaint) -> None:
    change(folder, **said)
    with pytest.raises(SettingsError, match=complaint) as stopped:
        create_app(replace(settings_for(tmp_path), instruments_path=str(folder)))
    assert "riverbend.json" in str(stopped.value)
    assert "udhr-1" in catalogue.load(), "the catalogue stays as it was"


def test_a_folder_that_is_not_there_stops_the_start(tmp_path) -> None:
    with pytest.raises(SettingsError, match="no such folder"):
        create_app(replace(settings_for(tmp_path), instruments_path=str(tmp_path / "mistyped")))


def test_an_id_that_is_taken_is_refused(folder: Path) -> None:
    (folder / "cedaw.json").write_text((files.HERE / "treaties" / "cedaw.json").read_text())
    with pytest.raises(files.BadData, match="cedaw is there twice"):
        catalogue.add(folder)


@pytest.fixture
def run(tmp_path):
    return create_app(settings_for(tmp_path)).test_cli_runner().invoke


def test_the_command_says_that_everything_fits(run, folder) -> None:
    said = run(args=["rights", "check", str(folder)])
    assert (said.exit_code, "Everything fits." in said.output) == (0, True)


def test_the_command_names_each_fault_in_words(run, folder) -> None:
    change(folder, kind="wish")
    said = run(args=["rights", "check", str(folder)])
    assert said.exit_code == 1
    assert "riverbend.json: " in said.output
    assert "Traceback" not in said.output
