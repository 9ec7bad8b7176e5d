"""What the log says of oneself: the one place where somebody's random names are brought together."""

from __future__ import annotations

from flask import render_template, request, url_for

from app.accounts.views.blueprint import bp
from app.audit import entries as log
from app.audit.entries import Turned
from app.database import db
from app.notifications import queries as notices
from app.web import telling
from app.web.entrance import oneself, signed_in
from app.web.paging import place_in_list


@bp.get("/you/log")
@signed_in
def entries() -> str:
    """The entries on what one has done, and on what was done to one's account and to what one wrote."""
    person, session = oneself(), db.session()
    turned = Turned(place_in_list(request.args.get("before")), place_in_list(request.args.get("after")))
    found = log.concerning(session, person.id, notices.things_of(person), turned)
    names = log.aliases(session, person.id)
    places = telling.places(session, {process for process, _name in names} | {one.process or "" for one in found.lines})
    return render_template(
        "accounts/entries.html",
        days=telling.by_day(telling.tell(session, found.lines, places)),
        names=[(places.get(process), name) for process, name in names],
        older=None if found.older is None else url_for(".entries", before=found.older),
        newer=None if found.newer is None else url_for(".entries", after=found.newer),
    )
