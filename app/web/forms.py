"""What the forms of every domain share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import Length


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf ships no types
    """A form with its proof of origin."""


class ButtonForm(Form):
    """A form of one button: nothing but its proof of origin."""


def trimmed(value: str | None) -> str | None:
    """A filter: what was typed, without space around it."""
    return value.strip() if value else value


def at_most(letters: int) -> Length:
    """A validator: no more letters than this. The field counts them down where scripts run."""
    return Length(max=letters, message=_l("Keep it under %(max)d letters."))
