"""The log as feeds, whole or filtered as its page is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app.audit import entries, queries
from app.audit.feeds import Feed, Item, atom, json_feed
from app.audit.forms import EntryFilter
from app.audit.views.blueprint import bp, settings
from app.audit.views.pages import filter_form, log_address, turned, wanted_by
from app.audit.witness.queries import cosigned
from app.database import db
from app.web import telling
from app.web.visitor import LOCALES, locale

KINDS: Final = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"}


@bp.get("/feed.atom")
def as_atom() -> Response:
    """The newest entries for feed readers (RFC 4287)."""
    return _answer("atom", atom)


@bp.get("/feed.json")
def as_json() -> Response:
    """The newest entries for programs (JSON Feed 1.1)."""
    return _answer("json", lambda feed: json.dumps(json_feed(feed), ensure_ascii=False, indent=1).encode())


def _answer(kind: str, write: Callable[[Feed], bytes]) -> Response:
    asked = request.args.get("lang", "")
    with force_locale(asked if asked in LOCALES else locale()):
        form = filter_form({})
        if form.errors:
            mistakes = "".join(f"{text}\n" for texts in form.errors.values() for text in texts)
            return Response(mistakes, status=422, content_type="text/plain; charset=utf-8")
        note = _checkpoint()
        answer = Response(content_type=KINDS[kind], headers={"Cache-Control": "no-cache"})
        if asked not in LOCALES:
            answer.headers["Vary"] = "Accept-Language, Cookie"
        answer.set_etag(_state(kind, note))
        if request.if_none_match.contains(answer.get_etag()[0] or ""):
            answer.status_code = 304
        else:
            answer.set_data(write(_feed(form, note, asked if asked in LOCALES else locale())))
        return answer


def _checkpoint() -> str:
    """The newest checkpoint with the signatures of its witnesses; empty before the first entry."""
    session = db.session()
    note = queries.newest_checkpoint(session)
    return "" if note is None else cosigned(session, note)


def _state(kind: str, note: str) -> str:
    """A name for all that the answer is made of: the log as it is signed, what is asked for, and the language."""
    said = json.dumps([kind, note, sorted(request.args.items()), locale()])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _feed(form: EntryFilter, note: str, language: str) -> Feed:
    session, base = db.session(), settings().base_url.rstrip("/")
    found = entries.listing(session, wanted_by(form), turned())
    notes = entries.covering(session, (line.index for line in found.lines))
    place: dict[str, object] = {**form.asked, "lang": language}
    here = place if turned().before is None else {**place, "before": turned().before}
    return Feed(
        title=" – ".join([_("Public log of %(city)s", city=settings().city_name), *form.asked.values()]),
        description=_("Every act that changes the public record, in the order in which it happened."),
        author=settings().city_name,
        language=language,
        origin=settings().origin,
        home=log_address(),
        page=f"{log_address()}{_query(form.asked)}",
        own={kind: f"{base}{_address(kind)}{_query(here)}" for kind in KINDS},
        older={kind: f"{base}{_address(kind)}{_query({**place, 'before': found.older})}" for kind in KINDS}
        if found.older is not None
        else {},
        checkpoint=note,
        signed_words=_(
            "The first signed checkpoint that covers this entry. Keep it: a log rewritten later no longer fits it."
        ),
        items=[
            Item(line.index, line.leaf, line.act, line.at, telling.said(line), notes.get(line.index, ""))
            for line in found.lines
        ],
    )


def _address(kind: str) -> str:
    return f"{url_for('.index')}/feed.{kind}"


def _query(values: Mapping[str, object]) -> str:
    return f"?{urlencode(values)}" if values else ""
