"""Cells and files that open safely anywhere: CSV for spreadsheets, JSON, and a ZIP made while it is sent (PURE)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

BOM = "\ufeff"
"""Put before CSV, so that spreadsheets read accents as what they are."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so may be run as a formula: in full width too, where East Asian spreadsheets take both for one."""
BATCH = 64 * 1024
_LOOKED_AT = frozenset((*FORMULA_STARTS, "'"))


def cell(value: object) -> str:
    """A value as a CSV cell.

    Times are ISO 8601 in UTC, truths `true` and `false`, what is missing is empty, lists and records are JSON.
    """
    match value:
        case None:
            return ""
        case str():
            return harmless(str(value))
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case datetime():
            return moment(value)
        case bytes():
            return value.hex()
        case _:
            return harmless(json.dumps(value, ensure_ascii=False, sort_keys=True))


def harmless(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet would run it as a formula.

    Nothing is lost: a text that begins with apostrophes and then like a formula gets one more, so `as_it_was` can tell.
    """
    if text and text[0] in _LOOKED_AT and text.lstrip("'").startswith(FORMULA_STARTS):
        return "'" + text
    return text


def as_it_was(cell: str) -> str:
    """The text of which `harmless` made this cell."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def plain(value: object) -> object:
    """What JSON has no form for: a time is ISO 8601 in UTC, bytes are hex."""
    match value:
        case datetime():
            return moment(value)
        case bytes():
            return value.hex()
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def moment(value: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_JSON = json.JSONEncoder(ensure_ascii=False, default=plain)


def csv_bytes(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A CSV file (RFC 4180, UTF-8 with BOM) in pieces. Each row has a value for each name."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(names)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if buffer.tell() > BATCH:
            yield _emptied(buffer)
    yield _emptied(buffer)


def json_bytes(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A JSON array of objects, one a line, in pieces."""
    buffer = io.StringIO()
    buffer.write("[")
    between = "\n"
    for row in rows:
        buffer.write(between)
        buffer.write(_JSON.encode(dict(zip(names, row, strict=True))))
        between = ",\n"
        if buffer.tell() > BATCH:
            yield _emptied(buffer)
    buffer.write("\n]\n")
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


class _Sink(io.RawIOBase):
    """Takes what the ZIP writer writes and gives it out again at once, so that memory does not grow."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def taken(self) -> bytes:
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def zip_stream(files: Iterable[tuple[str, Iterable[bytes]]], made_at: datetime) -> Iterator[bytes]:
    """A ZIP of the files, with `manifest.json` last: each file's size and SHA-256. Pieces come as they are made."""
    sink = _Sink()
    when = made_at.astimezone(UTC).timetuple()[:6]
    manifest: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in files:
            digest, size = hashlib.sha256(), 0
            with archive.open(_info(name, when), "w") as handle:
                for piece in pieces:
                    handle.write(piece)
                    digest.update(piece)
                    size += len(piece)
                    yield sink.taken()
            manifest[name] = {"bytes": size, "sha256": digest.hexdigest()}
            yield sink.taken()
        archive.writestr(
            _info("manifest.json", when), json.dumps({"made_at": moment(made_at), "files": manifest}, indent=1)
        )
    yield sink.taken()


def _info(name: str, when: tuple[int, ...]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, when)  # type: ignore[arg-type]  # six numbers, as it asks
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
