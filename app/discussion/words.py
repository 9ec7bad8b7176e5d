"""The words of the discussion: positions, reasons for hiding, and the standard moderators hold to (PURE)."""

from __future__ import annotations

from app.charter.words import N_
from app.discussion.models import Position, Reason

POSITION_WORDS: dict[Position, str] = {
    Position.FOR: N_("For"),
    Position.NEUTRAL: N_("Neutral"),
    Position.AGAINST: N_("Against"),
}

REASON_WORDS: dict[Reason, str] = {
    Reason.INSULT: N_("Insults a person"),
    Reason.HATE: N_("Degrades people for who they are"),
    Reason.THREAT: N_("Threatens or calls for harm"),
    Reason.PRIVATE_DATA: N_("Shows somebody's private data"),
    Reason.SPAM: N_("Advertising, or the same text again and again"),
    Reason.OFF_TOPIC: N_("Has nothing to do with the proposal"),
    Reason.UNLAWFUL: N_("Breaks the law in another way"),
}

STANDARD: tuple[str, ...] = (
    N_("Criticism of the city, its officials and any proposal is never a reason to hide, however sharp."),
    N_("A comment is hidden for what it does to people, by one of the reasons below, and for nothing else."),
    N_("Your explanation stands in place of the text. Write it for the author."),
    N_("The author may appeal once, and somebody else decides."),
)
"""What stands beside the queue, so that nobody moderates by mood."""
