"""Checks data against a JSON schema, as far as our own schemas go. PURE.

It knows the few keywords that `schemas/` use and refuses a schema with any other, so that no rule is silently skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

KNOWN = {
    "$defs", "$ref", "$schema", "additionalProperties", "description", "enum", "items", "minItems", "minimum",
    "pattern", "properties", "required", "title", "type", "uniqueItems",
}  # fmt: skip
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


class UnknownKeyword(ValueError):
    """The schema asks for something that this module cannot check."""


def faults(data: Any, schema: Mapping[str, Any]) -> list[str]:
    """What is wrong with `data`, each as `where: what`; empty when it fits. Raises UnknownKeyword."""
    return list(_faults(data, schema, schema, "the file"))


def _faults(data: Any, rule: Mapping[str, Any], root: Mapping[str, Any], where: str) -> Iterator[str]:
    if unknown := set(rule) - KNOWN:
        raise UnknownKeyword(f"cannot check {', '.join(sorted(unknown))}")
    if "$ref" in rule:
        yield from _faults(data, _pointed_at(root, rule["$ref"]), root, where)
    if "type" in rule and not _is_a(data, rule["type"]):
        yield f"{where}: is not {_either(rule['type'])}"
    elif "enum" in rule and data not in rule["enum"]:
        yield f"{where}: {data!r} is not {_either(rule['enum'])}"
    elif isinstance(data, str):
        if "pattern" in rule and not re.search(rule["pattern"], data, re.DOTALL):
            yield f"{where}: {data!r} is not written as it should be"
    elif isinstance(data, int):
        if data < rule.get("minimum", data):
            yield f"{where}: {data} is less than {rule['minimum']}"
    elif isinstance(data, list):
        yield from _faults_of_list(data, rule, root, where)
    elif isinstance(data, dict):
        yield from _faults_of_object(data, rule, root, where)


def _faults_of_list(data: list[Any], rule: Mapping[str, Any], root: Mapping[str, Any], where: str) -> Iterator[str]:
    if len(data) < rule.get("minItems", 0):
        yield f"{where}: has fewer than {rule['minItems']}"
    if rule.get("uniqueItems") and any(one in data[:index] for index, one in enumerate(data)):
        yield f"{where}: says something twice"
    for index, one in enumerate(data):
        yield from _faults(one, rule.get("items", {}), root, f"{where}[{index}]")


def _faults_of_object(
    data: dict[str, Any], rule: Mapping[str, Any], root: Mapping[str, Any], where: str
) -> Iterator[str]:
    for name in rule.get("required", ()):
        if name not in data:
            yield f"{where}: has no {name}"
    others = rule.get("additionalProperties", {})
    for name, value in data.items():
        known = rule.get("properties", {}).get(name)
        if known is None and others is False:
            yield f"{where}: {name} is not a field"
        else:
            yield from _faults(value, known if known is not None else others, root, f"{where}.{name}")


def _pointed_at(root: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
    place: Any = root
    for step in pointer.removeprefix("#/").split("/"):
        place = place[step]
    found: Mapping[str, Any] = place
    return found


def _is_a(data: Any, names: str | list[str]) -> bool:
    wanted = [names] if isinstance(names, str) else names
    if isinstance(data, bool):  # which Python takes for an integer
        return "boolean" in wanted
    return any(isinstance(data, TYPES[name]) for name in wanted)


def _either(names: str | list[str]) -> str:
    return " or ".join([names] if isinstance(names, str) else [str(name) for name in names])
