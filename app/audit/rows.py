"""How the log commits to rows of the public record, so that an edit behind it is found.

An entry names every row that its act wrote, with a digest over the row's public columns and its secret salt. The digest
tells nothing about the row to those who do not have it; recomputed from the database, it tells whether it still is what
the act left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
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
    said = [head + (written if name is None else _written(values[name])) for head, name, written in _plan(table)]
    try:
        body = ("{" + ",".join(said) + "}").encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError(f"{table.name}: the text holds half of a character pair") from error
    return sha256(_DOMAIN + salt + b"\x00" + body).hexdigest()


def _written(value: Any) -> str:
    """A value as `canonical` writes it; what rows are mostly made of is written at once, since imports have many."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if value is None:
        return "null"
    if kind is datetime and value.tzinfo is UTC:
        return f'"{value.isoformat(timespec="microseconds")[:-6]}Z"'
    if kind is int and -_EXACT < value < _EXACT:
        return str(value)
    return canonical(plain(value), limit=None, keys=ANY_BMP_KEYS).decode("utf-8")


@cache
def _plan(table: Table) -> tuple[tuple[str, str | None, str], ...]:
    """How a row is written: by column, the member's key and the column's name; the table's own name among them."""
    names = sorted([*_public_columns(table), "table"])
    return tuple(
        (f"{encode_basestring(name)}:", None, encode_basestring(table.name))
        if name == "table"
        else (f"{encode_basestring(name)}:", name, "")
        for name in names
    )


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
