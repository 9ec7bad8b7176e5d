"""The seal: two officials, one exact count, a published box, a marked roll, and a key that is gone."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from app.acts import CLOCK, Conflict
from app.audit.verify import Frontier
from app.charter.rules import Refused
from app.config import Settings
from app.database import db
from app.deliberations import acts as rounds
from app.voting import acts, keys, publishing, queries
from app.voting.counting.outcome import Decision
from app.voting.models import BallotBatch, BallotBox, BallotPending, PollRoll, SealedBallot, SealedCommit
from app.voting.paper.serials import Channel
from app.voting.publishing import Fate, Published
from app.voting.receipts import choices_text, commitment, commits_root, roll_leaf
from tests.entries import entries
from tests.voting.town import ADMIN, CLERK, FACILITATOR, FIRST_RESIDENT, Town


def vote(city: Town, ballots: int = 30) -> list[tuple[int, list[int]]]:
    """Let so many residents vote, in an order that is not theirs on the roll; who approved what."""
    city.open({"method": "approval"})
    chance = random.Random(7)
    voters = chance.sample(range(city.residents), ballots)
    cast = [(place, sorted(chance.sample([1, 2, 3], chance.randint(0, 3)))) for place in voters]
    for place, approved in cast:
        city.cast(place, approve=approved)
    return cast


def test_the_count_is_of_every_ballot_and_exact(city: Town) -> None:
    cast = vote(city)
    city.close()
    outcome = city.seal().outcome

    assert outcome.ballots == 30
    for option in (1, 2, 3):
        assert outcome.of(option).counts["approve"] == sum(option in approved for _, approved in cast)


def test_what_the_seal_returns_is_what_everybody_reads_afterwards(city: Town) -> None:
    vote(city)
    city.close()
    sealed = city.seal()
    result = queries.result(db.session(), city.round.id)

    assert result is not None
    assert result.outcome == sealed.outcome
    assert result.box_root == sealed.box_root
    assert result.cvr_sha256 == sealed.cvr_sha256
    assert result.published is Published.BALLOTS


def test_the_log_holds_the_seal_with_its_roots_and_its_tally(city: Town) -> None:
    vote(city)
    city.close()
    sealed = city.seal()

    facts = entries("round.sealed")[-1]["facts"]
    assert facts["box_root"] == sealed.box_root.hex()
    assert facts["cvr_sha256"] == sealed.cvr_sha256
    assert (facts["ballots"], facts["voted"], facts["superseded"], facts["void"], facts["roll"]) == (30, 30, 0, 0, 210)
    assert facts["tally"] == [[option, sealed.outcome.of(option).counts["approve"]] for option in (1, 2, 3)]


def test_the_published_box_is_in_the_order_of_trackers_and_counts_to_the_tally(city: Town) -> None:
    vote(city)
    city.close()
    sealed = city.seal()
    slips = queries.slips(db.session(), city.round.id)

    trackers = [slip.tracker for slip in slips]
    assert trackers == sorted(trackers, key=lambda tracker: tracker or b"")
    assert hashlib.sha256(b"".join(publishing.cvr_lines(slips))).hexdigest() == sealed.cvr_sha256
    assert publishing.recount(city.paper.rule, (1, 2, 3), 210, slips) == sealed.outcome


def test_every_receipt_is_in_exactly_one_list(city: Town) -> None:
    city.open()
    first = [city.cast(place, yes=[1]).receipt for place in range(25)]
    second = [city.cast(place, no=[1]).receipt for place in range(5)]
    acts.issue_paper(city.person(CLERK), city.paper, channel=Channel.PAPER, how_many=1)
    acts.check_in(city.person(CLERK), acts.Line(city.paper, city.resident(20)), channel=Channel.PAPER)
    city.close()
    city.seal()

    fates = [_fate(receipt.commit) for receipt in [*first, *second]]
    expected = [Fate.SUPERSEDED] * 5 + [Fate.COUNTED] * 15 + [Fate.VOID] + [Fate.COUNTED] * 4 + [Fate.COUNTED] * 5
    assert fates == expected
    assert _fate(b"n" * 32) is None


def _fate(commit: bytes) -> Fate | None:
    found = queries.find(db.session(), db.session.query(SealedCommit).first().round_id, commit)
    return None if found is None else found.fate


def test_a_tracker_finds_the_ballot_with_its_choices(city: Town) -> None:
    city.open()
    receipts = [city.cast(place, yes=[1 + place % 3]).receipt for place in range(25)]
    city.close()
    city.seal()

    for place, receipt in enumerate(receipts):
        assert receipt.tracker is not None
        found = queries.find(db.session(), city.round.id, receipt.tracker)
        assert found is not None
        assert found.choices == choices_text(
            {"yes": [1 + place % 3], "no": [], "abstain": [one for one in (1, 2, 3) if one != 1 + place % 3]}
        )


def test_each_published_ballot_opens_a_commitment_that_was_receipted(city: Town) -> None:
    city.open()
    receipted = {city.cast(place, yes=[1]).receipt.commit for place in range(25)}
    city.close()
    sealed = city.seal()

    opened = {
        commitment(city.round.id, slip.tracker or b"", slip.salt or b"", slip.choices)
        for slip in queries.slips(db.session(), city.round.id)
    }
    assert opened == receipted
    assert sealed.box_root == commits_root(receipted)


def test_the_roll_marks_those_who_voted_and_its_root_holds_the_marks(city: Town) -> None:
    voters = {FIRST_RESIDENT + place for place, _ in vote(city)}
    city.close()
    city.seal()

    roll = db.session.query(PollRoll).order_by(PollRoll.account_id).all()
    assert {row.account_id for row in roll if row.voted} == voters
    grown = Frontier()
    for row in roll:
        grown.add(roll_leaf(row.round_id, city.person(row.account_id).public_id, row.leaf_salt, row.voted))
    assert entries("round.sealed")[-1]["facts"]["roll_root"] == grown.root().hex()
    assert queries.marked_as_voted(db.session(), city.round.id, min(voters)) is True


def test_nothing_of_the_box_is_left(city: Town) -> None:
    vote(city)
    acts.batch(CLOCK, city.paper)
    city.close()
    city.seal()

    assert db.session.query(BallotBox).count() == 0
    assert db.session.query(BallotPending).count() == 0
    assert [batch.leaves for batch in db.session.query(BallotBatch)] == [None]


def test_one_official_alone_cannot_seal(town: Town) -> None:
    town.open()
    town.close()
    with pytest.raises(Refused, match="first ask"):
        acts.seal(town.person(CLERK), town.round)
    acts.ask_for_seal(town.person(CLERK), town.round)
    with pytest.raises(Refused, match="Somebody else"):
        acts.seal(town.person(CLERK), town.round)
    assert queries.result(db.session(), town.round.id) is None


def test_a_resident_can_neither_ask_for_the_seal_nor_set_it(town: Town) -> None:
    town.open()
    town.close()
    with pytest.raises(Refused):
        acts.ask_for_seal(town.resident(0), town.round)
    acts.ask_for_seal(town.person(CLERK), town.round)
    with pytest.raises(Refused):
        acts.seal(town.resident(0), town.round)


def test_an_open_round_cannot_be_sealed(town: Town) -> None:
    town.open()
    with pytest.raises(Refused, match="closed vote round"):
        acts.ask_for_seal(town.person(CLERK), town.round)


def test_a_round_is_sealed_once_and_then_stays_closed(town: Town) -> None:
    town.open()
    town.close()
    town.seal()
    with pytest.raises(Refused):
        acts.seal(town.person(ADMIN), town.round)
    with pytest.raises(Refused, match="not been sealed"):
        rounds.reopen_round(town.person(FACILITATOR), town.round, closes_at=None, reason="Again")


def test_a_reopened_round_keeps_its_ballots_and_takes_more(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    town.close()
    town.reopen()
    town.cast(1, yes=[1])
    town.cast(0, no=[1])
    town.close()
    outcome = town.seal().outcome
    assert outcome.of(1).counts == {"yes": 1, "no": 1, "abstain": 0}


def test_a_round_that_is_no_vote_has_nothing_to_seal(town: Town) -> None:
    official = town.person(FACILITATOR)
    talk = rounds.plan_round(official, town.deliberation, kind=rounds.RoundKind.DISCUSS, plan=rounds.Plan())
    rounds.open_round(official, talk)
    rounds.close_round(official, talk)
    with pytest.raises(Refused, match="Only a vote round"):
        acts.ask_for_seal(official, talk)


def test_an_empty_box_can_be_sealed(town: Town) -> None:
    town.open({"quorum": {"number": 1}})
    town.close()
    outcome = town.seal().outcome
    assert outcome.ballots == 0
    assert {result.decision for result in outcome.results} == {Decision.NO_QUORUM}


def test_with_few_ballots_only_totals_are_kept(town: Town) -> None:
    town.open()
    receipts = [town.cast(place, yes=[1]).receipt for place in range(5)]
    town.close()
    town.seal()

    assert db.session.query(SealedBallot).count() == 0
    assert all(_fate(receipt.commit) is Fate.COUNTED for receipt in receipts)


def test_a_stuffed_ballot_stops_the_seal(town: Town) -> None:
    """Somebody with the key and the database puts in a ballot that belongs to nobody on the roll."""
    paper = town.open()
    town.cast(0, yes=[1])
    row = db.session.query(BallotBox).one()
    key = keys.cabinet().open(paper.round_id)
    envelope = key.unlock(row.handle, row.version, row.blob)
    stuffed = key.handle(999)
    db.session.add(BallotBox(round_id=paper.round_id, handle=stuffed, blob=key.lock(stuffed, envelope, paper.longest)))
    db.session.commit()
    town.close()

    with pytest.raises(Conflict, match="Nothing was sealed"):
        town.seal()
    assert queries.result(db.session(), paper.round_id) is None
    assert db.session.query(BallotBox).count() == 2


def test_a_changed_envelope_stops_the_seal(town: Town) -> None:
    town.open()
    town.cast(0, yes=[1])
    row = db.session.query(BallotBox).one()
    row.blob = row.blob[:-1] + bytes([row.blob[-1] ^ 1])
    db.session.commit()
    town.close()
    with pytest.raises(Conflict, match="does not open"):
        town.seal()


def test_an_envelope_moved_to_another_person_stops_the_seal(town: Town) -> None:
    paper = town.open()
    town.cast(0, yes=[1])
    row = db.session.query(BallotBox).one()
    row.handle = keys.cabinet().open(paper.round_id).handle(FIRST_RESIDENT + 1)
    db.session.commit()
    town.close()
    with pytest.raises(Conflict, match="does not open"):
        town.seal()


def test_without_any_copy_of_the_key_nothing_is_sealed(town: Town, settings: Settings) -> None:
    paper = town.open()
    town.close()
    for path in keys.cabinet()._paths(paper.round_id):
        path.unlink()
    keys.wire(settings)
    with pytest.raises(Conflict, match="No copy"):
        town.seal()


def test_the_second_copy_alone_is_enough_to_seal(town: Town, settings: Settings) -> None:
    paper = town.open()
    town.cast(0, yes=[1])
    town.close()
    (Path(settings.instance_path) / "keys" / f"round-{paper.round_id}.key").unlink()
    keys.wire(settings)
    assert town.seal().outcome.ballots == 1


def test_both_copies_of_the_key_are_destroyed_and_the_log_says_so(town: Town) -> None:
    paper = town.open()
    town.cast(0, yes=[1])
    town.close()
    town.seal()
    assert acts.destroy_key(town.person(CLERK), town.round) == 2

    assert not any(path.exists() for path in keys.cabinet()._paths(paper.round_id))
    assert not keys.cabinet().exists(paper.round_id)
    with pytest.raises(Conflict, match="No copy"):
        keys.cabinet().open(paper.round_id)
    assert entries("round.key_destroyed")[-1]["facts"] == {"copies": 2}


def test_the_key_is_destroyed_after_the_seal_only(town: Town) -> None:
    paper = town.open()
    town.close()
    with pytest.raises(Refused, match="after the seal"):
        acts.destroy_key(town.person(CLERK), town.round)
    assert keys.cabinet().exists(paper.round_id)


def test_destroying_the_key_again_is_no_fault_and_no_second_entry(town: Town) -> None:
    town.open()
    town.close()
    town.seal()
    acts.destroy_key(town.person(CLERK), town.round)
    assert acts.destroy_key(town.person(CLERK), town.round) == 0
    assert len(entries("round.key_destroyed")) == 1


def test_while_the_second_place_is_away_the_key_does_not_count_as_destroyed(
    town: Town, settings: Settings, tmp_path: Path
) -> None:
    town.open()
    town.close()
    town.seal()
    copies = Path(settings.instance_path) / "key-copies"
    copies.rename(tmp_path / "in the safe")
    with pytest.raises(Conflict, match="Connect it"):
        acts.destroy_key(town.person(CLERK), town.round)
    assert town.round.key_destroyed_at is None

    (tmp_path / "in the safe").rename(copies)
    assert acts.destroy_key(town.person(CLERK), town.round) == 2


def test_a_cancelled_vote_loses_its_ballots_unopened_and_then_its_key(town: Town) -> None:
    paper = town.open()
    town.cast(0, yes=[1])
    rounds.cancel_round(town.person(FACILITATOR), town.round, reason="The wrong question was asked.")

    assert db.session.query(BallotBox).count() == 0
    assert db.session.query(BallotPending).count() == 0
    with pytest.raises(Refused):
        acts.ask_for_seal(town.person(CLERK), town.round)
    assert acts.destroy_key(town.person(FACILITATOR), town.round) == 2
    assert not keys.cabinet().exists(paper.round_id)


def test_a_vote_that_never_opened_has_no_key_to_destroy(town: Town) -> None:
    round_ = town.plan()
    rounds.cancel_round(town.person(FACILITATOR), round_, reason="Not this year.")
    with pytest.raises(Refused, match="has opened"):
        acts.destroy_key(town.person(FACILITATOR), round_)
