"""Opinions: agree, disagree or pass on many statements.

Definition: for each statement, how many agree, disagree and pass; everybody else did not answer. Statements stand in
the order of the share of agreement among those who agree or disagree, a/(a + d), larger first; where that is equal,
of the number of those who agree. A statement that nobody agrees or disagrees with stands last. Nothing is carried.

What this does not do: it finds no groups among the people, and no statements that unite or divide such groups, as
Polis does. That takes who answered what together, over all statements, and chance in the starting point of the
computation; here only counts are told, which everybody can repeat.

Source of the form of ballot: C. Small et al., "Polis: Scaling deliberation by mapping high dimensional opinion
spaces", Recerca 26 (2021).

Complexity: one pass over n ballots, O(n m) for m statements, and O(m) memory.
"""

from __future__ import annotations

from fractions import Fraction

from app.charter.words import N_, Words
from app.voting.counting.limits import quorum_step
from app.voting.counting.outcome import Decision, OptionResult, Outcome, Step
from app.voting.counting.profile import Ballots, tally_marks
from app.voting.counting.terms import Terms

NAME = "opinions"
MARKS = ("agree", "disagree", "pass")

_SAID = N_("%(agree)s agree, %(disagree)s disagree, %(pass)s pass. %(silent)s did not answer.")


def count(ballots: Ballots, terms: Terms) -> Outcome:
    """Count opinions. Raises BallotError."""
    total, marks = tally_marks(ballots, terms.options, MARKS)
    needed = terms.quorum.needed(terms.roll)
    decision = Decision.OPINION if total >= needed else Decision.NO_QUORUM
    counts = {option: {mark: marks[mark][option] for mark in MARKS} for option in terms.options}
    weights = {option: _weight(counts[option]) for option in terms.options}
    results = tuple(
        OptionResult(option, counts[option], decision, 1 + sum(other > weights[option] for other in weights.values()))
        for option in terms.options
    )
    steps = [quorum_step(total, needed, terms.roll)]
    for one in sorted(results, key=lambda result: result.place or 0):
        silent = total - sum(one.counts.values())
        steps.append(Step(Words(_SAID, {**one.counts, "silent": silent}), one.option))
    return Outcome(NAME, total, terms.roll, needed, results, tuple(steps))


def _weight(counts: dict[str, int]) -> tuple[Fraction, int]:
    """What a statement's place goes by."""
    agree, decided = counts["agree"], counts["agree"] + counts["disagree"]
    return (Fraction(agree, decided) if decided else Fraction(-1), agree)
