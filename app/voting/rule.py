"""The rule of a vote round: method, limits, quorum, threshold, receipts. Read from the round's settings, told in words.

Pure. `VoteRule.from_settings` is the only reader of those settings, so that planning, opening, casting, counting and
the result page cannot understand them differently. Keys it does not know (such as `eligibility`) are others' business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.charter.words import N_, Words
from app.voting.counting.compare import count_beside
from app.voting.counting.limits import THRESHOLD_WORDS, Quorum, Threshold
from app.voting.counting.methods import BUDGETS, MARKING, MARKS, METHOD_PURPOSE, Marking, Method
from app.voting.counting.outcome import Outcome
from app.voting.counting.profile import Ballots
from app.voting.counting.terms import Terms
from app.voting.counting.ties import TIE_WORDS, TieRule, Ties
from app.voting.settings import SettingsReader


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


SEATED = frozenset({Method.APPROVAL, Method.SCORE, Method.CUMULATIVE, Method.STV})
"""Methods that can fill more than one place."""
LIMITED = frozenset({Marking.APPROVE, Marking.RANK})
"""Ballots on which the number of marked options can be limited."""


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
    """How many options one ballot may mark, or rank."""
    seats: int = 1
    quorum: Quorum = field(default_factory=Quorum)
    threshold: Threshold = Threshold.SIMPLE
    receipts: ReceiptMode | None = None
    proposals: tuple[int, ...] | None = None
    ties: TieRule = TieRule.REPORT
    seed: str = ""
    """From which the lot is drawn; made when the round opens."""
    points: int = 0
    """How many points a voter shares out."""
    budget: int = 0
    costs: tuple[tuple[int, int], ...] = ()
    """(proposal, what it costs)"""
    within_budget: bool = False
    """Whether what one ballot marks must be affordable together."""
    completion: str = ""

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> VoteRule:
        """Read a rule; what a method does not use is left at its default.

        :raises RuleError: naming every setting that cannot be used.
        """
        reader = SettingsReader(settings)
        method = reader.method()
        rule = cls(
            method=method,
            max_choices=reader.number("max_choices") if MARKING[method] in LIMITED else None,
            seats=(reader.number("seats") or 1) if method in SEATED else 1,
            quorum=reader.quorum(),
            threshold=_threshold(reader) if method is Method.YES_NO else Threshold.SIMPLE,
            receipts=reader.optional_choice("receipts", ReceiptMode),
            proposals=reader.proposals(),
            ties=_ties(reader) if method not in UNTIED else TieRule.REPORT,
            seed=reader.text("seed") if method not in UNTIED else "",
            points=reader.needed_number("points") if method is Method.CUMULATIVE else 0,
        )
        if method in BUDGETS:
            rule = _with_budget(rule, reader)
        if reader.problems:
            raise RuleError(reader.problems)
        return rule

    def to_settings(self) -> dict[str, object]:
        """The settings that `from_settings` reads back: plain JSON without floats."""
        more: dict[str, object] = {
            "ties": self.ties.value if self.ties is not TieRule.REPORT else None,
            "seed": self.seed,
            "points": self.points,
            "budget": self.budget,
            "costs": [list(one) for one in self.costs],
            "within_budget": self.within_budget,
            "completion": self.completion,
        }
        return {
            "max_choices": self.max_choices,
            "method": self.method.value,
            "proposals": None if self.proposals is None else list(self.proposals),
            "quorum": _quorum_settings(self.quorum),
            "receipts": self.receipts.value if self.receipts else None,
            "seats": self.seats,
            "threshold": self.threshold.value,
            **{name: value for name, value in more.items() if value},
        }

    @property
    def marking(self) -> Marking:
        return MARKING[self.method]

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks that a ballot chooses from; none where it takes numbers."""
        return MARKS.get(self.marking, ())

    def cost_of(self, option: int) -> int | None:
        """What this proposal costs; None where nothing has a cost."""
        return dict(self.costs).get(option)

    @classmethod
    def from_charter(cls, charter: Mapping[str, object]) -> VoteRule:
        """The rule that a round's charter froze: what it says, and the long lists that stand in the settings.

        :raises RuleError: naming every setting that cannot be used.
        """
        settings, frozen = charter.get("settings"), charter.get("rule")
        parts = [one for one in (settings, frozen) if isinstance(one, Mapping)]
        return cls.from_settings({name: value for part in parts for name, value in part.items()})

    def frozen(self, seed: str) -> VoteRule:
        """The rule as it opens, with a seed for the lot where there is one to be drawn."""
        return replace(self, seed=seed if self.ties is TieRule.LOT else "")

    def receipts_for(self, roll: int, options: int) -> ReceiptMode:
        """The receipts in force: as set, or by the size of the roll and the length of the ballot."""
        if self.receipts is not None:
            return self.receipts
        small = roll < SMALL_ROLL or options > LONG_BALLOT
        return ReceiptMode.INCLUSION if small else ReceiptMode.TRACKED

    def in_words(self) -> tuple[Words, ...]:
        """The rule as people read it, one sentence a thing."""
        said = [Words(METHOD_PURPOSE[self.method]), *self._limits_in_words()]
        if self.method is not Method.OPINIONS:
            said.append(Words(TIE_WORDS[self.ties]))
        if self.seed:
            said.append(Words(N_("The seed of the lot: %(seed)s"), {"seed": self.seed}))
        said.append(_quorum_words(self.quorum))
        if self.receipts is not None:
            said.append(Words(RECEIPT_WORDS[self.receipts]))
        return tuple(said)

    def _limits_in_words(self) -> list[Words]:
        said = []
        if self.method is Method.YES_NO:
            said.append(Words(THRESHOLD_WORDS[self.threshold]))
        if self.method in SEATED:
            said.append(Words(N_("Places to fill: %(seats)s."), {"seats": self.seats}))
        if self.points:
            said.append(Words(N_("You have %(points)s points to share out."), {"points": self.points}))
        if self.budget:
            said.append(Words(N_("There is %(budget)s to spend."), {"budget": self.budget}))
        if self.within_budget:
            said.append(Words(N_("What you mark may not cost more than that together.")))
        if self.max_choices is not None:
            text = (
                N_("You can rank at most %(most)s.")
                if self.marking is Marking.RANK
                else N_("You can mark at most %(most)s.")
            )
            said.append(Words(text, {"most": self.max_choices}))
        return said

    def count(self, ballots: Ballots, *, options: Sequence[int], roll: int) -> Outcome:
        """Count by this rule.

        :raises BallotError: when a ballot cannot be counted.
        """
        terms = Terms(
            options=tuple(options),
            roll=roll,
            quorum=self.quorum,
            threshold=self.threshold,
            ties=Ties(self.ties, self.seed),
            seats=self.seats,
            budget=self.budget,
            costs=dict(self.costs),
            completion=self.completion,
        )
        return count_beside(self.method, ballots, terms)


_AT_MOST = {
    Marking.APPROVE: N_("You can mark at most %(most)s."),
    Marking.RANK: N_("You can rank at most %(most)s."),
}
UNTIED = frozenset({Method.YES_NO, Method.OPINIONS})
"""Methods under which options do not compete for a place, so that there are no lots to draw among them."""


def _threshold(reader: SettingsReader) -> Threshold:
    return reader.choice("threshold", Threshold, Threshold.SIMPLE)


def _ties(reader: SettingsReader) -> TieRule:
    return reader.choice("ties", TieRule, TieRule.REPORT)


def _with_budget(rule: VoteRule, reader: SettingsReader) -> VoteRule:
    """The rule of a budget. Unless proposals are named, those with a cost stand on the ballot."""
    costs = reader.costs()
    proposals = rule.proposals
    if proposals is None and costs:
        proposals = tuple(proposal for proposal, _ in costs)
    if not set(proposals or ()) <= dict(costs).keys():
        reader.problems["costs"] = Words(N_("Enter what each proposal on the ballot costs"))
    return replace(
        rule,
        proposals=proposals,
        costs=costs,
        budget=reader.needed_number("budget"),
        within_budget=reader.yes("within_budget"),
        completion=reader.completion() if rule.method is Method.EQUAL_SHARES else "",
    )


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
