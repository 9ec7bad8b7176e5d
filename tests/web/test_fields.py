from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import InputRequired

from app.civic.patterns import ExampleForm
from app.web.fields import form_problems
from tests.html import Element

Render = Callable[..., Element]
FIELD = '{% from "parts/field.html" import field %}{{ field(form[name], lang=text_lang) }}'
SUMMARY = '{% from "parts/field.html" import error_summary %}{{ error_summary(form) }}'


@pytest.fixture
def form(face: Flask) -> Iterator[ExampleForm]:
    """A form that nobody has sent."""
    with face.test_request_context("/"):
        yield ExampleForm(formdata=None, meta={"csrf": False})


@pytest.fixture
def mistaken(face: Flask) -> Iterator[ExampleForm]:
    """A form that was sent with nothing but a telephone number."""
    with face.test_request_context("/"):
        form = ExampleForm(formdata=MultiDict({"contact": "555 0100"}), meta={"csrf": False})
        form.validate()
        yield form


def test_a_label_belongs_to_its_control(rendered: Render, form: ExampleForm) -> None:
    for name in ("title", "body", "contact", "password", "district", "plan", "agree"):
        row = rendered(FIELD, form=form, name=name)
        control = row.first("input", "textarea", "select", id=name)
        assert row.first("label")["for"] == control["id"]


def test_a_hint_is_read_with_the_control(rendered: Render, form: ExampleForm) -> None:
    row = rendered(FIELD, form=form, name="title")
    assert row.first("input")["aria-describedby"] == row.first("p", class_="field-hint")["id"]


def test_a_mistake_is_read_with_the_control_after_the_hint(rendered: Render, mistaken: ExampleForm) -> None:
    row = rendered(FIELD, form=mistaken, name="title")
    control = row.first("input")
    assert control["aria-describedby"] == "title-hint title-error"
    assert control["aria-invalid"] == "true"
    assert row.first(id="title-error").text == "Error: Enter what the city should do"
    assert row.first(class_="field")["data-state"] == "error"


def test_only_what_may_be_left_out_says_so(rendered: Render, form: ExampleForm) -> None:
    told = {name: "(optional)" in rendered(FIELD, form=form, name=name).text for name in ("title", "contact", "stance")}
    assert told == {"title": False, "contact": True, "stance": False}


def test_choices_stand_in_a_group_with_a_name(rendered: Render, form: ExampleForm) -> None:
    for name, kind in (("stance", "radio"), ("affected", "checkbox")):
        group = rendered(FIELD, form=form, name=name).first("fieldset")
        assert group.first("legend").text.startswith(str(form[name].label.text))
        assert len(group.all("input", type=kind)) == len(group.all("label")) == 3


def test_a_group_of_choices_is_described_by_its_mistake(rendered: Render, mistaken: ExampleForm) -> None:
    group = rendered(FIELD, form=mistaken, name="stance").first("fieldset")
    assert group["aria-describedby"] == "stance-error"


def test_a_browser_never_cuts_what_is_pasted(rendered: Render, form: ExampleForm) -> None:
    area = rendered(FIELD, form=form, name="body").first("textarea")
    assert not area.has("maxlength")
    assert area["data-max"] == "600"


def test_the_language_of_the_text_is_marked(rendered: Render, form: ExampleForm) -> None:
    assert rendered(FIELD, form=form, name="body", text_lang="es").first("textarea")["lang"] == "es"
    assert not rendered(FIELD, form=form, name="body", text_lang=None).first("textarea").has("lang")


def test_what_was_typed_is_kept(rendered: Render, mistaken: ExampleForm) -> None:
    assert rendered(FIELD, form=mistaken, name="contact").first("input")["value"] == "555 0100"


def test_the_summary_leads_to_each_mistake_and_takes_the_focus(rendered: Render, mistaken: ExampleForm) -> None:
    summary = rendered(SUMMARY, form=mistaken).first(class_="error-summary")
    assert summary.has("autofocus")
    assert {one["href"] for one in summary.all("a")} == {
        "#title",
        "#body",
        "#password",
        "#district",
        "#stance-0",
        "#agree",
    }


def test_a_form_without_mistakes_has_no_summary(rendered: Render, form: ExampleForm) -> None:
    assert rendered(SUMMARY, form=form).text == ""


class Person(Form):
    name = StringField("Name", [InputRequired("Enter a name")])


class Household(Form):
    people = FieldList(FormField(Person), min_entries=2)
    streets = FieldList(StringField("Street", [InputRequired("Enter a street")]), min_entries=1)


def test_mistakes_in_forms_within_forms_are_found() -> None:
    household = Household(MultiDict({"people-0-name": "Ada"}))
    household.validate()
    household.form_errors.append("Two people cannot be one")
    assert [(problem.text, problem.target) for problem in form_problems(household)] == [
        ("Enter a name", "people-1-name"),
        ("Enter a street", "streets-0"),
        ("Two people cannot be one", None),
    ]


def test_mistakes_with_the_same_words_are_told_apart() -> None:
    class Household(Form):
        name = StringField("Name", [InputRequired("Fill this in.")])
        street = StringField("Which street?", [InputRequired("Fill this in.")])

    household = Household()
    household.validate()
    assert [one.text for one in form_problems(household)] == ["Name: Fill this in.", "Which street? Fill this in."]
