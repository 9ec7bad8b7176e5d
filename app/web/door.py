"""What no page could answer, turned away at the door: numbers that no row can have, and the NUL sign in a text.

PostgreSQL keeps no text with a NUL sign, and neither database has a row beyond 64 bits: both would break the page.
"""

from __future__ import annotations

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

NUL = "\0"


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: at most as many digits as every row's number has room for. Longer ones lead nowhere."""

    regex = "[0-9]{1,18}"


def init(app: Flask) -> None:
    """Stand before every page of `app`. Must come before the pages' addresses are known."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_turn_away)


def _turn_away() -> None:
    """400 for a NUL sign anywhere in the address or the form."""
    if NUL in request.path or b"%00" in request.query_string:
        abort(400)
    if request.method == "POST" and any(NUL in name or NUL in text for name, text in request.form.items(multi=True)):
        abort(400)
