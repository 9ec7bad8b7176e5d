"""Cells that no spreadsheet runs, and files made while they are sent."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.exports import safe

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("start", STARTS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(start) -> None:
    assert safe.cell(f"{start}cmd|'/c calc'!A0") == f"'{start}cmd|'/c calc'!A0"


@pytest.mark.parametrize("text", ["'=1+1", "''=1+1", "plain", "", "'quoted'", "5-3", "\u201c=1\u201d", " =1"])
def test_what_a_spreadsheet_would_not_run_is_only_changed_so_that_it_can_be_told_apart(text) -> None:
    expected = "'" + text if text.lstrip("'").startswith("=") else text
    assert safe.cell(text) == expected


@given(TEXT)
def test_a_cell_never_begins_like_a_formula_and_can_be_undone(text) -> None:
    cell = safe.cell(text)
    assert not cell.startswith(STARTS)
    assert safe.as_it_was(cell) == text


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=5))
def test_csv_can_be_read_back_whatever_is_in_it(rows) -> None:
    raw = b"".join(safe.csv_bytes(["a", "b", "c"], rows))

    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))

    assert [[safe.as_it_was(cell) for cell in row] for row in read[1:]] == rows
    assert raw.endswith(b"\r\n")


@given(st.lists(st.fixed_dictionaries({"a": TEXT | st.none() | st.integers() | st.booleans(), "b": st.lists(TEXT)})))
def test_json_can_be_read_back(rows) -> None:
    raw = b"".join(safe.json_bytes(["a", "b"], [(row["a"], row["b"]) for row in rows]))

    assert json.loads(raw) == rows


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (-1, "-1"),
        (datetime(2026, 5, 4, 11, tzinfo=timezone(timedelta(hours=2))), "2026-05-04T09:00:00Z"),
        (b"\x00\xff", "00ff"),
        (["icescr-11"], '["icescr-11"]'),
        ({"b": 1, "a": "é"}, '{"a": "é", "b": 1}'),
    ],
)
def test_values_are_written_plainly(value, cell) -> None:
    assert safe.cell(value) == cell


def test_what_json_cannot_say_is_not_guessed() -> None:
    with pytest.raises(TypeError, match="object has no form in JSON"):
        list(safe.json_bytes(["a"], [(object(),)]))


def test_rows_and_names_that_do_not_match_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(safe.json_bytes(["a", "b"], [(1,)]))


def test_a_zip_comes_in_pieces_as_its_files_do() -> None:
    asked: list[int] = []

    def pieces():
        for number in range(50):
            asked.append(number)
            yield bytes([number]) * 100_000

    stream = safe.zip_stream([("a.bin", pieces())], datetime(2026, 5, 4, 9, tzinfo=UTC))
    first = next(stream)
    assert (len(asked), bool(first)) == (1, True)
    raw = first + b"".join(stream)

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.read("a.bin") == b"".join(bytes([number]) * 100_000 for number in range(50))
        assert archive.infolist()[0].date_time == (2026, 5, 4, 9, 0, 0)
