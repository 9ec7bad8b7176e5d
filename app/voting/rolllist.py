"""Reading the list that a clerk uploads of those who may vote: one register number a line, or a column of a CSV (PURE).

Mistakes are told by the number of their line. What stands on it is never repeated: nobody shall read who is listed.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.charter.words import N_, Words

MOST_LINES = 200_000
HEADINGS = frozenset({"number", "register number", "identifier", "id", "número", "numero", "número de padrón"})
"""What the column may be called, in small letters. Without such a heading the first column is read, from line 1."""
MOST_NAMED = 10


class ListError(ValueError):
    """The list cannot be used. `words` say why and what to do; nothing of it was kept."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values)
        self.words = Words(text, values)


@dataclass(frozen=True)
class RollList:
    """The marks on a list, each once, and how many lines only repeated one."""

    marks: frozenset[bytes]
    repeated: int


def read(content: bytes, mark: Callable[[str], bytes]) -> RollList:
    """Read a list; `mark` makes of a register number what stands for it, and raises ValueError for what is none.

    :raises ListError: when it is no text, empty, too long, or some line holds no register number.
    """
    rows = _rows(content)
    column, lines = _column(rows)
    marks: set[bytes] = set()
    numbers, wrong = 0, []
    for line, row in lines:
        said = row[column].strip() if column < len(row) else ""
        try:
            marks.add(mark(said))
            numbers += 1
        except ValueError:
            wrong.append(line)
    if wrong:
        named = ", ".join(str(line) for line in wrong[:MOST_NAMED])
        text = N_("%(count)s lines hold no register number, among them: %(lines)s. Correct them and upload it again.")
        raise ListError(text, count=len(wrong), lines=named)
    if not marks:
        raise ListError(N_("This list is empty."))
    return RollList(frozenset(marks), numbers - len(marks))


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The lines that are not empty, each with its number, cut into cells."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ListError(N_("This file is not text in UTF-8. Save it as CSV in UTF-8 and upload it again.")) from None
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise ListError(N_("This list has more than %(most)s lines."), most=MOST_LINES)
    head = next((line for line in lines if line.strip()), "")
    divider = max(",;\t", key=head.count)
    reader = csv.reader(lines, delimiter=divider, strict=True)
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise ListError(N_("Line %(line)s is not CSV."), line=reader.line_num) from None


def _column(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, Sequence[tuple[int, list[str]]]]:
    """Which column holds the numbers, and the rows without the headings."""
    headings = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    found = next((place for place, heading in enumerate(headings) if heading in HEADINGS), None)
    return (0, rows) if found is None else (found, rows[1:])
