"""The words officials meet when they start a deliberation, and the limits."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError

from app.web.formats import LANGUAGES
from app.web.forms import Form, at_most, trimmed

LONGEST_QUESTION, LONGEST_BACKGROUND, LONGEST_PROMISE = 200, 40_000, 2_000
PROMISE_BYTES = 6_000
"""The log keeps each promise word for word, and an entry has 8 KiB."""


class DeliberationForm(Form):
    """What a deliberation asks, tells and promises."""

    question = StringField(
        _l("What do you ask the residents?"),
        description=_l("One open question, for example: How should Mill Street change in the next ten years?"),
        filters=[trimmed],
        validators=[DataRequired(_l("Enter the question.")), at_most(LONGEST_QUESTION)],
    )
    background = TextAreaField(
        _l("Background"),
        description=_l(
            "What people need to know: what is settled, what is open, what it costs, whom it touches, "
            "and where to read more. You can use **bold**, lists with a dash, and links."
        ),
        filters=[trimmed],
        validators=[DataRequired(_l("Enter the background.")), at_most(LONGEST_BACKGROUND)],
    )
    promise = TextAreaField(
        _l("What does the city promise to do with the outcome?"),
        description=_l("Who decides, by when, and that each proposal is answered. The log notes every later change."),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Enter what the city promises: people take part because of it.")),
            at_most(LONGEST_PROMISE),
        ],
    )
    lang = SelectField(
        _l("Which language is it written in?"),
        description=_l("So that screen readers read it out right."),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validators=[InputRequired(_l("Choose the language."))],
    )

    def validate_promise(self, field: Field) -> None:
        if len((field.data or "").encode()) > PROMISE_BYTES:
            raise ValidationError(_("This promise is too long for the log. Please shorten it."))
