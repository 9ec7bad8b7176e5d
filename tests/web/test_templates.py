from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import support
from jinja2 import UndefinedError

from app.charter.rounds import RoundKind, RoundState
from app.civic.patterns import ExampleRound
from app.web import templates
from app.web.bars import Bars
from app.web.paging import Page
from tests.html import Element, parse

Render = Callable[..., Element]


@pytest.fixture
def spanish(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of two texts, whatever the real one holds."""
    said = {"Skip to the content": "Ir al contenido", "Official role:": "Cargo:", "Hello %(name)s": "Hola, %(name)s"}

    class Catalogue(support.NullTranslations):
        def ugettext(self, message: str) -> str:
            return said.get(message, message)

    real = templates.get_translations
    monkeypatch.setattr(templates, "get_translations", lambda: Catalogue() if templates.language() == "es" else real())
    _forget()
    yield
    _forget()


def _forget() -> None:
    """What was said once is remembered; this catalogue's words must not stay."""
    templates._template.cache_clear()
    templates._said.cache_clear()


def test_each_page_is_said_in_the_language_of_its_reader(spanish: None, rendered: Render) -> None:
    """Macros are compiled and kept once; what they say must not be."""
    source = """{% from "parts/status.html" import badge %}{{ badge("Clerk") }}
      {% trans name=who %}Hello {{ name }}{% endtrans %}"""
    for lang, role, hello in (
        ("en", "Official role:", "Hello"),
        ("es", "Cargo:", "Hola,"),
        ("en", "Official role:", "Hello"),
    ):
        text = rendered(source, lang=lang, who="<Ada>").text
        assert role in text
        assert f"{hello} <Ada>" in text


def test_a_percent_sign_is_a_percent_sign(rendered: Render) -> None:
    assert rendered('{{ _("50% of all") }} {% trans %}100% sure{% endtrans %}').text == "50% of all 100% sure"


def test_a_plural_follows_its_number(rendered: Render) -> None:
    source = "{% trans n=n %}one vote{% pluralize %}{{ n }} votes{% endtrans %}"
    assert [rendered(source, n=n).text for n in (1, 2)] == ["one vote", "2 votes"]


def test_a_name_cannot_write_markup_or_imitate_a_badge(rendered: Render) -> None:
    source = '{% from "parts/who.html" import who %}{{ who(name) }}'
    person = rendered(source, name='<span class="badge">City clerk</span>\u202e')
    assert not person.all(class_="badge")
    assert person.first("bdi").text.startswith("<span")


def test_a_badge_stands_outside_the_name(rendered: Render) -> None:
    person = rendered('{% from "parts/who.html" import who %}{{ who("Bo", "City clerk") }}')
    badge = person.first(class_="badge")
    assert badge.text == "Official role: City clerk"
    assert all(above.tag != "bdi" for above in badge.ancestors)


def test_the_two_ways_to_a_badge_make_the_same(rendered: Render) -> None:
    alone = rendered('{% from "parts/status.html" import badge %}{{ badge("City clerk") }}').first(class_="badge")
    beside = rendered('{% from "parts/who.html" import who %}{{ who("Bo", "City clerk") }}').first(class_="badge")
    assert [(one.tag, one.attributes) for one in alone] == [(one.tag, one.attributes) for one in beside]


def test_the_rail_marks_where_the_deliberation_stands(rendered: Render) -> None:
    closes = datetime(2026, 6, 1, 12, tzinfo=UTC)
    rounds = [
        ExampleRound(RoundKind.PROPOSE, RoundState.CLOSED),
        ExampleRound(RoundKind.VOTE, RoundState.OPEN, closes_at=closes),
        ExampleRound(RoundKind.RESPOND, RoundState.PLANNED),
    ]
    rail = rendered('{% from "parts/status.html" import round_rail %}{{ round_rail(rounds) }}', rounds=rounds)
    (current,) = rail.all("li", aria_current="step")
    assert current.text == "Vote Open until Jun 1, 2026"
    assert [one["data-state"] for one in rail.all("li")] == ["closed", "open", "planned"]


def test_a_chart_stands_beside_a_table_with_the_same_numbers(rendered: Render) -> None:
    source = '{% from "parts/bars.html" import bars %}{{ bars("r", chart, "Votes", "Answer", "Ballots") }}'
    figure = rendered(source, chart=Bars.of([("Yes", 1412), ("No", 706)], mark=0.5))
    assert figure.first(class_="bars-chart")["aria-hidden"] == "true"
    assert [one["width"] for one in figure.all("rect", class_="bars-bar")] == ["66.67", "33.33"]
    assert [[cell.text for cell in row.all("th", "td")] for row in figure.first("tbody").all("tr")] == [
        ["Yes", "1,412", "66.7%"],
        ["No", "706", "33.3%"],
    ]


def test_a_table_can_be_scrolled_by_keyboard_and_says_what_it_is(rendered: Render) -> None:
    source = """{% from "parts/table.html" import table %}
      {% call table("days", "Ballots by day") %}<tbody></tbody>{% endcall %}"""
    region = rendered(source).first(role="region")
    assert region["tabindex"] == "0"
    assert region.first(id=region["aria-labelledby"]).text == "Ballots by day"


def test_a_button_of_a_form_carries_the_token_and_what_it_is_about(rendered: Render) -> None:
    source = """{% from "parts/button.html" import post_button %}
      {{ post_button("/endorse", "Endorse", "t", {"n": 2}, describe="Trees") }}"""
    form = rendered(source).first("form")
    assert {one["name"]: one["value"] for one in form.all("input")} == {"csrf_token": "t", "n": "2"}
    assert form.first("button").text == "Endorse Trees"


def test_a_pager_keeps_the_filters_and_marks_the_page(rendered: Render) -> None:
    source = '{% from "parts/pager.html" import pager %}{{ pager(page, "/p?sort=new") }}'
    links = rendered(source, page=Page(range(25), 2, 100)).all("a")
    assert [one["href"] for one in links if one.get("aria-current") == "page"] == ["/p?sort=new&page=2"]
    assert next(one for one in links if one.get("rel") == "next")["href"] == "/p?sort=new&page=3"


def test_a_list_of_one_page_has_no_pager(rendered: Render) -> None:
    source = '{% from "parts/pager.html" import pager %}{{ pager(page, "/p") }}'
    assert rendered(source, page=Page(range(3), 1, 3)).all() == []


def test_the_page_marks_its_own_section(face: Flask) -> None:
    @face.get("/rights/icescr", endpoint="rights.show")
    def show() -> str:
        from flask import render_template_string

        return render_template_string(
            '{% extends "base.html" %}{% block title %}x{% endblock %}{% block main %}<h1>x</h1>{% endblock %}'
        )

    page = parse(face.test_client().get("/rights/icescr").text)
    assert [one.text for one in page.all("a", aria_current="true")] == ["Rights"]


def test_somebody_signed_in_sees_their_name_and_the_way_out(browser: FlaskClient) -> None:
    with browser.session_transaction() as kept:
        kept["_user_id"] = "1"
    page = parse(browser.get("/privacy").text)
    assert page.first("a", href="/accounts/me").text == "Ada Moreno"
    assert page.first("a", href="/notifications/index").text == "Notices 3 unread"
    assert page.all("form", action="/accounts/sign-out")
    assert not page.all("a", href="/accounts/sign_in")


def test_a_page_without_an_aside_has_no_column_for_it(rendered: Render) -> None:
    frame = '{% extends "base.html" %}{% block title %}x{% endblock %}{% block main %}<h1>x</h1>{% endblock %}'
    with_aside = frame + "{% block aside %}<p>More</p>{% endblock %}"
    assert not rendered(frame).all("aside")
    assert rendered(with_aside).first("aside").text == "More"
    assert rendered(with_aside).first(class_="page").has("data-aside")


def test_a_banner_stands_above_everything(rendered: Render) -> None:
    frame = '{% extends "base.html" %}{% block title %}x{% endblock %}{% block main %}<h1>x</h1>{% endblock %}'
    banner = rendered(frame, banners=["Anyone can vote in this round, verified or not."]).first(class_="banner")
    assert "verified or not" in banner.text


def test_printing_a_name_that_a_template_was_not_given_fails_where_people_build(rendered: Render) -> None:
    assert rendered("{% if missing %}x{% endif %}{{ missing or 'nothing' }}").text == "nothing"
    with pytest.raises(UndefinedError, match="'missing' is undefined"):
        rendered("{{ missing }}")
