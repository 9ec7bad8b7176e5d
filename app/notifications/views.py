"""The page of one's notices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import update
from werkzeug.wrappers import Response

from app import clock
from app.charter.roles import ROLE_WORDS, Role
from app.database import AnyRow, db
from app.notifications import queries
from app.notifications.models import Notice
from app.notifications.notices import SENTENCES
from app.web.entrance import oneself, signed_in
from app.web.forms import ButtonForm
from app.web.paging import PER_PAGE, Page, offset, page_number
from app.web.visitor import actor
from app.writing import private_write

bp = Blueprint("notifications", __name__)


@bp.app_template_global()
def unread_notices() -> int:
    """How many notices whoever asks has not read; costs a statement only for who is signed in."""
    person = actor()
    return 0 if person is None else queries.unread(db.session(), person.id)


@bp.get("/you/notices")
@signed_in
def index() -> str:
    """What one should know, the youngest first."""
    person = oneself()
    number = page_number(request.args.get("page"))
    reading = db.session()
    rows = queries.listing(reading, person.id, offset=offset(number), limit=PER_PAGE)
    titles = queries.proposals_named(reading, (row.facts["proposal"] for row in rows if "proposal" in row.facts))
    rounds = queries.rounds_named(reading, (row.facts["round"] for row in rows if "round" in row.facts))
    return render_template(
        "notifications/index.html",
        page=Page([_said(row, titles, rounds) for row in rows], number, queries.count(reading, person.id)),
        upto=rows[0].id if rows else 0,
        href=url_for(".index"),
    )


@bp.post("/you/notices")
@signed_in
def mark_read() -> Response:
    """Mark everything as read up to the youngest notice that was on the page."""
    person = oneself()
    if not ButtonForm().validate_on_submit():
        abort(400)
    upto = request.form.get("upto", "0")
    with private_write() as session:
        session.execute(
            update(Notice)
            .where(
                Notice.account_id == person.id,
                Notice.read_at.is_(None),
                Notice.id <= (int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 16 else 0),
            )
            .values(read_at=clock.now())
        )
    return redirect(url_for(".index"), 303)


def _said(row: AnyRow, titles: dict[int, AnyRow], rounds: dict[int, AnyRow]) -> dict[str, Any]:
    """A notice as its page shows it: the sentence, where it leads, when it was made, whether it is new."""
    round_ = rounds.get(row.facts.get("round", 0))
    proposal = titles.get(row.facts.get("proposal", 0))
    values = {
        "title": proposal.title if proposal else _("a proposal that is hidden now"),
        "backed": row.facts.get("backed", ""),
        "round": (round_.title or round_.question) if round_ else "",
        "role": _(ROLE_WORDS[Role(row.facts["role"])]) if "role" in row.facts else "",
    }
    return {
        "sentence": _(SENTENCES[row.kind], **values),
        "href": _leads_to(row, proposal, round_),
        "made_at": row.made_at,
        "new": row.read_at is None,
    }


ON_RIGHTS = {
    "review_asked": "rights.views",
    "reviewed": "rights.views",
    "concern_raised": "rights.proposal",
    "concern_answered": "rights.proposal",
}
"""Notices that lead to a page of human rights."""


def _leads_to(row: AnyRow, proposal: AnyRow | None, round_: AnyRow | None) -> str:
    if round_ is not None:
        return url_for("deliberations.round", slug=round_.slug, round_id=round_.id)
    if row.kind in ("role_granted", "role_revoked"):
        return url_for("accounts.officials")
    if proposal is None:
        return url_for("accounts.me")
    if row.kind in ON_RIGHTS:
        return url_for(ON_RIGHTS[row.kind], slug=proposal.slug, proposal_id=proposal.id)
    if row.kind == "revised":
        return url_for(
            "proposals.revision",
            slug=proposal.slug,
            proposal_id=proposal.id,
            number=row.facts["revision"],
            since=row.facts["backed"],
        )
    anchor = f"comment-{row.facts['comment']}" if "comment" in row.facts else None
    return url_for("proposals.show", slug=proposal.slug, proposal_id=proposal.id, _anchor=anchor)
