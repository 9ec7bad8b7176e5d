"""Many at once: at the closing instant, in a storm of retries, two officials, two batches."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.acts import CLOCK
from app.charter.rules import Refused
from app.database import db
from app.deliberations import acts as rounds
from app.deliberations.models import Round
from app.voting import acts, queries
from app.voting.models import BallotBatch, BallotBox, BallotPending
from app.voting.publishing import Fate
from app.voting.receipts import Receipt
from tests.voting.town import ADMIN, CLERK, FACILITATOR, Town

CASTERS = 32
YES = {"yes": [1], "no": [], "abstain": [2, 3]}


def at_once(app: Flask, *doings: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same time, each with a session of its own; what each returned or raised."""
    db.session.commit()  # what this test has read so far must not be all that it will ever see
    results: list[Any] = [None] * len(doings)
    start = threading.Barrier(len(doings))

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                results[place] = doings[place]()
            except Exception as error:  # what went wrong is what the test looks at
                results[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(doings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def caster(town: Town, place: int, after: float = 0.0, cast_id: bytes | None = None) -> Callable[[], Any]:
    def cast() -> Any:
        paper, person = town.paper, town.resident(place)
        time.sleep(after)
        return acts.cast(person, paper, choices=YES, cast_id=cast_id or secrets.token_bytes(16))

    return cast


@pytest.mark.parametrize("attempt", range(int(os.environ.get("CLOSING_RACES", "3"))))
def test_at_the_closing_instant_every_receipt_counts_and_nothing_comes_after(
    app: Flask, city: Town, attempt: int
) -> None:
    city.open()

    def close() -> Any:
        facilitator, round_ = city.person(FACILITATOR), city.round
        time.sleep(0.05)
        return rounds.close_round(facilitator, round_, reason="It is time.")

    results = at_once(app, close, *[caster(city, place, after=place * 0.004) for place in range(CASTERS)])

    db.session.expire_all()
    receipts = [result.receipt for result in results[1:] if isinstance(result, acts.Cast)]
    refused = [result for result in results[1:] if isinstance(result, Refused)]
    assert len(receipts) + len(refused) == CASTERS, results
    assert db.session.query(BallotBox).count() == len(receipts)
    city.seal()
    counted = set(queries.commits(db.session(), city.round.id, Fate.COUNTED))
    assert {receipt.commit for receipt in receipts} == counted


def test_at_the_scheduled_instant_every_receipt_counts_and_nothing_comes_after(app: Flask, city: Town) -> None:
    """The clock closes the round, and nobody has entered that yet while the last ballots come in."""
    city.open(lasting=timedelta(seconds=1.5))
    closing = city.round.closes_at
    assert closing is not None

    def at_the_last_moment(place: int) -> Callable[[], Any]:
        def cast() -> Any:
            paper, person = city.paper, city.resident(place)
            moment = closing + timedelta(milliseconds=5 * (place - CASTERS // 2))
            time.sleep(max(0.0, (moment - clock.now()).total_seconds()))
            return acts.cast(person, paper, choices=YES, cast_id=secrets.token_bytes(16))

        return cast

    results = at_once(app, *[at_the_last_moment(place) for place in range(CASTERS)])

    db.session.expire_all()
    receipts = [result.receipt for result in results if isinstance(result, acts.Cast)]
    assert len(receipts) + sum(isinstance(result, Refused) for result in results) == CASTERS, results
    assert any(isinstance(result, Refused) for result in results), "somebody came too late"
    city.seal()
    assert city.round.closed_at == closing
    assert {receipt.commit for receipt in receipts} == set(queries.commits(db.session(), city.round.id, Fate.COUNTED))


def test_nobody_casts_between_the_closing_and_its_entry(app: Flask, city: Town) -> None:
    """Whoever is refused is refused because the round is closed, not because something broke."""
    city.open()
    city.close()
    results = at_once(app, *[caster(city, place) for place in range(8)])
    assert all(isinstance(result, Refused) and "closed on" in str(result) for result in results), results


def test_one_cast_sent_three_times_at_once_is_one_ballot_with_one_receipt(app: Flask, town: Town) -> None:
    town.open()
    for place in range(5):
        cast_id = secrets.token_bytes(16)
        results = at_once(app, *[caster(town, place, cast_id=cast_id) for _ in range(3)])

        receipts = {result.receipt for result in results}
        assert len(receipts) == 1
        assert isinstance(receipts.pop(), Receipt)
        assert [result.repeated for result in results].count(False) == 1
    assert [row.version for row in db.session.query(BallotBox)] == [1] * 5
    assert db.session.query(BallotPending).count() == 5


def test_two_tabs_of_one_person_leave_one_ballot_that_remembers_the_other(app: Flask, town: Town) -> None:
    town.open()
    first, second = (result.receipt.commit for result in at_once(app, caster(town, 0), caster(town, 0)))
    town.close()
    town.seal()

    fates = {queries.find(db.session(), town.round.id, commit).fate for commit in (first, second)}  # type: ignore[union-attr]  # both are found, or the test fails
    assert fates == {Fate.COUNTED, Fate.SUPERSEDED}


def test_casters_do_not_wait_for_one_another(app: Flask, city: Town) -> None:
    """While somebody holds the round open for a cast that takes long, others cast (SQLite lets one write at a time)."""
    city.open()
    casters = [caster(city, place) for place in range(8)]
    if db.engine.dialect.name == "sqlite":
        results = at_once(app, *casters)
    else:
        with db.engine.begin() as holding:
            holding.execute(select(Round.id).with_for_update(read=True))
            results = at_once(app, *casters)
    assert all(isinstance(result, acts.Cast) for result in results), results


def test_of_two_officials_who_confirm_at_once_one_seals(app: Flask, town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    acts.ask_for_seal(town.person(FACILITATOR), town.round)

    def confirming(official: int) -> Callable[[], Any]:
        return lambda: acts.seal(town.person(official), town.round)

    results = at_once(app, confirming(CLERK), confirming(ADMIN))
    assert sorted(type(result).__name__ for result in results) == ["PublishedBox", "Refused"]


def test_batches_made_at_once_take_each_ballot_once(app: Flask, city: Town) -> None:
    paper = city.open()
    for place in range(45):
        city.cast(place, yes=[1])
    sizes = at_once(app, *[lambda: acts.batch(CLOCK, paper)] * 4)

    assert sorted(sizes) == [0, 0, 0, 45]
    assert [batch.ballots for batch in db.session.query(BallotBatch)] == [45]


def test_ballots_cast_while_a_batch_is_made_wait_for_the_next(app: Flask, city: Town) -> None:
    paper = city.open()
    for place in range(30):
        city.cast(place, yes=[1])
    results = at_once(app, lambda: acts.batch(CLOCK, paper), *[caster(city, place) for place in range(30, 60)])

    taken = results[0]
    assert all(isinstance(result, acts.Cast) for result in results[1:]), results
    assert db.session.query(BallotPending).count() == 60 - taken
    assert db.session.query(BallotBox).count() == 60
