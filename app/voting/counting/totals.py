"""Methods that add up points: scores from 0 to 5, and points to share out.

Definition: an option's total is the sum of the points that ballots give it. The options with the highest totals take
the places; one with no point takes none. Totals equal at the last place are a tie, reported or decided by the lot.
*Scores*: each ballot gives each option 0 to 5 points; what it leaves out gets 0. *Points to share out* (cumulative
voting): each ballot shares out at most a given number of points; how many is the ballot's limit and not the count's.

Sources: Claude Hillinger, "The case for utilitarian voting", Homo Oeconomicus 22 (2005); Warren D. Smith, "Range
voting" (2000). Cumulative voting: Illinois Constitution of 1870, art. IV sec. 7; Arnold B. Urken and James S. Weber,
"Cumulative Voting" in Encyclopedia of American Political Parties and Elections.

Complexity: one pass over n ballots, O(n m) for m options, and O(m) memory; then O(m log m).
What they promise: more points never hurt. They do not promise that a Condorcet winner wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.charter.words import N_, Words
from app.voting.counting import places
from app.voting.counting.limits import quorum_step
from app.voting.counting.outcome import BallotError, Decision, OptionResult, Outcome, Step
from app.voting.counting.profile import Ballots, tally_marks, weighted
from app.voting.counting.terms import Terms

SCORE = "score"
CUMULATIVE = "cumulative"
SCORES = ("0", "1", "2", "3", "4", "5")

_SCORED = N_("Place %(place)s, with %(points)s points.")
_SHARED = N_("Place %(place)s, with %(points)s points from %(voters)s people.")
_FILLED = N_("Places to fill: %(seats)s. The last of them took %(cut)s points or more.")
_TIED = N_(
    "%(tied)s proposals have %(cut)s points each. Places left for them: %(left)s. This is a tie, and it stays a tie."
)


def count_scores(ballots: Ballots, terms: Terms) -> Outcome:
    """Add up scores. Raises BallotError for a ballot with other marks than 0 to 5."""
    total, marks = tally_marks(ballots, terms.options, SCORES)
    counts: dict[int, dict[str, int]] = {}
    for option in terms.options:
        given = {score: marks[score][option] for score in SCORES}
        given["0"] = total - sum(given[score] for score in SCORES[1:])
        counts[option] = {"points": sum(int(score) * times for score, times in given.items()), **given}
    return _outcome(SCORE, total, counts, terms, _SCORED)


def count_points(ballots: Ballots, terms: Terms) -> Outcome:
    """Add up points shared out. Raises BallotError for marks that are no number of points."""
    total = 0
    counts = {option: {"points": 0, "voters": 0} for option in terms.options}
    for choices, weight in weighted(ballots):
        total += weight
        seen: set[int] = set()
        for mark, options in choices.items():
            points = points_of(mark)
            for option in options:
                if option in seen or option not in counts:
                    raise BallotError(f"ballot {total}: option {option} is unknown or twice")
                seen.add(option)
                counts[option]["points"] += points * weight
                counts[option]["voters"] += weight
    return _outcome(CUMULATIVE, total, counts, terms, _SHARED)


def points_of(mark: str) -> int:
    """How many points a mark stands for. Raises BallotError where it is not a whole number from 1, plainly written."""
    if not (mark.isascii() and mark.isdigit()) or mark.startswith("0"):
        raise BallotError(f"{mark!r} is no number of points")
    return int(mark)


def _outcome(name: str, total: int, counts: Mapping[int, Mapping[str, int]], terms: Terms, said: str) -> Outcome:
    points = {option: of["points"] for option, of in counts.items()}
    needed = terms.quorum.needed(terms.roll)
    decided = places.fill(points, terms.seats, terms.ties)
    results = tuple(
        OptionResult(
            option,
            counts[option],
            decided[option] if total >= needed else Decision.NO_QUORUM,
            places.place_of(points[option], points),
        )
        for option in terms.options
    )
    steps = [quorum_step(total, needed, terms.roll)]
    steps += [
        Step(Words(said, {"place": one.place, **_told(one)}), one.option)
        for one in sorted(results, key=lambda result: result.place or 0)
    ]
    if total >= needed:
        steps += _last_place(points, decided, terms)
    return Outcome(name, total, terms.roll, needed, results, tuple(steps))


def _told(one: OptionResult) -> dict[str, int]:
    return {name: one.counts[name] for name in ("points", "voters") if name in one.counts}


def _last_place(points: Mapping[int, int], decided: Mapping[int, Decision], terms: Terms) -> Sequence[Step]:
    if drawn := places.lot_step(points, decided, terms.seats):
        return [drawn]
    cut = places.cut_of(points, terms.seats)
    tied = sum(decision is Decision.TIED for decision in decided.values())
    if tied:
        left = terms.seats - sum(one > cut for one in points.values())
        return [Step(Words(_TIED, {"tied": tied, "cut": cut, "left": left}))]
    return [Step(Words(_FILLED, {"seats": terms.seats, "cut": max(cut, 1)}))]
