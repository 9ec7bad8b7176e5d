"""A town to vote in: people, proposals and a vote round, made quickly and always the same.

People and proposals are put into their tables directly, since how they come about is tested elsewhere and a roll of
hundreds would take minutes otherwise. The round and everything in it happens through acts only.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, text

from app import clock
from app.accounts.models import Account, Credential, RoleGrant
from app.charter.rounds import RoundKind
from app.database import Model, db
from app.deliberations import acts as rounds
from app.deliberations.models import Deliberation, Round
from app.proposals.models import Proposal, Revision
from app.voting import acts, queries
from app.voting.acts import Cast
from app.voting.queries import BallotPaper

BEFORE = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
ADMIN, FACILITATOR, CLERK, FIRST_RESIDENT = 1, 2, 3, 4
OFFICES = {ADMIN: "administrator", FACILITATOR: "facilitator", CLERK: "clerk"}
TITLES = ("Plant oaks on Mill Street", "Open the library on Sundays", "Mend the ramp at the ferry")


def put(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows past the guard of the public record."""
    table = Model.metadata.tables[model.__tablename__]
    filled = [_defaults(table) | dict(row) for row in rows]
    names = list(filled[0])
    columns, values = ", ".join(names), ", ".join(f":{name}" for name in names)
    statement = text(f"INSERT INTO {table.name} ({columns}) VALUES ({values})").bindparams(
        *[bindparam(name, type_=table.c[name].type) for name in names]
    )
    db.session.execute(statement, filled)
    db.session.commit()


def _defaults(table: Table) -> dict[str, Any]:
    """What the model itself would have filled in."""
    return {
        column.name: column.default.arg(None) if column.default.is_callable else column.default.arg
        for column in table.columns
        if column.default is not None
    }


@dataclass
class Town:
    """`residents` verified people, three officials, and a deliberation with proposals 1, 2 and 3."""

    residents: int

    def person(self, account_id: int) -> Account:
        return db.session.get_one(Account, account_id)

    def resident(self, place: int) -> Account:
        """The resident of this place, from 0."""
        return self.person(FIRST_RESIDENT + place)

    @property
    def round(self) -> Round:
        return db.session.query(Round).order_by(Round.id.desc()).first() or self.plan()

    @property
    def paper(self) -> BallotPaper:
        vote = queries.vote(db.session(), self.round.id)
        assert vote is not None
        assert vote.paper is not None
        return vote.paper

    def plan(self, settings: Mapping[str, object] | None = None, lasting: timedelta | None = None) -> Round:
        closes_at = None if lasting is None else clock.now() + lasting
        plan = rounds.Plan(
            title="The vote",
            question="Which of these should the city do?",
            closes_at=closes_at,
            settings=settings or {},
        )
        return rounds.plan_round(self.person(FACILITATOR), self.deliberation, kind=RoundKind.VOTE, plan=plan)

    @property
    def deliberation(self) -> Deliberation:
        return db.session.get_one(Deliberation, 1)

    def open(self, settings: Mapping[str, object] | None = None, lasting: timedelta | None = None) -> BallotPaper:
        rounds.open_round(self.person(FACILITATOR), self.plan(settings, lasting))
        return self.paper

    def close(self) -> Round:
        return rounds.close_round(self.person(FACILITATOR), self.round, reason="Everybody has voted.")

    def reopen(self, reason: str = "The site was down.", closes_at: datetime | None = None) -> Round:
        """Two officials reopen the closed vote."""
        acts.ask_to_reopen(self.person(CLERK), self.round, closes_at=closes_at, reason=reason)
        return rounds.reopen_round(self.person(FACILITATOR), self.round)

    def seal(self) -> Any:
        acts.ask_for_seal(self.person(FACILITATOR), self.round)
        return acts.seal(self.person(CLERK), self.round)

    def cast(self, place: int, cast_id: bytes | None = None, **choices: list[int]) -> Cast:
        """The resident of this place casts a ballot. On a yes-or-no ballot the rest abstains."""
        paper = self.paper
        if "approve" not in paper.rule.marks:
            named = [option for some in choices.values() for option in some]
            rest = [option for option in paper.option_ids if option not in named]
            choices = {"yes": [], "no": []} | choices
            choices["abstain"] = sorted(choices.get("abstain", []) + rest)
        return acts.cast(self.resident(place), paper, choices=choices, cast_id=cast_id or secrets.token_bytes(16))


def settle(residents: int = 5) -> Town:
    """Fill the empty database with a town."""
    last = FIRST_RESIDENT + residents
    people = range(1, last)
    put(
        Account,
        [
            {
                "id": one,
                "public_id": f"{one:012x}",
                "display_name": OFFICES.get(one, f"Resident {one}"),
                "created_at": BEFORE,
                "verified_at": None if one in OFFICES else BEFORE,
            }
            for one in people
        ],
    )
    put(
        Credential,
        [
            {
                "account_id": one,
                "email": f"person{one}@riverbend.example",
                "password_hash": "none",
                "email_confirmed_at": BEFORE,
            }
            for one in people
        ],
    )
    put(
        RoleGrant,
        [{"id": one, "account_id": one, "role": role, "granted_at": BEFORE} for one, role in OFFICES.items()],
    )
    put(
        Deliberation,
        [
            {
                "id": 1,
                "slug": "streets",
                "question": "What should our streets be like?",
                "background": "",
                "promise": "",
                "lang": "en",
                "created_at": BEFORE,
                "proposals_count": 3,
            }
        ],
    )
    put(
        Proposal,
        [
            {
                "id": place,
                "deliberation_id": 1,
                "author_id": FIRST_RESIDENT,
                "revision_number": place,
                "created_at": BEFORE,
            }
            for place in (1, 2, 3)
        ],
    )
    put(
        Revision,
        [
            {
                "proposal_id": place,
                "number": number,
                "title": TITLES[place - 1] if number == place else f"An earlier title {place}.{number}",
                "body": "Because.",
                "lang": "en",
                "created_at": BEFORE,
            }
            for place in (1, 2, 3)
            for number in range(1, place + 1)
        ],
    )
    return Town(residents)
