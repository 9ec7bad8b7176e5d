"""What people read about changes to rounds, and about making one (PURE)."""

from __future__ import annotations

from dataclasses import dataclass

from app.charter.actions import Action
from app.charter.words import N_

CHANGE_WORDS: dict[str, str] = {
    "opened": N_("Opened"),
    "closed": N_("Closed"),
    "extended": N_("Closing time moved"),
    "paused": N_("Paused"),
    "resumed": N_("Resumed"),
    "reopened": N_("Reopened"),
    "cancelled": N_("Cancelled"),
    "edited": N_("Plan changed"),
    "seal_asked": N_("Seal asked for"),
    "sealed": N_("Sealed"),
    "roll_added": N_("Somebody added to the roll"),
    "roll_struck": N_("Somebody struck from the roll"),
    "reopen_asked": N_("Reopening asked for"),
}
"""By `ChangeKind`."""


@dataclass(frozen=True)
class Move:
    """A change that an official can make to a round: its act, and the words of its page."""

    name: str
    action: Action
    title: str
    meaning: str
    done: str
    kind: str = "secondary"
    """Of its button: `danger` for what cannot be undone."""


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move(
            "open",
            Action.OPEN_ROUND,
            N_("Open the round"),
            N_(
                "The round opens at once. Its charter (the question, who may take part and how many they are, what can "
                "be seen, when it closes) goes into the public log and cannot be changed silently afterwards."
            ),
            N_("The round is open. Its charter stands in the log."),
        ),
        Move(
            "close",
            Action.CLOSE_ROUND,
            N_("Close the round"),
            N_("The round closes at once. Everything in it stays readable."),
            N_("The round is closed."),
        ),
        Move(
            "extend",
            Action.EXTEND_ROUND,
            N_("Move the closing time"),
            N_("People get more time. The earlier time stays visible on the page of the round and of its result."),
            N_("The closing time has moved."),
        ),
        Move(
            "pause",
            Action.PAUSE_ROUND,
            N_("Pause the round"),
            N_(
                "Nobody can take part until the round is resumed. Its closing time stands; "
                "move it if people should not lose the time."
            ),
            N_("The round is paused."),
        ),
        Move(
            "resume",
            Action.RESUME_ROUND,
            N_("Resume the round"),
            N_("People can take part again at once."),
            N_("The round goes on."),
        ),
        Move(
            "reopen",
            Action.REOPEN_ROUND,
            N_("Reopen the round"),
            N_(
                "People can take part once more. That the round was closed and reopened stays visible on its page "
                "and on its result."
            ),
            N_("The round is open once more."),
        ),
        Move(
            "cancel",
            Action.CANCEL_ROUND,
            N_("Cancel the round"),
            N_("The round ends and does not count. This cannot be undone. What was said in it stays readable."),
            N_("The round is cancelled."),
            kind="danger",
        ),
    )
}
