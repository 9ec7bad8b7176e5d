"""A single byte changed anywhere behind the log is found, and the finding says where.

`make test` tries some; TAMPERS=1000 (`make tamper`) as many as it is told.
"""

from __future__ import annotations

import random

import pytest

from app.audit.home import Home
from tests.audit.tampering import TAMPERS, Cell, Tampered

SEED = 3


pytestmark = pytest.mark.parametrize("city", ["sqlite"], indirect=True)
"""Bytes are changed in an SQLite file; what finds them is the same on PostgreSQL (`test_checks.py`)."""


@pytest.fixture
def tampered(city) -> Tampered:
    return Tampered(city.folder / "folkmoot.db", Home.of(city.settings))


def test_nothing_is_found_where_nothing_was_changed(tampered) -> None:
    assert [str(one) for one in tampered.verify().found] == []


def test_every_byte_changed_in_the_database_is_found_and_located(tampered) -> None:
    chance = random.Random(SEED)
    cells = by_table(tampered.cells())
    missed = []
    for _ in range(TAMPERS):
        cell, value = tampered.change(cells[chance.choice(sorted(cells))], chance)
        found = [str(one) for one in tampered.verify().found]
        tampered.put(cell, cell.value)
        if not any(name in one for name in cell.named for one in found):
            missed.append((str(cell), cell.value, value, found[:2]))
    assert missed == []
    assert tampered.verify().whole


def by_table(cells: list[Cell]) -> dict[str, list[Cell]]:
    """By table, so that each is tampered with as often as any other, however small."""
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.table, []).append(cell)
    return found
