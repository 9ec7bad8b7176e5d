"""What may come of asking a witness, in words (PURE)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.charter.words import N_


class Trouble(StrEnum):
    """Why a witness did not cosign."""

    NONE = ""
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    UNKNOWN_LOG = "unknown_log"
    UNTRUSTED = "untrusted"
    INCONSISTENT = "inconsistent"
    CONTRADICTED = "contradicted"
    AHEAD = "ahead"
    REFUSED = "refused"
    MISANSWERED = "misanswered"
    CLOCK = "clock"


TROUBLE: Final[dict[Trouble, str]] = {
    Trouble.UNREACHABLE: N_("It could not be reached."),
    Trouble.BUSY: N_("It has trouble of its own, or is asked too often."),
    Trouble.UNKNOWN_LOG: N_("It does not know this log. Whoever keeps the witness must first add the log’s key."),
    Trouble.UNTRUSTED: N_(
        "It does not trust the key that signs this log. Whoever keeps the witness must add the log’s newest key."
    ),
    Trouble.INCONSISTENT: N_(
        "It says that this log does not continue what it saw before. "
        "If that is so, somebody has changed the log: compare checkpoints that were kept elsewhere."
    ),
    Trouble.CONTRADICTED: N_(
        "It saw another log of the same size under this name. "
        "If that is so, there are two logs signed with one key: compare checkpoints that were kept elsewhere."
    ),
    Trouble.AHEAD: N_("It has seen more entries than there are here. Was a backup restored?"),
    Trouble.REFUSED: N_("It refused, and did not say why in a way that is known here."),
    Trouble.MISANSWERED: N_("Its answer was not its cosignature on this checkpoint."),
    Trouble.CLOCK: N_("Its clock and the one here are more than ten minutes apart."),
}

ALARMING: Final = frozenset({Trouble.INCONSISTENT, Trouble.CONTRADICTED, Trouble.AHEAD})
"""Troubles that are about the log and not about reaching the witness."""
