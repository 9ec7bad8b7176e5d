"""The log's own tables. They are the record of the record: written here only, by `log.py` and `sequencer.py`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.charter.rules import Circumstances
from app.database import BigId, Model, Pk, Salted


class LogPending(Model):
    """The outbox: entries of acts that are committed but have no place in the tree yet, a queue in order of `id`."""

    __tablename__ = "log_pending"
    public_record: ClassVar[bool] = False

    id: Mapped[Pk]
    act_id: Mapped[str] = mapped_column(String(32), unique=True)
    body: Mapped[bytes]


class LogEntry(Model):
    """One leaf of the tree. `body` is the entry; the columns after it repeat parts of it, so that it can be found."""

    __tablename__ = "log_entries"
    __table_args__ = (
        Index(None, "process", "idx"),
        Index(None, "act", "idx"),
        Index(None, "object", "idx"),
        Index(None, "actor", "idx"),
        Index(None, "role", "idx"),
    )
    public_record: ClassVar[bool] = False

    idx: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    act_id: Mapped[str] = mapped_column(String(32), unique=True)
    leaf: Mapped[bytes]
    body: Mapped[bytes]
    act: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str | None] = mapped_column(String(40))
    object: Mapped[str | None] = mapped_column(String(100))
    process: Mapped[str | None] = mapped_column(String(100))
    role: Mapped[str | None] = mapped_column(String(20))


class LogTile(Model):
    """Up to 256 hashes of 32 bytes. A partial tile of an earlier size is a prefix of the row."""

    __tablename__ = "log_tiles"
    public_record: ClassVar[bool] = False

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]


class LogState(Model):
    """One row, `id` 1: the size of the tree. Whoever holds it is the sequencer."""

    __tablename__ = "log_state"
    public_record: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)


class LogCheckpoint(Model):
    """Every checkpoint ever signed, as the note that was signed."""

    __tablename__ = "log_checkpoints"
    public_record: ClassVar[bool] = False

    size: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]


class LogManifest(Model):
    """The digests of many rows that one act wrote: per row its key (8 bytes, big-endian) and digest, by key."""

    __tablename__ = "log_manifests"
    public_record: ClassVar[bool] = False

    act_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(60), primary_key=True)
    body: Mapped[bytes]


class PersonAlias(Model):
    """Who “p:…” is within one process. Erasing a person deletes the row; the entries then name nobody."""

    __tablename__ = "person_aliases"
    __table_args__ = (UniqueConstraint("process", "alias"),)
    public_record: ClassVar[bool] = False

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    process: Mapped[str] = mapped_column(String(100), primary_key=True)
    alias: Mapped[str] = mapped_column(String(14))


class LogKey(Salted, Model):
    """A key of the log, by its public half. There are rows only once the first key was given a successor."""

    __tablename__ = "log_keys"

    id: Mapped[Pk]
    vkey: Mapped[str] = mapped_column(Text, unique=True)
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    @property
    def deliberation_id(self) -> None:
        return None

    @property
    def reference(self) -> str:
        return f"log_keys/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(state="signing" if self.retired_at is None else "retired")


class Witness(Salted, Model):
    """An outside party that cosigns checkpoints which are consistent with what it saw before. Never deleted."""

    __tablename__ = "witnesses"

    id: Mapped[Pk]
    name: Mapped[str] = mapped_column(String(80))
    vkey: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    @property
    def deliberation_id(self) -> None:
        return None

    @property
    def reference(self) -> str:
        return f"witnesses/{self.id}"

    def circumstances(self, actor_id: int | None) -> Circumstances:
        return Circumstances(state="asked" if self.removed_at is None else "removed")


class WitnessState(Model):
    """What came of asking a witness last: kept for the operator and the pages, outside the public record."""

    __tablename__ = "witness_states"
    public_record: ClassVar[bool] = False

    witness_id: Mapped[int] = mapped_column(BigId, ForeignKey("witnesses.id"), primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    """The size of the newest checkpoint that it cosigned; 0 for none."""
    cosigned_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    trouble: Mapped[str] = mapped_column(String(40))
    """Why the last asking failed, as a key of `witness.words.TROUBLE`; empty when it did not."""
    failures: Mapped[int]
    """How many askings in a row have failed."""


class Cosignature(Model):
    """A witness's signature line on a checkpoint, checked before it was kept."""

    __tablename__ = "cosignatures"
    public_record: ClassVar[bool] = False

    size: Mapped[int] = mapped_column(BigId, ForeignKey("log_checkpoints.size"), primary_key=True, autoincrement=False)
    witness_id: Mapped[int] = mapped_column(BigId, ForeignKey("witnesses.id"), primary_key=True, autoincrement=False)
    line: Mapped[str] = mapped_column(Text)
    cosigned_at: Mapped[datetime]
