"""The rule of a vote round: method, limits, quorum, threshold, receipts. Read from the round's settings, told in words.

Pure. `VoteRule.from_settings` is the only reader of those settings, so that planning, opening, casting, counting and
the result page cannot understand them differently. Keys it does not know (such as `eligibility`) are others' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from app.charter.words import N_, Words
from app.voting.counting import approval, yes_no
from app.voting.counting.limits import THRESHOLD_WORDS, Quorum, Threshold
from app.voting.counting.methods import COUNTERS, MARKING, MARKS, METHOD_PURPOSE, Method
from app.voting.counting.outcome import Choices, Outcome


class ReceiptMode(StrEnum):
    """What a receipt lets its holder do after the seal.

    TRACKED finds the ballot with its choices in the published box. INCLUSION finds only that the ballot is in it.
    """

    TRACKED = "tracked"
    INCLUSION = "inclusion"


RECEIPT_WORDS = {
    ReceiptMode.TRACKED: N_(
        "Each ballot is published with a random tracker. Your receipt names your tracker, so you can check that your "
        "ballot stands there as you cast it. Somebody who gets your receipt could check it too."
    ),
    ReceiptMode.INCLUSION: N_(
        "Receipts show that your ballot is in the box, not what it says. So a receipt is worth nothing to somebody "
        "who wants to buy or force a vote."
    ),
}

SMALL_ROLL = 200
"""Below this many people on the roll, receipts prove inclusion only: few ballots are easy to tell apart."""
LONG_BALLOT = 7
"""Above this many options a ballot's pattern can work as a signature, so inclusion is the default there too."""


Chosen = TypeVar("Chosen", bound=StrEnum)


class RuleError(ValueError):
    """The settings make no rule. `problems` names each bad setting and says how to put it right."""

    def __init__(self, problems: Mapping[str, Words]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class VoteRule:
    """How one vote round is marked and counted. `proposals` None means: all that stand when it opens."""

    method: Method
    max_choices: int | None = None
    seats: int = 1
    quorum: Quorum = field(default_factory=Quorum)
    threshold: Threshold = Threshold.SIMPLE
    receipts: ReceiptMode | None = None
    proposals: tuple[int, ...] | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> VoteRule:
        """Read a rule; what a method does not use is left at its default.

        :raises RuleError: naming every setting that cannot be used.
        """
        reader = _Reader(settings)
        method = reader.method()
        by_approval = method is Method.APPROVAL
        rule = cls(
            method=method,
            max_choices=reader.number("max_choices") if by_approval else None,
            seats=(reader.number("seats") or 1) if by_approval else 1,
            quorum=reader.quorum(),
            threshold=Threshold.SIMPLE if by_approval else reader.choice("threshold", Threshold, Threshold.SIMPLE),
            receipts=reader.optional_choice("receipts", ReceiptMode),
            proposals=reader.proposals(),
        )
        if reader.problems:
            raise RuleError(reader.problems)
        return rule

    def to_settings(self) -> dict[str, object]:
        """The settings that `from_settings` reads back: plain JSON without floats."""
        return {
            "max_choices": self.max_choices,
            "method": self.method.value,
            "proposals": None if self.proposals is None else list(self.proposals),
            "quorum": _quorum_settings(self.quorum),
            "receipts": self.receipts.value if self.receipts else None,
            "seats": self.seats,
            "threshold": self.threshold.value,
        }

    @property
    def marks(self) -> tuple[str, ...]:
        return MARKS[MARKING[self.method]]

    def receipts_for(self, roll: int, options: int) -> ReceiptMode:
        """The receipts in force: as set, or by the size of the roll and the length of the ballot."""
        if self.receipts is not None:
            return self.receipts
        small = roll < SMALL_ROLL or options > LONG_BALLOT
        return ReceiptMode.INCLUSION if small else ReceiptMode.TRACKED

    def in_words(self) -> tuple[Words, ...]:
        """The rule as people read it, one sentence a thing."""
        said = [Words(METHOD_PURPOSE[self.method])]
        if self.method is Method.APPROVAL:
            said.append(Words(N_("Places to fill: %(seats)s. A tie is reported, not broken."), {"seats": self.seats}))
            if self.max_choices is not None:
                said.append(Words(N_("You can mark at most %(most)s."), {"most": self.max_choices}))
        else:
            said.append(Words(THRESHOLD_WORDS[self.threshold]))
        said.append(_quorum_words(self.quorum))
        if self.receipts is not None:
            said.append(Words(RECEIPT_WORDS[self.receipts]))
        return tuple(said)

    def count(self, ballots: Iterable[Choices], *, options: Sequence[int], roll: int) -> Outcome:
        """Count by this rule.

        :raises BallotError: when a ballot cannot be counted.
        """
        if self.method is Method.APPROVAL:
            return approval.count(ballots, options=options, seats=self.seats, quorum=self.quorum, roll=roll)
        return yes_no.count(ballots, options=options, threshold=self.threshold, quorum=self.quorum, roll=roll)


def _quorum_settings(quorum: Quorum) -> dict[str, object] | None:
    if quorum.share is not None:
        return {"share": str(quorum.share)}
    return None if quorum.number is None else {"number": quorum.number}


def _quorum_words(quorum: Quorum) -> Words:
    if quorum.share is not None:
        text = N_("The result stands if at least %(share)s of the people on the roll take part.")
        percent = quorum.share * 100
        return Words(text, {"share": f"{percent}%" if percent.denominator == 1 else str(quorum.share)})
    if quorum.number:
        return Words(N_("The result stands if at least %(number)s people take part."), {"number": quorum.number})
    return Words(N_("No quorum: the result stands however many take part."))


class _Reader:
    """Reads settings one by one and keeps what is wrong with each."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self.settings = settings
        self.problems: dict[str, Words] = {}

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

    def method(self) -> Method:
        method = self.choice("method", Method, Method.YES_NO)
        if method not in COUNTERS:
            self.problems["method"] = Words(N_("Choose one of: %(names)s"), {"names": ", ".join(COUNTERS)})
            return Method.YES_NO
        return method

    def number(self, name: str) -> int | None:
        value = self.settings.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.problems[name] = Words(N_("Enter a whole number of at least 1"))
            return None
        return value

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


def _quorum(value: object) -> Quorum:
    if not isinstance(value, Mapping) or not value.keys() <= {"share", "number"}:
        raise ValueError("a quorum is {share} or {number}")
    share, number = value.get("share"), value.get("number")
    if share is not None and not isinstance(share, str):
        raise ValueError("a share is text such as 1/4, so that no float comes between")
    if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
        raise ValueError("a number of people is whole")
    return Quorum(share=None if share is None else Fraction(share), number=number)
