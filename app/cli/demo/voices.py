"""A proposal in the demo story, with all that was said and done about it, up to the city's answer (PURE)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.cli.demo.moments import Deed, Moment


@dataclass(frozen=True)
class Settled:
    """What was said to a finding: by the proposal's author, unless `by` names an official."""

    at: Moment
    kind: str
    text: str
    by: str | None = None


@dataclass(frozen=True)
class Tag:
    """An article that the proposal touches. Set by the author unless `by` names a reviewer."""

    article: str
    direction: str
    groups: tuple[str, ...]
    explanation: str
    mitigation: str = ""
    by: str | None = None
    at: Moment | None = None
    revision: int = 1
    settled: Settled | None = None


@dataclass(frozen=True)
class Revised:
    at: Moment
    note: str
    title: str
    body: str


@dataclass(frozen=True)
class Reported:
    by: str
    at: Moment
    reason: str
    detail: str


@dataclass(frozen=True)
class Hidden:
    by: str
    at: Moment
    reason: str
    explanation: str


@dataclass(frozen=True)
class Decided:
    by: str
    at: Moment
    state: str
    """`dismissed` (it stays hidden) or `upheld` (it is public again)."""
    answer: str


@dataclass(frozen=True)
class Appealed:
    by: str
    at: Moment
    text: str
    decision: Decided | None = None


@dataclass(frozen=True)
class Said:
    """A comment; `to` names the comment it answers. Written in its author's language."""

    key: str
    author: str
    at: Moment
    position: str
    text: str
    to: str | None = None
    helpful: tuple[str, ...] = ()
    """Who marked it helpful."""
    reports: tuple[Reported, ...] = ()
    hidden: Hidden | None = None
    appeal: Appealed | None = None


@dataclass(frozen=True)
class Withdrawn:
    at: Moment
    reason: str


class Status(StrEnum):
    """How far a commitment has come."""

    PLANNED = "planned"
    ON_TRACK = "on_track"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    at: Moment
    by: str
    text: str


@dataclass(frozen=True)
class Commitment:
    """What the city undertakes in its answer, by an office and until a day counted as in `Moment`."""

    text: str
    office: str
    due: int
    status: Status
    progress: tuple[Progress, ...] = ()


@dataclass(frozen=True)
class Response:
    """The city's answer. `grounds` are law, money, competence or rights, the weightiest first; none when accepted."""

    verdict: str
    by: str
    at: Moment
    office: str
    text: str
    language: str = "en"
    grounds: tuple[str, ...] = ()
    commitments: tuple[Commitment, ...] = ()


@dataclass(frozen=True)
class ProposalStory:
    author: str
    submitted: Moment
    language: str
    title: str
    body: str
    answers: Mapping[str, Any]
    """The author's answers to the first-pass checklist, by question."""
    tags: tuple[Tag, ...]
    comments: tuple[Said, ...]
    endorsements: tuple[Deed, ...] = ()
    """Each backs the revision that stood then; somebody asked again after a revision is here twice."""
    revisions: tuple[Revised, ...] = ()
    withdrawn: Withdrawn | None = None
    response: Response | None = None
