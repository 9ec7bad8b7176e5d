"""People: the public side of an account apart from what only its owner and the server may know."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.charter.actions import Action
from app.charter.roles import Held, Role, Standing
from app.charter.rules import RULES, Circumstances, Who
from app.charter.words import N_
from app.database import BigId, Model, Pk, Salted, reference


class Account(Salted, Model):
    """Somebody with an account, as the public may know them."""

    __tablename__ = "accounts"
    __table_args__ = {"info": {"log_key": "public_id"}}  # no database id of a person stands in an entry

    id: Mapped[Pk]
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    """Twelve random hex digits: the address of the person's page. Says nothing about them."""
    display_name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    verified_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    roles: Mapped[list[RoleGrant]] = relationship(
        back_populates="account", foreign_keys="RoleGrant.account_id", order_by="RoleGrant.id"
    )

    deliberation_id: ClassVar[int | None] = None

    # What Flask-Login asks of somebody who is signed in. Who is not is another class altogether.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def is_active(self) -> bool:
        return self.erased_at is None

    def get_id(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        return f"accounts/{self.public_id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        mine = actor_id is not None and actor_id == self.id
        return Circumstances(authored=mine, about_self=mine)

    def standing(self, *, confirmed: bool) -> Standing:
        """What this person brings to a question of permission (needs `roles`)."""
        return Standing(
            account_id=self.id,
            confirmed=confirmed,
            verified=self.verified_at is not None,
            suspended=self.suspended_at is not None or self.erased_at is not None,
            held=frozenset(Held(grant.role, grant.deliberation_id) for grant in self.roles if grant.current),
        )

    def acting_as(self, action: Action) -> str:
        """The word for the log: the office under which this person does such an act, else resident."""
        who = RULES[action].who
        for grant in self.roles:
            if grant.current and who & _OFFICES[grant.role]:
                return str(grant.role)
        return "resident"


_OFFICES: dict[Role, frozenset[Who]] = {
    Role.FACILITATOR: frozenset({Who.FACILITATOR, Who.ANY_FACILITATOR}),
    Role.CLERK: frozenset({Who.CLERK}),
    Role.REVIEWER: frozenset({Who.REVIEWER}),
    Role.ADMINISTRATOR: frozenset({Who.ADMINISTRATOR}),
}


class RoleGrant(Salted, Model):
    """A role given to somebody, and taken back. Rows are never deleted: who held which on a date is public."""

    __tablename__ = "role_grants"

    id: Mapped[Pk]
    account_id: Mapped[int] = reference("accounts.id")
    role: Mapped[Role] = mapped_column(String(20))
    deliberation_id: Mapped[int | None] = reference("deliberations.id", nullable=True)
    granted_at: Mapped[datetime] = mapped_column(default=clock.now)
    granted_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)

    account: Mapped[Account] = relationship(back_populates="roles", foreign_keys=[account_id])

    @property
    def current(self) -> bool:
        return self.revoked_at is None


class Evidence(StrEnum):
    """What a clerk saw when verifying where somebody lives. The thing itself is never copied or kept."""

    PHOTO_ID = "photo_id"
    LETTER = "letter"
    LEASE_OR_BILL = "lease_or_bill"
    SHELTER_OR_SERVICE = "shelter_or_service"
    VOUCHED = "vouched"


EVIDENCE_WORDS: dict[Evidence, str] = {
    Evidence.PHOTO_ID: N_("Identity card with an address in the city (any country's card, with or without papers)"),
    Evidence.LETTER: N_("Letter that reached them at an address in the city"),
    Evidence.LEASE_OR_BILL: N_("Lease, pay slip or bill with an address in the city"),
    Evidence.SHELTER_OR_SERVICE: N_("Word of a shelter, school or service that they live in the city"),
    Evidence.VOUCHED: N_("Two verified residents who came along and vouch for them"),
}


class Residency(Salted, Model):
    """A clerk's finding, made in person, that somebody lives in the city."""

    __tablename__ = "residencies"

    id: Mapped[Pk]
    account_id: Mapped[int] = reference("accounts.id")
    evidence: Mapped[Evidence] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(80), default="")
    verified_at: Mapped[datetime] = mapped_column(default=clock.now)
    verified_by_id: Mapped[int] = reference("accounts.id", index=False)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    ended_reason: Mapped[str | None] = mapped_column(Text)

    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class RegisterEntry(Model):
    """What a clerk noted of somebody so that rolls can be drawn. Never shown, not to the clerk either."""

    __tablename__ = "register_entries"
    public_record = False

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    mark: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """The keyed hash of their register number (`register.Register.mark`): nobody has two accounts on one roll."""
    birth_year: Mapped[int | None]


class Credential(Model):
    """How somebody signs in. Never public, never in the log, never in a public export."""

    __tablename__ = "credentials"
    public_record = False

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """As typed but for case and outer space."""
    new_email: Mapped[str | None] = mapped_column(String(254))
    """An address they want to change to, until they follow the link sent there."""
    password_hash: Mapped[str] = mapped_column(String(200))
    email_confirmed_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(5), default="en")
    mail_notices: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    account: Mapped[Account] = relationship()


class SignIn(Model):
    """One signed-in browser, which its owner can see and end."""

    __tablename__ = "sign_ins"
    public_record = False

    id: Mapped[Pk]
    account_id: Mapped[int] = reference("accounts.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the random token in the cookie; the token itself is not kept."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    """To the hour, so that it does not become a trace of what somebody did when."""
    browser: Mapped[str] = mapped_column(String(80), default="")
    """Such as “Firefox, Android”: enough to recognise, not enough to track."""
    kept: Mapped[bool] = mapped_column(default=False)
    """Whether it outlives the browser's own session, for thirty days; else it ends half a day after its last use."""

    account: Mapped[Account] = relationship()


class Attempts(Model):
    """How often something was tried in a window of time (sign-in, registration, writing), by a keyed hash."""

    __tablename__ = "attempts"
    public_record = False
    __table_args__ = (Index("ix_attempts_expires_at", "expires_at"),)

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
