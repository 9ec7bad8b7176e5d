"""Batches: the log commits to many ballots at once or to none, so that no entry's time names a voter."""

from __future__ import annotations

from app.acts import CLOCK
from app.database import db
from app.voting import acts, keys
from app.voting.acts import batches
from app.voting.models import BallotBatch, BallotPending
from app.voting.receipts import commits_root
from tests.entries import entries
from tests.voting.town import Town


def waiting() -> int:
    return db.session.query(BallotPending).count()


def test_fewer_than_twenty_ballots_are_never_a_batch(city: Town) -> None:
    paper = city.open()
    for place in range(19):
        city.cast(place, yes=[1])

    assert acts.batch(CLOCK, paper) == 0
    assert waiting() == 19
    assert entries("ballots.batched") == []


def test_twenty_ballots_are_committed_to_at_once(city: Town) -> None:
    paper = city.open()
    commits = [city.cast(place, yes=[1]).receipt.commit for place in range(20)]

    assert acts.batch(CLOCK, paper) == 20
    assert waiting() == 0
    assert entries("ballots.batched")[-1]["facts"] == {
        "number": 1,
        "ballots": 20,
        "root": commits_root(commits).hex(),
    }


def test_a_batch_holds_replaced_ballots_too(city: Town) -> None:
    paper = city.open()
    commits = [city.cast(place, yes=[1]).receipt.commit for place in range(19)]
    commits.append(city.cast(0, no=[1]).receipt.commit)

    assert acts.batch(CLOCK, paper) == 20
    assert entries("ballots.batched")[-1]["facts"]["root"] == commits_root(commits).hex()


def test_the_leaves_of_a_batch_are_kept_closed(city: Town) -> None:
    paper = city.open()
    commits = sorted(city.cast(place, yes=[1]).receipt.commit for place in range(20))
    acts.batch(CLOCK, paper)

    batch = db.session.query(BallotBatch).one()
    assert batch.leaves is not None
    assert all(commit not in batch.leaves for commit in commits)
    assert keys.cabinet().open(paper.round_id).unlock_leaves(1, batch.leaves) == commits


def test_batches_are_numbered_and_take_each_ballot_once(city: Town) -> None:
    paper = city.open()
    for start in (0, 20, 40):
        for place in range(start, start + 20):
            city.cast(place, yes=[1])
        assert acts.batch(CLOCK, paper) == 20
    assert [entry["facts"]["number"] for entry in entries("ballots.batched")] == [1, 2, 3]


def test_an_entry_of_a_batch_names_nobody(city: Town) -> None:
    paper = city.open()
    for place in range(20):
        city.cast(place, yes=[1])
    acts.batch(CLOCK, paper)
    assert entries("ballots.batched")[-1]["by"] == {"role": "clock"}


def test_casting_makes_a_batch_when_it_is_due_and_not_more_often(city: Town) -> None:
    paper = city.open()
    made = []
    for place in range(60):
        city.cast(place, yes=[1])
        made.append(acts.batch_if_due(paper))
    assert [size for size in made if size] == [20]
    batches._not_before.clear()  # ten seconds later
    city.cast(60, yes=[1])
    assert acts.batch_if_due(paper) == 41
