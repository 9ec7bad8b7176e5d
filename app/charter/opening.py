"""What is frozen into the log when a round opens: its charter (PURE).

Nothing in it can be changed silently afterwards. What changes later is an entry of its own, and stands on the page of
the round and of its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from app.charter.electorate import Electorate
from app.charter.rounds import Eligibility, RoundFacts, RoundKind
from app.charter.table import RULES, Who
from app.charter.words import N_


class Visibility(StrEnum):
    """What can be seen while a round is open."""

    AT_ONCE = "at_once"
    AFTER_SEAL = "after_seal"
    BY_NAME = "by_name"


VISIBILITY_WORDS: dict[Visibility, str] = {
    Visibility.AT_ONCE: N_("Everything that is said and counted in this round can be read by everybody at once."),
    Visibility.AFTER_SEAL: N_(
        "While this round is open nobody sees a count, and nobody sees who has voted: not the city either. "
        "The count and the ballots, without names, are published when the round is sealed."
    ),
    Visibility.BY_NAME: N_(
        "This vote is open, as juries and delegates vote: when the round is sealed, everybody can read how each "
        "person voted, by name. While it is open nobody sees a count, and nobody sees who has voted."
    ),
}

ELECTORATE_WORDS: dict[Eligibility, str] = {
    Eligibility.VERIFIED: N_("Residents whom a city clerk has verified"),
    Eligibility.DISTRICTS: N_("Verified residents of certain districts"),
    Eligibility.AGES: N_("Verified residents of a certain age"),
    Eligibility.LIST: N_("Verified residents who are on a list that the city uploads"),
    Eligibility.EVERYONE: N_("Everyone with a confirmed e-mail address, whether or not they live in the city"),
}

TIES_ARE_REPORTED = "reported"
"""What the charter of a vote says of ties, unless its rule says something else."""

VERIFICATION_OFF = N_(
    "Verification is off in this round: everyone with a confirmed e-mail address can take part, "
    "whether or not they live in the city."
)


def by_name(settings: Mapping[str, object]) -> bool:
    """Whether a vote publishes each ballot with its voter's name. Only where somebody chose that when planning it."""
    return settings.get("by_name") is True


def visibility_of(kind: RoundKind, settings: Mapping[str, object]) -> Visibility:
    """What can be seen of a round of this kind, and when."""
    if kind is not RoundKind.VOTE:
        return Visibility.AT_ONCE
    return Visibility.BY_NAME if by_name(settings) else Visibility.AFTER_SEAL


def has_electorate(kind: RoundKind) -> bool:
    """Whether a round of this kind holds acts that only its electorate may do."""
    return any(rule.during is not None and kind in rule.during and Who.VERIFIED in rule.who for rule in RULES.values())


def permitted_in(kind: RoundKind) -> list[str]:
    """The acts that a round of this kind makes possible, by their names in the log."""
    return sorted(action.value for action, rule in RULES.items() if rule.during is not None and kind in rule.during)


def charter_of(plan: RoundFacts, *, question: str, electorate: int | None) -> dict[str, object]:
    """The charter of an opening round, as the log and the page of the round keep it: JSON without floats.

    `electorate` is how many people may take part as it opens; None where that is not counted.
    """
    charter: dict[str, object] = {
        "question": question,
        "kind": plan.kind.value,
        "opened_at": said_time(plan.opened_at),
        "closes_at": said_time(plan.closes_at),
        "permits": permitted_in(plan.kind),
        "visible": visibility_of(plan.kind, plan.settings).value,
        "settings": dict(plan.settings),
    }
    if has_electorate(plan.kind):
        charter["electorate"] = {**Electorate.from_settings(plan.settings).told(), "size": electorate}
    if plan.kind is RoundKind.VOTE:
        charter["tie_break"] = TIES_ARE_REPORTED
    return charter


def times_of(plan: RoundFacts) -> Mapping[str, str | None]:
    """All public times of a round, whole, so that a stranger can replay them from the log."""
    return {
        "opens_at": said_time(plan.opens_at),
        "closes_at": said_time(plan.closes_at),
        "opened_at": said_time(plan.opened_at),
        "paused_at": said_time(plan.paused_at),
        "closed_at": said_time(plan.closed_at),
        "cancelled_at": said_time(plan.cancelled_at),
    }


def said_time(moment: datetime | None) -> str | None:
    """A moment as entries write it: UTC, to the second."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def heard_time(said: object) -> datetime | None:
    """The moment that `said_time` wrote."""
    if not isinstance(said, str):
        return None
    return datetime.strptime(said, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
