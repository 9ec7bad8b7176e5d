"""Times as officials type them: wall-clock time in the city's zone, made into a moment without guessing (PURE)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.charter.words import N_, Words

TYPED = re.compile(r"\s*(\d{4}-\d{2}-\d{2})[T ]+(\d{1,2}:\d{2})(?::00(?:\.0+)?)?\s*")
EARLIEST, LATEST = 1970, 2200
"""Years between which a time is taken for one."""


class NotATime(ValueError):
    """What was typed names no moment. `words` say why and what to type."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


def read(typed: str, zone: ZoneInfo) -> datetime:
    """The moment (UTC) that `2026-05-04T18:30` names in this zone; a space may stand for the T.

    Raises NotATime for anything else, for a time that the clocks skip when they go forward, and for one that they show
    twice when they go back: a deadline must not depend on a guess.
    """
    found = TYPED.fullmatch(typed)
    if found is None:
        raise NotATime(Words(N_("Write the day and the time like this: 2026-05-04 18:30.")))
    day, clock_time = found.groups()
    try:
        wall = datetime.strptime(f"{day} {clock_time}", "%Y-%m-%d %H:%M")  # noqa: DTZ007  # its zone is given below
    except ValueError:
        raise NotATime(Words(N_("There is no such day or time. Check the numbers."))) from None
    if not EARLIEST <= wall.year <= LATEST:
        raise NotATime(Words(N_("Check the year.")))
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise NotATime(Words(N_("The clocks go forward that night and skip this time. Choose another.")))
    raise NotATime(Words(N_("The clocks go back that night and show this time twice. Choose another.")))


def write(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as `read` reads it, to the minute."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
