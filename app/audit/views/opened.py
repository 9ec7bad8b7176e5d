"""The published record and the earlier checkpoints, as verifiers fetch them: streamed, in chunks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import Response, abort

from app.audit import exporting, queries
from app.audit.views.blueprint import bp
from app.database import db
from app.records.opened import opened

LINES: Final = "application/jsonl; charset=utf-8"
FOR_EVER: Final = "public, max-age=31536000, immutable"
NOW: Final = "no-cache"


@bp.get("/checkpoints.jsonl")
def checkpoints() -> Response:
    """Every checkpoint ever signed, oldest first."""
    size = queries.size(db.session())
    return _lines(exporting.checkpoints(db.engine.connect, size))


@bp.get("/record/index.json")
def index_of_record() -> Response:
    """What is published, and as of which size of the tree."""
    with db.engine.connect() as connection:
        said = exporting.index(connection, opened())
    return Response(said, mimetype="application/json", headers={"Cache-Control": NOW})


@bp.get("/record/<table>.jsonl")
def record(table: str) -> Response:
    """The published rows of one table."""
    found = opened().get(table)
    if found is None:
        abort(404)
    return _lines(exporting.record(db.engine.connect, found))


@bp.get("/manifest/<act_id>/<table>")
def manifest(act_id: str, table: str) -> Response:
    """The list of rows that an entry commits to."""
    body = exporting.manifest(db.session().connection(), act_id, table)
    if body is None:
        abort(404)
    return Response(body, mimetype="application/octet-stream", headers={"Cache-Control": FOR_EVER})


@bp.get("/verify.py")
def verifier() -> Response:
    """The program that checks the log: one file, to be run with nothing but Python."""
    answer = Response(exporting.verifier(), content_type="text/x-python; charset=utf-8")
    answer.headers["Cache-Control"] = NOW
    answer.headers["Content-Disposition"] = "attachment; filename=verify.py"
    return answer


def _lines(pieces: Iterable[bytes]) -> Response:
    return Response(pieces, content_type=LINES, headers={"Cache-Control": NOW})
