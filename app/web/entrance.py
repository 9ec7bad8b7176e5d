"""Who may come in: to pages of one's own, and to those that lead to an act."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from flask import abort, current_app
from flask.typing import ResponseReturnValue

from app.acts import CITY, require
from app.charter.actions import Action
from app.web.visitor import actor

if TYPE_CHECKING:
    from app.accounts.models import Account

P = ParamSpec("P")


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let a view be seen by who is signed in; everybody else is asked to sign in, and then led back.

    The same as Flask-Login's `login_required`, with types.
    """

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if actor() is None:
            manager = current_app.login_manager  # type: ignore[attr-defined]  # Flask-Login puts it there
            return cast("ResponseReturnValue", manager.unauthorized())
        return view(*args, **kwargs)

    return guarded


def oneself() -> Account:
    """Whoever is signed in, on pages that only they can see. Answers 403 to a stranger."""
    return actor() or abort(403)


def admitted(action: Action, subject: Any = CITY) -> Account:
    """Whoever asks, if the rules let them do this now. Raises Refused, with the reason and when it will be allowed."""
    require(actor(), action, subject)
    return oneself()
