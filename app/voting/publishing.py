"""From open envelopes to what is published at the seal: the box, its roots, its file, and the outcome.

Pure. Trackers are random, so sorting by tracker *is* the shuffle: there is no other randomness to trust, and anybody
can make the same bytes again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

from app.charter.words import N_
from app.voting.counting.methods import Marking
from app.voting.counting.outcome import Choices, Outcome
from app.voting.counting.profile import Profile
from app.voting.receipts import commits_root
from app.voting.roundkey import Envelope
from app.voting.rule import LONG_BALLOT, ReceiptMode, VoteRule

FEWEST_BALLOTS = 20
"""With fewer ballots than this, only totals are published: each single ballot would be easy to guess."""

MOST_ALONE = Fraction(1, 20)
"""Of the ways in which ballots were filled in, so many may occur only once before none of them is published."""
VARIED = frozenset({Marking.RANK, Marking.POINTS, Marking.SCORE})
"""Ballots that a few options let people fill in in very many ways, and so in one that a buyer of votes has ordered."""


class Published(StrEnum):
    """How much of the box the public sees."""

    BALLOTS = "ballots"
    PATTERNS = "patterns"
    TOTALS = "totals"


PUBLISHED_WORDS = {
    Published.BALLOTS: N_(
        "Every ballot is published with its tracker, in the order of the trackers. Anybody can count them again."
    ),
    Published.PATTERNS: N_(
        "Every way in which ballots were filled in is published, with how many ballots were filled in so. "
        "Anybody can count them again; no receipt says which of them is yours."
    ),
    Published.TOTALS: N_(
        "Only the totals are published: with so few ballots, or so many ways to fill in each, "
        "single ballots could be recognised."
    ),
}


class Fate(StrEnum):
    """What became of a commitment that somebody holds a receipt for."""

    COUNTED = "counted"
    SUPERSEDED = "superseded"
    VOID = "void"
    STRUCK = "struck"


FATE_WORDS = {
    Fate.COUNTED: N_("This ballot is in the box and was counted."),
    Fate.SUPERSEDED: N_("This ballot was replaced by a later one from the same person, which was counted instead."),
    Fate.VOID: N_("This ballot was set aside, because the same person voted on paper."),
    Fate.STRUCK: N_("This ballot was set aside, because its voter was struck from the roll."),
}


@dataclass(frozen=True)
class Slip:
    """One line of the published box. In PATTERNS, `ballots` people filled theirs in so, and no tracker is told."""

    choices: bytes
    ballots: int = 1
    tracker: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True)
class PublishedBox:
    """What is left when the envelopes have been opened: nothing in it tells whose any of it was."""

    published: Published
    slips: tuple[Slip, ...]
    commits: dict[Fate, tuple[bytes, ...]]
    outcome: Outcome

    @property
    def box_root(self) -> bytes:
        return commits_root(self.commits[Fate.COUNTED])

    @property
    def cvr_sha256(self) -> str | None:
        """The digest of the published ballots; None where only totals are."""
        return None if self.published is Published.TOTALS else cvr_digest(self.slips)


def publish(
    round_id: int,
    rule: VoteRule,
    options: Sequence[int],
    roll: int,
    mode: ReceiptMode,
    envelopes: Iterable[tuple[Envelope, Fate]],
) -> PublishedBox:
    """Open the box: each envelope comes with its fate. The order in which they come leaves no trace.

    :raises BallotError: when an envelope holds what the rule cannot count; then nothing may be sealed.
    """
    commits: dict[Fate, list[bytes]] = {fate: [] for fate in Fate}
    counted = []
    for envelope, fate in envelopes:
        commits[Fate.SUPERSEDED] += [one.commit for one in envelope.earlier]
        commits[fate].append(envelope.commit(round_id))
        if fate is Fate.COUNTED:
            counted.append(envelope)
    counted.sort(key=lambda envelope: envelope.tracker)
    outcome = rule.count((read_choices(one.choices) for one in counted), options=options, roll=roll)
    published = published_as(mode, len(counted), len(options))
    if published is Published.PATTERNS and rule.marking in VARIED and _tell_tale(counted):
        published = Published.TOTALS
    return PublishedBox(
        published=published,
        slips=tuple(_slips(published, counted)),
        commits={fate: tuple(sorted(some)) for fate, some in commits.items()},
        outcome=outcome,
    )


def published_as(mode: ReceiptMode, ballots: int, options: int) -> Published:
    """How much of a box may be shown: the fewer ballots and the longer each, the less."""
    if ballots < FEWEST_BALLOTS:
        return Published.TOTALS
    if mode is ReceiptMode.TRACKED:
        return Published.BALLOTS
    return Published.TOTALS if options > LONG_BALLOT else Published.PATTERNS


def _tell_tale(counted: Sequence[Envelope]) -> bool:
    """Whether so many ballots were filled in as no other that a way of filling in could work as a signature."""
    patterns = Counter(one.choices for one in counted)
    alone = sum(times == 1 for times in patterns.values())
    return alone > MOST_ALONE * len(patterns)


def read_choices(text: bytes) -> Choices:
    """Choices as `receipts.choices_text` wrote them."""
    choices: Choices = json.loads(text)
    return choices


def recount(rule: VoteRule, options: Sequence[int], roll: int, slips: Iterable[Slip]) -> Outcome:
    """Count the published box again."""
    published = list(slips)
    ballots = Profile.of_texts((slip.choices for slip in published), (slip.ballots for slip in published))
    return rule.count(ballots, options=options, roll=roll)


def cvr_lines(slips: Iterable[Slip]) -> Iterator[bytes]:
    """The published ballots, one canonical JSON object a line, the same bytes whoever writes them."""
    for slip in slips:
        if slip.tracker is not None and slip.salt is not None:
            tail = f'"salt":"{slip.salt.hex()}","tracker":"{slip.tracker.hex()}"}}\n'
            yield b'{"choices":' + slip.choices + b"," + tail.encode()
        else:
            yield b'{"ballots":' + str(slip.ballots).encode() + b',"choices":' + slip.choices + b"}\n"


def cvr_digest(slips: Iterable[Slip]) -> str:
    digest = sha256()
    for line in cvr_lines(slips):
        digest.update(line)
    return digest.hexdigest()


def _slips(published: Published, counted: Sequence[Envelope]) -> Iterator[Slip]:
    if published is Published.BALLOTS:
        yield from (Slip(one.choices, 1, one.tracker, one.salt) for one in counted)
    elif published is Published.PATTERNS:
        patterns = Counter(one.choices for one in counted)
        yield from (Slip(choices, ballots) for choices, ballots in sorted(patterns.items()))
