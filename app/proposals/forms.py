"""The words people meet when they propose, and the limits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.web.forms import Form, at_most, trimmed

LONGEST_TITLE = 160
LONGEST_BODY = 20_000
LANGUAGES = (
    ("en", "English"),
    ("es", "Español"),
    ("ar", "العربية"),
    ("ca", "Català"),
    ("fr", "Français"),
    ("ht", "Kreyòl ayisyen"),
    ("ko", "한국어"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("so", "Soomaali"),
    ("tl", "Tagalog"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
)
"""Languages a text may say that it is written in. A page reader needs to know."""
LANGUAGE_CHOICES = [SelectChoice(code, name) for code, name in LANGUAGES]


class WritingForm(Form):
    """A proposal's words."""

    title = StringField(
        _l("What should the city do?"),
        description=_l("One sentence that says it all, for example: Plant trees on Mill Street."),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Say in one sentence what the city should do.")),
            Length(max=LONGEST_TITLE, message=_l("Keep it to %(max)d letters: one sentence.")),
        ],
    )
    body = TextAreaField(
        _l("Why, for whom, and how?"),
        description=_l(
            "What is wrong now, who feels it, what should change. You can use **bold**, lists with a dash, "
            "and links. Leave out what could harm somebody if everybody read it."
        ),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Give your reasons, so that others can weigh them.")),
            Length(min=40, message=_l("Write a little more: at least %(min)d letters, so that others can weigh it.")),
            at_most(LONGEST_BODY),
        ],
    )
    lang = SelectField(
        _l("Which language did you write in?"),
        description=_l("So that screen readers read it out right."),
        choices=LANGUAGE_CHOICES,
        validators=[InputRequired(_l("Choose the language."))],
    )


class RevisionForm(WritingForm):
    """New words for a standing proposal."""

    note = StringField(
        _l("What changed, and why?"),
        description=_l("People who endorsed your proposal are asked again and see this first."),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Say what changed, for those who backed the earlier words.")),
            at_most(300),
        ],
    )
    based_on = HiddenField()
    """The revision that was on the screen, so that two open windows cannot overwrite each other."""


class ReasonForm(Form):
    """A reason that everybody will see."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("Public. It will stand on the proposal's page."),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Give a reason: it will stand on the page.")),
            at_most(1000),
        ],
    )


class EndorseForm(Form):
    """Which revision somebody has read."""

    revision = IntegerField(validators=[InputRequired()])
