"""Entries of the log as pages show them: a sentence, a time of day, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.entries import Line, story_of
from app.audit.sentences import sentence
from app.charter.actions import Action
from app.charter.words import N_
from app.database import AnyRow
from app.deliberations.models import Deliberation
from app.discussion import queries as discussion
from app.notifications import queries as notifications
from app.web.formats import fmt_number, reader_locale
from app.web.navigation import address

DELIBERATIONS: Final = "deliberations/"
NAMES: Final = {
    "proposals": N_("Proposal %(n)s"),
    "comments": N_("Comment %(n)s"),
    "rounds": N_("The round"),
    "exports": N_("Export %(n)s"),
}
"""What things are called whose title is not shown."""


@dataclass(frozen=True)
class Place:
    """A deliberation, as far as the log names it."""

    reference: str
    question: str
    lang: str
    href: str


@dataclass(frozen=True)
class Thing:
    """What an entry is about: what to call it, and where it can be seen (None: nowhere)."""

    label: str
    href: str | None
    lang: str | None = None
    """The language of the label, where it is a resident's title."""


@dataclass(frozen=True)
class Told:
    """An entry as a page shows it."""

    line: Line
    text: str
    time: str
    place: Place | None
    thing: Thing | None

    @property
    def leads_to(self) -> str | None:
        """The nearest page to what happened."""
        if self.thing is not None and self.thing.href:
            return self.thing.href
        return None if self.place is None else self.place.href


def places(session: Session, references: Iterable[str] | None = None, most: int = 200) -> dict[str, Place]:
    """Deliberations by their reference: these ones, or (with None) the newest."""
    statement = select(Deliberation.id, Deliberation.slug, Deliberation.question, Deliberation.lang)
    if references is not None:
        ids = [number for one in references if (number := _number(one)) is not None]
        if not ids:
            return {}
        statement = statement.where(Deliberation.id.in_(ids))
    rows = session.execute(statement.order_by(Deliberation.id.desc()).limit(most))
    base = address("deliberations.index")
    return {
        f"{DELIBERATIONS}{row.id}": Place(f"{DELIBERATIONS}{row.id}", row.question, row.lang, f"{base}/{row.slug}")
        for row in rows
    }


def tell(session: Session, lines: Sequence[Line], known: Mapping[str, Place]) -> list[Told]:
    """The entries as sentences, with the titles that their proposals have now. Two statements, whatever the number."""
    comments = discussion.proposals_of(session, {number for one in lines if (number := _comment_of(one))})
    proposals = {line.index: _proposal_of(line, comments) for line in lines}
    titles = notifications.proposals_named(session, {number for number in proposals.values() if number})
    told = []
    for line in lines:
        place = known.get(line.process or "")
        thing = _thing(line, place, proposals[line.index], titles)
        told.append(Told(line, said(line), _time(reader_locale(), local(line.at).replace(second=0)), place, thing))
    return told


def said(line: Line) -> str:
    """The sentence of an entry, in the reader's language. Holds nothing that anybody typed."""
    words = sentence(line.act, line.by.get("role"), line.facts)
    values = {
        name: _(str(value)) if name in ("who", "kind", "role") else _shown(value)
        for name, value in words.values.items()
    }
    return str(_(words.text, **values))


@dataclass(frozen=True)
class Grounds:
    """The entries that a result rests on, in their order; its batches of ballots apart, since there may be many."""

    entries: Sequence[Told]
    batches: Sequence[Told]
    href: str
    """All of them in the log."""
    more: bool
    """Whether there are more than are given here."""


def grounds(session: Session, round_id: int, most: int = 200) -> Grounds:
    """What the log says of a round: how it was planned, opened, changed, closed and sealed, and its batches."""
    reference, batched = f"rounds/{round_id}", Action.BATCH_BALLOTS.value
    found = story_of(session, reference, batched, most + 1)
    told = tell(session, found[:most], {})
    return Grounds(
        [one for one in told if one.line.act != batched],
        [one for one in told if one.line.act == batched],
        f"{address('audit.index')}?about={reference}",
        more=len(found) > most,
    )


def by_day(told: Iterable[Told]) -> list[tuple[date, list[Told]]]:
    """Entries under the days of the city on which they were made."""
    return [(day, list(some)) for day, some in groupby(told, key=lambda one: local(one.line.at).date())]


def city_zone() -> ZoneInfo:
    """The city's time zone."""
    return ZoneInfo(current_app.config["FOLKMOOT"].timezone)


def local(moment: datetime) -> datetime:
    """A moment as the city's clocks show it."""
    return moment.astimezone(city_zone())


@lru_cache(4096)
def _time(locale: Locale, moment: datetime) -> str:
    return dates.format_time(moment, "short", moment.tzinfo, locale)


def _shown(value: object) -> str:
    text = str(value)
    return fmt_number(int(text)) if text.isdecimal() else text


def _number(reference: str, kind: str = DELIBERATIONS) -> int | None:
    """The number of a reference of this kind; None for another one."""
    rest = reference.removeprefix(kind)
    return int(rest) if rest != reference and rest.isascii() and rest.isdecimal() and len(rest) < 19 else None


def _fact(line: Line, name: str) -> int | None:
    value = line.facts.get(name)
    return value if isinstance(value, int) and 0 < value < 2**63 else None


def _comment_of(line: Line) -> int | None:
    return _number(line.object or "", "comments/") or _fact(line, "comment")


def _proposal_of(line: Line, comments: Mapping[int, int]) -> int | None:
    """The proposal on whose page the thing can be seen."""
    return _number(line.object or "", "proposals/") or _fact(line, "proposal") or comments.get(_comment_of(line) or 0)


def _thing(line: Line, place: Place | None, proposal: int | None, titles: Mapping[int, AnyRow]) -> Thing | None:
    kind, _slash, number = (line.object or "").partition("/")
    if line.act.startswith("role."):
        return Thing(_("Officials"), address("accounts.officials"))
    if place is None or kind in ("", "accounts", "deliberations"):
        return None  # from an account the log leads no further than its entry does
    if proposal is not None:
        return _on_proposal(f"{place.href}/proposals/{proposal}", proposal, _comment_of(line), titles.get(proposal))
    label = _(NAMES[kind], n=number) if kind in NAMES else line.object or ""
    return Thing(label, {"rounds": f"{place.href}/rounds/{number}", "exports": f"{place.href}/records"}.get(kind))


def _on_proposal(href: str, proposal: int, comment: int | None, title: AnyRow | None) -> Thing:
    anchor = f"#comment-{comment}" if comment else ""
    if title is not None:
        return Thing(title.title, href + anchor, title.lang)
    return Thing(_(NAMES["proposals"], n=proposal), href + anchor)
