"""`docs/log-format.md` is true of the code."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from app.audit import log, rows
from app.audit.canonical import MAX_BODY, canonical
from app.audit.notes import Signer, read_checkpoint
from app.audit.verify import is_canonical, leaf_hash, parse_vkey
from app.charter.actions import UNLOGGED, Action
from app.database import UtcTime

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "log-format.md").read_text()
BLOCKS = dict(re.findall(r"```(?:json|text) (\w+)\n(.*?)```", TEXT, re.DOTALL))
BENCHES = Table(
    "benches",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("place", String),
    Column("placed_at", UtcTime()),
    Column("sitters", Integer, info={"derived": True}),
    Column("salt", LargeBinary),
)
SIGNER = Signer("city.example/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def block(name: str) -> str:
    return BLOCKS[name].strip()


def test_the_entry_is_written_in_the_form_that_is_told() -> None:
    assert is_canonical(block("entry").encode())
    assert leaf_hash(block("entry").encode()).hex() == block("leaf")


def test_the_fingerprint_is_made_as_it_is_told() -> None:
    salt = bytes(range(16))
    row = {"id": 7, "place": "Mill Street", "placed_at": datetime(2026, 9, 1, 12, 0, 0, 250_000, tzinfo=UTC)}
    by_hand = sha256(b"folkmoot/row/v1\x00" + salt + b"\x00" + block("row").encode()).hexdigest()
    assert rows.row_digest(BENCHES, {**row, "salt": salt}) == by_hand == block("fingerprint")


def test_the_checkpoint_is_signed_over_the_entry() -> None:
    assert str(SIGNER.vkey) == block("vkey")
    assert SIGNER.checkpoint(1, leaf_hash(block("entry").encode())) == BLOCKS["checkpoint"]
    assert read_checkpoint(BLOCKS["checkpoint"], parse_vkey(block("vkey"))).size == 1


def test_the_limits_are_those_that_are_told() -> None:
    assert f"at most {MAX_BODY:,} bytes" in TEXT
    assert f"more than {log.MANY} rows" in TEXT


def test_manifests_are_packed_as_they_are_told() -> None:
    assert rows.pack([(7, block("fingerprint")), (8, None)]) == (
        (7).to_bytes(8, "big") + bytes.fromhex(block("fingerprint")) + (8).to_bytes(8, "big") + bytes(32)
    )


def test_every_act_that_leaves_an_entry_is_in_the_list() -> None:
    told = set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", TEXT, re.MULTILINE))
    assert told == {action.value for action in Action if action not in UNLOGGED}


@pytest.mark.parametrize("key", ["v", "id", "at", "act", "by", "object", "process", "facts", "rows"])
def test_every_key_of_an_entry_is_told(key: str) -> None:
    assert f"| `{key}` |" in TEXT
    assert canonical({key: 1})
