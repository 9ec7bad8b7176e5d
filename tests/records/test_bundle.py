"""Bundles: whole, sound, the same for the same record, and silent about what is not public."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.audit import merkle
from app.audit.models import LogEntry, PersonAlias
from app.database import db
from app.proposals import acts as proposals
from app.records.exports import bundle
from app.records.exports.safe import as_it_was
from app.records.exports.tables import DATASETS, Bundle
from tests import given
from tests.records.bundles import MADE_AT, Opened, busy, pack


@pytest.fixture
def city(app):
    return busy()


def sequence(app) -> None:
    ended = app.test_cli_runner().invoke(args=["audit", "sequence"])
    assert ended.exit_code == 0, ended.output


# ---------------------------------------------------------------- the file itself


def test_a_bundle_is_a_zip_that_python_and_unzip_can_read(city, tmp_path) -> None:
    raw = pack(city.deliberation.id).raw

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
    if shutil.which("unzip"):
        (tmp_path / "bundle.zip").write_bytes(raw)
        done = subprocess.run(["unzip", "-t", tmp_path / "bundle.zip"], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_manifest_names_every_other_file_with_its_size_and_digest(city) -> None:
    opened = pack(city.deliberation.id)

    assert sorted(opened.manifest) == sorted(set(opened.names) - {"manifest.json"})
    for name, said in opened.manifest.items():
        raw = opened.file(name)
        assert said == {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}, name


def test_the_same_record_makes_the_same_bytes(city) -> None:
    assert pack(city.deliberation.id).raw == pack(city.deliberation.id).raw
    assert pack(city.deliberation.id, internal=True).raw == pack(city.deliberation.id, internal=True).raw


def test_made_later_only_the_readme_differs(city) -> None:
    first = pack(city.deliberation.id).manifest
    later = pack(city.deliberation.id, made_at=MADE_AT + timedelta(days=1)).manifest

    assert {name for name in first if first[name] != later[name]} == {"README.md"}


def test_every_dataset_is_there_as_csv_and_as_json_and_says_the_same(city) -> None:
    opened = pack(city.deliberation.id, internal=True)

    for dataset in DATASETS:
        cells, rows = opened.cells(dataset.name), opened.rows(dataset.name)
        assert len(cells) == len(rows)
        names = [column.name for column in dataset.columns]
        for cell, row in zip(cells, rows, strict=True):
            assert list(cell) == list(row) == names
            for name in names:
                if row[name] is None:
                    assert cell[name] == ""
                elif isinstance(row[name], str):
                    assert as_it_was(cell[name]) == row[name]
                elif isinstance(row[name], bool):
                    assert cell[name] == str(row[name]).lower()
                else:
                    assert json.loads(as_it_was(cell[name])) == row[name]


def test_the_dictionary_explains_every_column_of_the_bundle(city) -> None:
    opened = pack(city.deliberation.id)
    import csv

    rows = list(csv.DictReader(io.StringIO(opened.file("data-dictionary.csv").decode("utf-8-sig"))))
    explained = {(row["dataset"], row["column"]) for row in rows if row["meaning"]}
    there = {("deliberation", name) for name in json.loads(opened.file("deliberation.json"))}
    for name in opened.names:
        if name.startswith("csv/"):
            first = opened.file(name).decode("utf-8-sig").splitlines()[0]
            there |= {(name[4:-4], column) for column in first.split(",")}
    assert there <= explained
    assert {dataset for dataset, column in explained if not column} == {dataset for dataset, _ in there}


def test_spreadsheets_get_accents_and_no_formulas(city) -> None:
    opened = pack(city.deliberation.id)

    raw = opened.file("csv/proposals.csv")
    assert raw.startswith(b"\xef\xbb\xbf"), "a byte order mark tells Excel that this is UTF-8"
    first = opened.cells("proposals")[0]
    assert first["title"] == "'=OAKS()"
    assert opened.rows("proposals")[0]["title"] == "=OAKS()"
    assert opened.cells("revisions")[0]["body"] == "Roures, alzines i àlbers"


# ---------------------------------------------------------------- what it tells


def test_a_public_bundle_tells_what_is_public(city) -> None:
    text = pack(city.deliberation.id).all_text

    assert [words for words in city.public if words not in text] == []


def test_a_public_bundle_holds_nothing_hidden_erased_private_or_unfinished(city) -> None:
    text = pack(city.deliberation.id).all_text

    assert [words for words in city.secret if words in text] == []


def test_an_internal_bundle_adds_how_to_reach_people_and_what_was_hidden(city) -> None:
    opened = pack(city.deliberation.id, internal=True)

    contacts = {row["display_name"]: row["email"] for row in opened.rows("contacts")}
    assert contacts["Ada Lovelace-Quist"] == given.email("Ada Lovelace-Quist")
    assert [row["body"] for row in opened.rows("hidden_comments")] == ["HIDDEN INSULT"]
    assert [(row["title"], row["body"]) for row in opened.rows("hidden_proposals")] == [("RUDE TITLE", "RUDE BODY")]
    assert [row["text"] for row in opened.rows("appeals")] == ["APPEAL IN CONFIDENCE"]
    assert [row["detail"] for row in opened.rows("reports")] == ["REPORTED IN CONFIDENCE"]
    for words in ("ERASED WORDS", "DRAFT TITLE", "Dora"):
        assert words not in opened.all_text
    assert b"INTERNAL" in opened.file("README.md")


def test_somebody_who_was_erased_is_nobody_in_the_bundle(city) -> None:
    (said,) = [row for row in pack(city.deliberation.id).rows("comments") if row["body"] == "I was here"]

    assert said["author"] is None


def test_people_appear_under_their_random_names_and_those_are_the_log_s(city, app) -> None:
    sequence(app)
    opened = pack(city.deliberation.id)
    process = f"deliberations/{city.deliberation.id}"
    ada = city.people["Ada"].id
    alias = db.session.scalar(
        select(PersonAlias.alias).where(PersonAlias.person_id == ada, PersonAlias.process == process)
    )

    assert opened.rows("proposals")[0]["author"] == alias
    entries = [json.loads(json.loads(line)["entry"]) for line in opened.file("log/entries.jsonl").splitlines()]
    assert alias in {entry["by"].get("p") for entry in entries}


def test_what_stands_in_place_of_a_hidden_text_is_told(city) -> None:
    opened = pack(city.deliberation.id)

    hidden = next(row for row in opened.rows("proposals") if row["state"] == "hidden")
    assert (hidden["title"], hidden["body"], hidden["state_reason"]) == (None, None, "It insulted the neighbours")
    (moderated,) = opened.rows("moderation")
    assert (moderated["reason"], moderated["explanation"], moderated["appeal"]) == (
        "insult",
        "Insults a person",
        "open",
    )
    states = {row["id"]: (row["state"], row["body"]) for row in opened.rows("comments")}
    assert states[moderated["comment"]] == ("hidden", None)


def test_the_log_s_entries_in_the_bundle_can_be_checked(city, app) -> None:
    sequence(app)
    opened = pack(city.deliberation.id)

    lines = [json.loads(line) for line in opened.file("log/entries.jsonl").splitlines()]
    assert len(lines) > 10
    for line in lines:
        assert merkle.leaf_hash(line["entry"].encode()).hex() == line["leaf"]
    placed = db.session.scalars(
        select(LogEntry.idx).where(LogEntry.process == f"deliberations/{city.deliberation.id}").order_by(LogEntry.idx)
    )
    assert [line["index"] for line in lines] == list(placed)
    assert opened.file("log/checkpoint").decode().splitlines()[0].endswith("/log")


def test_a_bundle_holds_one_deliberation_only(city) -> None:
    from app.charter.rounds import RoundKind

    other = given.deliberation("Where do buses run?", round=RoundKind.PROPOSE)
    given.proposal(other, by=city.people["Ada"], title="A BUS AT NIGHT")

    assert "A BUS AT NIGHT" not in pack(city.deliberation.id, internal=True).all_text
    assert [row["title"] for row in pack(other.id).rows("proposals")] == ["A BUS AT NIGHT"]


# ---------------------------------------------------------------- while it is sent


def _asked(city) -> Bundle:
    return Bundle(city.deliberation.id, False, MADE_AT, "o", "k", "/log")


def test_all_files_are_of_one_moment(city) -> None:
    """A proposal that comes in while the bundle is sent is in none of its files."""
    pieces = bundle.stream(db.engine, _asked(city))
    raw = next(pieces)
    late = given.proposal(city.deliberation, by=city.people["Bo"], title="TOO LATE")
    db.session.remove()
    raw += b"".join(pieces)

    assert "TOO LATE" not in Opened(raw).all_text
    assert late.id not in {row["proposal"] for row in Opened(raw).rows("revisions")}
    assert "TOO LATE" in pack(city.deliberation.id).all_text


def test_a_download_that_is_broken_off_gives_its_connection_back(city) -> None:
    out: set[int] = set()
    event.listen(db.engine, "checkout", lambda connection, *_rest: out.add(id(connection)))
    event.listen(db.engine, "checkin", lambda connection, *_rest: out.discard(id(connection)))
    db.session.remove()

    pieces = bundle.stream(db.engine, _asked(city))
    next(pieces)
    assert len(out) == 1
    pieces.close()

    assert out == set()


def _take(pieces, got: bytearray) -> None:
    for piece in pieces:
        got += piece


def test_a_bundle_that_fails_half_way_is_no_whole_zip(city, monkeypatch) -> None:
    """Whoever downloads must notice: half a record must not pass for a whole one."""

    def fails(*_some: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(bundle, "_entries", fails)
    got = bytearray()

    with pytest.raises(RuntimeError):
        _take(bundle.stream(db.engine, _asked(city)), got)

    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(bytes(got)))


def test_a_withdrawn_endorsement_stays_in_the_record(city) -> None:
    from app.proposals import queries

    oaks = queries.proposal(db.session(), city.deliberation.id, 1) or pytest.fail("no proposal")
    proposals.withdraw_endorsement(city.people["Bo"], oaks)

    (row,) = pack(city.deliberation.id).rows("endorsements")
    assert (row["proposal"], row["revision"]) == (oaks.id, 2)
    assert row["withdrawn_at"] is not None
