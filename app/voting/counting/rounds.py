"""The table of a count in rounds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.charter.words import N_, Words
from app.voting.counting.outcome import Cell, Head, Table, TableKind

ROUND = N_("Round %(round)s")
PLACES = 5
ENDED = N_("No further choice")


def rounds_table(
    options: Sequence[int],
    rounds: Sequence[Mapping[int, int | Fraction]],
    ended: Sequence[int | Fraction],
) -> Table:
    """A column a round, a row an option, and a last row for ballots that name nobody who still stands."""
    columns = tuple(Head(said=Words(ROUND, {"round": number})) for number in range(1, len(rounds) + 1))
    rows = [
        (Head(option=option), tuple(shown(votes[option]) if option in votes else None for votes in rounds))
        for option in options
        if any(option in votes for votes in rounds)
    ]
    last = (Head(said=Words(ENDED)), tuple(shown(number) for number in ended))
    return Table(TableKind.ROUNDS, columns, (*rows, last))


def shown(number: int | Fraction) -> Cell:
    """A number as people read it: whole, or rounded to five places. The count itself never rounds."""
    if number == int(number):
        return int(number)
    scaled = round(Fraction(number) * 10**PLACES)
    whole, rest = divmod(scaled, 10**PLACES)
    return f"{whole}.{rest:0{PLACES}}"
