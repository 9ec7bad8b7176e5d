"""Names and packing of tiles, as the tlog-tiles specification gives them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.tiles import Ref, bundle, parse, unbundle, width_at


@pytest.mark.parametrize(
    ("ref", "path"),
    [
        (Ref(0, 1234067), "0/x001/x234/067"),
        (Ref(1, 0), "1/000"),
        (Ref(2, 5, 17), "2/005.p/17"),
        (Ref(63, 1000), "63/x001/000"),
        (Ref(None, 391, 1), "entries/391.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(ref: Ref, path: str) -> None:
    assert str(ref) == path
    assert parse(path) == ref


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/1",
        "00/001",
        "64/001",
        "0/x000/001",
        "0/001.p/256",
        "0/001.p/0",
        "0/001.p/01",
        "0/1000",
        "x/001",
        "0/001/",
        "0/٠٠١",
    ],
)
def test_other_spellings_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"tile|spelling"):
        parse(path)


def test_widths_are_those_of_the_specifications_example() -> None:
    assert [width_at(0, 272, 70_000), width_at(0, 273, 70_000), width_at(0, 274, 70_000)] == [256, 112, 0]
    assert [width_at(1, 0, 70_000), width_at(1, 1, 70_000), width_at(2, 0, 70_000)] == [256, 17, 1]
    assert [width_at(0, 0, 256), width_at(1, 0, 256)] == [256, 1]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_entries(bodies: list[bytes]) -> None:
    assert unbundle(bundle(bodies)) == bodies


def test_a_bundle_that_was_cut_is_an_error() -> None:
    with pytest.raises(ValueError, match="middle"):
        unbundle(bundle([b"one", b"two"])[:-1])
    with pytest.raises(ValueError, match="middle"):
        unbundle(b"\x00")
