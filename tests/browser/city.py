"""The demo city on a real server, and the widths at which it's looked at."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from tests.databases import leave, settings_for
from tests.pages import CheckedClient

if TYPE_CHECKING:
    from app.accounts.models import Account
    from app.charter.roles import Role
    from app.charter.rounds import RoundKind
    from app.deliberations.queries import Listed

NARROWEST = 320
PHONE = 360
DESKTOP = 1280


@dataclass(frozen=True)
class City:
    """The demo city, being served at `address`. Its methods need the application's context."""

    app: Flask
    address: str

    def client(self, account: Account | None = None) -> CheckedClient:
        """A test client on the same city, signed in as somebody."""
        client = cast(CheckedClient, self.app.test_client())
        if account is not None:
            client.sign_in(account)
        return client

    def holder_of(self, role: Role) -> Account:
        """Somebody who holds this role now."""
        from app.accounts.models import Account, RoleGrant
        from app.database import db

        held = select(RoleGrant.account_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
        return db.session.scalars(select(Account).where(Account.id.in_(held)).order_by(Account.id)).first()

    def everywhere(self, role: Role) -> Account:
        """Somebody who holds this role now, for the whole city."""
        from app.accounts.models import Account, RoleGrant
        from app.database import db

        held = select(RoleGrant.account_id).where(
            RoleGrant.role == role, RoleGrant.revoked_at.is_(None), RoleGrant.deliberation_id.is_(None)
        )
        return db.session.scalars(select(Account).where(Account.id.in_(held)).order_by(Account.id)).first()

    def resident(self) -> Account:
        """A verified resident who never held an office."""
        return self.residents(1)[0]

    def residents(self, how_many: int) -> list[Account]:
        """Verified residents who never held an office."""
        from app.accounts.models import Account, RoleGrant
        from app.database import db

        people = select(Account).where(
            Account.verified_at.is_not(None), Account.id.not_in(select(RoleGrant.account_id))
        )
        return list(db.session.scalars(people.order_by(Account.id).limit(how_many)))

    def open_for(self, kind: RoundKind) -> Listed:
        """The deliberation in which a round of this kind is open."""
        from app import clock

        return next(one for one in self._deliberations() if one.agenda.open_of(frozenset({kind}), clock.now()))

    def finished(self) -> Listed:
        """The deliberation of which every round is over."""
        from app import clock
        from app.charter.standing import DeliberationState, where

        return next(
            one for one in self._deliberations() if where(one.agenda, clock.now()).state is DeliberationState.OVER
        )

    def propose(self, author: Account, question: str, title: str) -> None:
        """Somebody makes a proposal, while the test looks elsewhere."""
        from app.database import db
        from app.deliberations.models import Deliberation
        from app.proposals import acts

        deliberation = db.session.scalars(select(Deliberation).where(Deliberation.question == question)).one()
        acts.submit(author, deliberation, title=title, body="Children walk there, and cars go fast.", lang="en")

    def _deliberations(self) -> Sequence[Listed]:
        from app.database import db
        from app.deliberations import queries

        db.session.rollback()  # else this session would still see the city as it stood at its last question
        return queries.listed(db.session())


@contextmanager
def serving(folder: Path) -> Iterator[City]:
    """Serve the instance folder on a free port, with the application's context in this thread."""
    from app import create_app

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for every request would bury what failed
    server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
    address = f"http://127.0.0.1:{server.port}"
    app = create_app(replace(settings_for(folder), base_url=address))  # mailed links name the real port
    app.test_client_class = CheckedClient
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with app.app_context():
        try:
            yield City(app, address)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            leave()
