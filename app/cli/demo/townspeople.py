"""People come to the city's platform: they register, a clerk verifies them, an administrator gives them an office."""

from __future__ import annotations

from datetime import timedelta

from app.accounts import acts, passwords
from app.accounts.acts import NEWCOMER
from app.accounts.models import Evidence
from app.acts import CITY, OPERATOR
from app.charter.roles import Role
from app.cli.demo.play import Play
from app.cli.demo.story import Person, Verified

SOON = timedelta(minutes=10)
"""How long after registering somebody is given an office."""


def enter(play: Play) -> None:
    """Add everybody's scenes."""
    password_hash = passwords.hashed(play.story.city.password)
    for person in play.story.people:
        _enter(play, person, password_hash)


def _enter(play: Play, person: Person, password_hash: str) -> None:
    def register() -> None:
        play.accounts[person.handle] = acts.register(
            NEWCOMER,
            CITY,
            name=person.name,
            email=person.email,
            password_hash=password_hash,
            locale=person.language,
            confirmed=True,
        )

    play.scene(person.joined, register)
    for role in person.roles:
        _grant(play, person, role)
    if person.verified is not None:
        _verify(play, person, person.verified)


def _grant(play: Play, person: Person, role: Role) -> None:
    def grant() -> None:
        # The first administrator has nobody above: the operator names them, as on a real installation.
        by = OPERATOR if role is Role.ADMINISTRATOR else play.accounts[play.story.administrator.handle]
        acts.grant_role(by, play.accounts[person.handle], role=role)

    play.scene(person.joined, grant, later=SOON)


def _verify(play: Play, person: Person, verified: Verified) -> None:
    play.scene(
        verified.at,
        lambda: acts.verify_resident(
            play.accounts[verified.by],
            play.accounts[person.handle],
            evidence=Evidence(verified.evidence),
            district=person.neighborhood,
        ),
    )
