"""The blueprint that the pages of human rights share, and the words that templates of every domain ask it for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from app.rights import queries, tags
from app.rights.assessing import Asked
from app.rights.forms import localized
from app.rights.models import VIEW_WORDS, View
from app.rights.questions import AnswerKind, Each, Question
from app.rights.tags import Direction
from app.web.templates import gettext
from app.web.visitor import locale

bp = Blueprint("rights", __name__)

bp.app_template_global("localized")(localized)
bp.app_template_global("tags_beside")(queries.tags_beside)


@bp.app_template_global()
def direction_word(direction: Any) -> Markup:
    """Which way a proposal works on a right."""
    return gettext(Direction(direction).label)


@bp.app_template_global()
def view_word(view: Any) -> Markup:
    """From whose point of view something is said."""
    return gettext(VIEW_WORDS[View(view)])


@bp.app_template_global()
def cite(article_id: str) -> str:
    """How people cite an article, in the page's language: `ICESCR 11`, `PIDESC 11`."""
    return _citation(article_id, locale())


@bp.app_template_global()
def group_word(group_id: str) -> str | Markup:
    """What a group of people is called."""
    return _group(group_id, locale())


@bp.app_template_global()
def name_of(one: Asked) -> str | Markup:
    """Of which group, right or row a question is asked."""
    return group_word(one.of) if one.question.each is Each.GROUP else cite(one.of)


@bp.app_template_global()
def answer_word(question: Question, value: str) -> str | Markup:
    """An answer as people read it: what its option is called, the article, or what was written."""
    if question.kind is AnswerKind.RIGHTS:
        return cite(value)
    option = question.option(value)
    return value if option is None else localized(option.label)


@lru_cache(4096)
def _citation(article_id: str, language: str) -> str:
    article = queries.article(article_id)
    return article_id if article is None else article.citation.in_(language)


@lru_cache(256)
def _group(group_id: str, language: str) -> str | Markup:
    label = next((group.label for group in tags.groups() if group.id == group_id), None)
    return group_id if label is None else localized(label)
