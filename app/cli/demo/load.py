"""Loading the demo city: the whole story, from the first account to last night's ballot, through acts alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app import clock
from app.accounts.models import Account, Credential
from app.cli.demo import meetings, register, townspeople
from app.cli.demo.play import Play
from app.cli.demo.story import Person, Story
from app.config import Settings
from app.database import db


class NotEmpty(RuntimeError):
    """There are accounts already: the story is played on an empty database only."""


def is_empty() -> bool:
    return db.session.scalar(select(Account.id).limit(1)) is None


def people_here(story: Story) -> list[Person]:
    """The people of the story who have an account in this database under the story's address."""
    known = set(db.session.scalars(select(Credential.email)).all())
    return [person for person in story.people if person.email in known]


def half_loaded(settings: Settings) -> bool:
    """Whether an earlier loading was interrupted, so that the city is not whole."""
    return _mark(settings).exists()


def _mark(settings: Settings) -> Path:
    """A file that is there while the story is being played, and stays if that is broken off."""
    return Path(settings.instance_path) / "demo-half-loaded"


def load(story: Story, settings: Settings, *, progress: Callable[[int, int], None]) -> int:
    """Play the story so that it ends now. Tells `progress` how many of all scenes are over; returns their number.

    Raises NotEmpty where there is anybody already.
    """
    if not is_empty():
        raise NotEmpty
    zone = ZoneInfo(settings.timezone)
    play = Play(story, clock.now().astimezone(zone).date(), zone)
    townspeople.enter(play)
    register.enter(play)
    meetings.enter(play)
    _mark(settings).touch()
    for over, _ in enumerate(play.perform(), start=1):
        progress(over, len(play))
    _mark(settings).unlink()
    return len(play)
