"""Comments on proposals, and how they are moderated."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.charter.rules import Circumstances
from app.database import DERIVED, Model, Pk, Salted, reference


class Position(StrEnum):
    """Where a top-level comment stands on the proposal."""

    FOR = "for"
    NEUTRAL = "neutral"
    AGAINST = "against"


class CommentState(StrEnum):
    PUBLIC = "public"
    HIDDEN = "hidden"
    ERASED = "erased"


class Comment(Salted, Model):
    """What somebody says on a proposal, or in answer to another comment."""

    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_thread", "proposal_id", "root_id", "id"),
        UniqueConstraint("deliberation_id", "external_id"),
    )

    id: Mapped[Pk]
    deliberation_id: Mapped[int] = reference("deliberations.id", index=False)
    proposal_id: Mapped[int] = reference("proposals.id", index=False)
    parent_id: Mapped[int | None] = reference("comments.id", nullable=True)
    root_id: Mapped[int | None] = reference("comments.id", nullable=True, index=False)
    """The top of its thread; None at the top itself."""
    depth: Mapped[int] = mapped_column(SmallInteger, default=0)
    author_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    author_label: Mapped[str | None] = mapped_column(String(80))
    """The pseudonym under which an imported comment came."""
    author_role: Mapped[str | None] = mapped_column(String(20))
    """The office in which an official wrote it, shown as a badge."""
    position: Mapped[Position | None] = mapped_column(String(8))
    body: Mapped[str] = mapped_column(Text)
    """Markdown; plain text where imported; empty once erased."""
    lang: Mapped[str] = mapped_column(String(5), default="en")
    state: Mapped[CommentState] = mapped_column(String(8), default=CommentState.PUBLIC)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None]
    edit_until: Mapped[datetime | None]
    """Until when its author may still change it."""
    external_id: Mapped[str | None] = mapped_column(String(80))
    imported_helpful: Mapped[int | None]
    imported_unhelpful: Mapped[int | None]

    helpful_count: Mapped[int] = mapped_column(default=0, info=DERIVED)
    """Residents here who marked it helpful, plus imported likes minus dislikes: what sorting goes by."""

    earlier: Mapped[list[CommentRevision]] = relationship(order_by="CommentRevision.id")

    @property
    def reference(self) -> str:
        return f"comments/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        mine = actor_id is not None and actor_id == self.author_id
        until = self.edit_until or (self.created_at + timedelta(0))
        return Circumstances(state=str(self.state), authored=mine, about_self=mine, until=until)


class CommentRevision(Salted, Model):
    """A text that a comment had before it was edited. Erased together with the comment."""

    __tablename__ = "comment_revisions"

    id: Mapped[Pk]
    comment_id: Mapped[int] = reference("comments.id")
    body: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(5), default="en")
    replaced_at: Mapped[datetime] = mapped_column(default=clock.now)


class HelpfulMark(Salted, Model):
    """Somebody finds a comment helpful. Who is never shown; the number is."""

    __tablename__ = "helpful_marks"
    __table_args__ = (UniqueConstraint("comment_id", "account_id"),)

    id: Mapped[Pk]
    comment_id: Mapped[int] = reference("comments.id", index=False)
    account_id: Mapped[int] = reference("accounts.id")
    withdrawn_at: Mapped[datetime | None]


class Reason(StrEnum):
    """Why a comment is reported or hidden."""

    INSULT = "insult"
    HATE = "hate"
    THREAT = "threat"
    PRIVATE_DATA = "private_data"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    UNLAWFUL = "unlawful"


class Report(Salted, Model):
    """A resident says that a comment breaks the rules. Who reported is for moderators only."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("comment_id", "reporter_id"),)

    id: Mapped[Pk]
    comment_id: Mapped[int] = reference("comments.id", index=False)
    reporter_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    reason: Mapped[Reason] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[str] = mapped_column(String(10), default="open")
    """`open`, `upheld` (the comment was hidden) or `dismissed`."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)

    comment: Mapped[Comment] = relationship()

    @property
    def deliberation_id(self) -> int:
        return self.comment.deliberation_id

    @property
    def reference(self) -> str:
        return f"reports/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        mine = actor_id is not None and actor_id == self.comment.author_id
        return Circumstances(state=self.state, about_self=mine)


class Hiding(Salted, Model):
    """A moderator's decision to hide a comment, with the reason that stands in its place; and its restoring."""

    __tablename__ = "hidings"

    id: Mapped[Pk]
    comment_id: Mapped[int] = reference("comments.id")
    reason: Mapped[Reason] = mapped_column(String(16))
    explanation: Mapped[str] = mapped_column(Text)
    """Shown to everybody in place of the text."""
    hidden_at: Mapped[datetime] = mapped_column(default=clock.now)
    hidden_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)
    restored_at: Mapped[datetime | None]
    restored_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)

    comment: Mapped[Comment] = relationship()
    appeals: Mapped[list[Appeal]] = relationship(back_populates="hiding", order_by="Appeal.id")

    @property
    def deliberation_id(self) -> int:
        return self.comment.deliberation_id

    @property
    def reference(self) -> str:
        return f"hidings/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        pending = bool(self.appeals) or self.restored_at is not None
        mine = actor_id is not None and actor_id == self.comment.author_id
        return Circumstances(state="appealed" if pending else "hidden", authored=mine)


class Appeal(Salted, Model):
    """The author of a hidden comment asks another moderator to look again. One appeal a hiding."""

    __tablename__ = "appeals"

    id: Mapped[Pk]
    hiding_id: Mapped[int] = reference("hidings.id")
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[str] = mapped_column(String(10), default="open")
    """`open`, `upheld` (the comment is public again) or `dismissed` (it stays hidden)."""
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = reference("accounts.id", nullable=True, index=False)

    hiding: Mapped[Hiding] = relationship(back_populates="appeals")

    @property
    def deliberation_id(self) -> int:
        return self.hiding.comment.deliberation_id

    @property
    def reference(self) -> str:
        return f"appeals/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        hid, wrote = self.hiding.hidden_by_id, self.hiding.comment.author_id
        return Circumstances(
            state=self.state,
            about_self=actor_id is not None and actor_id == wrote,
            decided_by_self=actor_id is not None and actor_id == hid,
        )
