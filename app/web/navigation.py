"""Where the head and foot of every page lead to. Addresses are asked for once, not on every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from flask import current_app, request, url_for

from app.charter.words import N_

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A page that the head or foot leads to."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class _Plan:
    label: str
    endpoint: str
    blueprints: frozenset[str] = frozenset()


PLANS: dict[str, tuple[_Plan, ...]] = {
    "main": (
        _Plan(
            N_("Deliberations"),
            "deliberations.index",
            frozenset({"deliberations", "proposals", "discussion", "voting", "records"}),
        ),
        _Plan(N_("Rights"), "rights.index", frozenset({"rights", "adoptions", "outward"})),
        _Plan(N_("Learn"), "learning.index", frozenset({"learning"})),
        _Plan(N_("Log"), "audit.index", frozenset({"audit"})),
    ),
    "stranger": (_Plan(N_("Sign in"), "accounts.sign_in"), _Plan(N_("Take part"), "accounts.register")),
    "foot": (
        _Plan(N_("Charter: who may do what"), "civic.charter"),
        _Plan(N_("Who holds which office"), "accounts.officials"),
        _Plan(N_("Public log"), "audit.index"),
        _Plan(N_("Accessibility"), "civic.accessibility"),
        _Plan(N_("Privacy"), "civic.privacy"),
        _Plan(N_("Patterns"), "civic.patterns"),
    ),
}
"""Main: current on every page of its blueprints. Stranger: for who is not signed in. Foot: how Folkmoot is run."""


def places(group: str) -> tuple[Place, ...]:
    """The places of a group of `PLANS`, with the section of the present page marked."""
    return _remembered(("places", group, request.blueprint, request.root_path), lambda: _places(group))


def address(endpoint: str) -> str:
    """The address of a page that takes no argument."""
    return _remembered(("address", endpoint, request.root_path), lambda: url_for(endpoint))


def _places(group: str) -> tuple[Place, ...]:
    return tuple(
        Place(plan.label, url_for(plan.endpoint), request.blueprint in plan.blueprints) for plan in PLANS[group]
    )


def _remembered(key: tuple[str | None, ...], find: Callable[[], T]) -> T:
    """What `find` gave the first time, kept with the app: `url_for` takes 20 microseconds, a page asks ten times."""
    kept = current_app.extensions.setdefault("folkmoot.navigation", {})
    if key not in kept:
        kept[key] = find()
    return cast(T, kept[key])
