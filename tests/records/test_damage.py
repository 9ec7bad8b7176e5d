"""A damaged file is named with its line and what is wrong, and then nothing at all is imported."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.audit.models import LogEntry, LogPending
from app.database import Model, db
from app.records.imports import barcelona, polis
from app.records.imports.files import DamagedFile, lines
from tests.records import files
from tests.records.files import COMMENTS, PROPOSALS, STATEMENTS, VOTES, comment, proposal

REMOVED = object()


def without(row: dict, name: str) -> dict:
    return {key: value for key, value in row.items() if key != name}


def damage_of(read, folder: Path) -> DamagedFile:
    with pytest.raises(DamagedFile) as caught:
        read(folder)
    return caught.value


# ---------------------------------------------------------------- Barcelona


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"title": REMOVED}, "“title” is missing"),
        ({"title": "  "}, "“title” is empty"),
        ({"title": 7}, "“title” must be text, not int"),
        ({"title": None}, "“title” must be text, not nothing"),
        ({"title": "x" * 1001}, "“title” has 1001 letters; 1000 are the most"),
        ({"title": "zero \x00 byte"}, "“title” holds characters that are not text"),
        ({"summary": "half \ud83d pair"}, "“summary” holds characters that are not text"),
        ({"category": "x" * 81}, "“category” has 81 letters; 80 are the most"),
        ({"author": "\x00"}, "“author” holds characters that are not text"),
        ({"id": "one"}, "“id” is “one”, not a whole number"),
        ({"id": 1.5}, "“id” must be a whole number, not float"),
        ({"id": -1}, "“id” is -1; it must be from 0 to 9007199254740992"),
        ({"id": True}, "“id” must be a whole number, not bool"),
        ({"id": 2}, "“id” 2 stands in the file twice"),
        ({"supports": REMOVED}, "“supports” is missing"),
        ({"supports": 2**31}, "“supports” is 2147483648; it must be from 0 to 2147483647"),
        ({"supports": [3]}, "“supports” must be a whole number, not list"),
        ({"accepted": REMOVED}, "“accepted” is missing"),
        ({"accepted": "yes"}, "“accepted” must be true or false, not str"),
        ({"created_at": "22.1.2016"}, "“created_at” is '22.1.2016', not a date such as 2016-01-31"),
        ({"created_at": None}, "“created_at” is None, not a date such as 2016-01-31"),
        (
            {"created_at": "0001-01-01T00:00:00+09:00"},
            "“created_at” is '0001-01-01T00:00:00+09:00', not a date such as 2016-01-31",
        ),
        ({"comments_for": "many"}, "“comments_for” is “many”, not a whole number"),
        ({"comments_for": -3}, "“comments_for” is -3; it must be from 0 to 2147483647"),
        ({"code": {"a": 1}}, "“code” must be text, not dict"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(tmp_path, change, what) -> None:
    wrong = {key: value for key, value in (PROPOSALS[2] | change).items() if value is not REMOVED}
    folder = files.barcelona(tmp_path)
    files.put(folder / "proposals.jsonl.gz", "".join(json.dumps(row) + "\n" for row in (*PROPOSALS[:2], wrong)))

    found = damage_of(barcelona.read, folder)

    assert (found.file, found.line, found.what) == ("proposals.jsonl.gz", 3, what)
    assert str(found) == f"proposals.jsonl.gz, line 3: {what}"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"body": ""}, "“body” is empty"),
        ({"body": "\x00"}, "“body” holds characters that are not text"),
        ({"proposal_id": 44}, "it comments on proposal 44, which proposals.jsonl.gz does not hold"),
        ({"proposal_id": None}, "“proposal_id” must be a whole number, not nothing"),
        ({"alignment": 2}, "“alignment” is 2; it must be one of: 1, 0, -1, None"),
        ({"alignment": []}, "“alignment” is []; it must be one of: 1, 0, -1, None"),
        ({"parent_id": "top"}, "“parent_id” is “top”, not a whole number"),
        ({"likes": -1}, "“likes” is -1; it must be from 0 to 2147483647"),
        ({"hidden": 0}, "“hidden” must be true or false, not int"),
        ({"id": 3}, "“id” 3 stands in the file twice"),
    ],
)
def test_a_wrong_comment_is_named_with_its_line(tmp_path, change, what) -> None:
    folder = files.barcelona(tmp_path)
    rows = [*COMMENTS[:3], COMMENTS[3] | change]
    files.put(folder / "comments.jsonl.gz", "".join(json.dumps(row) + "\n" for row in rows))

    found = damage_of(barcelona.read, folder)

    assert (found.file, found.line, found.what) == ("comments.jsonl.gz", 4, what)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"id": 3, "title": ', "is not JSON: "),
        ("[1, 2]", "is JSON, but not an object in braces"),
        ('{"id": NaN}', "is not JSON: NaN is not a number"),
        ('{"id": 1e999}', "must be text"),
        ("[" * 100_000, "is not JSON: "),
        ('{"title": "a\x00b"}', "is not JSON: "),
        ('{"id": ' + "9" * 5000 + "}", "is not JSON: "),
    ],
)
def test_a_line_that_is_no_record_is_named(tmp_path, line, what) -> None:
    folder = files.barcelona(tmp_path)
    good = files.text_of(folder / "proposals.jsonl.gz").splitlines(keepends=True)
    files.put(folder / "proposals.jsonl.gz", "".join([good[0], "\n", line, "\n", *good[1:]]))

    found = damage_of(barcelona.read, folder)

    assert (found.file, found.line) == ("proposals.jsonl.gz", 3)
    assert what in found.what or "missing" in found.what


def test_a_file_that_breaks_off_is_named_with_the_first_line_that_is_lost(tmp_path) -> None:
    folder = files.barcelona(tmp_path, [proposal(number, summary=f"{number} {number**9}") for number in range(1, 2000)])
    whole = (folder / "proposals.jsonl.gz").read_bytes()
    (folder / "proposals.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    readable = sum(1 for _ in _until_it_breaks(whole[: len(whole) // 2]))

    found = damage_of(barcelona.read, folder)

    assert found.line == readable + 1
    assert 500 < found.line < 1500
    assert "breaks off" in found.what


def _until_it_breaks(raw: bytes):
    import zlib

    return zlib.decompressobj(wbits=31).decompress(raw).split(b"\n")[:-1]


def test_a_byte_changed_in_a_gzipped_file_is_found(tmp_path) -> None:
    folder = files.barcelona(tmp_path)
    raw = bytearray((folder / "proposals.jsonl.gz").read_bytes())
    raw[-8] ^= 1  # of the checksum at the end
    (folder / "proposals.jsonl.gz").write_bytes(raw)

    found = damage_of(barcelona.read, folder)

    assert (found.file, found.line) == ("proposals.jsonl.gz", 4)
    assert "CRC" in found.what


@pytest.mark.parametrize("raw", [b"", b"{}\n", b"PK\x03\x04"])
def test_a_file_that_is_not_gzip_is_named(tmp_path, raw) -> None:
    folder = files.barcelona(tmp_path)
    (folder / "comments.jsonl.gz").write_bytes(raw)

    found = damage_of(barcelona.read, folder)

    assert (found.file, found.line) == ("comments.jsonl.gz", 1)
    assert "not gzip" in found.what


def test_text_in_another_encoding_is_named_with_its_line(tmp_path) -> None:
    folder = files.barcelona(tmp_path)
    good = files.text_of(folder / "proposals.jsonl.gz").splitlines(keepends=True)
    files.put(folder / "proposals.jsonl.gz", good[0].encode() + good[1].encode("latin-1") + good[2].encode())

    found = damage_of(barcelona.read, folder)

    assert (found.file, found.line) == ("proposals.jsonl.gz", 2)
    assert "is not UTF-8 text" in found.what


def test_a_file_without_a_proposal_is_no_deliberation(tmp_path) -> None:
    assert damage_of(barcelona.read, files.barcelona(tmp_path, [], [])).what == "it holds no proposal"


def test_a_missing_file_or_folder_is_named(tmp_path) -> None:
    folder = files.barcelona(tmp_path / "in")
    (folder / "comments.jsonl.gz").unlink()

    assert str(damage_of(barcelona.read, folder)) == f"{folder}: it holds no comments.jsonl.gz or comments.jsonl"
    assert str(damage_of(barcelona.read, tmp_path / "out")) == f"{tmp_path / 'out'}: there is no such folder"
    assert "there is no such folder" in str(damage_of(polis.read, folder / "proposals.jsonl.gz"))


# ---------------------------------------------------------------- Polis


def _raw(folder: Path, name: str, change) -> Path:
    path = folder / name
    path.write_bytes(change(path.read_bytes()))
    return folder


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        (0, "yesterday", "“timestamp” is “yesterday”, not a whole number"),
        (0, 2**53, "“timestamp” is 9007199254740992, not a time"),
        (0, 2**63, "“timestamp” is “9223372036854775808”, not a whole number"),
        (2, "1", "“comment-id” 1 stands in the file twice"),
        (2, "", "“comment-id” is “”, not a whole number"),
        (2, "1_0", "“comment-id” is “1_0”, not a whole number"),
        (3, "x", "“author-id” is “x”, not a whole number"),
        (6, "2", "“moderated” is '2'; it must be 1, 0 or -1"),
        (7, " ", "“comment-body” is empty"),
        (7, "a\x00b", "“comment-body” holds characters that are not text"),
    ],
)
def test_a_wrong_statement_is_named_with_its_line(tmp_path, place, value, what) -> None:
    wrong = [*STATEMENTS[2][:place], value, *STATEMENTS[2][place + 1 :]]

    found = damage_of(polis.read, files.polis(tmp_path, statements=[*STATEMENTS[:2], wrong]))

    assert (found.file, found.line, found.what) == ("comments.csv", 5, what), "the one before it takes two lines"


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        (4, "2", "“vote” is '2'; it must be one of: 1, -1, 0"),
        (4, "agree", "“vote” is 'agree'; it must be one of: 1, -1, 0"),
        (4, "", "“vote” is ''; it must be one of: 1, -1, 0"),
        (3, "Ada", "“voter-id” is “Ada”, not a whole number"),
        (0, "", "“timestamp” is “”, not a whole number"),
    ],
)
def test_a_wrong_vote_is_named_with_its_line(tmp_path, place, value, what) -> None:
    wrong = [*VOTES[1][:place], value, *VOTES[1][place + 1 :]]

    found = damage_of(polis.read, files.polis(tmp_path, votes=[VOTES[0], wrong, *VOTES[2:]]))

    assert (found.file, found.line, found.what) == ("votes.csv", 3, what)


def test_a_row_with_a_wrong_number_of_cells_is_named(tmp_path) -> None:
    folder = files.polis(tmp_path, votes=[VOTES[0], VOTES[1][:4], VOTES[2]])

    found = damage_of(polis.read, folder)

    assert (found.file, found.line, found.what) == ("votes.csv", 3, "has 4 cells where the first row names 5")


def test_a_quote_that_is_never_closed_is_named_where_its_row_begins(tmp_path) -> None:
    folder = _raw(
        files.polis(tmp_path), "comments.csv", lambda raw: raw.replace(b'alone, at night."', b"alone, at night.")
    )

    found = damage_of(polis.read, folder)

    assert (found.file, found.line) == ("comments.csv", 3)
    assert "is not CSV from here on" in found.what


def test_csv_in_another_encoding_is_named_with_its_line(tmp_path) -> None:
    folder = _raw(
        files.polis(tmp_path),
        "comments.csv",
        lambda raw: raw.replace(b"shoes", "souliers d\u00e9mod\u00e9s".encode("latin-1")),
    )

    assert (damage_of(polis.read, folder).line, damage_of(polis.read, folder).file) == (5, "comments.csv")


@pytest.mark.parametrize("name", ["comments.csv", "votes.csv"])
def test_an_empty_table_lacks_its_first_row(tmp_path, name) -> None:
    found = damage_of(polis.read, _raw(files.polis(tmp_path), name, lambda _raw: b""))

    assert (found.file, found.line) == (name, 1)
    assert found.what == "the first row must name a column “timestamp”, and does so nowhere"


def test_a_column_named_twice_is_refused(tmp_path) -> None:
    names = ("timestamp", "vote", "comment-id", "voter-id", "vote")

    assert damage_of(polis.read, files.polis(tmp_path, vote_names=names)).what.endswith("“vote”, and does so twice")


@pytest.mark.parametrize("name", ["summary.csv", "comments.csv", "votes.csv"])
def test_a_missing_table_is_named(tmp_path, name) -> None:
    folder = files.polis(tmp_path)
    (folder / name).unlink()

    assert str(damage_of(polis.read, folder)) == f"{folder}: it holds no {name}"


def test_a_summary_that_no_database_can_hold_is_refused(tmp_path) -> None:
    found = damage_of(polis.read, files.polis(tmp_path, summary={"url": "x", "topic": "zero \x00"}))

    assert (found.file, found.line) == ("summary.csv", 2)


def test_empty_rows_and_a_lonely_statement_are_no_damage(tmp_path) -> None:
    folder = files.polis(tmp_path, statements=STATEMENTS[:1], votes=[])
    _raw(folder, "comments.csv", lambda raw: raw.replace(b"\n1403", b"\n\n\n1403") + b"\n\n")

    assert [one.title for one in polis.read(folder).proposals] == ["Buses should run all night."]


# ---------------------------------------------------------------- what is read


def test_times_in_seconds_and_in_milliseconds_are_the_same(tmp_path) -> None:
    found = polis.read(files.polis(tmp_path, votes=[(1403054214, "", 0, 0, 1), (1403054214000, "", 0, 1, 1)]))

    assert [vote.cast_at for vote in found.votes] == [datetime(2014, 6, 18, 1, 16, 54, tzinfo=UTC)] * 2


def test_progress_tells_every_byte_that_was_read(tmp_path) -> None:
    folder = files.barcelona(tmp_path)
    told: list[int] = []

    barcelona.read(folder, told.append)

    assert sum(told) == sum(path.stat().st_size for path in folder.iterdir())


def test_lines_are_numbered_as_an_editor_numbers_them(tmp_path) -> None:
    files.put(tmp_path / "a.jsonl", "\ufeffone\r\n\r\nthree\nfour")

    assert list(lines(tmp_path / "a.jsonl")) == [(1, "one"), (3, "three"), (4, "four")]


# ---------------------------------------------------------------- all or nothing


def rows_and_entries() -> dict[str, int]:
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Model.metadata.sorted_tables
    }


DAMAGED = {
    "a proposal": ("barcelona", lambda folder: files.barcelona(folder, [*PROPOSALS, without(proposal(4), "title")])),
    "the last comment": ("barcelona", lambda folder: files.barcelona(folder, comments=[*COMMENTS, comment(9, on=99)])),
    "the last vote": ("polis", lambda folder: files.polis(folder, votes=[*VOTES, (1, "", 0, 0, 7)])),
    "no folder": ("barcelona", lambda folder: folder / "nowhere"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_after_a_damaged_import_everything_is_as_it_was(app, tmp_path, case) -> None:
    source, make = DAMAGED[case]
    runner = app.test_cli_runner()
    runner.invoke(args=["import", "barcelona", str(files.barcelona(tmp_path / "before"))])
    before = rows_and_entries()

    ended = runner.invoke(args=["import", source, str(make(tmp_path / "damaged"))])

    assert ended.exit_code == 1
    assert ended.output.startswith("Error: ")
    assert ended.output.endswith("Nothing was imported.\n")
    assert len(ended.output.splitlines()) == 1
    assert rows_and_entries() == before
    assert {LogEntry.__tablename__, LogPending.__tablename__} <= before.keys()


def test_an_import_that_fails_half_way_leaves_nothing(app, tmp_path, monkeypatch) -> None:
    from app.records.imports import votes

    def fails(*_some: object) -> None:
        raise RuntimeError("the power is out")

    monkeypatch.setattr(votes, "_tell_proposals", fails)
    before = rows_and_entries()

    ended = app.test_cli_runner().invoke(args=["import", "polis", str(files.polis(tmp_path))])

    assert isinstance(ended.exception, RuntimeError)
    assert rows_and_entries() == before


def test_gzip_made_in_several_pieces_is_read_whole(tmp_path) -> None:
    folder = files.barcelona(tmp_path)
    path = folder / "proposals.jsonl.gz"
    path.write_bytes(b"".join(gzip.compress(line.encode()) for line in files.text_of(path).splitlines(keepends=True)))

    assert len(barcelona.read(folder).proposals) == 3
