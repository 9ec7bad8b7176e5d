"""From marks on a ballot paper to a ballot that can be cast: canonical choices, or what to put right.

Pure. A ballot that breaks the round's limits is explained, never shortened: whoever filled it in decides what goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.charter.words import N_, Words
from app.voting.counting.methods import Method
from app.voting.counting.outcome import Choices
from app.voting.rule import VoteRule


@dataclass(frozen=True)
class Reading:
    """A ballot as read: its choices, what forbids casting it, and what its voter should know before casting."""

    choices: dict[str, list[int]]
    problems: tuple[Words, ...] = ()
    remarks: tuple[Words, ...] = ()


def read(rule: VoteRule, options: Sequence[int], marked: Mapping[int, str]) -> Reading:
    """Read what somebody marked: option -> mark. Under yes / no, what is left blank abstains.

    The choices of a reading with problems are what could be read; they must not be cast.
    """
    problems = []
    if any(option not in set(options) or mark not in rule.marks for option, mark in marked.items()):
        problems.append(Words(N_("This ballot names a proposal or an answer that is not part of this vote.")))
    known = {option: marked[option] for option in options if marked.get(option) in rule.marks}
    blank = [option for option in options if option not in known]
    if rule.method is Method.APPROVAL:
        remarks = _remarks_on_approval(known)
    else:
        remarks = _remarks_on_answers(known, blank)
        known |= dict.fromkeys(blank, "abstain")
    if rule.max_choices is not None and len(known) > rule.max_choices:
        text = N_("You marked %(marked)s proposals. Keep %(most)s or fewer.")
        problems.append(Words(text, {"marked": len(known), "most": rule.max_choices}))
    return Reading(_choices(rule, known), tuple(problems), tuple(remarks))


def check(rule: VoteRule, options: Sequence[int], choices: Choices) -> tuple[Words, ...]:
    """What forbids casting these choices; nothing when they are a ballot as `read` makes it."""
    marked = {option: mark for mark, of_mark in choices.items() for option in of_mark}
    reading = read(rule, options, marked)
    if not reading.problems and reading.choices != {mark: list(of) for mark, of in choices.items()}:
        return (Words(N_("This ballot is damaged: go back and fill it in again.")),)
    return reading.problems


def mark_of(choices: Choices, option: int) -> str | None:
    """How these choices mark the option."""
    return next((mark for mark, of_mark in choices.items() if option in of_mark), None)


def longest(rule: VoteRule, options: Sequence[int]) -> int:
    """No ballot of this vote is longer than this many bytes in canonical JSON; what they are padded to."""
    frame = len("{}") + sum(len(mark) + len('"":[],') for mark in rule.marks)
    return frame + sum(len(str(option)) + 1 for option in options)


def _choices(rule: VoteRule, known: Mapping[int, str]) -> dict[str, list[int]]:
    return {mark: sorted(o for o, of in known.items() if of == mark) for mark in sorted(rule.marks)}


def _remarks_on_approval(known: Mapping[int, str]) -> list[Words]:
    if known:
        return []
    return [Words(N_("You marked no proposal. Your ballot will count as taking part and support none of them."))]


def _remarks_on_answers(known: Mapping[int, str], blank: Sequence[int]) -> list[Words]:
    if not known:
        return [Words(N_("You answered nothing. Your ballot will count as taking part and abstain on everything."))]
    if blank:
        return [
            Words(N_("What you left blank will count as abstaining. Left blank: %(blank)s."), {"blank": len(blank)})
        ]
    return []
