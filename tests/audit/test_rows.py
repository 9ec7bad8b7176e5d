"""A row's digest is written by hand for speed; what it is over stays RFC 8785 of the row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text

from app.audit import rows
from app.audit.canonical import ANY_BMP_KEYS, CanonicalError, canonical


class Wood(StrEnum):
    OAK = "oak"
    ASH = "ash"


SALT = b"sixteen bytes ok"
NAMES = ("id", "Zeal", "amount", "carved", "state", "words", "zone")
BENCHES = Table(
    "benches",
    MetaData(),
    *[Column(name, Integer if name in ("id", "amount") else Text) for name in NAMES],
    Column("carved_at", DateTime),
    Column("facts", JSON),
    Column("mark", LargeBinary),
    Column("visits", Integer, info={"derived": True}),
    Column("salt", LargeBinary),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
PLAIN = st.none() | st.booleans() | WHOLE | TEXT
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))])
TIMES = st.datetimes(datetime(1000, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001  # the zone comes beside them
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=0xFFFF, exclude_categories=["Cs"]))
JSONS = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=8)
BENCH = st.fixed_dictionaries(
    {
        **dict.fromkeys(NAMES, PLAIN | st.sampled_from(Wood)),
        "carved_at": st.none() | TIMES,
        "facts": JSONS,
        "mark": st.none() | st.binary(),
    }
)


@given(BENCH)
def test_the_digest_is_over_the_canonical_form_of_the_row(bench) -> None:
    said = {name: rows.plain(value) for name, value in bench.items()} | {"table": "benches"}
    body = canonical(said, limit=None, keys=ANY_BMP_KEYS)

    digest = rows.row_digest(BENCHES, {**bench, "visits": 3, "salt": SALT})

    assert digest == sha256(b"folkmoot/row/v1\x00" + SALT + b"\x00" + body).hexdigest()


@given(st.lists(BENCH, min_size=1, max_size=5))
def test_many_rows_have_the_digests_that_each_has_alone(benches) -> None:
    salted = [{**bench, "visits": at, "salt": bytes([at]) * 16} for at, bench in enumerate(benches, start=1)]
    columns = {name: [bench[name] for bench in salted] for name in salted[0]}

    assert rows.row_digests(BENCHES, columns) == [rows.row_digest(BENCHES, bench) for bench in salted]


@pytest.mark.parametrize("value", [0.5, 2**53, -(2**53), "half \ud800", {"a": 0.5}, {"\U0001f333": 1}, object()])
def test_a_value_without_exact_form_has_no_digest(value) -> None:
    bench = dict.fromkeys([*NAMES, "carved_at", "facts", "mark"]) | {"words": value, "salt": SALT}

    with pytest.raises(CanonicalError):
        rows.row_digest(BENCHES, bench)
    with pytest.raises(CanonicalError):
        rows.row_digests(BENCHES, {name: [said] for name, said in bench.items()})


def test_an_early_year_is_written_with_four_digits() -> None:
    assert rows.plain(datetime(12, 3, 4, tzinfo=UTC)) == "0012-03-04T00:00:00.000000Z"
