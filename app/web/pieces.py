"""Pieces of pages that are made once for all they show, and kept.

    {% set piece = pieces() %}
    {{ piece(foot) }}
    {{ piece.each(listed_row, rows, base) }}

A piece is found again by its macro and everything that the macro was given, down to the last column of a row. So it is
never out of date: whatever changes makes another piece. Pages consist mostly of what was asked for a moment ago, and
finding a piece takes a tenth of the time of making it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import cast

from flask import request
from jinja2.runtime import Macro
from markupsafe import Markup

from app.web.formats import reader_locale

KEPT = 4096
"""Pieces in a process. The comments of most cities take one or two kilobytes each."""


class Pieces:
    """The pieces of one page, in its language.

    A macro so used may depend on nothing but what it is given, the page's language and where this app is mounted: not
    on who asks, and not on the clock.
    """

    def __init__(self) -> None:
        self._language = reader_locale().language
        self._root = request.root_path

    def __call__(self, macro: Macro, *shown: Hashable) -> Markup:
        """What `macro(*shown)` says."""
        return _made(self._language, self._root, macro, *shown)

    def each(self, macro: Macro, rows: Iterable[Hashable], *besides: Hashable) -> Markup:
        """What the macro says of one row after another."""
        language, root = self._language, self._root
        made = [_made(language, root, macro, row, *besides) for row in rows]
        return Markup("".join(made))  # noqa: S704  # what macros say is escaped by Jinja already


@lru_cache(KEPT)
def _made(_language: str, _root: str, macro: Macro, *shown: Hashable) -> Markup:
    return cast(Markup, macro(*shown))
