"""The blueprint that the pages of accounts share, and what each of them asks first."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from app.accounts import queries
from app.accounts.models import Account
from app.database import db

bp = Blueprint("accounts", __name__)


@bp.after_request
def _keep_mailed_links_out_of_caches(response: Response) -> Response:
    """Whoever finds such a page in a cache would have the link, and the address it was sent to."""
    if "token" in (request.view_args or {}):
        response.headers["Cache-Control"] = "no-store"
    return response


def person_or_404(public_id: str) -> Account:
    """The person who lives at this address."""
    found = queries.by_public_id(db.session(), public_id)
    return found if found is not None else abort(404)
