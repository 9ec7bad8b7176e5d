"""Killed at any instant, acting and sequencing resume with nothing lost, nothing twice and nothing contradicted.

This is the short run of the harness in `kills/`. `make kills` does the long one, which kills the database's server too.
"""

from __future__ import annotations

import random

import pytest

from tests.audit.conftest import Park
from tests.audit.kills.harness import Killer, LostError

KILLS = 8


def test_kills_at_random_instants_lose_nothing_and_contradict_nothing(park: Park, database: str) -> None:
    tally = Killer(park, database, random.Random(2026)).kill(KILLS)
    assert tally.kills == KILLS
    assert tally.verified > KILLS
    assert tally.acknowledged
    assert tally.published


def test_the_harness_sees_an_act_that_was_lost(park: Park, database: str) -> None:
    killer = Killer(park, database, random.Random(2026))
    killer.tally.acknowledged.add(7)
    with pytest.raises(LostError, match=r"not in the log: \[7\]"):
        killer.kill(1)


def test_the_harness_sees_two_checkpoints_that_disagree(park: Park, database: str) -> None:
    park.place(1, "Mill Street")
    park.sequence()
    killer = Killer(park, database, random.Random(2026))
    killer.tally.published[1] = park.home.signer(may_make=False).checkpoint(1, bytes(32))
    with pytest.raises(LostError, match=r"not one of this log|two checkpoints"):
        killer.kill(1)
