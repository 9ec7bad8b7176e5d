"""The one way to write an entry as bytes: RFC 8785 (JCS), restricted.

The restriction is what makes the standard library enough: keys are short lower-case ASCII, numbers are whole and
below 2**53, text is valid Unicode. Within it `json.dumps` with sorted keys and no spaces *is* RFC 8785.
"""

from __future__ import annotations

import json
import re
from typing import Final

ENTRY_KEYS: Final = re.compile(r"[a-z0-9_][a-z0-9_./:-]{0,99}")
"""Keys of an entry: `facts`, `opens_at`, `proposals/12`."""

ANY_BMP_KEYS: Final = re.compile(r"[^\x00-\x1f\U00010000-\U0010ffff]*")
"""Keys in a JSON column. Beyond the basic plane Python and RFC 8785 would sort differently."""

MAX_BODY: Final = 8 * 1024
"""Bytes of one entry. Tiles could carry 65,535; an entry that needs more than this should be a manifest."""

_MAX_INT: Final = 2**53 - 1
_JSON: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class CanonicalError(ValueError):
    """The value cannot be written as an entry; the message says where and why."""


def canonical(value: object, *, limit: int | None = MAX_BODY, keys: re.Pattern[str] = ENTRY_KEYS) -> bytes:
    """The bytes of `value`, the same on every machine and for ever.

    Raises CanonicalError for a float, a large number, a key outside the profile, broken Unicode, any type that JSON
    does not have, or a body of more than `limit` bytes (None: no limit).
    """
    _check(value, "entry", keys)
    text = _JSON.encode(value)
    try:
        body = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError(f"the text holds half of a character pair (position {error.start})") from error
    if limit is not None and len(body) > limit:
        raise CanonicalError(f"{len(body)} bytes, where at most {limit} are allowed")
    return body


def _check(value: object, where: str, keys: re.Pattern[str]) -> None:
    if value is None or isinstance(value, (str, bool)):
        return
    if isinstance(value, int):
        if not -_MAX_INT <= value <= _MAX_INT:
            raise CanonicalError(f"{where}: {value} is too large to be read exactly everywhere")
    elif isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str) or not keys.fullmatch(key):
                raise CanonicalError(f"{where}: the key {key!r} is not allowed")
            if type(member) is not str:  # as most are
                _check(member, f"{where}.{key}", keys)
    elif isinstance(value, (list, tuple)):
        for position, member in enumerate(value):
            _check(member, f"{where}[{position}]", keys)
    else:
        raise CanonicalError(f"{where}: {type(value).__name__} has no exact form in an entry")
