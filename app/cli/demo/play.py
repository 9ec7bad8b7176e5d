"""Playing the story: scenes in the order of time, each an act (or a few) with the clock set to its moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from app import clock
from app.accounts.models import Account
from app.cli.demo.moments import Moment
from app.cli.demo.story import Story
from app.deliberations.models import Deliberation, Round
from app.discussion.models import Appeal, Comment, Hiding
from app.proposals.models import Proposal


@dataclass(frozen=True, order=True)
class Scene:
    """What happens at one moment. Of two at the same moment the one told first comes first."""

    at: datetime
    number: int
    act: Callable[[], object] = field(compare=False)


@dataclass
class Play:
    """The story as it is being played, and everybody and everything that has come on stage so far."""

    story: Story
    today: date
    """The day of loading, in the city."""
    zone: tzinfo
    accounts: dict[str, Account] = field(default_factory=dict)
    deliberations: dict[str, Deliberation] = field(default_factory=dict)
    rounds: dict[tuple[str, int], Round] = field(default_factory=dict)
    """By deliberation and place in its sequence, from 0."""
    proposals: dict[tuple[str, str], Proposal] = field(default_factory=dict)
    comments: dict[tuple[str, str, str], Comment] = field(default_factory=dict)
    hidings: dict[tuple[str, str, str], Hiding] = field(default_factory=dict)
    appeals: dict[tuple[str, str, str], Appeal] = field(default_factory=dict)
    _scenes: list[Scene] = field(default_factory=list)

    def when(self, moment: Moment) -> datetime:
        return moment.on(self.today, self.zone)

    def scene(self, moment: Moment, act: Callable[[], object], *, later: timedelta = timedelta(0)) -> None:
        """Let something happen at this moment, or so much later."""
        self._scenes.append(Scene(self.when(moment) + later, len(self._scenes), act))

    def __len__(self) -> int:
        return len(self._scenes)

    def perform(self) -> Iterator[Scene]:
        """Play every scene, first to last; yields each when it is over."""
        for scene in sorted(self._scenes):
            with clock.at(scene.at):
                scene.act()
            yield scene

    def language(self, handle: str) -> str:
        """The language in which this person writes."""
        return self.story.by_handle[handle].language
