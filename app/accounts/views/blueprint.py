"""The blueprint that the pages of accounts share, and what each of them asks first."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from app.accounts import queries
from app.accounts.models import Account
from app.database import db
from app.web.visitor import actor

bp = Blueprint("accounts", __name__)


@bp.after_request
def _keep_mailed_links_out_of_caches(response: Response) -> Response:
    """Whoever finds such a page in a cache would have the link, and the address it was sent to."""
    if "token" in (request.view_args or {}):
        response.headers["Cache-Control"] = "no-store"
    return response


def oneself() -> Account:
    """Whoever is signed in, on pages that only they can see. Answers 403 to a stranger."""
    person = actor()
    return person if person is not None else abort(403)


def person_or_404(public_id: str) -> Account:
    """The person who lives at this address."""
    found = queries.by_public_id(db.session(), public_id)
    return found if found is not None else abort(404)
