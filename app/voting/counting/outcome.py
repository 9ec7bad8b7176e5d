"""What a count says: who carried, who did not, what is tied, and how that came about.

Pure. An outcome is data all the way down, so that the page, the log, the export and a stranger's
recount can hold the same thing. Sentences are English sources with named values; whoever shows
them translates them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.charter.words import N_, Words

Choices = Mapping[str, Sequence[int]]
"""One ballot: under each mark ("approve", or "yes", "no", "abstain") the options so marked."""


Cell = int | str | None
"""What stands in a table: a whole number, a decimal as text where a count has fractions of votes, or nothing."""


class BallotError(ValueError):
    """A ballot that the method cannot count. A count never drops one: it stops here."""


class Decision(StrEnum):
    """What became of one option."""

    CARRIED = "carried"
    REJECTED = "rejected"
    TIED = "tied"
    NO_QUORUM = "no-quorum"
    OPINION = "opinion"
    """The method only counts what people think and decides nothing."""


DECISION_WORDS = {
    Decision.CARRIED: N_("Carried"),
    Decision.REJECTED: N_("Not carried"),
    Decision.TIED: N_("Tied"),
    Decision.NO_QUORUM: N_("Not decided: too few took part"),
    Decision.OPINION: N_("Opinions only, nothing to decide"),
}


@dataclass(frozen=True)
class Step:
    """One sentence of the account, about one option or (None) about all.

    Where it speaks of a second option, its value `other` is that option: whoever shows it puts the name there.
    """

    said: Words
    option: int | None = None

    def as_data(self) -> dict[str, Any]:
        return {"option": self.option, "values": dict(self.said.values), "words": self.said.text}


@dataclass(frozen=True)
class Head:
    """What a row or column of a table is about: an option, or something that is said."""

    option: int | None = None
    said: Words | None = None

    def as_data(self) -> dict[str, Any]:
        said = None if self.said is None else {"values": dict(self.said.values), "words": self.said.text}
        return {"option": self.option, "said": said}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Head:
        said = data["said"]
        return cls(data["option"], None if said is None else Words(said["words"], said["values"]))


class TableKind(StrEnum):
    """How a table of the account is shown."""

    ROUNDS = "rounds"
    """Rows are options, columns are rounds of a count, cells are votes; None where an option is out of the count."""
    PAIRS = "pairs"
    """Rows and columns are options; a cell says on how many ballots the row's option is above the column's."""
    COSTS = "costs"
    """Rows are options in the order in which a budget was spent on them."""


@dataclass(frozen=True)
class Table:
    """A picture of the count in exact numbers, beside the sentences of the account."""

    kind: TableKind
    columns: tuple[Head, ...]
    rows: tuple[tuple[Head, tuple[Cell, ...]], ...]

    def as_data(self) -> dict[str, Any]:
        return {
            "columns": [head.as_data() for head in self.columns],
            "kind": self.kind.value,
            "rows": [{"cells": list(cells), "head": head.as_data()} for head, cells in self.rows],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Table:
        columns = tuple(Head.from_data(head) for head in data["columns"])
        rows = tuple((Head.from_data(row["head"]), tuple(row["cells"])) for row in data["rows"])
        return cls(TableKind(data["kind"]), columns, rows)


@dataclass(frozen=True)
class Comparison:
    """What another method makes of the same ballots; for information, it decides nothing."""

    method: str
    carried: tuple[int, ...]
    tied: tuple[int, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {"carried": list(self.carried), "method": self.method, "tied": list(self.tied)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Comparison:
        return cls(data["method"], tuple(data["carried"]), tuple(data["tied"]))


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
    """The whole result of one count, options in the order in which they were asked.

    `others` is what other methods make of the same ballots. It is left out of comparisons, since a version of the
    software may know methods that an earlier one did not.
    """

    method: str
    ballots: int
    roll: int
    quorum_needed: int
    results: tuple[OptionResult, ...]
    steps: tuple[Step, ...]
    tables: tuple[Table, ...] = ()
    others: tuple[Comparison, ...] = field(default=(), compare=False)

    @property
    def quorum_met(self) -> bool:
        return self.ballots >= self.quorum_needed

    @property
    def carried(self) -> tuple[int, ...]:
        return self._decision(Decision.CARRIED)

    @property
    def tied(self) -> tuple[int, ...]:
        return self._decision(Decision.TIED)

    @property
    def tally(self) -> list[list[int]]:
        """For each option its counts, without how often each single score was given: short enough for the log."""
        return [
            [one.option, *(count for name, count in one.counts.items() if not name.isdigit())] for one in self.results
        ]

    def _decision(self, decision: Decision) -> tuple[int, ...]:
        return tuple(result.option for result in self.results if result.decision is decision)

    def of(self, option: int) -> OptionResult:
        return next(result for result in self.results if result.option == option)

    def as_data(self) -> dict[str, Any]:
        """The outcome as plain JSON: no floats, so that it can stand in the log as it is."""
        return {
            "ballots": self.ballots,
            "method": self.method,
            "others": [one.as_data() for one in self.others],
            "quorum_needed": self.quorum_needed,
            "results": [result.as_data() for result in self.results],
            "roll": self.roll,
            "steps": [step.as_data() for step in self.steps],
            "tables": [table.as_data() for table in self.tables],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Outcome:
        """Read back what `as_data` wrote, now or in the versions that knew neither tables nor other methods."""
        return cls(
            method=data["method"],
            ballots=data["ballots"],
            roll=data["roll"],
            quorum_needed=data["quorum_needed"],
            results=tuple(
                OptionResult(r["option"], r["counts"], Decision(r["decision"]), r["place"]) for r in data["results"]
            ),
            steps=tuple(Step(Words(s["words"], s["values"]), s["option"]) for s in data["steps"]),
            tables=tuple(Table.from_data(table) for table in data.get("tables", ())),
            others=tuple(Comparison.from_data(other) for other in data.get("others", ())),
        )
