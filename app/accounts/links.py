"""The links that are mailed: signed, for a short time, and of no more use once what they are for has happened.

A link names a person by their public id and carries a digest of the credential as it was. Confirming an address or
changing the password changes the credential, so the link, and every other that was sent before, no longer fits.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from app import clock
from app.accounts import queries
from app.accounts.models import Credential
from app.database import db


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM = "confirm"
    RESET = "reset"


GOOD_FOR = {Purpose.CONFIRM: timedelta(days=3), Purpose.RESET: timedelta(hours=1)}


class _OurClock(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def make(purpose: Purpose, credential: Credential, public_id: str) -> str:
    """The token of a new link."""
    return _signer(purpose).dumps([public_id, _state(purpose, credential)])


def read(purpose: Purpose, token: str) -> Credential | None:
    """Whose link this is; None when it is not ours, too old, or was used already."""
    try:
        public_id, state = _signer(purpose).loads(token, max_age=int(GOOD_FOR[purpose].total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    credential = queries.credential_by_public_id(db.session(), str(public_id))
    if credential is None or not hmac.compare_digest(str(state), _state(purpose, credential)):
        return None
    return credential


def _signer(purpose: Purpose) -> URLSafeTimedSerializer:
    key = current_app.secret_key or ""
    return URLSafeTimedSerializer(
        key, salt=f"folkmoot.links.{purpose.value}", signer=_OurClock, signer_kwargs={"digest_method": sha256}
    )


def _state(purpose: Purpose, credential: Credential) -> str:
    confirmed = credential.email_confirmed_at
    about = [credential.email, credential.changed_at.isoformat()]
    if purpose is Purpose.CONFIRM:
        about += [credential.new_email or "", confirmed.isoformat() if confirmed else ""]
    else:
        about.append(credential.password_hash)
    return sha256("\n".join(about).encode()).hexdigest()[:32]
