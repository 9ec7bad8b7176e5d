"""Pages that only somebody who is signed in can see: everybody else is asked to sign in, and then led back."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, cast

from flask import current_app
from flask.typing import ResponseReturnValue

from app.web.visitor import actor

P = ParamSpec("P")


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let a view be seen by who is signed in. The same as Flask-Login's `login_required`, with types."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if actor() is None:
            manager = current_app.login_manager  # type: ignore[attr-defined]  # Flask-Login puts it there
            return cast("ResponseReturnValue", manager.unauthorized())
        return view(*args, **kwargs)

    return guarded
