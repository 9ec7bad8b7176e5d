"""What the operator does about the log itself: who cosigns it, and which keys sign it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app import clock
from app.acts import City, Conflict, Done, SystemActor, act
from app.audit.models import LogKey, Witness
from app.charter.actions import Action
from app.charter.words import N_, Words
from app.database import db


@act(Action.ADD_WITNESS)
def add_witness(actor: SystemActor, city: City, *, name: str, vkey: str, url: str) -> Done[Witness]:
    """Have a witness asked to cosign from now on. Raises Conflict where one of its name or key is asked already.

    Whoever calls has parsed `vkey` and `url` (`audit.witness.cosignatures.parse_cosigner`, `asking.checked_url`).
    """
    for other in db.session.scalars(select(Witness).where(Witness.removed_at.is_(None)).order_by(Witness.id)):
        if other.name == name or other.vkey == vkey:
            raise Conflict(
                Words(N_("A witness with this name or key is asked already: %(name)s."), {"name": other.name})
            )
    witness = Witness(name=name, vkey=vkey, url=url, added_at=clock.now())
    db.session.add(witness)
    db.session.flush()
    return Done(witness, {"vkey": vkey, "url": url}, subject=witness)


@act(Action.REMOVE_WITNESS)
def remove_witness(actor: SystemActor, witness: Witness) -> Done[Witness]:
    """Ask a witness no more. What it cosigned stays."""
    witness.removed_at = clock.now()
    return Done(witness, {"vkey": witness.vkey})


@act(Action.ADD_KEY)
def add_key(actor: SystemActor, city: City, *, vkey: str, until_now: str) -> Done[LogKey]:
    """Have one more key sign the log. Its private half must lie in the instance folder already.

    `until_now` is the log's first key, which has no act of its own. Raises Conflict for a key that is known.
    """
    known = _held_keys()
    if not known:
        db.session.add(LogKey(vkey=until_now, added_at=clock.now()))
    if vkey in {key.vkey for key in known} | {until_now}:
        raise Conflict(Words(N_("This key was added already.")))
    db.session.flush()  # so that the older key has the smaller number
    key = LogKey(vkey=vkey, added_at=clock.now())
    db.session.add(key)
    db.session.flush()
    return Done(key, {"vkey": vkey}, subject=key)


@act(Action.RETIRE_KEY)
def retire_key(actor: SystemActor, city: City, *, vkey: str) -> Done[LogKey]:
    """Let a key sign no more. Raises Conflict where it does not sign, or where nothing else would."""
    signing = [key for key in _held_keys() if key.retired_at is None]
    found = [key for key in signing if key.vkey == vkey]
    if signing and not found:
        raise Conflict(Words(N_("This key does not sign the log. `flask audit key list` names those that do.")))
    if len(signing) < 2:  # none is known before the first successor
        raise Conflict(Words(N_("This is the only key that signs the log. Add its successor first.")))
    found[0].retired_at = clock.now()
    return Done(found[0], {"vkey": vkey}, subject=found[0])


def _held_keys() -> Sequence[LogKey]:
    """All keys ever added, held: of two acts about keys at once, the second sees what the first has left."""
    return db.session.scalars(
        select(LogKey).order_by(LogKey.id).with_for_update().execution_options(populate_existing=True)
    ).all()
