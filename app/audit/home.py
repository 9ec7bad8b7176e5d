"""What the log keeps outside the database: its key, and the last checkpoint that it signed.

The checkpoint's file is how a restored backup is recognised: a database older than what was signed must sign no more.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from app.audit.notes import Signer, load_signer, new_signer
from app.audit.verify import NoteError, Vkey, parse_checkpoint, split_note
from app.charter.words import N_, Words

OLDER: Final = N_(
    "The database has %(has)s log entries, but %(signed)s were signed: it is older than the log. Was a backup restored?"
)


class HaltedError(RuntimeError):
    """The log cannot be signed on. `words` say why; acts are still accepted, and their entries wait."""

    def __init__(self, text: str, **values: object) -> None:
        self.words = Words(text, values)
        super().__init__(str(self.words))


class Named(Protocol):
    """The settings that say where a log lives and what it is called."""

    @property
    def instance_path(self) -> str: ...

    @property
    def origin(self) -> str: ...


@dataclass(frozen=True)
class Home:
    """The instance folder, as far as the log uses it, and the log's name."""

    folder: Path
    origin: str

    @classmethod
    def of(cls, settings: Named) -> Home:
        return cls(Path(settings.instance_path), settings.origin)

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "log.key"

    @property
    def vkey_file(self) -> Path:
        """The public halves of the keys, so that no page needs to read the private ones."""
        return self.folder / "log" / "vkey"

    @property
    def checkpoint_file(self) -> Path:
        return self.folder / "log" / "checkpoint"

    @property
    def halted_file(self) -> Path:
        return self.folder / "log" / "halted"

    def signer(self, *, may_make: bool) -> Signer:
        """The log's key. Raises HaltedError when it is missing (and none may be made), broken, or of another log."""
        if may_make and not self.key_file.exists():
            self._make_key()
        return self._load(self.key_file)

    def signers(self) -> dict[str, Signer]:
        """Every key there is, by its public half: the log's first one, if it is still there, then its successors.

        Raises HaltedError when one of them is broken, or of another log.
        """
        found = (self._load(path) for path in self._key_files())
        return {str(signer.vkey): signer for signer in found}

    def _key_files(self) -> Sequence[Path]:
        found = sorted(self.key_file.parent.glob("log*.key"))
        return sorted(found, key=lambda path: path != self.key_file)

    def keep(self, signer: Signer) -> Path:
        """Put a further key where the log's keys lie, durably. Returns its file."""
        path = self.key_file.with_name(f"log-{signer.vkey.key_id.hex()}.key")
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        _write(draft, signer.dump() + "\n", 0o600)
        draft.replace(path)
        _sync_folder(path.parent)
        return path

    def destroy(self, vkey: str) -> bool:
        """Take the private half of a key off this machine. Returns whether it was there."""
        for path in self._key_files():
            if str(self._load(path).vkey) == vkey:
                path.unlink()
                _sync_folder(path.parent)
                return True
        return False

    def _load(self, path: Path) -> Signer:
        named = f"keys/{path.name}"
        try:
            signer = load_signer(path.read_text())
        except FileNotFoundError:
            raise HaltedError(N_("The log’s key is gone. Put %(file)s back from its safe copy."), file=named) from None
        except NoteError as error:
            raise HaltedError(
                N_("The log’s key is damaged. Put %(file)s back from its safe copy."), file=named
            ) from error
        if signer.name != self.origin:
            raise HaltedError(
                N_("The log’s key is for “%(known)s”, but the settings say “%(named)s”. A log keeps its name."),
                known=signer.name,
                named=self.origin,
            )
        return signer

    def _make_key(self) -> None:
        try:
            text = new_signer(self.origin).dump() + "\n"
        except NoteError as error:
            raise HaltedError(
                N_("“%(named)s” cannot be the name of a log: it must have neither spaces nor plus signs."),
                named=self.origin,
            ) from error
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
            raise HaltedError(N_("The file with the last signed checkpoint, log/checkpoint, was damaged.")) from error
        return note

    def publish(self, note: str, *vkeys: Vkey) -> None:
        """Put a checkpoint into its file, durably, unless a larger one stands there; and the keys it is checked by.

        `vkeys` are those that sign from now on, newest first; none leaves what is there.
        """
        folder = self.checkpoint_file.parent
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            last = self.last_signed()
            if last is not None and size_of(last) > size_of(note):
                return
            if vkeys:
                self._publish_keys("".join(f"{vkey}\n" for vkey in vkeys))
            if last is not None and size_of(last) == size_of(note):
                return
            draft = folder / ".checkpoint"
            _write(draft, note, 0o644)
            # Its folder need not be synced: should a power cut bring the older file back, it is still of this log.
            draft.replace(self.checkpoint_file)

    def _publish_keys(self, lines: str) -> None:
        if self.vkey_file.exists() and self.vkey_file.read_text() == lines:
            return
        draft = self.vkey_file.with_name(".vkey")
        _write(draft, lines, 0o644)
        draft.replace(self.vkey_file)

    def public_keys(self) -> Sequence[str]:
        """The verifier keys of all keys that sign the log now, newest first; none before the first entry."""
        try:
            return self.vkey_file.read_text().split()
        except FileNotFoundError:
            return []

    def public_key(self) -> str | None:
        """The newest of them, or None before the first entry."""
        return next(iter(self.public_keys()), None)

    def halt(self, words: Words) -> None:
        """Leave word for the pages of why the log is not signed on."""
        self.halted_file.parent.mkdir(parents=True, exist_ok=True)
        self.halted_file.write_text(json.dumps({"text": words.text, "values": dict(words.values)}))

    def go_on(self) -> None:
        """The log is being signed again."""
        self.halted_file.unlink(missing_ok=True)

    def halted(self) -> Words | None:
        """Why the log is not being signed on, as the sequencer left word."""
        try:
            said = json.loads(self.halted_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return Words(said["text"], said["values"])


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
