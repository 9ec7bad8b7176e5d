"""What a count says: who carried, who did not, what is tied, and how that came about.

Pure. An outcome is data all the way down, so that the page, the log, the export and a stranger's
recount can hold the same thing. Sentences are English sources with named values; whoever shows
them translates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.charter.words import N_, Words

Choices = Mapping[str, Sequence[int]]
"""One ballot: under each mark ("approve", or "yes", "no", "abstain") the options so marked."""


class BallotError(ValueError):
    """A ballot that the method cannot count. A count never drops one: it stops here."""


class Decision(StrEnum):
    """What became of one option."""

    CARRIED = "carried"
    REJECTED = "rejected"
    TIED = "tied"
    NO_QUORUM = "no-quorum"


DECISION_WORDS = {
    Decision.CARRIED: N_("Carried"),
    Decision.REJECTED: N_("Not carried"),
    Decision.TIED: N_("Tied"),
    Decision.NO_QUORUM: N_("Not decided: too few took part"),
}


@dataclass(frozen=True)
class Step:
    """One sentence of the account, about one option or (None) about all."""

    said: Words
    option: int | None = None

    def as_data(self) -> dict[str, Any]:
        return {"option": self.option, "values": dict(self.said.values), "words": self.said.text}


@dataclass(frozen=True)
class OptionResult:
    """The counts of one option, mark by mark, and what became of it.

    `place` is 1 for the most backed option, shared by equals; None where the method does not
    compare options with each other.
    """

    option: int
    counts: Mapping[str, int]
    decision: Decision
    place: int | None = None

    def as_data(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts),
            "option": self.option,
            "place": self.place,
            "decision": self.decision.value,
        }


@dataclass(frozen=True)
class Outcome:
    """The whole result of one count, options in the order in which they were asked."""

    method: str
    ballots: int
    roll: int
    quorum_needed: int
    results: tuple[OptionResult, ...]
    steps: tuple[Step, ...]

    @property
    def quorum_met(self) -> bool:
        return self.ballots >= self.quorum_needed

    @property
    def carried(self) -> tuple[int, ...]:
        return self._decision(Decision.CARRIED)

    @property
    def tied(self) -> tuple[int, ...]:
        return self._decision(Decision.TIED)

    def _decision(self, decision: Decision) -> tuple[int, ...]:
        return tuple(result.option for result in self.results if result.decision is decision)

    def of(self, option: int) -> OptionResult:
        return next(result for result in self.results if result.option == option)

    def as_data(self) -> dict[str, Any]:
        """The outcome as plain JSON: no floats, so that it can stand in the log as it is."""
        return {
            "ballots": self.ballots,
            "method": self.method,
            "quorum_needed": self.quorum_needed,
            "results": [result.as_data() for result in self.results],
            "roll": self.roll,
            "steps": [step.as_data() for step in self.steps],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Outcome:
        """Read back what `as_data` wrote."""
        return cls(
            method=data["method"],
            ballots=data["ballots"],
            roll=data["roll"],
            quorum_needed=data["quorum_needed"],
            results=tuple(
                OptionResult(r["option"], r["counts"], Decision(r["decision"]), r["place"]) for r in data["results"]
            ),
            steps=tuple(Step(Words(s["words"], s["values"]), s["option"]) for s in data["steps"]),
        )


def tally_marks(
    ballots: Iterable[Choices], options: Sequence[int], marks: Sequence[str]
) -> tuple[int, dict[str, dict[int, int]]]:
    """How many ballots there are, and how often each option got each mark; one pass, no copy.

    :raises BallotError: when a ballot marks an option twice, an unknown one, or in a way that
        the method does not know.
    """
    counts = {mark: dict.fromkeys(options, 0) for mark in marks}
    total = 0
    for choices in ballots:
        total += 1
        seen: set[int] = set()
        for mark, marked in choices.items():
            if mark not in counts:
                raise BallotError(f"ballot {total} has the unknown mark {mark!r}")
            of_mark = counts[mark]
            for option in marked:
                if option in seen or option not in of_mark:
                    raise BallotError(f"ballot {total}: option {option} is unknown or twice")
                seen.add(option)
                of_mark[option] += 1
    return total, counts
