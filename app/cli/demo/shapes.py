"""From what a TOML file says to frozen dataclasses (PURE). A key nobody knows is an error, not a comment."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Union


class Misshapen(ValueError):
    """The data cannot be read. The message names the file, the place in it and what is wrong."""


def shaped(kind: Any, value: object, where: str) -> Any:
    """`value` as a `kind`: a dataclass, an enum, a tuple, a mapping, a plain value, or anything with `from_text`.

    :raises Misshapen: naming `where` it does not fit.
    """
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional(kind, value, where)
    if origin is tuple:
        item = typing.get_args(kind)[0]
        return tuple(shaped(item, one, f"{where}[{at}]") for at, one in enumerate(_of(list, value, where)))
    if origin is not None and issubclass(origin, Mapping):
        item = typing.get_args(kind)[1]
        return {key: shaped(item, one, f"{where}.{key}") for key, one in _of(dict, value, where).items()}
    if kind is Any or kind is object:
        return value
    if hasattr(kind, "from_text"):
        return _spoken(kind.from_text, _of(str, value, where), where)
    if is_dataclass(kind):
        return _dataclass(typing.cast("type[Any]", kind), _of(dict, value, where), where)
    return _plain(kind, value, where)


def _optional(kind: Any, value: object, where: str) -> Any:
    (inner,) = [one for one in typing.get_args(kind) if one is not type(None)]
    return None if value is None else shaped(inner, value, where)


def _dataclass(kind: type[Any], value: Mapping[str, object], where: str) -> Any:
    known = {one.name: one for one in fields(kind)}
    strange = sorted(value.keys() - known.keys())
    missing = sorted(name for name, one in known.items() if name not in value and _required(one))
    if strange or missing:
        raise Misshapen(f"{where}: unknown keys {strange}, missing keys {missing}")
    hints = typing.get_type_hints(kind)
    return kind(**{name: shaped(hints[name], one, f"{where}.{name}") for name, one in value.items()})


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _plain(kind: Any, value: object, where: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _spoken(kind, _of(str, value, where), where)
    if kind in (str, int, bool, date) and type(value) is kind:
        return value.strip() if isinstance(value, str) else value
    raise Misshapen(f"{where}: {value!r} is not {getattr(kind, '__name__', kind)}")


def _spoken(reader: Any, text: str, where: str) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise Misshapen(f"{where}: {error}") from error


def _of(kind: type[Any], value: object, where: str) -> Any:
    if not isinstance(value, kind):
        raise Misshapen(f"{where}: {value!r} is not a {kind.__name__}")
    return value
