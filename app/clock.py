"""The one clock. Everything that asks for the time asks here, so that a test or the demo can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_set_to: ContextVar[datetime | None] = ContextVar("folkmoot_clock", default=None)
_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set_to.get() or _frozen or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at `moment` (aware) for the code inside, in this thread only."""
    _must_be_aware(moment)
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _set_to.reset(token)


def freeze(moment: datetime) -> None:
    """Stop the clock of the whole process at `moment`, until `travel` or `release`. For tests."""
    global _frozen  # noqa: PLW0603  # one process has one clock
    _must_be_aware(moment)
    _frozen = moment.astimezone(UTC)


def travel(by: timedelta) -> datetime:
    """Move the stopped clock on (stopping it first where it still runs) and return the new time."""
    freeze(now() + by)
    return now()


def release() -> None:
    """Let the clock run again."""
    global _frozen  # noqa: PLW0603  # one process has one clock
    _frozen = None


def _must_be_aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone says nothing: give an aware datetime")
