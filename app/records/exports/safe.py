"""Cells and files that open safely anywhere: CSV for spreadsheets, JSON, and a ZIP made while it is sent (PURE)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

BOM = "\ufeff"
"""Put before CSV, so that spreadsheets read accents as what they are."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BATCH = 64 * 1024


def cell(value: object) -> str:
    """A value as a CSV cell. A text that a spreadsheet would run as a formula gets an apostrophe in front.

    Times are ISO 8601 in UTC, truths `true` and `false`, what is missing is empty, lists and records are JSON.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bytes):
        return value.hex()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def plain(value: object) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return moment(value)
    return value.hex() if isinstance(value, bytes) else value


def moment(value: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def csv_bytes(names: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """A CSV file (RFC 4180, UTF-8 with BOM) in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(names)
    for row in rows:
        writer.writerow([cell(row[name]) for name in names])
        if buffer.tell() > BATCH:
            yield _emptied(buffer)
    yield _emptied(buffer)


def json_bytes(names: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """A JSON array of objects, one a line, in pieces."""
    buffer = io.StringIO()
    buffer.write("[")
    between = "\n"
    for row in rows:
        buffer.write(between)
        buffer.write(json.dumps({name: plain(row[name]) for name in names}, ensure_ascii=False))
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
