"""A whole election on PostgreSQL: 50,000 residents vote through 64 clients at once, and not one ballot may go astray.

The roll votes in turns; in each, every client casts for its share, then sends some of its ballots a second time, as
browsers do over a bad line. After the close and the seal the box, the roll, the receipts and the count have to say the
same. The yardstick writes, after each turn, as many of the rows that a ballot leaves, by plain SQL in transactions of
their own, with as many clients.
"""

from __future__ import annotations

import multiprocessing
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import func, select, text

from app.database import db
from app.voting import acts, checks, queries
from app.voting.models import BallotBox, PollRoll
from app.voting.publishing import Fate
from benchmarks import casting, places
from benchmarks.places import Place
from benchmarks.ratio import Ratio
from tests.voting import town

RESIDENTS, PROCESSES, THREADS, TURNS = 50_000, 16, 4, 4
SENT_AGAIN = 20
"""So many of its ballots each client sends once more."""
Client = Callable[[Place, int, int, Barrier, Any], None]


def measure(place: Place, _folder: Path) -> list[Ratio]:
    """The election on PostgreSQL; nothing on SQLite, where a single writer writes."""
    if place.kind != places.POSTGRESQL:
        return []
    with place.entered():
        town.settle(RESIDENTS).open()
        for table in casting.BARE_TABLES:
            db.session.execute(text(table))
        db.session.commit()
    turns, receipts = [], []
    for turn in range(TURNS):
        seconds, given = _together(_vote, place, turn)
        bare, _nothing = _together(_write, place, turn)
        turns.append((RESIDENTS / TURNS / seconds, RESIDENTS / TURNS / bare))
        receipts += given
    with place.entered():
        _must_fit(town.Town(RESIDENTS), receipts)
    name = f"An election of {RESIDENTS:,} by {PROCESSES * THREADS} clients, against plain SQL"
    return [casting.ratio(name, turns, casting.A_THIRD)]


def _together(client: Client, place: Place, turn: int) -> tuple[float, list[bytes]]:
    """How long all clients took from the moment when the last was ready, and the receipts that they were given."""
    context = multiprocessing.get_context("spawn")  # a copy of this process would share its connections
    ready, told = context.Barrier(PROCESSES + 1), context.Queue()
    processes = [context.Process(target=client, args=(place, turn, number, ready, told)) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    ready.wait()
    began = time.monotonic()
    answers = [told.get() for _ in processes]
    for process in processes:
        process.join()
    return max(done for done, _receipts in answers) - began, [one for _done, some in answers for one in some]


def _shares(turn: int, number: int) -> Iterator[range]:
    """The residents of each thread of a process in one turn, by account."""
    clients, first = PROCESSES * THREADS, town.FIRST_RESIDENT + RESIDENTS // TURNS * turn
    for thread in range(THREADS):
        yield range(first + number * THREADS + thread, first + RESIDENTS // TURNS, clients)


def _vote(place: Place, turn: int, number: int, ready: Barrier, told: Any) -> None:
    with place.entered() as app:
        paper = town.Town(RESIDENTS).paper
        db.session.commit()

        def vote(share: range) -> tuple[list[bytes], list[tuple[int, bytes, bytes]]]:
            with app.app_context():
                given = [
                    (account, cast_id := secrets.token_bytes(16), _cast(paper, account, cast_id)) for account in share
                ]
                db.session.remove()
            return [commit for _account, _cast_id, commit in given], given[-SENT_AGAIN:]

        with ThreadPoolExecutor(THREADS) as pool:
            ready.wait()
            done = list(pool.map(vote, _shares(turn, number)))
            ended = time.monotonic()
            for again in pool.map(lambda some: _send_again(app, paper, some), [last for _commits, last in done]):
                assert again, "a ballot that was sent twice got another receipt"
        told.put((ended, [commit for commits, _last in done for commit in commits]))


def _cast(paper: queries.BallotPaper, account: int, cast_id: bytes) -> bytes:
    voter: Any = SimpleNamespace(id=account)
    receipt = acts.cast(voter, paper, choices=casting.choices_of(paper), cast_id=cast_id).receipt
    acts.batch_if_due(paper)
    return receipt.commit


def _send_again(app: Flask, paper: queries.BallotPaper, given: list[tuple[int, bytes, bytes]]) -> bool:
    with app.app_context():
        same = all(_cast(paper, account, cast_id) == commit for account, cast_id, commit in given)
        db.session.remove()
    return same


def _write(place: Place, turn: int, number: int, ready: Barrier, told: Any) -> None:
    address = place.database.replace("postgresql+psycopg", "postgresql")
    blob = secrets.token_bytes(casting.ENVELOPE)

    def write(share: range) -> None:
        with psycopg.connect(address) as connection:
            for _account in share:
                handle = secrets.token_bytes(32)
                connection.execute("INSERT INTO bare_box VALUES (%s, %s, %s, 1, false)", (1, handle, blob))
                connection.execute("INSERT INTO bare_pending VALUES (%s, %s, 1)", (1, handle))
                connection.commit()

    with ThreadPoolExecutor(THREADS) as pool:
        ready.wait()
        list(pool.map(write, _shares(turn, number)))
    told.put((time.monotonic(), []))


def _must_fit(city: town.Town, receipts: list[bytes]) -> None:
    """No ballot lost, none double, roll = box = receipts = count."""
    assert len(receipts) == len(set(receipts)) == RESIDENTS, "somebody was given no receipt, or somebody else's"
    assert db.session.scalar(select(func.count()).select_from(BallotBox)) == RESIDENTS, "the box"
    city.close()
    outcome = city.seal().outcome
    round_id = city.round.id
    marked = select(func.count()).select_from(PollRoll).where(PollRoll.round_id == round_id, PollRoll.voted)
    assert outcome.ballots == db.session.scalar(marked) == RESIDENTS, "the roll"
    assert queries.commits(db.session(), round_id, Fate.COUNTED) == sorted(receipts), "the published commitments"
    assert checks.check(db.session(), round_id) == [], "the seal"
