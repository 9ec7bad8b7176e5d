"""Reading files from elsewhere, line by line, so that a damaged one is named with its line (PURE)."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

LARGEST_NUMBER = 2**31 - 1
SELDOM = 200
"""Lines between two tellings of progress."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_AS_SECONDS = 10**11
"""A larger number of seconds would be after the year 5138: it is milliseconds."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
Progress = Callable[[int], None]
"""Told how many bytes of input have been read since the last call."""


class DamagedFile(Exception):
    """A file cannot be used. Says which, at which line (from 1; None: as a whole), and what is wrong."""

    def __init__(self, file: str, line: int | None, what: str) -> None:
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {what}")
        self.file = file
        self.line = line
        self.what = what


def find(folder: Path, *names: str) -> Path:
    """The first of these files that the folder has. Raises DamagedFile when it has none."""
    if not folder.is_dir():
        raise DamagedFile(str(folder), None, "there is no such folder")
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise DamagedFile(str(folder), None, f"it holds no {' or '.join(names)}")


def digest(path: Path) -> str:
    """SHA-256 of the file as it lies there."""
    with _readable(path) as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _readable(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise DamagedFile(path.name, None, f"it cannot be read ({error.strerror})") from error


def lines(path: Path, progress: Progress | None = None) -> Iterator[tuple[int, str]]:
    """Numbered lines of a text file, gzipped or not, without their ends. Empty lines are passed over.

    Raises DamagedFile where it stops being gzip or UTF-8.
    """
    number = 0
    try:
        with _readable(path) as raw:
            stream: Any = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            told = 0
            for line in stream:
                number += 1
                text = line.decode("utf-8" if number > 1 else "utf-8-sig")
                if progress is not None and not number % SELDOM:
                    progress(raw.tell() - told)
                    told = raw.tell()
                if not text.isspace():
                    yield number, text.rstrip("\r\n")
            if progress is not None:
                progress(raw.tell() - told)
            if path.suffix == ".gz" and not raw.tell():
                raise EOFError("it is empty")
    except UnicodeDecodeError as error:
        raise DamagedFile(path.name, number, f"is not UTF-8 text: {error.reason}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedFile(path.name, number + 1, f"the file breaks off or is not gzip ({error})") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


_JSON = json.JSONDecoder(parse_constant=_no_constant)


def json_objects(path: Path, progress: Progress | None = None) -> Iterator[Line]:
    """One JSON object a line. Raises DamagedFile for a line that holds anything else."""
    for number, text in lines(path, progress):
        try:
            found = _JSON.decode(text)
        except (ValueError, RecursionError) as error:
            raise DamagedFile(path.name, number, f"is not JSON: {error}") from error
        if not isinstance(found, dict):
            raise DamagedFile(path.name, number, "is JSON, but not an object in braces")
        # What UTF-8 and JSON let through as it is can be stored; only an escape can make what cannot.
        yield Line(path.name, number, found, clean="\\u" not in text)


def csv_rows(path: Path, needed: tuple[str, ...], progress: Progress | None = None) -> Iterator[Line]:
    """Rows of a comma-separated file by the names in its first row. Empty rows are passed over.

    Raises DamagedFile when a needed column is missing or a row has too few or too many cells.
    """
    rows = cells(path, progress)
    _, names = next(rows, (1, []))
    for name in needed:
        if names.count(name) != 1:
            found = "twice" if name in names else "nowhere"
            raise DamagedFile(path.name, 1, f"the first row must name a column “{name}”, and does so {found}")
    for start, row in rows:
        if len(row) != len(names):
            raise DamagedFile(path.name, start, f"has {len(row)} cells where the first row names {len(names)}")
        yield Line(path.name, start, dict(zip(names, row, strict=True)))


def cells(path: Path, progress: Progress | None = None) -> Iterator[tuple[int, list[str]]]:
    """The rows of a comma-separated file, each with the line at which it begins; a cell may hold line breaks.

    Raises DamagedFile where it stops being CSV in UTF-8.
    """
    with _readable(path) as handle:
        raw = handle.read()
    if progress is not None:
        progress(len(raw))
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DamagedFile(path.name, line, f"is not UTF-8 text: {error.reason}") from error
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n")), strict=True)
    start = 1
    try:
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        # A quote that is never closed swallows all the rest, so where its row begins says more than the file's end.
        raise DamagedFile(path.name, start, f"is not CSV from here on: {error}") from error


class Line:
    """One record with where it stands, and readers that say what is wrong with a value."""

    __slots__ = ("clean", "file", "number", "values")

    def __init__(self, file: str, number: int, values: Mapping[str, Any], *, clean: bool = False) -> None:
        """`clean` says that no text in it can hold what a database cannot."""
        self.file = file
        self.number = number
        self.values = values
        self.clean = clean

    def wrong(self, what: str) -> DamagedFile:
        return DamagedFile(self.file, self.number, what)

    def get(self, name: str) -> Any:
        if name not in self.values:
            raise self.wrong(f"“{name}” is missing")
        return self.values[name]

    def text(self, name: str, *, longest: int = 100_000, empty: bool = True) -> str:
        """A text that every database can hold."""
        value = self.values.get(name)
        if type(value) is str and self.clean and len(value) <= longest and (empty or value.strip()):
            return value  # as nearly every one is; the rest finds out what is wrong
        value = self.get(name)
        if not isinstance(value, str):
            raise self.wrong(f"“{name}” must be text, not {_kind(value)}")
        if not empty and not value.strip():
            raise self.wrong(f"“{name}” is empty")
        if len(value) > longest:
            raise self.wrong(f"“{name}” has {len(value)} letters; {longest} are the most")
        if not self.clean and _unstorable(value):
            raise self.wrong(f"“{name}” holds characters that are not text")
        return value

    def optional_text(self, name: str, *, longest: int = 100_000) -> str | None:
        """A text, or None where it is null, empty or missing."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        return self.text(name, longest=longest).strip() or None

    def whole(self, name: str, *, least: int = 0, most: int = LARGEST_NUMBER) -> int:
        """A whole number, also where a CSV has it as text."""
        value = self.values.get(name)
        if type(value) is int and least <= value <= most:
            return value
        value = self.get(name)
        if isinstance(value, str):
            if not _WHOLE.fullmatch(value):
                raise self.wrong(f"“{name}” is “{value[:40]}”, not a whole number")
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(f"“{name}” must be a whole number, not {_kind(value)}")
        if not least <= value <= most:
            raise self.wrong(f"“{name}” is {value}; it must be from {least} to {most}")
        return value

    def truth(self, name: str) -> bool:
        value = self.get(name)
        if not isinstance(value, bool):
            raise self.wrong(f"“{name}” must be true or false, not {_kind(value)}")
        return value

    def one_of(self, name: str, allowed: Mapping[Any, Any]) -> Any:
        """What `allowed` makes of the value."""
        value = self.get(name)
        try:
            return allowed[value]
        except (KeyError, TypeError):
            choices = ", ".join(str(each) for each in allowed)
            raise self.wrong(f"“{name}” is {value!r:.60}; it must be one of: {choices}") from None

    def moment(self, name: str) -> datetime:
        """A date or a time in ISO form; without a zone it is taken as UTC."""
        value = self.get(name)
        try:
            found = datetime.fromisoformat(value)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            raise self.wrong(f"“{name}” is {value!r:.60}, not a date such as 2016-01-31") from None

    def stamp(self, name: str) -> datetime:
        """A moment as seconds or milliseconds since 1970."""
        value = self.whole(name, most=2**53)
        try:
            return EPOCH + (timedelta(milliseconds=value) if value > LAST_AS_SECONDS else timedelta(seconds=value))
        except OverflowError:
            raise self.wrong(f"“{name}” is {value}, not a time") from None


def _unstorable(value: str) -> bool:
    """Whether a text has half of a character pair, or the NUL character, which PostgreSQL refuses."""
    if "\x00" in value:
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
