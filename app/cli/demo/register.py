"""The clerk keeps the adoption register: what the invented city has adopted, and one correction."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace

from app.acts import CITY
from app.adoptions import acts
from app.adoptions.acts import Said
from app.adoptions.models import Adoption
from app.cli.demo.moments import Deed
from app.cli.demo.play import Play
from app.cli.demo.shapes import shaped
from app.cli.demo.story import CONTENT


@dataclass(frozen=True)
class Entry:
    """A measure, and who entered it when."""

    entered: Deed
    said: Said


@dataclass(frozen=True)
class Correction:
    """What turned out to be otherwise in the entry with this number."""

    entered: Deed
    number: str
    reason: str
    funding: str


@dataclass(frozen=True)
class Register:
    entries: tuple[Entry, ...]
    corrections: tuple[Correction, ...] = ()


def read() -> Register:
    """The register of the story.

    :raises Misshapen: when the file does not say what it should.
    """
    data = tomllib.loads((CONTENT / "register.toml").read_text(encoding="utf-8"))
    found: Register = shaped(Register, data, "register.toml")
    return found


def enter(play: Play) -> None:
    """Add the scenes of the register."""
    told = read()
    made: dict[str, Adoption] = {}
    for one in told.entries:
        _enter(play, one, made)
    for correction in told.corrections:
        _correct(play, correction, told, made)


def _enter(play: Play, one: Entry, made: dict[str, Adoption]) -> None:
    def act() -> None:
        made[one.said.number] = acts.enter(play.accounts[one.entered.by], CITY, said=one.said)

    play.scene(one.entered.at, act)


def _correct(play: Play, one: Correction, told: Register, made: dict[str, Adoption]) -> None:
    said = next(entry.said for entry in told.entries if entry.said.number == one.number)

    def act() -> None:
        by = play.accounts[one.entered.by]
        acts.correct(by, made[one.number], said=replace(said, funding=one.funding), reason=one.reason)

    play.scene(one.entered.at, act)
