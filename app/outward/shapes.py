"""The shapes of civil society reports, and the limits of words, each with its source. PURE but for reading a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from app.rights import schema
from app.rights.files import BadData
from app.rights.instruments import Verification
from app.rights.text import Text

HERE = Path(__file__).parent
BY_RIGHT = "rights"


class SectionKind(StrEnum):
    """Who writes a section."""

    FILL = "fill"
    METHOD = "method"
    ARTICLES = "articles"
    SOURCES = "sources"


@dataclass(frozen=True)
class Limit:
    """At most so many words, without notes; None where no limit is known."""

    words: int | None
    who: Text
    source: Text
    seen: date
    verification: Verification


@dataclass(frozen=True)
class Section:
    kind: SectionKind
    heading: Text
    prompt: Text | None


@dataclass(frozen=True)
class Shape:
    """What one body asks for. `order` is `rights`, or the id of the instrument whose articles give the order."""

    id: str
    title: Text
    body: Text
    order: str
    limits: tuple[Limit, ...]
    sections: tuple[Section, ...]


@cache
def load(path: Path = HERE / "shapes.json") -> tuple[Shape, ...]:
    """Every shape. Raises BadData, naming what is wrong with the file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    rules = json.loads((HERE / "shapes.schema.json").read_text(encoding="utf-8"))
    if faults := schema.faults(data, rules):
        raise BadData(path.name, faults)
    return tuple(_shape(one) for one in data["shapes"])


def shape(shape_id: str) -> Shape | None:
    """The shape of this id, or None."""
    return next((one for one in load() if one.id == shape_id), None)


def _shape(data: Any) -> Shape:
    return Shape(
        id=data["id"],
        title=Text.of(data["title"]),
        body=Text.of(data["body"]),
        order=data["order"],
        limits=tuple(_limit(one) for one in data["limits"]),
        sections=tuple(_section(one) for one in data["sections"]),
    )


def _limit(data: Any) -> Limit:
    return Limit(
        words=data["words"],
        who=Text.of(data["who"]),
        source=Text.of(data["source"]),
        seen=date.fromisoformat(data["seen"]),
        verification=Verification(data["verification"]),
    )


def _section(data: Any) -> Section:
    prompt = Text.of(data["prompt"]) if "prompt" in data else None
    return Section(SectionKind(data["kind"]), Text.of(data["heading"]), prompt)
