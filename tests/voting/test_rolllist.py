"""Reading an uploaded list: what counts as a number, and what is said of lines that hold none."""

from __future__ import annotations

import pytest

from app.accounts.register import RegisterNumberError, normal
from app.voting.rolllist import ListError, read


def mark(number: str) -> bytes:
    return normal(number).encode()


def test_one_number_a_line() -> None:
    assert read(b"12345\n67-890 \n\n ab.1\n", mark).marks == {b"12345", b"67890", b"AB1"}


@pytest.mark.parametrize(
    "content",
    [
        "name,number\nAda,12\nBob,34\n",
        "\ufeffname;Número\r\nAda;12\r\nBob;34\r\n",
        "id\tname\n12\tAda\n34\tBob\n",
        '"number"\n"12"\n"34"\n',
    ],
)
def test_a_column_is_found_by_its_heading_whatever_divides_it(content: str) -> None:
    assert read(content.encode(), mark).marks == {b"12", b"34"}


def test_the_same_number_counts_once_however_it_is_written() -> None:
    found = read(b"ab-12\nAB 12\nab12\n99\n", mark)
    assert found.marks == {b"AB12", b"99"}
    assert found.repeated == 2


def test_wrong_lines_are_named_by_their_number_and_never_repeated() -> None:
    with pytest.raises(ListError) as refused:
        read(b"number\n12\nMaria Secret?\n34\n***\n", mark)
    assert "2 lines" in str(refused.value)
    assert "3, 5" in str(refused.value)
    assert "Maria" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"number\n", "empty"), (b"\xff\xfe1\x00", "UTF-8"), (b'"12\n', "not CSV")],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(ListError, match=said):
        read(content, mark)


def test_a_list_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.voting.rolllist.MOST_LINES", 3)
    with pytest.raises(ListError, match="more than 3"):
        read(b"1\n2\n3\n4\n", mark)


@pytest.mark.parametrize("number", ["", "  ", "12/../x?", "a" * 41, "٣٤"])
def test_what_is_no_register_number(number: str) -> None:
    with pytest.raises(RegisterNumberError):
        normal(number)
