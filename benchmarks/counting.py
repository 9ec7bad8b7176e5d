"""How long counting takes, beside one pass over the same ballots that only tallies first choices or approvals.

`python -m benchmarks counting` runs this alone. Ours and the yardstick take turns, so that whatever else the machine
does meets both; each figure is the median of several turns, in processor time.
"""

from __future__ import annotations

import json
import os
import random
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from app.config import ROOT
from app.records.formats import pabulib, tally
from app.voting.counting import equal_shares, instant_runoff
from app.voting.counting.equal_shares import Shares
from app.voting.counting.methods import Method
from app.voting.counting.outcome import Choices
from app.voting.counting.rankings import Rankings
from app.voting.counting.support import Support, Turned
from app.voting.counting.terms import Terms
from benchmarks.ratio import Ratio

TURNS = 3
RANKED, OPTIONS = 1_000_000, tuple(range(101, 113))
DIFFERENT = 200_000
"""So many rankings are drawn by chance; the million is drawn from them, as people often agree."""
MOST_TIMES = 3.0
APPROVALS, PROJECTS, MOST_RUN = 100_000, tuple(range(1, 151)), 20.0
WIELICZKA = "Poland_Wieliczka_2023_Green_Budget.pb"


def measure() -> Iterator[Ratio]:
    """The ratios of counting; no database has a part in it."""
    yield _packed()
    yield _from_the_box()
    yield from _budget()
    yield from _wieliczka()


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


def _budget() -> Iterator[Ratio]:
    """Equal shares, from ballots in memory and with their reading from the box; the yardstick reads the same."""
    chance = random.Random(2026)
    costs = {option: chance.randrange(10, 1000) * 100 for option in PROJECTS}
    drawn = [chance.random() ** 2 + 0.02 for _ in PROJECTS]
    ballots = [list({*chance.choices(PROJECTS, drawn, k=chance.randint(3, 12))}) for _ in range(APPROVALS)]
    terms = Terms(PROJECTS, APPROVALS, budget=sum(costs.values()) // 3, costs=costs, completion="none")
    ours, theirs = _by_turns(
        lambda: equal_shares.count_support(_support(ballots), terms, Shares()), lambda: _tally_approvals(ballots)
    )
    yield Ratio.of("Equal shares, 100,000 ballots, 150 projects, in memory", ours, theirs, MOST_RUN, "s")
    lines = [json.dumps({"approve": ballot}) for ballot in ballots]
    ours, theirs = _by_turns(
        lambda: equal_shares.count(map(json.loads, lines), terms),
        lambda: _tally_approvals(json.loads(line)["approve"] for line in lines),
    )
    yield Ratio.of("Equal shares, 100,000 ballots, 150 projects, from the box", ours, theirs, MOST_RUN, "s")


def _support(ballots: Iterable[list[int]]) -> Support:
    turned = Turned(PROJECTS)
    for ballot in ballots:
        turned.add(ballot)
    return turned.support()


def _tally_approvals(ballots: Iterable[Iterable[int]]) -> dict[int, int]:
    """One pass that only tallies approvals."""
    tally = dict.fromkeys(PROJECTS, 0)
    for ballot in ballots:
        for option in ballot:
            tally[option] += 1
    return tally


def _wieliczka() -> Iterator[Ratio]:
    """The city's own vote with its completion, beside `pabutools`: the same file, the same rule, in one run."""
    path = Path(os.environ.get("FOLKMOOT_DATA", ROOT.parent / "shared" / "data")) / "pabulib" / WIELICZKA
    if not path.is_file():
        print(f"not measured, as the file is not here: {path}")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it imports to draw warns; only its count is measured
        from pabutools.election import Cost_Sat, parse_pabulib
        from pabutools.rules import method_of_equal_shares
    instance, profile = parse_pabulib(str(path))
    found = pabulib.read(path)
    wish = tally.Wish(Method.EQUAL_SHARES, completion="add1", whole=False, until_full=True)
    theirs = method_of_equal_shares(instance, profile, Cost_Sat, voter_budget_increment=1)
    assert {found.options[at].id for at in tally.tally(found, wish).outcome.carried} == {one.name for one in theirs}
    ours, took = _by_turns(
        lambda: tally.tally(found, wish),
        lambda: method_of_equal_shares(instance, profile, Cost_Sat, voter_budget_increment=1),
    )
    yield Ratio.of(
        "Wieliczka with add1, its ballots read, runs in the time of one of pabutools without",
        took,
        ours,
        50.0,
        "s",
        at_least=True,
    )


def _tally(firsts: Iterable[int]) -> dict[int, int]:
    """One pass that only tallies first choices."""
    tally = dict.fromkeys(OPTIONS, 0)
    for option in firsts:
        tally[option] += 1
    return tally


def _by_turns(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """The median of several turns each, in seconds of processor time."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(TURNS):
        for times, work in zip(took, (ours, theirs), strict=True):
            begun = time.process_time()
            work()
            times.append(time.process_time() - begun)
    return median(took[0]), median(took[1])
