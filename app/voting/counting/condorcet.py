"""What the two methods that compare in pairs have in common: reading, the first sentences, the outcome. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.charter.words import N_, Words
from app.voting.counting.limits import quorum_step
from app.voting.counting.outcome import Decision, OptionResult, Outcome, Step
from app.voting.counting.pairs import Pairs
from app.voting.counting.profile import Ballots
from app.voting.counting.rankings import Rankings
from app.voting.counting.terms import Terms

_BEATS_ALL = N_("It is ahead of every other proposal, two by two.")
_NOBODY_BEATS_ALL = N_("No proposal is ahead of every other, two by two.")
_TIE = N_("%(tied)s proposals are equal in the end. This is a tie, and it stays a tie.")
_LOT = N_("%(tied)s proposals are equal in the end. The lot has decided for this one.")


@dataclass(frozen=True)
class Read:
    """The ballots of a count in pairs, read. `pairs` holds only options that somebody ranks; nobody else can win."""

    terms: Terms
    rankings: Rankings
    pairs: Pairs

    @classmethod
    def of(cls, ballots: Ballots | Rankings, terms: Terms) -> Read:
        """Read the ballots. Raises BallotError."""
        rankings = Rankings.of(ballots, terms.options)
        return cls(terms, rankings, Pairs.of(rankings).among(rankings.named()))

    def first_step(self) -> Step:
        """Whether somebody beats all others."""
        winner = self.pairs.condorcet_winner()
        return Step(Words(_NOBODY_BEATS_ALL)) if winner is None else Step(Words(_BEATS_ALL), winner)

    def outcome(self, name: str, winners: Collection[int], places: Mapping[int, int], steps: Sequence[Step]) -> Outcome:
        """The outcome when these are equal at the top: a tie, unless it is one or a lot decides."""
        winners, said = self._decided(winners)
        ballots, options = self.rankings.total, self.terms.options
        needed = self.terms.quorum.needed(self.terms.roll)
        opening = [quorum_step(ballots, needed, self.terms.roll)]
        if self.pairs.options:
            opening.append(self.first_step())
        results = tuple(self._result(option, winners, ballots >= needed, places) for option in options)
        tables = (self.pairs.table(self.pairs.options),) if self.pairs.options else ()
        return Outcome(name, ballots, self.terms.roll, needed, results, (*opening, *steps, *said), tables)

    def _decided(self, winners: Collection[int]) -> tuple[Collection[int], list[Step]]:
        if len(winners) < 2:
            return winners, []
        if not self.terms.ties.by_lot:
            return winners, [Step(Words(_TIE, {"tied": len(winners)}))]
        first = self.terms.ties.order(winners)[0]
        return [first], [Step(Words(_LOT, {"tied": len(winners)}), first)]

    def _result(self, option: int, winners: Collection[int], met: bool, places: Mapping[int, int]) -> OptionResult:
        there = option in self.pairs.options
        counts = {
            "wins": self.pairs.wins(option) if there else 0,
            "losses": self.pairs.losses(option) if there else len(self.pairs.options),
        }
        decision = Decision.REJECTED
        if option in winners:
            decision = Decision.CARRIED if len(winners) == 1 else Decision.TIED
        return OptionResult(option, counts, decision if met else Decision.NO_QUORUM, places.get(option))
