"""How long counting takes, beside one pass over the same ballots that only tallies first choices or approvals.

`python -m benchmarks counting` runs this alone. Ours and the yardstick take turns, so that whatever else the machine
does meets both; each figure is the best of several turns.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from app.voting.counting import instant_runoff
from app.voting.counting.outcome import Choices
from app.voting.counting.rankings import Rankings
from app.voting.counting.terms import Terms
from benchmarks.ratio import Ratio

TURNS = 3
RANKED, OPTIONS = 1_000_000, tuple(range(101, 113))
DIFFERENT = 200_000
"""So many rankings are drawn by chance; the million is drawn from them, as people often agree."""
MOST_TIMES = 3.0


def measure() -> Iterator[Ratio]:
    """The ratios of counting; no database has a part in it."""
    yield _packed()
    yield _from_the_box()


def _packed() -> Ratio:
    """From ballots in memory, a byte a place, for both."""
    rankings = Rankings(OPTIONS)
    rows = bytearray()
    for ballot in _ballots():
        rankings.add(ballot)
        rows += bytes(option for (option,) in ballot.values()).ljust(len(OPTIONS), b"\0")
    terms = Terms(options=OPTIONS, roll=RANKED)
    ours, theirs = _by_turns(
        lambda: instant_runoff.count(rankings, terms),
        lambda: _tally(rows[at] for at in range(0, len(rows), len(OPTIONS))),
    )
    return Ratio.of("Instant runoff of 1,000,000 rankings, in memory", ours, theirs, MOST_TIMES, "s")


def _from_the_box() -> Ratio:
    lines = [json.dumps(dict(ballot)) for ballot in islice(_ballots(), RANKED // 5)]
    terms = Terms(options=OPTIONS, roll=RANKED)
    ours, theirs = _by_turns(
        lambda: instant_runoff.count(map(json.loads, lines), terms),
        lambda: _tally(json.loads(line)["1"][0] for line in lines),
    )
    return Ratio.of("Instant runoff of 200,000 rankings, from the box", ours, theirs, MOST_TIMES, "s")


def _ballots() -> Iterator[Choices]:
    """Rankings of different lengths."""
    chance = random.Random(2026)
    drawn = [chance.sample(OPTIONS, chance.randint(3, len(OPTIONS))) for _ in range(DIFFERENT)]
    for _ in range(RANKED):
        yield {str(place): [option] for place, option in enumerate(chance.choice(drawn), 1)}


def _tally(firsts: Iterable[int]) -> dict[int, int]:
    """One pass that only tallies first choices."""
    tally = dict.fromkeys(OPTIONS, 0)
    for option in firsts:
        tally[option] += 1
    return tally


def _by_turns(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """The best of several turns each, in seconds."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(TURNS):
        for times, work in zip(took, (ours, theirs), strict=True):
            begun = time.perf_counter()
            work()
            times.append(time.perf_counter() - begun)
    return min(took[0]), min(took[1])
