"""The files that hold the secrets of voting: each round's key, twice, and the key that signs receipts.

A round's key lies in the instance folder and, on other media, in the folder that FOLKMOOT_KEY_COPY_PATH names: never in
the database or its backups. Losing it before the seal loses every ballot of the round, hence the second copy; keeping
it after the seal would let somebody with an old backup open the envelopes, hence its destruction.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import structlog

from app.acts import Conflict
from app.audit.notes import Signer, load_signer, new_signer
from app.charter.words import N_, Words
from app.config import Settings
from app.voting.roundkey import KEY_BYTES, RoundKey, new_secret

log = structlog.get_logger("folkmoot.keys")

SECONDS_BETWEEN_LOOKS = 1.0
"""How long after its destruction by another process a key may still be in this one's memory and in use."""


class KeyTroubleError(Conflict):
    """A key cannot be made, read or destroyed as it must be. The words say which file, and what to do."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(Words(text, values))


@dataclass(frozen=True)
class Copy:
    """One file that should hold a round's key. `check_value` is None where it is missing, empty where it is damaged."""

    path: Path
    check_value: str | None


@dataclass(frozen=True)
class Cabinet:
    """Where the keys lie. `copies` is None where no second place is configured; then no vote can open."""

    folder: Path
    copies: Path | None
    signer_name: str
    _read: dict[int, tuple[RoundKey, float]] = field(default_factory=dict)
    """Keys in memory, each with the time until which nobody need look whether its file is still there."""
    _signers: dict[str, Signer] = field(default_factory=dict)

    def create(self, round_id: int) -> RoundKey:
        """Make a round's key, write it twice, read both files back, and compare.

        A key that is there already (an opening was broken off) is kept: nothing ever overwrites one but `destroy`.

        :raises KeyTroubleError: when there is no place for a second copy, or a copy does not read back the same.
        """
        if self.copies is None:
            raise KeyTroubleError(
                N_("A vote needs a second place for its key. Set FOLKMOOT_KEY_COPY_PATH to a folder on other media.")
            )
        paths = list(self._paths(round_id))
        found = next((path for path in paths if path.exists()), None)
        secret = new_secret() if found is None else _read_secret(found)
        key = RoundKey(round_id, secret)
        for path in paths:
            if not path.exists():
                _write(path, f"{secret.hex()}\n".encode())
            if _read_key(path, round_id).check_value != key.check_value:
                raise KeyTroubleError(
                    N_("%(file)s does not read back as it was written. Is that disk sound?"), file=path
                )
        return key

    def open(self, round_id: int) -> RoundKey:
        """The round's key, from either copy. Once read, it stays in memory for as long as a file is there.

        :raises KeyTroubleError: when no copy is there: destroyed after the seal, or lost.
        """
        known = self._read.get(round_id)
        if known is not None and monotonic() < known[1]:
            return known[0]
        here = [path for path in self._paths(round_id) if path.exists()]
        if not here:
            self._read.pop(round_id, None)
            places = ", ".join(_short(path) for path in self._paths(round_id))
            raise KeyTroubleError(
                N_("No copy of this round's key is there any more. It should be in: %(files)s"), files=places
            )
        key = _first_sound(here, round_id) if known is None else known[0]
        self._read[round_id] = (key, monotonic() + SECONDS_BETWEEN_LOOKS)
        return key

    def copies_of(self, round_id: int) -> Iterator[Copy]:
        """Each place where a copy should lie, and which key is there."""
        for path in self._paths(round_id):
            try:
                yield Copy(path, _read_key(path, round_id).check_value if path.exists() else None)
            except KeyTroubleError:
                yield Copy(path, "")

    def exists(self, round_id: int) -> bool:
        return any(path.exists() for path in self._paths(round_id))

    def destroy(self, round_id: int) -> int:
        """Overwrite and remove every copy; return how many there were. Doing it again finds none and is no fault.

        :raises KeyTroubleError: when a folder is not there, so that nobody could say whether a copy is left in it.
        """
        self._read.pop(round_id, None)
        paths = list(self._paths(round_id))
        for path in paths:
            if not path.parent.is_dir():
                text = N_(
                    "The folder %(folder)s is not there, so its copy of the key cannot be destroyed. "
                    "Connect it and try again."
                )
                raise KeyTroubleError(text, folder=path.parent.name)
        return sum(_shred(path) for path in paths)

    def signer(self) -> Signer:
        """The key that signs receipts, made at first need. It is not the log's key, which only the sequencer reads."""
        if self.signer_name not in self._signers:
            path = self.folder / "receipt.key"
            if not path.exists():
                _write_once(path, (new_signer(self.signer_name).dump() + "\n").encode())
            self._signers[self.signer_name] = load_signer(path.read_text())
        return self._signers[self.signer_name]

    def _paths(self, round_id: int) -> Iterator[Path]:
        for folder in (self.folder, self.copies):
            if folder is not None:
                yield folder / f"round-{round_id}.key"


_cabinet: Cabinet | None = None


def wire(settings: Settings) -> None:
    """Say where the keys lie. Called once, by create_app."""
    global _cabinet  # noqa: PLW0603  # set once, when the application is made
    _cabinet = Cabinet(Path(settings.instance_path) / "keys", settings.key_copies, f"{settings.origin}/receipt")


def cabinet() -> Cabinet:
    """Where the keys of this Folkmoot lie."""
    if _cabinet is None:
        raise RuntimeError("create_app has not said where the keys lie")
    return _cabinet


def _short(path: Path) -> str:
    """A file as it is named to people: which of the two it is, but not where on this machine."""
    return f"{path.parent.name}/{path.name}"


def _first_sound(paths: list[Path], round_id: int) -> RoundKey:
    """The key of the first file that holds one. Either copy is enough, so one damaged file does not lose the vote."""
    for path in paths[:-1]:
        try:
            return _read_key(path, round_id)
        except KeyTroubleError as trouble:
            log.error("round_key_damaged", round=round_id, why=str(trouble))  # whoever reads the log can still mend it
    return _read_key(paths[-1], round_id)


def _read_key(path: Path, round_id: int) -> RoundKey:
    return RoundKey(round_id, _read_secret(path))


def _read_secret(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(path.read_text().strip())
    except (ValueError, OSError):
        secret = b""
    if len(secret) != KEY_BYTES or not any(secret):
        raise KeyTroubleError(N_("%(file)s is damaged: it does not hold a round's key."), file=_short(path))
    return secret


def _write(path: Path, content: bytes) -> None:
    """Write a file that only we can read, and wait until it and its name are on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    _sync_folder(path.parent)


def _write_once(path: Path, content: bytes) -> None:
    """Write a file unless another process was first, in which case its file stands."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    _write(draft, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _shred(path: Path) -> bool:
    """Overwrite a key's bytes, then remove the file. Whether there was one."""
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"0" * (2 * KEY_BYTES) + b"\n")
        file.flush()
        os.fsync(descriptor)
    path.unlink()
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
