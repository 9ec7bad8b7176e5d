"""What an import brings, whatever it came from, ready to be taken in (PURE)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class ProposalIn(NamedTuple):
    """A proposal, or a statement (`statement`), with what its platform counted and what the city answered."""

    external_id: str
    title: str
    body: str
    lang: str
    author: str | None
    created_at: datetime
    statement: bool = False
    supports: int | None = None
    category: str | None = None
    district: str | None = None
    facts: Mapping[str, Any] | None = None
    verdict: str | None = None
    reply: str = ""
    reply_lang: str = "en"
    hidden: str | None = None
    """Why it is hidden, where it is."""


class CommentIn(NamedTuple):
    external_id: str
    proposal: str
    parent: str | None
    author: str | None
    created_at: datetime
    position: str | None
    body: str
    lang: str
    helpful: int = 0
    unhelpful: int = 0
    hidden: bool = False


class VoteIn(NamedTuple):
    """Somebody agreed (1), disagreed (-1) or passed (0) on a statement."""

    proposal: str
    voter: str
    value: int
    cast_at: datetime


class VoteRoundIn(NamedTuple):
    """A finished vote on the proposals, which are numbered from 1 as they come."""

    question: str
    settings: Mapping[str, Any]
    """The rule, as a vote round's settings have it, without what names proposals."""
    costs: Mapping[str, int]
    """What proposals cost, by their ids elsewhere."""
    box: Mapping[bytes, int]
    """Choices as canonical JSON with the proposals' numbers, and how many ballots were filled in so."""
    opened_at: datetime
    closed_at: datetime


@dataclass
class Material:
    """Everything one import brings into one deliberation."""

    source: str
    came_from: str
    """Names the deliberation it belongs to: importing more of the same goes into the same."""
    slug: str
    question: str
    background: str
    promise: str
    lang: str
    files: dict[str, str]
    """File name to SHA-256."""
    proposals: list[ProposalIn] = field(default_factory=list)
    comments: list[CommentIn] = field(default_factory=list)
    votes: list[VoteIn] = field(default_factory=list)
    vote: VoteRoundIn | None = None
    notes: dict[str, int] = field(default_factory=dict)
    """What was skipped or changed, in a sentence, and how often."""

    @property
    def digest(self) -> str:
        """SHA-256 over the files' digests by name: the same material has the same."""
        listed = "\n".join(f"{name} {digest}" for name, digest in sorted(self.files.items()))
        return hashlib.sha256(f"{self.source}\n{listed}".encode()).hexdigest()

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The times of the first and the last thing in it."""
        times = [*_times(self.proposals), *_times(self.comments), *(vote.cast_at for vote in self.votes)]
        if self.vote is not None:
            times += [self.vote.opened_at, self.vote.closed_at]
        return min(times), max(times)

    def note(self, sentence: str, times: int = 1) -> None:
        """Add to what the report says. Nothing is said of what happened no times."""
        if times:
            self.notes[sentence] = self.notes.get(sentence, 0) + times


def _times(things: Iterable[ProposalIn | CommentIn]) -> Iterable[datetime]:
    return (thing.created_at for thing in things)
