"""What clerks do with the adoption register: enter a local measure, and correct an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from app import clock
from app.accounts.models import Account
from app.acts import City, Conflict, Done, act
from app.adoptions.models import Adoption, AdoptionState, Measure
from app.charter.actions import Action
from app.charter.words import N_, Words
from app.database import db


@dataclass(frozen=True)
class Said:
    """What an entry says of a measure. `articles` is empty where the whole instrument is adopted."""

    instrument: str
    measure: Measure
    binding: bool
    title: str
    state: AdoptionState
    articles: tuple[str, ...] = ()
    number: str = ""
    lang: str = "en"
    introduced_on: date | None = None
    adopted_on: date | None = None
    effective_on: date | None = None
    sunset_on: date | None = None
    oversight: str = ""
    funding: str = ""
    reports_due: str = ""
    url: str = ""
    text_sha256: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)


@act(Action.ENTER_ADOPTION)
def enter(actor: Account, city: City, *, said: Said) -> Done[Adoption]:
    """Enter a measure by which the city adopts an instrument, or means to."""
    made = _version(actor, said)
    db.session.add(made)
    db.session.flush()
    return Done(made, _facts(said), subject=made)


@act(Action.CORRECT_ADOPTION)
def correct(actor: Account, adoption: Adoption, *, said: Said, reason: str) -> Done[Adoption]:
    """Put a version with other facts in the place of the one that stands, which stays readable.

    Raises Conflict without a reason: whoever reads both versions must see why.
    """
    if not reason.strip():
        raise Conflict(
            Words(N_("Say why you correct this entry. Both versions stay readable, and so does the reason."))
        )
    adoption.replaced_at = clock.now()
    made = _version(actor, said)
    made.first_id, made.version, made.reason = adoption.entry, adoption.version + 1, reason
    db.session.add(made)
    db.session.flush()
    return Done(made, {**_facts(said), "entry": adoption.entry, "version": made.version}, subject=adoption)


def _version(actor: Account, said: Said) -> Adoption:
    values = {one.name: getattr(said, one.name) for one in fields(Said)}
    values |= {"articles": list(said.articles), "sources": dict(said.sources)}
    return Adoption(**values, entered_by_id=actor.id)


def _facts(said: Said) -> dict[str, object]:
    return {
        "instrument": said.instrument,
        "articles": list(said.articles),
        "measure": said.measure.value,
        "status": said.state.value,
        "binding": said.binding,
    }
