"""The demo city as data: who lives there, what they deliberate on, and when each thing happened (PURE).

The words are in `content/`, one folder a deliberation and one file a proposal. Nothing here writes anything;
`load` plays the story through acts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.cli.demo.moments import Deed, Moment
from app.cli.demo.shapes import Misshapen, shaped
from app.cli.demo.voices import ProposalStory

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class City:
    name: str
    tagline: str
    password: str
    """The one password of all demo accounts."""
    notice: str
    """Says that the city is invented. Stands under the background of each deliberation."""


@dataclass(frozen=True)
class Verified:
    at: Moment
    by: str
    evidence: str = "lease_or_bill"


@dataclass(frozen=True)
class Person:
    """Somebody with an account. Without `verified` they can read and comment only."""

    handle: str
    name: str
    language: str
    neighborhood: str
    note: str
    joined: Moment
    verified: Verified | None = None
    roles: tuple[Role, ...] = ()
    """Held everywhere; deliberations name further facilitators of their own."""

    @property
    def email(self) -> str:
        return f"{self.handle}@example.org"


class RoundAct(StrEnum):
    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE_EARLY = "close_early"


@dataclass(frozen=True)
class RoundEvent:
    act: RoundAct
    at: Moment
    by: str
    reason: str
    until: Moment | None = None
    """The new closing time of an extension."""

    @property
    def new_close(self) -> Moment:
        if self.until is None:
            raise Misshapen(f"the extension at {self.at} does not say until when")
        return self.until


@dataclass(frozen=True)
class RoundStory:
    kind: RoundKind
    opens: Moment
    closes: Moment
    """As planned; events may change it."""
    question: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[RoundEvent, ...] = ()

    @property
    def closes_in_the_end(self) -> Moment:
        """When it closed, or will, after all that befell it."""
        last = self.closes
        for event in self.events:
            if event.act is RoundAct.EXTEND and event.until is not None:
                last = event.until
            elif event.act is RoundAct.CLOSE_EARLY:
                last = event.at
        return last


@dataclass(frozen=True)
class BallotStory:
    """A ballot: the proposals approved, or a mark for each. The last one of a voter counts."""

    voter: str
    at: Moment
    choices: Any

    @property
    def marks(self) -> dict[str, str]:
        """Proposal key to mark."""
        return dict(self.choices) if isinstance(self.choices, dict) else dict.fromkeys(self.choices, "approve")


@dataclass(frozen=True)
class Seal:
    """Who asked for the seal of the vote, and who else set it."""

    asked: Deed
    sealed: Deed


@dataclass(frozen=True)
class DeliberationStory:
    slug: str
    question: str
    language: str
    created: Deed
    facilitators: tuple[str, ...]
    themes: tuple[str, ...]
    background: str
    promise: str
    rounds: tuple[RoundStory, ...]
    proposals: Mapping[str, ProposalStory]
    """By key, which is the file's name without its number."""
    ballots: tuple[BallotStory, ...] = ()
    seal: Seal | None = None
    expected: Mapping[str, int] = field(default_factory=dict)
    """What the count must come to."""


@dataclass(frozen=True)
class Story:
    city: City
    people: tuple[Person, ...]
    deliberations: tuple[DeliberationStory, ...]

    @cached_property
    def by_handle(self) -> dict[str, Person]:
        return {person.handle: person for person in self.people}

    @cached_property
    def administrator(self) -> Person:
        """Who gives everybody else their role."""
        return next(person for person in self.people if Role.ADMINISTRATOR in person.roles)

    def offices_of(self, handle: str) -> frozenset[Role]:
        """The roles somebody holds, everywhere or in one deliberation."""
        person = self.by_handle[handle]
        facilitates = any(handle in told.facilitators for told in self.deliberations)
        return frozenset({*person.roles, *((Role.FACILITATOR,) if facilitates else ())})


def read(folder: Path = CONTENT) -> Story:
    """Read the story from its files.

    :raises Misshapen: when a file does not say what it should, naming file and place.
    """
    folders = sorted(path.parent for path in folder.glob("*/deliberation.toml"))
    return Story(
        city=shaped(City, _toml(folder / "city.toml"), "city.toml"),
        people=shaped(tuple[Person, ...], _toml(folder / "people.toml").get("people"), "people.toml"),
        deliberations=tuple(_deliberation(one) for one in folders),
    )


def _deliberation(folder: Path) -> DeliberationStory:
    files = sorted(path for path in folder.glob("*.toml") if path.name != "deliberation.toml")
    proposals = {path.stem.partition("-")[2]: _toml(path) for path in files}
    whole = {**_toml(folder / "deliberation.toml"), "slug": folder.name, "proposals": proposals}
    found: DeliberationStory = shaped(DeliberationStory, whole, folder.name)
    return found


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Misshapen(f"{path.name}: {error}") from error
