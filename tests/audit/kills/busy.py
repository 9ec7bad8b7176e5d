"""What the killed processes do: place benches by acts, or give their entries a place and sign."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from app.audit.home import Home
from tests.audit.conftest import MORNING, Park

ORIGIN = "city.example/log"
FEW = 5
"""Entries in a batch at most, so that there are many moments between two batches."""


@dataclass(frozen=True)
class Orders:
    """What one process is to do, where, and where it says what it has done."""

    database: str
    folder: str
    first: int
    server_dies: bool
    """Whether the database may be away for a moment. Else that is trouble as anything else."""

    @property
    def words(self) -> Path:
        """The number of each bench whose act has been acknowledged, one a line."""
        return Path(self.folder) / f"words-{self.first}"

    def say(self, number: int) -> None:
        with self.words.open("a") as words:
            words.write(f"{number}\n")

    @property
    def trouble(self) -> Path:
        return Path(self.folder) / f"trouble-{self.first}"


def act(orders: Orders) -> None:
    """Place one bench after the other, until killed."""
    number = orders.first

    def place(park: Park) -> None:
        nonlocal number
        number += 1
        park.acts = int(time.time() - MORNING.timestamp())  # all who act have the same clock
        park.place(number, "Mill Street")
        orders.say(number)

    _again_and_again(orders, place)


def sequence(orders: Orders) -> None:
    """Sequence, until killed."""
    chance = random.Random(orders.first)
    orders.say(0)  # where others act all the time, the first run never ends
    _again_and_again(orders, lambda park: park.sequence(batch=chance.randint(1, FEW)))


def _again_and_again(orders: Orders, work: Callable[[Park], object]) -> None:
    park = Park(create_engine(orders.database), Home(Path(orders.folder), ORIGIN))
    while True:
        try:
            work(park)
        except OperationalError:
            if not orders.server_dies:
                orders.trouble.write_text(traceback.format_exc())
                raise
            time.sleep(0.05)
        except BaseException:
            orders.trouble.write_text(traceback.format_exc())
            raise
