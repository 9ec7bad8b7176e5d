"""The proof that one's ballot is in a batch of the log: for its voter alone, and checkable by whoever is shown it."""

from __future__ import annotations

from app.acts import CLOCK
from app.audit import merkle
from app.audit.verify import inclusion_holds
from app.database import db
from app.voting import acts, keys
from app.voting.batchproof import BatchProof, proof_of
from tests.entries import entries
from tests.voting.town import FIRST_RESIDENT, Town


def proof(city: Town, place: int) -> BatchProof | None:
    return proof_of(db.session(), keys.cabinet().open(city.round.id), FIRST_RESIDENT + place)


def holds(found: BatchProof) -> bool:
    return inclusion_holds(merkle.leaf_hash(found.commit), found.index, found.size, list(found.path), found.root)


def test_each_ballot_of_a_batch_has_a_proof_against_the_root_in_the_log(city: Town) -> None:
    city.open()
    receipts = [city.cast(place, yes=[1]).receipt for place in range(23)]
    acts.batch(CLOCK, city.paper)
    root = entries("ballots.batched")[-1]["facts"]["root"]
    for place, receipt in enumerate(receipts):
        found = proof(city, place)
        assert found is not None
        assert (found.commit, found.root.hex(), found.batch) == (receipt.commit, root, 1)
        assert holds(found)


def test_a_ballot_that_was_replaced_waits_for_the_next_batch(city: Town) -> None:
    city.open()
    for place in range(20):
        city.cast(place, yes=[1])
    acts.batch(CLOCK, city.paper)
    city.cast(0, no=[1])
    assert proof(city, 0) is None
    for place in range(20, 39):
        city.cast(place, yes=[1])
    acts.batch(CLOCK, city.paper)
    found = proof(city, 0)
    assert found is not None
    assert found.batch == 2
    assert holds(found)
    assert proof(city, 100) is None


def test_a_proof_of_another_ballot_does_not_hold(city: Town) -> None:
    city.open()
    for place in range(20):
        city.cast(place, yes=[1])
    acts.batch(CLOCK, city.paper)
    found, other = proof(city, 0), proof(city, 1)
    assert found is not None
    assert other is not None
    assert not inclusion_holds(merkle.leaf_hash(other.commit), found.index, found.size, list(found.path), found.root)


def test_a_voter_downloads_the_proof_and_nobody_else_gets_it(client, city: Town) -> None:
    city.open()
    address = f"/deliberations/{city.deliberation.slug}/rounds/{city.round.id}/ballot"
    city.cast(0, yes=[1])
    client.sign_in(city.resident(0))
    assert client.get(f"{address}/proof").status_code == 303
    for place in range(1, 20):
        city.cast(place, yes=[1])
    acts.batch(CLOCK, city.paper)
    assert "Proof that the log has committed to it" in client.get(address).get_data(as_text=True)
    answer = client.get(f"{address}/proof")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "batch 1\n" in answer.get_data(as_text=True)
    client.sign_in(city.resident(50))
    assert client.get(f"{address}/proof").status_code == 303
