"""What the log keeps outside the database: its key, and the last checkpoint that it signed.

The checkpoint's file is how a restored backup is recognised: a database older than what was signed must sign no more.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from app.audit.notes import Signer, load_signer, new_signer
from app.audit.verify import NoteError, parse_checkpoint, split_note
from app.config import Settings


class HaltedError(RuntimeError):
    """The log cannot be signed on. The message says why; acts are still accepted and wait."""


@dataclass(frozen=True)
class Home:
    """The instance folder, as far as the log uses it, and the log's name."""

    folder: Path
    origin: str

    @classmethod
    def of(cls, settings: Settings) -> Home:
        return cls(Path(settings.instance_path), settings.origin)

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "log.key"

    @property
    def checkpoint_file(self) -> Path:
        return self.folder / "log" / "checkpoint"

    def signer(self, *, may_make: bool) -> Signer:
        """The log's key. Raises HaltedError when it is missing (and none may be made), broken, or of another log."""
        if may_make and not self.key_file.exists():
            self._make_key()
        try:
            signer = load_signer(self.key_file.read_text())
        except FileNotFoundError:
            raise HaltedError(f"the log's key {self.key_file} is gone; put it back from its safe copy") from None
        except NoteError as error:
            raise HaltedError(f"{self.key_file}: {error}") from error
        if signer.name != self.origin:
            raise HaltedError(
                f"the log's key is for “{signer.name}”, but FOLKMOOT_LOG_ORIGIN (or FOLKMOOT_BASE_URL) "
                f"makes this log “{self.origin}”: a log keeps its name for ever"
            )
        return signer

    def _make_key(self) -> None:
        try:
            text = new_signer(self.origin).dump() + "\n"
        except NoteError as error:
            raise HaltedError(str(error)) from error
        self.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.key_file.with_name(f".log.key.{secrets.token_hex(8)}")
        _write(draft, text, 0o600)
        try:
            # Linking fails where another process was first: its key is the log's key then.
            os.link(draft, self.key_file)
        except FileExistsError:
            return
        finally:
            draft.unlink()
        _sync_folder(self.key_file.parent)

    def last_signed(self) -> str | None:
        """The last checkpoint made public, or None. Raises HaltedError for a file that holds no checkpoint."""
        try:
            note = self.checkpoint_file.read_text()
        except FileNotFoundError:
            return None
        try:
            size_of(note)
        except NoteError as error:
            raise HaltedError(f"{self.checkpoint_file} was damaged: {error}") from error
        return note

    def publish(self, note: str) -> None:
        """Put a checkpoint into the file, durably, unless a larger one stands there."""
        folder = self.checkpoint_file.parent
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            last = self.last_signed()
            if last is not None and size_of(last) >= size_of(note):
                return
            draft = folder / ".checkpoint"
            _write(draft, note, 0o644)
            draft.replace(self.checkpoint_file)
            _sync_folder(folder)


def size_of(note: str) -> int:
    """The size that a checkpoint note speaks of. Raises NoteError; checks no signature."""
    return parse_checkpoint(split_note(note)[0]).size


def _write(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
