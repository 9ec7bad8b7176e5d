"""The plain resources of the log that verifiers fetch."""

from __future__ import annotations

from typing import Final

from flask import Response, abort

from app.audit import entries, queries, tiles
from app.audit.views.blueprint import bp, home
from app.audit.witness.queries import cosigned
from app.database import db

TEXT: Final = "text/plain; charset=utf-8"
FOR_EVER: Final = "public, max-age=31536000, immutable"


@bp.get("/entry/<int:index>.tlog-proof")
def proof(index: int) -> Response:
    """The offline proof that the entry stands in the tree of the newest checkpoint (C2SP tlog-proof)."""
    text = queries.proof(db.session(), index)
    if text is None:
        abort(404)
    return _plain(text, "no-cache", f"entry-{index}.tlog-proof")


@bp.get("/entry/<int:index>.json")
def raw(index: int) -> Response:
    """The entry's own bytes, of which its leaf hash is made."""
    line = entries.entry(db.session(), index) if index < 2**63 else None
    if line is None:
        abort(404)
    return Response(line.body, mimetype="application/json", headers={"Cache-Control": FOR_EVER})


@bp.get("/checkpoint")
def checkpoint() -> Response:
    """The newest checkpoint, as it was signed and cosigned (C2SP tlog-checkpoint)."""
    note = queries.newest_checkpoint(db.session())
    if note is None:
        abort(404)
    return _plain(cosigned(db.session(), note), "no-cache")


@bp.get("/key")
def key() -> Response:
    """The verifier keys, newest first. Whoever checks the log should have one from elsewhere, and compare."""
    vkeys = home().public_keys()
    if not vkeys:
        abort(404)
    return _plain("".join(f"{vkey}\n" for vkey in vkeys), "no-cache")


@bp.get("/tile/<path:path>")
def tile(path: str) -> Response:
    """A hash tile, or the entries below one (C2SP tlog-tiles)."""
    try:
        data = queries.resource(db.session(), tiles.parse(path))
    except ValueError:
        data = None
    if data is None:
        abort(404)
    return Response(data, mimetype="application/octet-stream", headers={"Cache-Control": FOR_EVER})


def _plain(text: str, caching: str, filename: str | None = None) -> Response:
    headers = {"Cache-Control": caching}
    if filename is not None:
        headers["Content-Disposition"] = f"attachment; filename={filename}"
    return Response(text, content_type=TEXT, headers=headers)
