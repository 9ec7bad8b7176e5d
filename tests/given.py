"""People and things that a test begins with, made as everybody makes them: by acts.

    ada = given.resident("Ada")
    trees = given.deliberation(round=RoundKind.PROPOSE)

Nothing here is hidden from the rules, so what couldn't come about in the city can't be given either.
Needs an application context (the fixture `app`).
"""

from __future__ import annotations

from functools import cache

from app.accounts import acts as accounts
from app.accounts import passwords
from app.accounts.models import Account, Evidence
from app.acts import CITY, OPERATOR
from app.charter.roles import Role
from app.charter.rounds import RoundKind
from app.deliberations import acts as deliberations
from app.deliberations.models import Deliberation, Round
from app.discussion import acts as discussion
from app.discussion.models import Comment
from app.proposals import acts as proposals
from app.proposals.models import Proposal

PASSWORD = "hazel ladder quorum tide"
"""Everybody's password."""


def email(name: str) -> str:
    """The address by which somebody given here signs in."""
    return f"{name.lower().replace(' ', '.')}@example.org"


@cache
def _password_hash() -> str:
    return passwords.hashed(PASSWORD)


# ---------------------------------------------------------------- people


def newcomer(name: str = "Ned") -> Account:
    """Somebody who has registered and not confirmed their address yet."""
    return _register(name, confirmed=False)


def unverified(name: str = "Uma") -> Account:
    """Somebody who has confirmed their address; no clerk has seen them."""
    return _register(name, confirmed=True)


def resident(name: str = "Ada", *, verified_by: Account | None = None) -> Account:
    """A verified resident."""
    person = unverified(name)
    accounts.verify_resident(verified_by or _somebody(Role.CLERK), person, evidence=Evidence.LETTER)
    return person


def clerk(name: str = "Cleo") -> Account:
    return official(Role.CLERK, name)


def administrator(name: str = "Anna") -> Account:
    return official(Role.ADMINISTRATOR, name)


def reviewer(name: str = "Rosa") -> Account:
    return official(Role.REVIEWER, name)


def facilitator(name: str = "Femi", *, of: Deliberation | None = None) -> Account:
    """A facilitator of one deliberation, or of all."""
    return official(Role.FACILITATOR, name, of=of)


def official(role: Role, name: str, *, of: Deliberation | None = None) -> Account:
    """Somebody with an office. Officials aren't residents by that: verify them where it matters."""
    person = unverified(name)
    accounts.grant_role(OPERATOR, person, role=role, deliberation_id=of.id if of else None)
    return person


def _register(name: str, *, confirmed: bool) -> Account:
    return accounts.register(
        OPERATOR,
        CITY,
        name=name,
        email=email(name),
        password_hash=_password_hash(),
        locale="en",
        confirmed=confirmed,
    )


NAMELESS = {Role.CLERK: "Quiet Quinn", Role.FACILITATOR: "Steady Stella"}
"""Who does what a test presupposes and isn't about."""


def _somebody(role: Role) -> Account:
    from app.accounts import queries
    from app.database import db

    name = NAMELESS[role]
    known = queries.credential_by_email(db.session(), email(name))
    return known.account if known else official(role, name)


# ---------------------------------------------------------------- deliberations


def deliberation(
    question: str = "How do we make our streets cooler?",
    *,
    round: RoundKind | None = None,
    by: Account | None = None,
    **settings: object,
) -> Deliberation:
    """A deliberation, with one open round if its kind is named (`settings` are that round's)."""
    creator = by or _somebody(Role.FACILITATOR)
    made = deliberations.create(
        creator,
        CITY,
        question=question,
        background="Last summer had eleven nights above 25 degrees.",
        promise="The council decides on each proposal by October and says why.",
    )
    if round is not None:
        open_round(made, round, by=creator, **settings)
    return made


def planned_round(of: Deliberation, kind: RoundKind, *, by: Account | None = None, **plan: object) -> Round:
    """A round that hasn't opened. `plan` is as in `deliberations.acts.Plan`."""
    creator = by or _somebody(Role.FACILITATOR)
    return deliberations.plan_round(creator, of, kind=kind, plan=deliberations.Plan(**plan))


def open_round(of: Deliberation, kind: RoundKind, *, by: Account | None = None, **settings: object) -> Round:
    """A round that somebody has opened by hand and that stays open until somebody closes it."""
    creator = by or _somebody(Role.FACILITATOR)
    round_ = planned_round(of, kind, by=creator, settings=settings)
    return deliberations.open_round(creator, round_)


def proposal(
    of: Deliberation,
    *,
    by: Account | None = None,
    title: str = "Plant oaks on Mill Street",
    body: str = "They give shade where the bus stops have none.",
) -> Proposal:
    """A public proposal. Its deliberation must be in a round that lets residents propose."""
    return proposals.submit(by or resident("Olu"), of, title=title, body=body, lang="en")


def comment(on: Proposal, *, by: Account | None = None, body: str = "Good for the old people's home too.") -> Comment:
    """A public comment."""
    return discussion.comment(by or unverified("Kim"), on, body=body, lang="en")
