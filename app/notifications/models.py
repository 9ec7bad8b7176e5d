"""What Folkmoot tells people about: a list on their own page, and mails."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.database import Model, Pk, reference


class Notice(Model):
    """Something somebody should know: their comment was hidden, a proposal they backed was revised."""

    __tablename__ = "notices"
    public_record = False
    __table_args__ = (Index("ix_notices_account", "account_id", "read_at", "id"),)

    id: Mapped[Pk]
    account_id: Mapped[int] = reference("accounts.id", index=False)
    kind: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What its sentence needs: titles, numbers, addresses within the site."""
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]


class Mail(Model):
    """A mail waiting to be sent, or sent; the text is dropped once it has left."""

    __tablename__ = "mails"
    public_record = False

    id: Mapped[Pk]
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")


class Cursor(Model):
    """How far the log has been read for notices."""

    __tablename__ = "notice_cursors"
    public_record = False

    id: Mapped[Pk]
    next_index: Mapped[int] = mapped_column(default=0)
