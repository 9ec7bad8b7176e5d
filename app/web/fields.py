"""What the macros of `templates/parts/field.html` ask of a form's fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field, Form, RadioField, SelectField, SelectFieldBase, TextAreaField
from wtforms.fields import FieldList, FormField
from wtforms.widgets import ListWidget


@dataclass(frozen=True)
class Problem:
    """One mistake in a form, and the id of the control that puts it right (None: it concerns the whole form)."""

    text: str
    target: str | None
    label: str = ""
    """What the field is called."""


def field_kind(field: Field) -> str:
    """How a field is shown: `choices` (a group of radios or boxes), `checkbox`, `textarea`, `select` or `input`."""
    if isinstance(field, RadioField) or isinstance(field.widget, ListWidget):
        return "choices"
    if isinstance(field, BooleanField):
        return "checkbox"
    if isinstance(field, TextAreaField):
        return "textarea"
    return "select" if isinstance(field, SelectField) else "input"


def field_described(field: Field) -> str:
    """The ids of the field's hint and error, for `aria-describedby`."""
    parts = [f"{field.id}-hint"] if field.description else []
    if field.errors:
        parts.append(f"{field.id}-error")
    return " ".join(parts)


def field_attributes(
    field: Field, kind: str, described: str, rows: int | None = None, lang: str | None = None
) -> dict[str, Any]:
    """The attributes of a field's control.

    No `maxlength`: a browser would cut a pasted text without a word. The length goes into `data-max` for the counter,
    and the server says what is too long, with everything kept.
    """
    attributes: dict[str, Any] = {"class_": "input"} if kind != "checkbox" else {}
    if described:
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    if lang:
        attributes["lang"] = lang
    if kind in ("input", "textarea"):
        attributes["maxlength"] = False
    if kind == "textarea":
        attributes["rows"] = rows or 6
        longest = getattr(field.flags, "maxlength", None)
        if longest:
            attributes["data-enhance"] = "count"
            attributes["data-max"] = longest
            attributes["data-left"] = _("{n} characters left")
            attributes["data-over"] = _("{n} characters too many")
    return attributes


def form_problems(form: Form) -> list[Problem]:
    """Every mistake of a form in the order of its fields, then what concerns it as a whole.

    Mistakes with the same words begin with the name of their field, since each is a link to another place.
    """
    found = list(_problems_in(form))
    often = {text for text, times in Counter(one.text for one in found).items() if times > 1}
    return [replace(one, text=_named(one)) if one.label and one.text in often else one for one in found]


def _named(problem: Problem) -> str:
    gap = " " if problem.label.endswith("?") else ": "
    return f"{problem.label}{gap}{problem.text}"


def _problems_in(form: Form) -> Iterator[Problem]:
    for field in form:
        yield from _problems_of(field)
    for text in getattr(form, "form_errors", ()):
        yield Problem(str(text), None)


def _problems_of(field: Field) -> Iterator[Problem]:
    if isinstance(field, FieldList):
        for entry in field.entries:
            yield from _problems_of(entry)
    elif isinstance(field, FormField):
        yield from _problems_in(field.form)
    else:
        yield from (Problem(str(text), _target(field), str(field.label.text)) for text in field.errors)


def _target(field: Field) -> str:
    """The id of the first control: in a group of choices that is its first choice."""
    if field_kind(field) == "choices" and isinstance(field, SelectFieldBase):
        return next((str(option.id) for option in field), str(field.id))
    return str(field.id)
