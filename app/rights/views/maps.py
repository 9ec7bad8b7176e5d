"""At a glance: the map of a deliberation, and for the page of a proposal its matrix and a paragraph in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from babel.lists import format_list
from flask import render_template
from markupsafe import Markup, escape

from app.adoptions import queries as adoptions
from app.adoptions.models import Adoption
from app.database import db
from app.deliberations.here import here
from app.rights import catalogue, gist, matrix
from app.rights.findings import FINDING_ANSWER_WORDS, FindingAnswerKind
from app.rights.matrix import Matrix
from app.rights.models import View
from app.rights.queries import TagShown
from app.rights.queries.charted import rights_map
from app.rights.views.blueprint import bp, cite, group_word
from app.web.answers import Answer
from app.web.formats import in_words
from app.web.templates import gettext
from app.web.visitor import locale


@bp.get("/deliberations/<slug>/rights")
def chart(slug: str) -> Answer:
    """Which rights the proposals here advance or endanger, for whom, and what nobody has spoken of."""
    deliberation = here()
    session = db.session()
    found = rights_map(session, deliberation.id)
    return render_template(
        "rights/map.html",
        deliberation=deliberation,
        chart=found,
        untouched=_untouched(adoptions.in_force(session), found),
    )


def _untouched(adopted: Iterable[Adoption], found: Matrix) -> list[Adoption]:
    """The measures in force that no proposal has to do with."""
    touched = {catalogue.load().article(article).instrument.id for article in found.articles}
    return [
        one
        for one in adopted
        if not (found.articles & set(one.articles) if one.articles else one.instrument in touched)
    ]


@bp.app_template_global()
def matrix_of(tags: Iterable[TagShown]) -> Matrix:
    """The rights × groups matrix of one proposal."""
    said = [matrix.Said(0, tag.article_id, tag.direction, tag.groups, tag.lacks_mitigation) for tag in tags]
    return matrix.of_proposal(said, catalogue.load())


@bp.app_template_global()
def gist_of(tags: Iterable[TagShown]) -> Markup:
    """One proposal's rights in one plain paragraph, made of its tags alone."""
    points = [
        gist.Point(
            article=cite(tag.article_id),
            direction=tag.direction,
            by_author=tag.view is View.AUTHOR,
            groups=tuple(escape(group_word(group)).striptags() for group in tag.groups),
            safeguard=not tag.lacks_mitigation,
        )
        for tag in tags
    ]
    return Markup(" ").join(in_words(words) for words in gist.sentences(points, _listing))


@bp.app_template_global()
def finding_word(kind: Any) -> Markup:
    """What was said to a danger, in short."""
    return gettext(FINDING_ANSWER_WORDS[FindingAnswerKind(kind)])


def _listing(names: Sequence[str]) -> str:
    return format_list(list(names), locale=locale())
