"""Reading and writing PrefLib's files."""

from __future__ import annotations

import pytest

from app.records.formats import preflib
from app.records.formats.election import Kind
from app.records.imports.files import DamagedFile

SOI = """# FILE NAME: 00001-1.soi
# TITLE: A club: its chair
# DATA TYPE: soi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Bo: the second
# ALTERNATIVE NAME 3: Cy
3: 1,2,3
2: 2
1: 3, 1
"""
OLD = "3\n1,Ada\n2,Bo\n3,Cy\n6,6,2\n4,1,2,3\n2,{1,3},2\n"


def read(tmp_path, text, name):
    path = tmp_path / name
    path.write_text(text)
    return preflib.read(path)


def cast(found):
    return [(one.times, one.places) for one in found.ballots()]


def test_rankings_are_read_by_the_alternatives_own_numbers(tmp_path):
    found = read(tmp_path, SOI, "club.soi")

    assert [(option.id, option.name) for option in found.options.values()] == [
        ("1", "Ada"),
        ("2", "Bo: the second"),
        ("3", "Cy"),
    ]
    assert cast(found) == [(3, ((1,), (2,), (3,))), (2, ((2,),)), (1, ((3,), (1,)))]
    assert found.notes == {}


def test_equals_stand_in_braces(tmp_path):
    found = read(tmp_path, SOI.replace("2: 2\n", "2: {2, 3},1\n"), "club.toi")

    assert cast(found)[1] == (2, ((2, 3), (1,)))


def test_files_from_before_2022_are_read(tmp_path):
    found = read(tmp_path, OLD, "old.toc")

    assert [option.name for option in found.options.values()] == ["Ada", "Bo", "Cy"]
    assert cast(found) == [(4, ((1,), (2,), (3,))), (2, ((1, 3), (2,)))]
    assert found.notes == {}


def test_the_first_category_is_approval(tmp_path):
    head = SOI[: SOI.index("3: 1")].replace("NUMBER VOTERS: 6", "NUMBER VOTERS: 5\n# NUMBER CATEGORIES: 2")
    found = read(tmp_path, f"{head}3: {{1,2}},{{3}}\n1: 3,{{1,2}}\n1: {{}},{{1,2,3}}\n", "club.cat")

    assert found.kind is Kind.APPROVALS
    assert cast(found) == [(3, ((1, 2),)), (1, ((3,),)), (1, ((),))]


@pytest.mark.parametrize(
    ("change", "to", "line", "said"),
    [
        ("2: 2\n", "2: 9\n", 11, "names the alternative “9”, which is not listed"),
        ("2: 2\n", "2: 2,2\n", 11, "names the alternative 2 twice"),
        ("2: 2\n", "0: 2\n", 11, "is no number of ballots"),
        ("2: 2\n", "many: 2\n", 11, "is no number of ballots"),
        ("2: 2\n", "2: {2\n", 11, "is no ranking"),
        ("NAME 3: Cy", "NAME 2: Cy", 9, "has the alternative 2 a second time"),
    ],
)
def test_a_damaged_file_is_named_with_its_line_and_what_is_wrong(tmp_path, change, to, line, said):
    assert change in SOI

    with pytest.raises(DamagedFile) as caught:
        read(tmp_path, SOI.replace(change, to), "club.soi")

    assert caught.value.line == line
    assert said in caught.value.what


@pytest.mark.parametrize("text", ["", "hello\n", "3\n1,Ada\n", "# TITLE: nothing\n", "999999999999\n1,A\n"])
def test_what_is_no_such_file_is_refused_in_words(tmp_path, text):
    with pytest.raises(DamagedFile):
        read(tmp_path, text, "club.soc")


def test_what_a_files_type_denies_is_noted(tmp_path):
    assert read(tmp_path, SOI, "club.soc").notes == {preflib.SHORT: 3}


@pytest.mark.parametrize(("text", "name"), [(SOI, "a.soi"), (OLD, "b.toc"), (SOI, "c.toi")])
def test_what_is_written_reads_back_the_same(tmp_path, text, name):
    found = read(tmp_path, text, name)
    again = read(tmp_path, "".join(preflib.write(found, found.ballots(), name[1:])), f"again{name[1:]}")

    assert again.options == found.options
    assert cast(again) == cast(found)


def test_categories_are_written_and_read_back(tmp_path):
    head = SOI[: SOI.index("3: 1")]
    found = read(tmp_path, f"{head}6: {{1,2}},{{3}}\n", "club.cat")

    assert cast(read(tmp_path, "".join(preflib.write(found, found.ballots(), ".cat")), "again.cat")) == cast(found)


def test_equals_are_not_written_into_a_type_without_them(tmp_path):
    found = read(tmp_path, OLD, "old.toc")

    with pytest.raises(ValueError, match="no ranking with equals"):
        list(preflib.write(found, found.ballots(), ".soc"))
