"""Who signs the log now: its first key, and those that its own entries name as successors.

The entries are the truth, not the files: a key that lies in the folder signs from the checkpoint on that covers its
`key.added`, and for the last time the one that covers its `key.retired`. So whoever knows one key that signed at some
time can follow them all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select

from app.audit.home import HaltedError, Home
from app.audit.models import LogEntry
from app.audit.notes import Signer, read_checkpoint
from app.audit.verify import KEYS, Checkpoint, NoteError, Vkey
from app.charter.actions import Action
from app.charter.words import N_
from app.database import Model

_ENTRIES: Final = Model.metadata.tables[LogEntry.__tablename__]
_CHANGES: Final = (Action.ADD_KEY.value, Action.RETIRE_KEY.value)
_TOLD: Final = select(_ENTRIES.c.body).where(_ENTRIES.c.act.in_(_CHANGES)).order_by(_ENTRIES.c.idx)


class Notary:
    """The keys that sign: `signing` by their public halves, oldest first."""

    def __init__(self, there: Mapping[str, Signer], first: str | None, told: Iterable[bytes] = ()) -> None:
        self._there = there
        self.signing: list[str] = []
        changes = [change for body in told for change in _changes(body)]
        added = {vkey for act, vkey in changes if act == Action.ADD_KEY}
        if first is None or first in added:
            # The first key has no act of its own. Once retired its file may be gone, and the retirement names it.
            first = next((vkey for act, vkey in changes if act == Action.RETIRE_KEY and vkey not in added), None)
        self.known = first is not None
        """Whether it is certain who signs."""
        if first is not None:
            self.signing.append(first)
        self._leaving: list[str] = []
        for act, vkey in changes:
            self._change(act, vkey)
        self._leaving.clear()

    @classmethod
    def of(cls, connection: Connection, home: Home, *, may_make: bool = False) -> Notary:
        """Who signs, as the entries that have their places say. Raises HaltedError when a key's file is broken."""
        if may_make:
            home.signer(may_make=True)
        there = home.signers()
        first = next(iter(there)) if home.key_file.exists() else None
        return cls(there, first, connection.scalars(_TOLD))

    @property
    def vkeys(self) -> Sequence[Vkey]:
        """The keys that go on signing, newest first, as far as they are at hand."""
        return [self._there[vkey].vkey for vkey in reversed(self.signing) if vkey in self._there]

    def take(self, bodies: Iterable[bytes]) -> None:
        """Take in the entries that the next checkpoint will cover."""
        for body in bodies:
            for act, vkey in _changes(body):
                self._change(act, vkey)

    def _change(self, act: str, vkey: str) -> None:
        if act == Action.ADD_KEY and vkey not in self.signing:
            self.signing.append(vkey)
        elif act == Action.RETIRE_KEY and vkey in self.signing:
            self.signing.remove(vkey)
            self._leaving.append(vkey)

    def read(self, note: str) -> Checkpoint:
        """The checkpoint in the note that was signed last. Raises HaltedError unless all who sign now signed it."""
        try:
            return [read_checkpoint(note, signer.vkey) for signer in self._signers(self.signing)][-1]
        except NoteError as error:
            raise HaltedError(N_("The key in keys/log.key is not the one that signed this log.")) from error

    def checkpoint(self, size: int, root: bytes) -> str:
        """The note over a tree, signed by every key; by those that retire with it for the last time."""
        signers = self._signers([*self._leaving, *self.signing])
        self._leaving.clear()
        text = Checkpoint(signers[0].name, size, root).text()
        return text + "\n" + "".join(signer.line(text) for signer in signers)

    def _signers(self, vkeys: Iterable[str]) -> list[Signer]:
        if not self.known:
            raise HaltedError(N_("The log’s key is gone. Put %(file)s back from its safe copy."), file="keys/log.key")
        try:
            return [self._there[vkey] for vkey in vkeys]
        except KeyError as missing:
            key_id = str(missing.args[0]).split("+")[1]
            raise HaltedError(
                N_("The log’s key is gone. Put %(file)s back from its safe copy."), file=f"keys/log-{key_id}.key"
            ) from None


def _changes(body: bytes) -> list[tuple[str, str]]:
    """What an entry says about keys: (act, verifier key), at most one; nearly always none."""
    if KEYS not in body:
        return []
    try:
        said = json.loads(body)
        return [(said["act"], str(said["facts"]["vkey"]))] if said["act"] in _CHANGES else []
    except (ValueError, KeyError, TypeError) as error:
        raise HaltedError(N_("An entry about the log’s keys cannot be read: it was changed.")) from error
