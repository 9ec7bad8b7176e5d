"""An election as a file tells it, and reading such files line by line in bounded memory (PURE)."""

from __future__ import annotations

import gzip
import re
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from app.records.imports.files import DamagedFile

LONGEST_LINE = 2**22
"""Bytes. Nobody's ballot is longer, and no line takes more memory than this."""
MOST_OPTIONS = 10_000
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?([eE]\+?[0-9]{1,2})?", re.ASCII)
_SPACES = str.maketrans("", "", " \u00a0\u202f'")


class Kind(StrEnum):
    """What the ballots of a file say."""

    APPROVALS = "approvals"
    RANKINGS = "rankings"
    POINTS = "points"
    """Points to share out."""
    SCORES = "scores"
    """Points for each option by itself."""


class Option(NamedTuple):
    """What can be chosen: its identifier in the file, and what the file says of it."""

    id: str
    name: str
    cost: Fraction | None = None
    facts: Mapping[str, str] = {}


class Cast(NamedTuple):
    """One ballot, or so many equal ones. Options by their numbers here: 1 for the first of the file."""

    line: int
    places: tuple[tuple[int, ...], ...]
    """What stands first, second, and so on; all in one place where a ballot approves or gives points."""
    points: tuple[Fraction, ...] | None = None
    """In the order of the only place."""
    times: int = 1


@dataclass
class Election:
    """All that a file says besides its ballots."""

    path: Path
    format: str
    kind: Kind
    options: dict[int, Option]
    meta: dict[str, str]
    budget: Fraction | None = None
    notes: dict[str, int] = field(default_factory=dict)
    """What is odd about the file and was left as it is, in a sentence, and how often."""

    def note(self, sentence: str, times: int = 1) -> None:
        if times:
            self.notes[sentence] = self.notes.get(sentence, 0) + times


@dataclass
class ElectionFile(Election, ABC):
    """An election that is read from its file: its ballots come anew each time they are asked for, and are not kept."""

    @abstractmethod
    def ballots(self) -> Iterator[Cast]:
        """Each ballot. Raises DamagedFile at the first that cannot be understood."""


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines of a text file, gzipped or not, without their ends. Empty lines are passed over.

    :raises DamagedFile: where it is not UTF-8 text, not what gzip wrote, or has a line without end.
    """
    number = 0
    try:
        with path.open("rb") as raw:
            stream: Any = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise DamagedFile(path.name, number, f"is longer than {LONGEST_LINE} bytes")
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if "\0" in text:
                    raise DamagedFile(path.name, number, "holds characters that are not text")
                if text and not text.isspace():
                    yield number, text
    except UnicodeDecodeError as error:
        raise DamagedFile(path.name, number, f"is not UTF-8 text: {error.reason}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedFile(path.name, None, f"it cannot be read ({error})") from error


def number(text: str) -> Fraction | None:
    """A number as people write it, exactly: 1200, 1200.50, 1200,50, 1 200, 1e6. None when it is none."""
    plain = text.strip().translate(_SPACES)
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    return Fraction(plain) if _NUMBER.fullmatch(plain) else None


def whole(text: str) -> int | None:
    """A whole number from 0 on, or None."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
