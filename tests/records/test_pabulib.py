"""Reading and writing Pabulib's files, as they are in the world and as they could be."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

import pytest

from app.records.formats import pabulib
from app.records.formats.election import LONGEST_LINE, Kind
from app.records.imports.files import DamagedFile

MODEST = """META
key;value
description;A village
num_projects;3
num_votes;3
budget;1000
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
A-1;600;"Trees; many of them"
7;400;"The ""old"" well"
007;399.50;Bench
VOTES
voter_id;vote
x;A-1,7
y;7
z;
"""


def read(tmp_path, text, name="village.pb"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return pabulib.read(path)


def test_a_file_is_read_with_its_own_identifiers(tmp_path):
    found = read(tmp_path, MODEST)

    assert [option.id for option in found.options.values()] == ["A-1", "7", "007"]
    assert [option.name for option in found.options.values()] == ["Trees; many of them", 'The "old" well', "Bench"]
    assert found.options[3].cost == Fraction("399.5")
    assert [cast.places for cast in found.ballots()] == [((1, 2),), ((2,),), ((),)]
    assert found.notes == {}


def test_what_people_write_differently_is_read_alike(tmp_path):
    plain = read(tmp_path, MODEST)
    dressed = (
        MODEST.replace("\n", "\r\n")
        .replace(";", "; ")
        .replace(";  many", "; many")
        .replace("key; value", "KEY; VALUE")
        .replace("1000", "1 000,00")
    )
    found = read(tmp_path, b"\xef\xbb\xbf" + dressed.replace("VOTES", "\r\n\r\nvotes;").encode(), "dressed.pb")

    assert found.options == plain.options
    assert found.budget == plain.budget
    assert [cast.places for cast in found.ballots()] == [cast.places for cast in plain.ballots()]


@pytest.mark.parametrize(
    ("vote_type", "kind", "row", "places", "points"),
    [
        ("choose-1", Kind.APPROVALS, "v;7;", ((2,),), None),
        ("ordinal", Kind.RANKINGS, "v;7,A-1;", ((2,), (1,)), None),
        ("cumulative", Kind.POINTS, "v;7,A-1;3,2.5", ((2, 1),), (Fraction(3), Fraction(5, 2))),
        ("scoring", Kind.SCORES, "v;7,A-1;3,-1", ((2, 1),), (Fraction(3), Fraction(-1))),
    ],
)
def test_every_vote_type_is_read(tmp_path, vote_type, kind, row, places, points):
    head = MODEST[: MODEST.index("VOTES")].replace("approval", vote_type).replace("num_votes;3", "num_votes;1")
    found = read(tmp_path, f"{head}VOTES\nvoter_id;vote;points\n{row}\n")

    assert found.kind is kind
    assert [(cast.places, cast.points) for cast in found.ballots()] == [(places, points)]


@pytest.mark.parametrize(
    ("change", "to", "line", "said"),
    [
        ("y;7", "y;8", 17, "names the project “8”, which the file does not have"),
        ("7;400", "7;dear", 12, "the cost “dear” is no amount of money"),
        ("007;399.50", "7;399.50", 13, "has the project “7” a second time"),
        ("7;400", ";400", 12, "is a project without a project_id"),
        ("voter_id;vote", "voter_id;ballot", 15, "must name the columns of VOTES, one of them “vote”"),
        ("x;A-1,7", "x;A-1,7;8;9", 16, "has 4 cells where the columns are 2"),
        ("vote_type;approval", "vote_type;guess", None, "“guess” is no vote_type"),
        ("vote_type;approval", "vote_type;cumulative", 16, "gives no points"),
        ("budget;1000", "budget;-5", None, "the budget “-5” is no amount of money"),
        ("META\nkey;value\n", "", 1, "stands before the first part"),
        ("VOTES\nvoter_id;vote\nx;A-1,7\ny;7\nz;\n", "", None, "it has no part VOTES"),
    ],
)
def test_a_damaged_file_is_named_with_its_line_and_what_is_wrong(tmp_path, change, to, line, said):
    assert change in MODEST

    with pytest.raises(DamagedFile) as caught:
        read(tmp_path, MODEST.replace(change, to))

    assert caught.value.line == line
    assert said in caught.value.what


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x00\x01",
        b"META",
        b"META\n",
        b"META\nkey;value\nvote_type;approval\nPROJECTS\n",
        b"\xff\xfe" * 9,
        b'META\n"',
    ],
)
def test_what_is_no_such_file_is_refused_in_words(tmp_path, text):
    with pytest.raises(DamagedFile):
        read(tmp_path, text)


def test_a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "long.pb"
    path.write_bytes(b"META\nkey;value\ndescription;" + b"x" * (4 * LONGEST_LINE))
    tracemalloc.start()
    try:
        with pytest.raises(DamagedFile, match="longer than"):
            pabulib.read(path)
        assert tracemalloc.get_traced_memory()[1] < 4 * LONGEST_LINE
    finally:
        tracemalloc.stop()


def test_oddities_are_noted_and_nothing_is_left_out(tmp_path):
    odd = MODEST.replace("num_votes;3", "num_votes;9\nmax_length;1").replace("y;7", "y;7,7")
    found = read(tmp_path, odd)

    assert [cast.places for cast in found.ballots()] == [((1, 2),), ((2,),), ((),)]
    assert pabulib.TOO_MANY in found.notes
    assert any("num_votes" in note for note in found.notes)


@pytest.mark.parametrize("nothing", ["", "None", "nan", ","])
def test_an_empty_ballot_is_a_ballot_however_it_is_written(tmp_path, nothing):
    found = read(tmp_path, MODEST.replace("y;7", f"y;{nothing}"))

    assert [cast.places for cast in found.ballots()] == [((1, 2),), ((),), ((),)]


def test_what_is_written_reads_back_the_same(tmp_path):
    found = read(tmp_path, MODEST)
    path = tmp_path / "again.pb"
    path.write_text("".join(pabulib.write(found, found.ballots())))
    again = pabulib.read(path)

    assert again.options == found.options
    assert again.meta == found.meta
    assert again.budget == found.budget
    assert [cast.places for cast in again.ballots()] == [cast.places for cast in found.ballots()]
