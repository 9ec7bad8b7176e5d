"""Reading the settings of a vote round one by one, and keeping what is wrong with each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from app.charter.words import N_, Words
from app.voting.counting.limits import Quorum
from app.voting.counting.methods import COUNTERS, Method
from app.voting.counting.terms import COMPLETIONS

Chosen = TypeVar("Chosen", bound=StrEnum)


class SettingsReader:
    """Reads settings. `problems` names each that cannot be used and says how to put it right."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self.settings = settings
        self.problems: dict[str, Words] = {}

    def method(self) -> Method:
        method = self.choice("method", Method, Method.YES_NO)
        if method not in COUNTERS:
            self.problems["method"] = Words(N_("Choose one of: %(names)s"), {"names": ", ".join(COUNTERS)})
            return Method.YES_NO
        return method

    def choice(self, name: str, kind: type[Chosen], default: Chosen) -> Chosen:
        return self.optional_choice(name, kind) or default

    def optional_choice(self, name: str, kind: type[Chosen]) -> Chosen | None:
        value = self.settings.get(name)
        if value in (None, ""):
            return None
        if value not in set(kind):
            self.problems[name] = Words(N_("Choose one of: %(names)s"), {"names": ", ".join(kind)})
            return None
        return kind(str(value))

    def number(self, name: str) -> int | None:
        value = self.settings.get(name)
        if value is None:
            return None
        if not _is_whole(value) or int(str(value)) < 1:
            self.problems[name] = Words(N_("Enter a whole number of at least 1"))
            return None
        return int(str(value))

    def needed_number(self, name: str) -> int:
        """A number without which the method cannot be used."""
        if self.settings.get(name) is None:
            self.problems[name] = Words(N_("Enter a whole number of at least 1"))
        return self.number(name) or 0

    def text(self, name: str) -> str:
        value = self.settings.get(name)
        return value if isinstance(value, str) else ""

    def completion(self) -> str:
        value = self.text("completion")
        if value and value.removesuffix("-comparison") not in COMPLETIONS:
            self.problems["completion"] = Words(N_("Choose one of: %(names)s"), {"names": ", ".join(COMPLETIONS)})
        return value

    def yes(self, name: str) -> bool:
        return self.settings.get(name) is True

    def quorum(self) -> Quorum:
        value = self.settings.get("quorum")
        if value is None:
            return Quorum()
        try:
            return _quorum(value)
        except (ValueError, ZeroDivisionError):
            self.problems["quorum"] = Words(
                N_("Enter a share of the roll such as 1/4, or a number of people, not both")
            )
            return Quorum()

    def proposals(self) -> tuple[int, ...] | None:
        value = self.settings.get("proposals")
        if value is None:
            return None
        ids = value if isinstance(value, list | tuple) else ()
        if not ids or len(set(ids)) != len(ids) or not all(type(one) is int for one in ids):
            self.problems["proposals"] = Words(N_("Choose at least one proposal, and each of them once"))
            return None
        return tuple(ids)

    def costs(self) -> tuple[tuple[int, int], ...]:
        """[[proposal, cost], …], each proposal once."""
        value = self.settings.get("costs")
        pairs = (
            [tuple(one) for one in value if isinstance(one, list | tuple)] if isinstance(value, list | tuple) else []
        )
        sound = pairs and all(len(one) == 2 and _is_whole(one[0]) and _is_whole(one[1]) and one[1] > 0 for one in pairs)
        if not sound or len({one[0] for one in pairs}) != len(pairs):
            self.problems["costs"] = Words(N_("Enter what each proposal costs, each of them once"))
            return ()
        return tuple((one[0], one[1]) for one in pairs)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _quorum(value: object) -> Quorum:
    if not isinstance(value, Mapping) or not value.keys() <= {"share", "number"}:
        raise ValueError("a quorum is {share} or {number}")
    share, number = value.get("share"), value.get("number")
    if share is not None and not isinstance(share, str):
        raise ValueError("a share is text such as 1/4, so that no float comes between")
    if number is not None and not _is_whole(number):
        raise ValueError("a number of people is whole")
    return Quorum(share=None if share is None else Fraction(share), number=number)
