"""The leanest pages that show the same rows: what Folkmoot's hot pages are measured against.

A bare Flask application with one Core select and one bare Jinja loop a page: no session, no extensions, no
translation, no layout beyond a heading. Nobody would put this in front of a city; it tells what the rows cost by
themselves on this machine, this server and this database.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask
from jinja2 import Environment
from sqlalchemy import Engine, MetaData, Select, Table, and_, bindparam, create_engine, select

DATABASE, DELIBERATION = "YARDSTICK_DATABASE", "YARDSTICK_DELIBERATION"
PER_PAGE = 25

LIST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Proposals</title></head><body>
<h1>Proposals</h1>
<ol>
{% for row in rows %}<li><a href="/proposals/{{ row.id }}" lang="{{ row.lang }}">{{ row.title }}</a>
by {{ row.display_name or row.author_label }}, {{ row.created_at }}, revision {{ row.revision_number }},
{{ row.endorsements_count }} endorsements, {{ row.imported_supports }} supports,
{{ row.comments_count }} comments, {{ row.answer }}</li>
{% endfor %}</ol></body></html>
"""

SHOW = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ first.title }}</title></head><body>
<h1>{{ first.title }}</h1>
<p>by {{ first.proposed_by }}, {{ first.proposed_at }}, {{ first.endorsements_count }} endorsements,
{{ first.imported_supports }} supports, {{ first.answer }}</p>
<div>{{ first.text }}</div>
<ol>
{% for row in rows %}<li id="comment-{{ row.id }}"><p>{{ row.display_name or row.author_label }} {{ row.position }}
<a href="#comment-{{ row.id }}">{{ row.created_at }}</a></p>
<div lang="{{ row.lang }}">{{ row.body }}</div><p>Helpful: {{ row.helpful_count }}</p></li>
{% endfor %}</ol></body></html>
"""


def create_app() -> Flask:
    """The yardstick on a database that Folkmoot has filled, both named by the environment."""
    app = Flask(__name__)
    engine = create_engine(os.environ[DATABASE])
    newest, thread = _statements(engine, int(os.environ[DELIBERATION]))
    templates = Environment(autoescape=True)
    list_page, show_page = templates.from_string(LIST), templates.from_string(SHOW)

    @app.get("/list")
    def listing() -> str:
        with engine.connect() as connection:
            rows = connection.execute(newest, {"skip": 0}).all()
        return list_page.render(rows=rows)

    @app.get("/list/<int:number>")
    def further(number: int) -> str:
        with engine.connect() as connection:
            rows = connection.execute(newest, {"skip": (number - 1) * PER_PAGE}).all()
        return list_page.render(rows=rows)

    @app.get("/show/<int:proposal_id>")
    def show(proposal_id: int) -> str:
        with engine.connect() as connection:
            rows = connection.execute(thread, {"proposal": proposal_id}).all()
        return show_page.render(rows=rows, first=rows[0])

    return app


def _statements(engine: Engine, deliberation_id: int) -> tuple[Select[Any], Select[Any]]:
    """The newest proposals of the deliberation, and one proposal beside each of its comments."""
    metadata = MetaData()
    proposals, revisions, comments, accounts = (
        Table(name, metadata, autoload_with=engine).c for name in ("proposals", "revisions", "comments", "accounts")
    )
    tables = metadata.tables
    current = and_(revisions.proposal_id == proposals.id, revisions.number == proposals.revision_number)
    said = tables["proposals"].join(tables["revisions"], current)
    counts = (proposals.endorsements_count, proposals.imported_supports, proposals.answer)
    newest = (
        select(
            proposals.id,
            revisions.title,
            revisions.lang,
            proposals.created_at,
            proposals.revision_number,
            proposals.comments_count,
            proposals.author_label,
            accounts.display_name,
            *counts,
        )
        .select_from(said.outerjoin(tables["accounts"], accounts.id == proposals.author_id))
        .where(proposals.deliberation_id == deliberation_id, proposals.state == "public")
        .order_by(proposals.id.desc())
        .limit(PER_PAGE)
        .offset(bindparam("skip"))
    )
    thread = (
        select(
            comments.id,
            comments.position,
            comments.body,
            comments.lang,
            comments.created_at,
            comments.helpful_count,
            comments.author_label,
            accounts.display_name,
            revisions.title,
            revisions.body.label("text"),
            proposals.author_label.label("proposed_by"),
            proposals.created_at.label("proposed_at"),
            *counts,
        )
        .select_from(
            said.join(tables["comments"], comments.proposal_id == proposals.id).outerjoin(
                tables["accounts"], accounts.id == comments.author_id
            )
        )
        .where(proposals.id == bindparam("proposal"), comments.state == "public")
        .order_by(comments.id)
    )
    return newest, thread
