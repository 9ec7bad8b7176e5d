"""The catalogue: what there is, by instrument, by theme, by words; and each article with the proposals tied to it."""

from __future__ import annotations

from flask import abort, render_template, request

from app.adoptions import queries as adoptions
from app.database import db
from app.rights import catalogue, queries
from app.rights.instruments import Article
from app.rights.views.blueprint import bp
from app.web.answers import Answer
from app.web.paging import PER_PAGE, Page, offset, page_number
from app.web.visitor import locale

LONGEST_SEARCH = 200


@bp.get("/rights")
def index() -> Answer:
    """The whole catalogue: search, instruments, themes."""
    rights = catalogue.load()
    asked = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return render_template(
        "rights/index.html",
        rights=rights,
        asked=asked,
        found=_page_of(rights.search(asked, locale())) if asked else None,
        by_theme={theme.id: len(rights.by_theme(theme.id)) for theme in rights.themes},
        counts=queries.counts_by_article(db.session()) if asked else {},
    )


def _page_of(found: list[Article]) -> Page[Article]:
    number = page_number(request.args.get("page"))
    start = offset(number)
    return Page(found[start : start + PER_PAGE], number, len(found))


@bp.get("/rights/<instrument_id>")
def instrument(instrument_id: str) -> Answer:
    """One instrument with its articles, and where the United States stand on it."""
    rights = catalogue.load()
    try:
        found = rights.instrument(instrument_id)
    except catalogue.NotInCatalogue:
        abort(404)
    return render_template(
        "rights/instrument.html",
        instrument=found,
        articles=rights.articles_of(instrument_id),
        adopted=adoptions.of_instrument(db.session(), instrument_id),
        counts=queries.counts_by_article(db.session()),
    )


@bp.get("/rights/articles/<article_id>")
def article(article_id: str) -> Answer:
    """One article: what it says in plain words, what is related to it, and the proposals tied to it."""
    found = queries.article(article_id) or abort(404)
    rights = catalogue.load()
    return render_template(
        "rights/article.html",
        article=found,
        explained=rights.article(found.instrument.parent_id) if found.instrument.parent_id else None,
        clusters=[
            (cluster, [other for other in cluster.articles if other is not found])
            for cluster in rights.clusters_of(article_id)
        ],
        tied=queries.tied_to(db.session(), article_id),
        adopted=adoptions.of_instrument(db.session(), found.instrument.id, article_id),
    )


@bp.get("/rights/themes/<theme_id>")
def theme(theme_id: str) -> Answer:
    """The articles of all instruments on one theme."""
    rights = catalogue.load()
    try:
        found = rights.theme(theme_id)
    except catalogue.NotInCatalogue:
        abort(404)
    return render_template(
        "rights/theme.html",
        theme=found,
        articles=rights.by_theme(theme_id),
        counts=queries.counts_by_article(db.session()),
    )
