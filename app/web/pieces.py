"""Pieces of pages that are made once for all they show, and kept.

    {% set piece = pieces() %}
    {% for row in rows %}{{ piece(listed_row, row, base) }}{% endfor %}

A piece is found again by its macro and everything that the macro was given, down to the last column of a row. So it is
never out of date: whatever changes makes another piece. Pages consist mostly of what was asked for a moment ago, and
finding a piece takes a tenth of the time of making it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import cast

from flask import request
from jinja2.runtime import Macro
from markupsafe import Markup

from app.web.formats import reader_locale

KEPT = 4096
"""Pieces in a process. The comments of most cities take one or two kilobytes each."""


def pieces() -> Callable[..., Markup]:
    """A function of this page: `piece(macro, *shown)` gives what `macro(*shown)` says.

    A macro so used may depend on nothing but what it is given, the page's language and where this app is mounted: not
    on who asks, and not on the clock.
    """
    return partial(_made, reader_locale().language, request.root_path)


@lru_cache(KEPT)
def _made(_language: str, _root: str, macro: Macro, *shown: Hashable) -> Markup:
    return cast(Markup, macro(*shown))
