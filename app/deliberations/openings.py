"""What must be made ready when a round of some kind opens, noted when it closes, cleared away when it is cancelled.

Upper domains lend it here (voting freezes the ballot paper, the roll and the round's key; later it empties the box), so
that either stays one act in one transaction although this domain knows nothing of votes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.charter.rounds import PREPARED, RoundKind
from app.charter.words import Words
from app.deliberations.models import Round

Opening = Callable[[Round], Mapping[str, object]]
"""Called inside the act that opens the round, once it may open. Returns what the round's charter and the entry say of
it. Raises `acts.Conflict` when the round cannot open, and then nothing happens."""

_OPENINGS: dict[RoundKind, Opening] = {}

Clearing = Callable[[Round], None]
"""Called inside the act that cancels the round, whether or not it has opened."""

Closing = Callable[[Round], None]
"""Called inside the act that closes the round, once its closing time is set."""

_CLOSINGS: dict[RoundKind, Closing] = {}

_CLEARINGS: dict[RoundKind, Clearing] = {}


def opens(kind: RoundKind) -> Callable[[Opening], Opening]:
    """Mark the function that makes rounds of this kind ready."""

    def lend(opening: Opening) -> Opening:
        _OPENINGS[kind] = opening
        return opening

    return lend


def make_ready(round_: Round) -> Mapping[str, object]:
    """Make an opening round ready; what is to be said of it (nothing for most kinds).

    :raises Conflict: when it cannot open, with the reason.
    """
    kind = RoundKind(round_.kind)
    if kind not in _OPENINGS:
        if kind in PREPARED:
            raise RuntimeError(f"nobody has lent what makes a {kind} round ready: its domain was not imported")
        return {}
    return _OPENINGS[kind](round_)


def cancels(kind: RoundKind) -> Callable[[Clearing], Clearing]:
    """Mark the function that clears away what rounds of this kind have gathered."""

    def lend(clearing: Clearing) -> Clearing:
        _CLEARINGS[kind] = clearing
        return clearing

    return lend


def closes(kind: RoundKind) -> Callable[[Closing], Closing]:
    """Mark the function that notes how rounds of this kind stand when they close."""

    def lend(closing: Closing) -> Closing:
        _CLOSINGS[kind] = closing
        return closing

    return lend


def note_closing(round_: Round) -> None:
    """Note how a closing round stands, where its kind has something to note."""
    closing = _CLOSINGS.get(RoundKind(round_.kind))
    if closing is not None:
        closing(round_)


def clear_away(round_: Round) -> None:
    """Clear away what a cancelled round has gathered and nobody may keep."""
    clearing = _CLEARINGS.get(RoundKind(round_.kind))
    if clearing is not None:
        clearing(round_)


Settling = Callable[[Sequence[int]], Words | None]
"""Told which proposals are to stand on a ballot; says what must be settled about some of them first, and by whom."""

_SETTLINGS: list[Settling] = []


def settles(settling: Settling) -> Settling:
    """Mark a function that knows of what must be settled before proposals come to a vote."""
    _SETTLINGS.append(settling)
    return settling


def unsettled(proposal_ids: Sequence[int]) -> list[Words]:
    """What must be settled before a vote on these proposals opens."""
    return [words for settling in _SETTLINGS if (words := settling(proposal_ids)) is not None]
