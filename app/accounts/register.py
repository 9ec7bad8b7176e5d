"""What a clerk may note of somebody beside their district, so that a vote's roll can be drawn: never shown again.

A *register number* is the number under which the city's own register knows a resident. Only a keyed hash of it is
kept, its *mark*: register numbers are short, so a bare hash could be guessed by trying them all. The key lies in the
instance folder and not in the database. A year of birth is kept only where `FOLKMOOT_BIRTH_YEARS` allows it.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32
LONGEST_NUMBER = 40
_GAPS = re.compile(r"[\s.\-/_]+")
_NUMBER = re.compile(r"[0-9A-Z]+")


class RegisterNumberError(ValueError):
    """This cannot be a register number."""


def normal(number: str) -> str:
    """A register number without what people write differently: gaps, dots, dashes, small letters.

    :raises RegisterNumberError: when nothing, too much, or something else than letters and digits is left.
    """
    plain = _GAPS.sub("", number).upper()
    if not _NUMBER.fullmatch(plain) or len(plain) > LONGEST_NUMBER:
        raise RegisterNumberError(f"a register number has 1 to {LONGEST_NUMBER} letters and digits")
    return plain


@dataclass(frozen=True)
class Noted:
    """What a clerk noted: the mark of a register number, and a year of birth. Both may be missing."""

    mark: bytes | None = None
    birth_year: int | None = None


@dataclass(frozen=True)
class Register:
    """The key under which register numbers are hashed, made at first need."""

    folder: Path

    def mark(self, number: str) -> bytes:
        """The 32 bytes that stand for a register number. The same number always has the same mark.

        :raises RegisterNumberError: when it cannot be one.
        """
        return hmac.digest(self._key(), b"folkmoot/register/v1\0" + normal(number).encode(), "sha256")

    def _key(self) -> bytes:
        path = self.folder / "register.key"
        if not path.exists():
            _make(path)
        key = bytes.fromhex(path.read_text().strip())
        if len(key) != KEY_BYTES:
            raise RuntimeError(f"{path} is damaged: bring back a copy of it, or no register number can be found again")
        return key


def _make(path: Path) -> None:
    """Write a new key, unless another process is first; a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_bytes(KEY_BYTES).hex() + "\n")
        file.flush()
        os.fsync(descriptor)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


_register: Register | None = None


def wire(instance_path: str) -> None:
    """Say in which instance folder the key lies. Called once, by create_app."""
    global _register  # noqa: PLW0603  # set once, when the application is made
    _register = Register(Path(instance_path) / "keys")


def register() -> Register:
    """The register numbers of this Folkmoot."""
    if _register is None:
        raise RuntimeError("create_app has not said where the register's key lies")
    return _register
