"""Ballots a second with sixteen clients on PostgreSQL: the act beside the same rows by plain SQL, and over HTTP.

The plain SQL writes, in a transaction of its own for each ballot, what a cast leaves behind: an envelope in the box and
its place in the queue for the log. It knows no round, no roll, no key and no receipt.
"""

from __future__ import annotations

import multiprocessing
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import text

from app.accounts.models import SignIn
from app.accounts.sessions import COOKIE_KEY
from app.database import db
from app.voting import acts
from app.voting.queries import BallotPaper
from benchmarks import load, pages, people, places, servers
from benchmarks.places import Place
from benchmarks.ratio import Ratio
from tests.voting import town

CLIENTS, TURNS, SECONDS = 16, 3, 3.0
PEOPLE, OVER_HTTP = 24_000, 1_600
A_THIRD, A_QUARTER = 1 / 3, 1 / 4
ENVELOPE = 250
"""Bytes of a small ballot's envelope."""
BARE_TABLES = (
    "CREATE TABLE bare_box (round_id bigint REFERENCES rounds (id), handle bytea, blob bytea, version int, void bool, "
    "PRIMARY KEY (round_id, handle))",
    "CREATE TABLE bare_pending (round_id bigint REFERENCES rounds (id), handle bytea, version int, "
    "PRIMARY KEY (round_id, handle, version))",
)
Client = Callable[[Place, int, int, Barrier, Any], None]


def measure(place: Place, folder: Path) -> list[Ratio]:
    """Casting on PostgreSQL; nothing on SQLite, where a single writer writes."""
    if place.kind != places.POSTGRESQL:
        return []
    with place.entered():
        town.settle(PEOPLE).open()
        for table in BARE_TABLES:
            db.session.execute(text(table))
        db.session.commit()
    return [_by_act(place), _over_http(place, folder)]


def _by_act(place: Place) -> Ratio:
    turns = []
    for _ in range(TURNS):
        ours = _together(_cast, place)
        turns.append((ours, _together(_write, place)))
        with place.entered():
            db.session.execute(text("TRUNCATE ballot_box, ballot_pending, ballot_batches, bare_box, bare_pending"))
            db.session.commit()
    return ratio(f"Casting, {CLIENTS} clients, against plain SQL", turns, A_THIRD)


def ratio(name: str, turns: list[tuple[float, float]], limit: float) -> Ratio:
    """The median of what the turns give, as (ours, theirs) in ballots a second."""
    return Ratio(
        name,
        median(ours for ours, _ in turns),
        median(theirs for _, theirs in turns),
        median(ours / theirs for ours, theirs in turns),
        limit,
        "ballots/s",
        at_least=True,
    )


def _together(client: Client, place: Place) -> float:
    """Ballots a second of all clients, each a process of its own that begins when all are ready."""
    context = multiprocessing.get_context("spawn")  # a copy of this process would share its connections
    ready, cast = context.Barrier(CLIENTS + 1), context.Array("l", CLIENTS)
    processes = [
        context.Process(target=client, args=(place, number, round_id, ready, cast))
        for number, round_id in ((number, 1) for number in range(CLIENTS))
    ]
    for process in processes:
        process.start()
    ready.wait()
    for process in processes:
        process.join()
    return sum(cast) / SECONDS


def _cast(place: Place, number: int, round_id: int, ready: Barrier, cast: Any) -> None:
    with place.entered():
        here = town.Town(PEOPLE)
        paper = here.paper
        voters = [here.resident(at) for at in range(number, PEOPLE, CLIENTS)]
        choices = choices_of(paper)
        db.session.commit()
        ready.wait()
        until = time.monotonic() + SECONDS
        for voter in voters:
            if time.monotonic() > until:
                break
            acts.cast(voter, paper, choices=choices, cast_id=secrets.token_bytes(16))
            acts.batch_if_due(paper)
            cast[number] += 1


def choices_of(paper: BallotPaper) -> dict[str, list[int]]:
    """How everybody marks this ballot here."""
    options = list(paper.option_ids)
    if "approve" in paper.rule.marks:
        return {"approve": options[:2]}
    return {"abstain": options[2:], "no": options[1:2], "yes": options[:1]}


def _write(place: Place, number: int, round_id: int, ready: Barrier, cast: Any) -> None:
    address = place.database.replace("postgresql+psycopg", "postgresql")
    blob = secrets.token_bytes(ENVELOPE)
    with psycopg.connect(address) as connection:
        ready.wait()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            handle = secrets.token_bytes(32)
            connection.execute("INSERT INTO bare_box VALUES (%s, %s, %s, 1, false)", (round_id, handle, blob))
            connection.execute("INSERT INTO bare_pending VALUES (%s, %s, 1)", (round_id, handle))
            connection.commit()
            cast[number] += 1


def _over_http(place: Place, folder: Path) -> Ratio:
    """Each ballot from somebody else's browser, whose session and form are made before; beside the yardstick's list."""
    with place.entered() as app:
        requests = _ballots(app)
    beside = places.fresh(places.POSTGRESQL, folder, "beside")
    with beside.entered() as app:
        city = pages.prepare(app, folder)
    listed = pages.pages(city)[0].bare
    turns = []
    with ExitStack() as stack:
        log = folder / "servers.log"
        ours = stack.enter_context(servers.serving(servers.MADE_FOR, servers.FOLKMOOT, place.environment, log))
        _, bare = stack.enter_context(pages.both(beside, city, servers.MADE_FOR, folder))
        load.from_outside(bare, listed, pages.WARM_UP)
        for turn in range(TURNS + 1):
            some = requests[turn * OVER_HTTP : (turn + 1) * OVER_HTTP]
            rate = load.from_outside(ours, [some[number::CLIENTS] for number in range(CLIENTS)], 0).rate
            turns.append((rate, load.from_outside(bare, listed, pages.SECONDS).rate))
    return ratio("Casting over HTTP, against the yardstick's list", turns[1:], A_QUARTER)  # the first is to warm up


def _ballots(app: Flask) -> list[str]:
    """One request for each voter, as their browser sends it from the last page of the ballot."""
    voters = range(town.FIRST_RESIDENT, town.FIRST_RESIDENT + OVER_HTTP * (TURNS + 1))
    tokens = {voter: secrets.token_urlsafe(32) for voter in voters}
    now = datetime.now(UTC)
    sign_ins = [
        {
            "account_id": voter,
            "token_hash": sha256(token.encode()).hexdigest(),
            "created_at": now,
            "seen_at": now.replace(minute=0, second=0, microsecond=0),
            "browser": "bench",
            "kept": True,
        }
        for voter, token in tokens.items()
    ]
    town.put(SignIn, sign_ins)
    paper = town.Town(PEOPLE).paper
    slug = db.session.scalar(text("SELECT slug FROM deliberations"))
    path = f"/deliberations/{slug}/rounds/{paper.round_id}/ballot/cast"
    marks = "&".join(f"option-{option}={mark}" for mark, of in choices_of(paper).items() for option in of)
    ballots = []
    for token in tokens.values():
        browser = people.browser(app, {COOKIE_KEY: token})
        body = f"csrf_token={browser.csrf_token}&cast_id={secrets.token_hex(16)}&{marks}"
        ballots.append(load.post(path, body, Cookie=browser.cookie))
    return ballots
