"""Who fits the electorate of a vote by what clerks noted, and why somebody does not, in words for that person alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RegisterEntry, Residency
from app.charter.electorate import Electorate
from app.charter.rounds import Eligibility
from app.charter.words import N_, Words
from app.database import Model
from app.voting.models import PollRoll, RollList
from app.voting.receipts import root

_TABLES = Model.metadata.tables
_ACCOUNTS = _TABLES[Account.__tablename__]
_ENTRIES = _TABLES[RegisterEntry.__tablename__]
_LIST = _TABLES[RollList.__tablename__]
_RESIDENCIES = _TABLES[Residency.__tablename__]
_ROLL = _TABLES[PollRoll.__tablename__]


def eligible(electorate: Electorate, round_id: int, year: int) -> Select[Any]:
    """Everybody who fits now, as (id, public id) in the order of accounts."""
    people = select(_ACCOUNTS.c.id, _ACCOUNTS.c.public_id).where(_ACCOUNTS.c.erased_at.is_(None))
    people = people.order_by(_ACCOUNTS.c.id)
    if electorate.who is Eligibility.EVERYONE:
        return people
    people = people.where(_ACCOUNTS.c.verified_at.is_not(None))
    if electorate.who is Eligibility.DISTRICTS:
        here = _RESIDENCIES.c.ended_at.is_(None) & _RESIDENCIES.c.district.in_(electorate.districts)
        return people.where(_ACCOUNTS.c.id.in_(select(_RESIDENCIES.c.account_id).where(here)))
    if electorate.who is Eligibility.AGES:
        first, last = electorate.birth_years(year)
        fitting = select(_ENTRIES.c.account_id).where(_ENTRIES.c.birth_year.between(first, last))
        return people.where(_ACCOUNTS.c.id.in_(fitting))
    if electorate.who is Eligibility.LIST:
        listed = select(_LIST.c.mark).where(_LIST.c.round_id == round_id)
        return people.where(_ACCOUNTS.c.id.in_(select(_ENTRIES.c.account_id).where(_ENTRIES.c.mark.in_(listed))))
    return people


def fits(session: Session, electorate: Electorate, round_id: int, year: int, account_id: int) -> bool:
    """Whether this person fits now."""
    one = eligible(electorate, round_id, year).where(_ACCOUNTS.c.id == account_id)
    return session.execute(one).first() is not None


def list_size(session: Session, round_id: int) -> int:
    """How many lines the uploaded list has."""
    return session.scalar(select(func.count()).select_from(_LIST).where(_LIST.c.round_id == round_id)) or 0


def list_root(session: Session, round_id: int) -> bytes:
    """The Merkle root over the marks on the list, by which the log commits to it without telling who is on it."""
    marks = session.scalars(select(_LIST.c.mark).where(_LIST.c.round_id == round_id).order_by(_LIST.c.mark))
    return marks_root(list(marks))


def marks_root(marks: list[bytes]) -> bytes:
    """The root over marks in their own order. A mark is a keyed hash: it serves as a leaf as it is."""
    return root(sorted(marks))


NOT_ON_ROLL = N_(
    "You are not on the roll of this round, which was fixed when the round opened. If you were left out by mistake, "
    "go to a city clerk while the vote is open: a clerk can add you, with a reason that everybody can read."
)
STRUCK = N_(
    "A city clerk struck you from the roll of this round. The reason stands, without your name, on the page of the "
    "round. If it is wrong, go to a city clerk while the vote is open."
)
LATE = N_(
    "You fit what this round asks for, but that was noted after the roll was fixed. Go to a city clerk while the vote "
    "is open: a clerk can add you to the roll, with a reason that everybody can read."
)
OTHER_DISTRICT = N_(
    "This vote is for residents of: %(districts)s. When you were verified, another district was noted, or none. If "
    "that is wrong, bring proof of where you live to a city clerk while the vote is open."
)
OTHER_AGE = N_(
    "This vote is for residents of a certain age. The year of birth that a city clerk noted for you is outside it, or "
    "none was noted. If that is wrong, go to a city clerk while the vote is open, with something that shows it."
)
NOT_LISTED = N_(
    "This vote is for residents on a list that the city uploaded. The register number that a city clerk noted for you "
    "is not on it, or none was noted. If you should be on it, go to a city clerk while the vote is open."
)
_OUTSIDE = {Eligibility.AGES: OTHER_AGE, Eligibility.LIST: NOT_LISTED}


def why_not(session: Session, electorate: Electorate, round_id: int, year: int, account_id: int) -> Words:
    """Why somebody is not on the roll of an open vote, and what they can do. For that person's own page only."""
    line = select(_ROLL.c.struck).where(_ROLL.c.round_id == round_id, _ROLL.c.account_id == account_id)
    if session.scalar(line):
        return Words(STRUCK)
    if electorate.who in (Eligibility.VERIFIED, Eligibility.EVERYONE):
        return Words(NOT_ON_ROLL)
    if fits(session, electorate, round_id, year, account_id):
        return Words(LATE)
    if electorate.who is Eligibility.DISTRICTS:
        return Words(OTHER_DISTRICT, {"districts": ", ".join(electorate.districts)})
    return Words(_OUTSIDE[electorate.who])
