"""What is published at the seal, and what can no longer be seen in it."""

from __future__ import annotations

import hashlib
import json
import random
from itertools import permutations

import pytest

from app.voting import publishing
from app.voting.counting.methods import Method
from app.voting.counting.outcome import BallotError
from app.voting.publishing import Fate, Published, PublishedBox, publish
from app.voting.receipts import choices_text, commitment, commits_root
from app.voting.roundkey import Envelope
from app.voting.rule import ReceiptMode, VoteRule

ROUND, ROLL = 17, 500
OPTIONS = (4, 5)
RULE = VoteRule(Method.APPROVAL)
CHANCE = random.Random(1)


def envelope(*approved: int) -> Envelope:
    return Envelope.new(choices_text({"approve": sorted(approved)}), CHANCE.randbytes(16))


def some(number: int) -> list[tuple[Envelope, bool]]:
    return [(envelope(*CHANCE.sample(OPTIONS, CHANCE.randint(0, 2))), Fate.COUNTED) for _ in range(number)]


def box(envelopes: list[tuple[Envelope, bool]], mode: ReceiptMode = ReceiptMode.TRACKED) -> PublishedBox:
    return publish(ROUND, RULE, OPTIONS, ROLL, mode, envelopes)


def test_ballots_are_published_in_the_order_of_their_trackers() -> None:
    cast = some(40)
    published = box(cast)

    assert published.published is Published.BALLOTS
    assert [slip.tracker for slip in published.slips] == sorted(one.tracker for one, _ in cast)


@pytest.mark.parametrize("mode", ReceiptMode)
def test_the_order_of_casting_leaves_no_trace(mode: ReceiptMode) -> None:
    cast = some(40)
    assert box(cast, mode) == box(cast[::-1], mode)


def test_a_stranger_recounts_the_published_file_to_the_same_result() -> None:
    published = box(some(200))
    lines = [json.loads(line) for line in publishing.cvr_lines(published.slips)]

    by_hand = {option: sum(option in line["choices"]["approve"] for line in lines) for option in OPTIONS}
    assert by_hand == {result.option: result.counts["approve"] for result in published.outcome.results}
    assert publishing.recount(RULE, OPTIONS, ROLL, published.slips) == published.outcome


def test_every_published_ballot_opens_its_commitment() -> None:
    published = box(some(30))
    commits = [
        commitment(ROUND, bytes.fromhex(line["tracker"]), bytes.fromhex(line["salt"]), choices_text(line["choices"]))
        for line in map(json.loads, publishing.cvr_lines(published.slips))
    ]
    assert tuple(sorted(commits)) == published.commits[Fate.COUNTED]
    assert commits_root(commits) == published.box_root


def test_the_digest_is_of_the_very_bytes_of_the_file() -> None:
    published = box(some(30))
    whole = b"".join(publishing.cvr_lines(published.slips))
    assert published.cvr_sha256 == hashlib.sha256(whole).hexdigest()
    assert all(
        json.dumps(json.loads(line), sort_keys=True, separators=(",", ":")).encode() == line
        for line in whole.splitlines()
    )


def test_in_inclusion_mode_nothing_joins_a_commitment_with_choices() -> None:
    cast = some(50)
    published = box(cast, ReceiptMode.INCLUSION)

    assert published.published is Published.PATTERNS
    assert all(slip.tracker is None and slip.salt is None for slip in published.slips)
    assert sum(slip.ballots for slip in published.slips) == 50
    assert b"tracker" not in b"".join(publishing.cvr_lines(published.slips))
    assert publishing.recount(RULE, OPTIONS, ROLL, published.slips) == published.outcome


@pytest.mark.parametrize("mode", ReceiptMode)
def test_of_fewer_than_twenty_ballots_only_totals_are_published(mode: ReceiptMode) -> None:
    few, enough = box(some(19), mode), box(some(20), mode)

    assert (few.published, few.slips, few.cvr_sha256) == (Published.TOTALS, (), None)
    assert few.outcome.ballots == 19
    assert enough.published is not Published.TOTALS


def test_long_ballots_of_inclusion_are_published_as_totals() -> None:
    assert publishing.published_as(ReceiptMode.INCLUSION, 500, 7) is Published.PATTERNS
    assert publishing.published_as(ReceiptMode.INCLUSION, 500, 8) is Published.TOTALS
    assert publishing.published_as(ReceiptMode.TRACKED, 500, 8) is Published.BALLOTS


def test_every_commitment_is_in_exactly_one_list() -> None:
    first = envelope(4)
    second = first.replaced_by(ROUND, choices_text({"approve": [5]}), b"2" * 16)
    on_paper = envelope(5)
    published = box([(second, Fate.COUNTED), (on_paper, Fate.VOID), *some(20)])

    assert published.commits[Fate.SUPERSEDED] == (first.commit(ROUND),)
    assert published.commits[Fate.VOID] == (on_paper.commit(ROUND),)
    assert second.commit(ROUND) in published.commits[Fate.COUNTED]
    everywhere = [commit for commits in published.commits.values() for commit in commits]
    assert len(everywhere) == len(set(everywhere)) == 23
    assert published.outcome.ballots == 21


def test_an_empty_box_can_be_published() -> None:
    published = box([])
    assert published.outcome.ballots == 0
    assert published.outcome.carried == ()


def test_a_ballot_that_cannot_be_counted_stops_the_seal() -> None:
    with pytest.raises(BallotError):
        box([(envelope(99), Fate.COUNTED), *some(30)])


def ranked_box(*orders: tuple[int, ...]) -> publishing.PublishedBox:
    """A box of so many rankings, each cast twenty times but for the last."""
    options = (1, 2, 3, 4)
    texts = [choices_text({str(place): [one] for place, one in enumerate(order, 1)}) for order in orders]
    envelopes = [Envelope.new(text, bytes(16)) for text in texts[:-1] for _ in range(20)]
    envelopes.append(Envelope.new(texts[-1], bytes(16)))
    rule = VoteRule(Method.SCHULZE)
    return publishing.publish(
        1, rule, options, 500, ReceiptMode.INCLUSION, [(envelope, Fate.COUNTED) for envelope in envelopes]
    )


def test_rankings_that_could_work_as_a_signature_are_published_as_totals() -> None:
    box = ranked_box((1, 2), (2, 1), (3,), (4, 3, 2, 1))
    assert box.published is Published.TOTALS
    assert box.slips == ()
    assert box.outcome.tables[0].rows


def test_rankings_that_many_share_are_published() -> None:
    often = [order for size in (1, 2) for order in permutations((1, 2, 3, 4), size)] + [(1, 2, 3), (2, 1, 3), (3, 2, 1)]
    assert len(often) == 19
    assert ranked_box(*often, (4, 3, 2, 1)).published is Published.PATTERNS
    assert ranked_box(*often[:18], (4, 3, 2, 1)).published is Published.TOTALS
