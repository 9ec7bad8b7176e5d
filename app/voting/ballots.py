"""From marks on a ballot paper to a ballot that can be cast: canonical choices, or what to put right.

Pure. A ballot that breaks the round's limits is explained, never shortened: whoever filled it in decides what goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.charter.words import N_, Words
from app.voting.counting.methods import Marking, Method
from app.voting.counting.outcome import Choices
from app.voting.rule import VoteRule

LONGEST_NUMBER = 9
"""Digits of a place or of points; what is typed beyond is no number that anybody means."""
ONE_AT_A_PLACE = frozenset({Method.INSTANT_RUNOFF, Method.STV})
"""Methods that cannot count a ballot with two options at the same place."""


@dataclass(frozen=True)
class Reading:
    """A ballot as read: its choices, what forbids casting it, and what its voter should know before casting.

    `faults` are what is wrong with single options. `used` is what the marks come to (points, or money) and `left` what
    remains; None where nothing adds up.
    """

    choices: dict[str, list[int]]
    problems: tuple[Words, ...] = ()
    remarks: tuple[Words, ...] = ()
    faults: Mapping[int, Words] = field(default_factory=dict)
    used: int | None = None
    left: int | None = None

    @property
    def is_sound(self) -> bool:
        return not self.problems and not self.faults


@dataclass
class _Found:
    """What is found while a ballot is read."""

    problems: list[Words] = field(default_factory=list)
    remarks: list[Words] = field(default_factory=list)
    faults: dict[int, Words] = field(default_factory=dict)
    used: int | None = None
    left: int | None = None


def read(rule: VoteRule, options: Sequence[int], marked: Mapping[int, str]) -> Reading:
    """Read what somebody marked: option -> mark, as it came from the form.

    The choices of a reading that is not sound are what could be read; they must not be cast.
    """
    found = _Found()
    if not marked.keys() <= set(options):
        found.problems.append(Words(N_("This ballot names a proposal or an answer that is not part of this vote.")))
    sent = {option: marked[option] for option in options if option in marked}
    known = _READ[rule.marking](rule, options, sent, found)
    return Reading(
        choices=_choices(rule.marks, known),
        problems=tuple(found.problems),
        remarks=tuple(found.remarks),
        faults=found.faults,
        used=found.used,
        left=found.left,
    )


def check(rule: VoteRule, options: Sequence[int], choices: Choices) -> tuple[Words, ...]:
    """What forbids casting these choices; nothing when they are a ballot as `read` makes it."""
    marked = {option: mark for mark, of_mark in choices.items() for option in of_mark}
    reading = read(rule, options, marked)
    if reading.is_sound and reading.choices != {mark: list(of) for mark, of in choices.items()}:
        return (Words(N_("This ballot is damaged: go back and fill it in again.")),)
    return (*reading.problems, *reading.faults.values())


def mark_of(choices: Choices, option: int) -> str | None:
    """How these choices mark the option."""
    return next((mark for mark, of_mark in choices.items() if option in of_mark), None)


def most_ranked(rule: VoteRule, options: int) -> int:
    """How many places a ranking can have."""
    return min(rule.max_choices or options, options)


def longest(rule: VoteRule, options: Sequence[int]) -> int:
    """No ballot of this vote is longer than this many bytes in canonical JSON; what they are padded to."""
    marks: Iterable[str] = rule.marks
    if rule.marking is Marking.RANK:
        marks = map(str, range(1, len(options) + 1))
    elif rule.marking is Marking.POINTS:
        marks = [str(rule.points)] * min(len(options), rule.points)
    frame = len("{}") + sum(len(mark) + len('"":[],') for mark in marks)
    return frame + sum(len(str(option)) + 1 for option in options)


def _fixed(rule: VoteRule, sent: Mapping[int, str], found: _Found) -> dict[int, str]:
    """Marks of which there are only a few."""
    if any(mark not in rule.marks for mark in sent.values()):
        found.problems.append(Words(N_("This ballot names a proposal or an answer that is not part of this vote.")))
    return {option: mark for option, mark in sent.items() if mark in rule.marks}


def _approvals(rule: VoteRule, options: Sequence[int], sent: Mapping[int, str], found: _Found) -> dict[int, str]:
    known = _fixed(rule, sent, found)
    if not known:
        text = N_("You marked no proposal. Your ballot will count as taking part and support none of them.")
        found.remarks.append(Words(text))
    if rule.max_choices is not None and len(known) > rule.max_choices:
        text = N_("You marked %(marked)s proposals. Keep %(most)s or fewer.")
        found.problems.append(Words(text, {"marked": len(known), "most": rule.max_choices}))
    if rule.costs:
        _spend(rule, known, found)
    return known


def _spend(rule: VoteRule, known: Mapping[int, str], found: _Found) -> None:
    costs = dict(rule.costs)
    found.used = sum(costs.get(option, 0) for option in known)
    if not rule.within_budget:
        return
    found.left = rule.budget - found.used
    if found.left < 0:
        text = N_("What you marked costs %(used)s. That is %(over)s more than there is: take something away.")
        found.problems.append(Words(text, {"used": found.used, "over": -found.left}))


def _answers(rule: VoteRule, options: Sequence[int], sent: Mapping[int, str], found: _Found) -> dict[int, str]:
    known = _fixed(rule, sent, found)
    blank = [option for option in options if option not in known]
    if not known:
        text = N_("You answered nothing. Your ballot will count as taking part and abstain on everything.")
        found.remarks.append(Words(text))
    elif blank:
        text = N_("What you left blank will count as abstaining. Left blank: %(blank)s.")
        found.remarks.append(Words(text, {"blank": len(blank)}))
    return known | dict.fromkeys(blank, "abstain")


def _scores(rule: VoteRule, options: Sequence[int], sent: Mapping[int, str], found: _Found) -> dict[int, str]:
    known = _fixed(rule, sent, found)
    blank = [option for option in options if option not in known]
    if blank:
        text = N_("What you left blank will count as 0 points. Left blank: %(blank)s.")
        found.remarks.append(Words(text, {"blank": len(blank)}))
    return known | dict.fromkeys(blank, "0")


def _opinions(rule: VoteRule, options: Sequence[int], sent: Mapping[int, str], found: _Found) -> dict[int, str]:
    known = _fixed(rule, sent, found)
    if blank := len(options) - len(known):
        text = N_("What you left blank will count as not answered. Left blank: %(blank)s.")
        found.remarks.append(Words(text, {"blank": blank}))
    return known


def _points(rule: VoteRule, options: Sequence[int], sent: Mapping[int, str], found: _Found) -> dict[int, str]:
    numbers = _numbers(sent, found)
    given = {option: number for option, number in numbers.items() if number}
    found.used = sum(given.values())
    found.left = rule.points - found.used
    if found.left < 0:
        text = N_("You gave %(used)s points and have %(points)s. Take away %(over)s.")
        found.problems.append(Words(text, {"used": found.used, "points": rule.points, "over": -found.left}))
    elif not given:
        text = N_("You gave no points. Your ballot will count as taking part and support no proposal.")
        found.remarks.append(Words(text))
    elif found.left:
        found.remarks.append(Words(N_("You have %(left)s points left. You need not use them."), {"left": found.left}))
    return {option: str(number) for option, number in given.items()}


def _ranking(rule: VoteRule, options: Sequence[int], sent: Mapping[int, str], found: _Found) -> dict[int, str]:
    at = {option: number for option, number in _numbers(sent, found).items() if number}
    most = most_ranked(rule, len(options))
    if len(at) > most:
        text = N_("You ranked %(ranked)s proposals. Keep %(most)s or fewer.")
        found.problems.append(Words(text, {"ranked": len(at), "most": most}))
    taken = sorted(set(at.values()))
    times = Counter(at.values())
    shared = [number for number in taken if times[number] > 1]
    if shared and rule.method in ONE_AT_A_PLACE:
        text = N_("Place %(place)s is given %(times)s times. Give every proposal a place of its own.")
        found.problems += [Words(text, {"place": number, "times": times[number]}) for number in shared]
    elif shared:
        found.remarks.append(Words(N_("Proposals that you gave the same place count as equal.")))
    if not at:
        text = N_("You ranked no proposal. Your ballot will count as taking part and support none of them.")
        found.remarks.append(Words(text))
    elif taken != list(range(1, len(taken) + 1)):
        found.remarks.append(Words(N_("You left out a place. Only the order counts, so the places close up.")))
    place_of = {number: str(place) for place, number in enumerate(taken, 1)}
    if 0 < len(at) < len(options):
        found.remarks.append(Words(N_("What you did not rank counts as last.")))
    return {option: place_of[number] for option, number in at.items()}


def _numbers(sent: Mapping[int, str], found: _Found) -> dict[int, int]:
    """What was typed as whole numbers; what is none becomes a fault of its option."""
    numbers = {}
    for option, typed in sent.items():
        plain = typed.strip()
        if plain.isascii() and plain.isdigit() and len(plain) <= LONGEST_NUMBER:
            numbers[option] = int(plain)
        else:
            found.faults[option] = Words(N_("Enter a whole number, or leave it empty."))
    return numbers


_READ = {
    Marking.APPROVE: _approvals,
    Marking.ANSWER: _answers,
    Marking.SCORE: _scores,
    Marking.POINTS: _points,
    Marking.RANK: _ranking,
    Marking.OPINION: _opinions,
}


def _choices(marks: Sequence[str], known: Mapping[int, str]) -> dict[str, list[int]]:
    """The ballot in its one form: every mark of a ballot that has few, and of numbers only those that occur."""
    used = marks or set(known.values())
    return {mark: sorted(o for o, of in known.items() if of == mark) for mark in sorted(used)}
