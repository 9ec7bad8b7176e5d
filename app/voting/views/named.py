"""An open vote after its seal: how each person voted, by name, as its charter promised before anybody voted."""

from __future__ import annotations

from flask import abort, render_template

from app.database import db
from app.voting import queries
from app.voting.publishing import read_choices
from app.voting.views.blueprint import bp, place_or_404
from app.web.answers import Answer


@bp.get("/named", endpoint="named")
def by_name(slug: str, round_id: int) -> Answer:
    """Who voted how. There is no such page of a secret vote, and none before the seal."""
    place = place_or_404(slug, round_id)
    if not place.by_name or place.vote.paper is None or place.vote.facts.sealed_at is None:
        abort(404)
    session = db.session()
    return render_template(
        "voting/named.html",
        place=place,
        paper=place.vote.paper,
        options=queries.options(session, place.vote.paper),
        voters=[(one, read_choices(one.choices)) for one in queries.named(session, round_id)],
    )
