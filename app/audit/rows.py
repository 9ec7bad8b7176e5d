"""How the log commits to rows of the public record, so that an edit behind it is found.

An entry names every row that its act wrote, with a digest over the row's public columns and its secret salt. The digest
tells nothing about the row to those who do not have it; recomputed from the database, it tells whether it still is what
the act left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Table, select

from app.audit.canonical import ANY_BMP_KEYS, CanonicalError, canonical

SALT: Final = "salt"
LOG_KEY: Final = "log_key"
"""In a table's `info`: the column that names its rows in entries, where the primary key must not stand there."""
GONE: Final = bytes(32)
"""In a manifest, the digest of a row that the act deleted."""

_DOMAIN: Final = b"folkmoot/row/v1\x00"
_KEY: Final = 8
_PAIR: Final = _KEY + 32
_EXACT: Final = 2**53


def row_digest(table: Table, values: Mapping[str, Any] | RowMapping) -> str:
    """Hex SHA-256 of a row, from its values by column name.

    Raises CanonicalError for a value without exact form (a float), KeyError when a public column or the salt is
    missing.
    """
    salt = values[SALT]
    if not isinstance(salt, bytes) or not salt:
        raise TypeError(f"{table.name}: a row of the public record needs a salt of random bytes")
    members, end = _plan(table)
    said = [head + _WRITERS.get(type(value := values[name]), _written)(value) for head, name in members]
    try:
        body = ("{" + ",".join(said) + end).encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError(f"{table.name}: the text holds half of a character pair") from error
    return sha256(_DOMAIN + salt + b"\x00" + body).hexdigest()


def row_digests(table: Table, columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """The `row_digest` of many rows, whose values are given column by column. A third of the time: imports have many.

    Raises what `row_digest` raises.
    """
    salts = columns[SALT]
    if not all(isinstance(salt, bytes) and salt for salt in salts):
        raise TypeError(f"{table.name}: a row of the public record needs a salt of random bytes")
    members, end = _plan(table)
    template, varying = [], []
    for head, name in members:
        written = _written_column(columns[name])
        template.append(head.replace("%", "%%") + ("%s" if isinstance(written, list) else written))
        if isinstance(written, list):
            varying.append(written)
    frame = "{" + ",".join(template) + end.replace("%", "%%")
    texts = map(frame.__mod__, zip(*varying, strict=True)) if varying else [frame % ()] * len(salts)
    try:
        said = zip(salts, texts, strict=True)
        return [sha256(_DOMAIN + salt + b"\x00" + text.encode("utf-8")).hexdigest() for salt, text in said]
    except UnicodeEncodeError as error:
        raise CanonicalError(f"{table.name}: the text holds half of a character pair") from error


def _written_column(values: Sequence[Any]) -> list[str] | str:
    """Each value as it is written; once, where it is nothing in every row."""
    kinds = set(map(type, values))
    if kinds == {type(None)}:
        return "null"
    if kinds == {int} and max(values) < _EXACT and min(values) > -_EXACT:
        return list(map(str, values))
    if len(kinds) == 1:
        return list(map(_WRITERS.get(kinds.pop(), _written), values))
    return [_WRITERS.get(type(value), _written)(value) for value in values]


def _written(value: object) -> str:
    """A value as `canonical` writes it."""
    return canonical(plain(value), limit=None, keys=ANY_BMP_KEYS).decode("utf-8")


def _written_int(value: int) -> str:
    return str(value) if -_EXACT < value < _EXACT else _written(value)


@lru_cache(4096)
def _written_time(value: datetime) -> str:
    return f'"{value.isoformat(timespec="microseconds")[:-6]}Z"' if value.tzinfo is UTC else _written(value)


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    str: encode_basestring,
    type(None): lambda _none: "null",
    int: _written_int,
    datetime: _written_time,
}
"""What rows are mostly made of is written at once, for an import has a million such values."""


@cache
def _plan(table: Table) -> tuple[tuple[tuple[str, str], ...], str]:
    """How a row is written: the members in canonical order, as (what is written before the value, column); and the end.

    The table's name, a member like the others, is written before the one that follows it.
    """
    named = f'"table":{encode_basestring(table.name)}'
    columns = sorted(_public_columns(table))
    before = [name for name in columns if name < "table"]
    after = columns[len(before) :]
    heads = [(f"{encode_basestring(name)}:", name) for name in columns]
    if not after:
        return tuple(heads), f",{named}}}"
    head, name = heads[len(before)]
    heads[len(before)] = (f"{named},{head}", name)
    return tuple(heads), "}"


def stored_digest(connection: Connection, table: Table, key: Sequence[object]) -> str:
    """The digest of a row as it stands in the database, found by its primary key.

    For rows that an act has changed: columns that it did not touch may be newer there than in its own memory.
    """
    columns = zip(table.primary_key.columns, key, strict=True)
    found = connection.execute(select(table).where(*(column == part for column, part in columns)))
    return row_digest(table, found.mappings().one())


def row_key(table: Table, values: Mapping[str, Any] | RowMapping) -> str:
    """The row's name in entries: `proposals/12`; parts of a longer key are joined by slashes too."""
    names = [table.info[LOG_KEY]] if LOG_KEY in table.info else [column.name for column in table.primary_key.columns]
    return "/".join([table.name, *(str(plain(values[name])) for name in names)])


def public_values(table: Table, values: Mapping[str, Any] | RowMapping) -> dict[str, object]:
    """A row's public columns as its fingerprint has them, for whoever is to make it again."""
    return {name: plain(values[name]) for name in _public_columns(table)}


def plain(value: object) -> object:
    """A column's value as an entry can hold it: times in UTC to the microsecond, bytes as hex, enums by value."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be committed to")
        return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


@cache
def _public_columns(table: Table) -> tuple[str, ...]:
    """What of a row the log commits to: all but the salt, counters and private columns."""
    names = tuple(
        column.name
        for column in table.columns
        if column.name != SALT and not column.info.get("derived") and not column.info.get("private")
    )
    if "table" in names:
        raise ValueError(f"{table.name}: no column may be called “table”, which a digest uses for the table's name")
    return names


def pack(pairs: Iterable[tuple[int, str | None]]) -> bytes:
    """A manifest: (key, hex digest or None for a deleted row), in ascending order of key. Raises ValueError if not."""
    body, last = bytearray(), -1
    for key, digest in pairs:
        if key <= last:
            raise ValueError(f"rows of a manifest must ascend: {key} after {last}")
        body += key.to_bytes(_KEY, "big") + (GONE if digest is None else bytes.fromhex(digest))
        last = key
    return bytes(body)


def unpack(body: bytes) -> Iterator[tuple[int, str | None]]:
    """The pairs of a manifest. Raises ValueError when it was cut or is out of order."""
    if len(body) % _PAIR:
        raise ValueError("the manifest ends in the middle of a row")
    last = -1
    for at in range(0, len(body), _PAIR):
        key, digest = int.from_bytes(body[at : at + _KEY], "big"), body[at + _KEY : at + _PAIR]
        if key <= last:
            raise ValueError(f"rows of a manifest must ascend: {key} after {last}")
        yield key, None if digest == GONE else digest.hex()
        last = key
