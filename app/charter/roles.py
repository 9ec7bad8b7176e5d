"""Who people are to Folkmoot: the roles, and what one person may call upon (PURE)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.charter.words import N_


class Role(StrEnum):
    """An office somebody holds. Residents need none."""

    FACILITATOR = "facilitator"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


ROLE_WORDS: dict[Role, str] = {
    Role.FACILITATOR: N_("Facilitator"),
    Role.CLERK: N_("City clerk"),
    Role.REVIEWER: N_("Human rights reviewer"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

PER_DELIBERATION = frozenset({Role.FACILITATOR})
"""Roles that may be held in one deliberation only; without a deliberation they hold everywhere."""


@dataclass(frozen=True)
class Held:
    """A role as held: everywhere, or in the deliberation named."""

    role: Role
    deliberation_id: int | None = None


@dataclass(frozen=True)
class Standing:
    """What a person brings to a question of permission.

    `account_id` is None for a stranger; `system` marks the clock and the operator at the command line.
    """

    account_id: int | None = None
    confirmed: bool = False
    verified: bool = False
    suspended: bool = False
    held: frozenset[Held] = field(default_factory=frozenset)
    system: bool = False

    def holds(self, role: Role, deliberation_id: int | None = None) -> bool:
        """Whether the role is held everywhere or in this deliberation."""
        return Held(role) in self.held or (deliberation_id is not None and Held(role, deliberation_id) in self.held)

    def holds_anywhere(self, role: Role) -> bool:
        return any(held.role is role for held in self.held)


STRANGER = Standing()
SYSTEM = Standing(system=True, confirmed=True)
