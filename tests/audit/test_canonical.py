"""Entries as bytes, with an independent implementation of RFC 8785 as the oracle."""

from __future__ import annotations

import json
from datetime import date

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.audit.canonical import ANY_BMP_KEYS, CanonicalError, canonical
from app.audit.verify import is_canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT


def values(keys: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
    )


@given(values(st.from_regex(r"\A[a-z_][a-z0-9_/.]{0,12}\Z")))
def test_entries_are_written_as_rfc_8785_writes_them(value: object) -> None:
    body = canonical(value, limit=None)
    assert body == rfc8785.dumps(value)  # type: ignore[arg-type]  # the oracle names its own recursive type
    assert is_canonical(body)


@given(values(st.text(st.characters(max_codepoint=0xFFFF, min_codepoint=0x20, exclude_categories=["Cs"]))))
def test_json_columns_are_written_as_rfc_8785_writes_them(value: object) -> None:
    assert canonical(value, limit=None, keys=ANY_BMP_KEYS) == rfc8785.dumps(value)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"share": 0.5}, "entry.share: float has no exact form"),
        ({"n": 2**53}, "too large"),
        ({"n": [-(2**53)]}, r"entry.n\[0\]: .* too large"),
        ({"Name": 1}, "key 'Name' is not allowed"),
        ({"a b": 1}, "not allowed"),
        ({1: 1}, "not allowed"),
        ({"a": date(2026, 1, 1)}, "date has no exact form"),
        ({"a": b"x"}, "bytes has no exact form"),
        ({"a": "\ud800"}, "half of a character pair"),
        ({"a": "x" * 8192}, "at most 8192"),
    ],
)
def test_what_the_profile_does_not_allow_is_refused_with_its_place(value: object, why: str) -> None:
    with pytest.raises(CanonicalError, match=why):
        canonical(value)


@pytest.mark.parametrize(
    "body",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b'{"a":1,"a":1}',
        b"{",
        b"\xff",
        b"[" * 5000,
        b'"\\u00e9"',
    ],
)
def test_bytes_written_any_other_way_are_not_canonical(body: bytes) -> None:
    assert not is_canonical(body)


def test_accents_stay_readable_in_the_log() -> None:
    assert canonical({"a": "Peñalolén"}) == json.dumps({"a": "Peñalolén"}, ensure_ascii=False).replace(" ", "").encode()
