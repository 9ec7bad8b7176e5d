"""Opening bundles, and a deliberation in which much has happened that must not get out."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.accounts import acts as accounts
from app.accounts.models import Account
from app.charter.rounds import RoundKind
from app.database import db
from app.deliberations.models import Deliberation
from app.discussion import acts as discussion
from app.discussion.models import Position, Reason
from app.proposals import acts as proposals
from app.proposals.models import Draft, Proposal
from app.records import acts as records
from app.records.exports import bundle
from app.records.exports.tables import Bundle
from app.records.models import AnswerGround, AnswerVerdict
from app.rights import acts as rights
from app.rights.tags import Direction, Tag
from app.writing import private_write
from tests import given

MADE_AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Opened:
    """A bundle, opened."""

    raw: bytes

    def file(self, name: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.raw)) as archive:
            return archive.read(name)

    @property
    def names(self) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(self.raw)) as archive:
            return archive.namelist()

    @property
    def all_text(self) -> str:
        return "\n".join(self.file(name).decode("utf-8") for name in self.names)

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        """The rows as JSON has them."""
        found: list[dict[str, Any]] = json.loads(self.file(f"json/{dataset}.json"))
        return found

    def cells(self, dataset: str) -> list[dict[str, str]]:
        """The rows as a spreadsheet reads them."""
        text = self.file(f"csv/{dataset}.csv").decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    @property
    def manifest(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = json.loads(self.file("manifest.json"))["files"]
        return found


def pack(deliberation_id: int, *, internal: bool = False, made_at: datetime = MADE_AT) -> Opened:
    """Make a bundle as the commands and pages do."""
    db.session.remove()
    asked = Bundle(
        deliberation_id, internal, made_at, "riverbend.example/log", "the key", "https://riverbend.example/log"
    )
    return Opened(b"".join(bundle.stream(db.engine, asked)))


@dataclass
class Busy:
    """A deliberation where everything has happened. `secret` are words that no public bundle may hold."""

    deliberation: Deliberation
    clerk: Account
    people: dict[str, Account]
    secret: list[str] = field(default_factory=list)
    public: list[str] = field(default_factory=list)

    def hush(self, words: str) -> str:
        self.secret.append(words)
        return words

    def tell(self, words: str) -> str:
        self.public.append(words)
        return words


def busy() -> Busy:
    """Make it, by acts alone."""
    clerk, moderator = given.clerk("Cleo Claymore"), given.facilitator("Stern Stella")
    names = ("Ada Lovelace-Quist", "Bo Brightwater", "Cy Copperfield", "Dora Duskwood")
    people = {name.split()[0]: given.resident(name) for name in names}
    trees = given.deliberation("What should shade our streets?", round=RoundKind.PROPOSE)
    city = Busy(trees, clerk, people)
    for name in (*names, "Cleo Claymore", "Stern Stella", *given.NAMELESS.values()):
        city.secret += [name, given.email(name)]
    _proposals(city, moderator)
    _comments(city, moderator)
    _drafts(city)
    _erased_person(city)
    return city


def _proposals(city: Busy, moderator: Account) -> None:
    ada, bo = city.people["Ada"], city.people["Bo"]
    oaks = given.proposal(
        city.deliberation, by=ada, title=city.tell("=OAKS()"), body=city.tell("Roures, alzines i àlbers")
    )
    proposals.revise(
        ada, oaks, title="=OAKS()", body=city.tell("Lindens too"), lang="en", note=city.tell("Added lindens")
    )
    proposals.endorse(bo, oaks, revision=2)
    rights.tag(
        ada,
        oaks,
        said=Tag("icescr-12", Direction.ADVANCES),
        lang="en",
        explanation=city.tell("Heat kills old people first"),
    )
    records.answer(
        city.clerk,
        oaks,
        verdict=AnswerVerdict.REJECTED,
        ground=AnswerGround.MONEY,
        text=city.tell("No money this year"),
        lang="en",
    )
    rude = given.proposal(city.deliberation, by=bo, title=city.hush("RUDE TITLE"), body=city.hush("RUDE BODY"))
    rights.tag(bo, rude, said=Tag("icescr-11", Direction.ENDANGERS), lang="en", explanation=city.hush("RUDE REASON"))
    given.comment(rude, by=ada, body=city.hush("QUOTES THE RUDE"))
    proposals.hide(moderator, rude, reason=city.tell("It insulted the neighbours"))
    gone = given.proposal(city.deliberation, by=bo, title=city.tell("Paint the roofs white"), body="They glare.")
    proposals.withdraw(bo, gone, reason=city.tell("The oaks are better"))


def _comments(city: Busy, moderator: Account) -> None:
    ada, bo, cy = city.people["Ada"], city.people["Bo"], city.people["Cy"]
    oaks = _first_proposal(city)
    fine = discussion.comment(bo, oaks, body=city.tell("Fine idea"), lang="en", position=Position.FOR)
    discussion.mark_helpful(cy, fine, helpful=True)
    hidden = given.comment(oaks, by=cy, body=city.hush("HIDDEN INSULT"))
    discussion.report(ada, hidden, reason=Reason.INSULT, detail=city.hush("REPORTED IN CONFIDENCE"))
    hiding = discussion.hide(moderator, hidden, reason=Reason.INSULT, explanation=city.tell("Insults a person"))
    discussion.appeal(cy, hiding, text=city.hush("APPEAL IN CONFIDENCE"))
    erased = given.comment(oaks, by=cy, body=city.hush("ERASED WORDS"))
    discussion.erase(cy, erased)


def _drafts(city: Busy) -> None:
    with private_write() as session:
        session.add(
            Draft(
                account_id=city.people["Ada"].id,
                deliberation_id=city.deliberation.id,
                content={"title": city.hush("DRAFT TITLE")},
            )
        )


def _erased_person(city: Busy) -> None:
    dora = city.people["Dora"]
    given.comment(_first_proposal(city), by=dora, body=city.tell("I was here"))
    accounts.erase(dora, dora)


def _first_proposal(city: Busy) -> Proposal:
    return db.session.scalars(
        select(Proposal).where(Proposal.deliberation_id == city.deliberation.id).order_by(Proposal.id).limit(1)
    ).one()
