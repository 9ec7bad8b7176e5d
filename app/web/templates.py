"""What every template can call: `static_url`, numbers and dates, Markdown, words of the charter, form helpers."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.templating import Environment as FlaskEnvironment
from flask_babel import get_translations
from jinja2 import Undefined
from markupsafe import Markup

from app import clock
from app.charter.roles import ROLE_WORDS
from app.charter.rounds import KIND_PURPOSE, KIND_WORDS, STATE_WORDS, RoundKind, RoundState
from app.config import Settings
from app.web import assets, fields, formats, markdown, navigation, paging, pieces


class Environment(FlaskEnvironment):
    """Flask's, but templates share one dict of globals instead of a chain of two.

    No template of ours is given globals of its own, and with some sixty globals the chain cost 25 microseconds for
    each `{% from … import … %}`: a third of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class LoudUndefined(Undefined):
    """In development and tests, printing what a template was never given is a mistake; asking `if` for it is not."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self._fail_with_undefined_error())


def init(app: Flask) -> None:
    """Set up Jinja. Must come after Babel's own `init_app`, whose gettext this replaces by a faster one."""
    settings: Settings = app.config["FOLKMOOT"]
    environment = app.jinja_env
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.policies["ext.i18n.trimmed"] = True
    if settings.development:
        environment.undefined = LoudUndefined
    environment.globals.update(GLOBALS, city_name=settings.city_name)
    assets.init(app)


def language() -> str:
    """The code of the page's language."""
    return str(formats.reader_locale().language)


def gettext(text: str, **values: Any) -> Markup:
    """Translate. The text is ours and may hold markup; the values are escaped.

    Does what Babel's own does, but remembers: a page says some forty things, which took 0.2 ms.
    """
    return _template(language(), text) % values if values else _said(language(), text)


def ngettext(one: str, many: str, num: int, **values: Any) -> Markup:
    """Translate with a plural."""
    values.setdefault("num", num)
    return _counted(language(), one, many, num) % values


@lru_cache(formats.REMEMBERED)
def _counted(_language: str, one: str, many: str, num: int) -> Markup:
    return Markup(get_translations().ungettext(one, many, num))  # noqa: S704  # catalogues are ours


@lru_cache(formats.REMEMBERED)
def _template(_language: str, text: str) -> Markup:
    return Markup(get_translations().ugettext(text))  # noqa: S704  # catalogues are ours


@lru_cache(formats.REMEMBERED)
def _said(language: str, text: str) -> Markup:
    """A text without values. `{% trans %}` writes a percent sign twice, everything else writes it once."""
    return _template(language, text).replace("%%", "%")


def kind_word(kind: RoundKind) -> Markup:
    """What a kind of round is called."""
    return gettext(KIND_WORDS[kind])


def kind_purpose(kind: RoundKind) -> Markup:
    """What people do in a kind of round, in one sentence."""
    return gettext(KIND_PURPOSE[kind])


def state_word(state: RoundState) -> Markup:
    """What a state of a round is called."""
    return gettext(STATE_WORDS[state])


def role_word(role: Any) -> Markup:
    """What an office is called."""
    return gettext(ROLE_WORDS[role])


GLOBALS: dict[str, object] = {
    "_": gettext,
    "gettext": gettext,
    "ngettext": ngettext,
    "languages": formats.LANGUAGES,
    "language": language,
    "places": navigation.places,
    "address": navigation.address,
    "kind_word": kind_word,
    "kind_purpose": kind_purpose,
    "state_word": state_word,
    "role_word": role_word,
    "in_words": formats.in_words,
    "fmt_number": formats.fmt_number,
    "fmt_percent": formats.fmt_percent,
    "fmt_date": formats.fmt_date,
    "fmt_datetime": formats.fmt_datetime,
    "fmt_until": formats.fmt_until,
    "iso_time": formats.iso_time,
    "time_element": formats.time_element,
    "markdown": markdown.safe_html,
    "plain": markdown.plain_html,
    "now": clock.now,
    "page_href": paging.page_href,
    "pieces": pieces.Pieces,
    "field_kind": fields.field_kind,
    "field_described": fields.field_described,
    "field_attributes": fields.field_attributes,
    "form_problems": fields.form_problems,
}
"""What templates call, by name."""
