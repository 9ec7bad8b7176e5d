"""The words clerks meet when they keep the roll of a vote."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired

from app.charter import planning
from app.web.forms import Form, at_most, trimmed


def person_field() -> StringField:
    """Whom a clerk means."""
    return StringField(
        _l("Who is it?"),
        description=_l("Their e-mail address, the address of their page, or their register number."),
        filters=[trimmed],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
        validators=[DataRequired(_l("Enter an e-mail address, the address of a person’s page, or a register number."))],
    )


class ListForm(Form):
    """The list of those who may vote."""

    file = FileField(
        _l("File with the register numbers"),
        description=_l(
            "CSV or plain text in UTF-8: one number a line, or a column called “number”. Only keyed hashes of the "
            "numbers are kept, and nobody can see who is on the list."
        ),
        validators=[FileRequired(_l("Choose the file."))],
    )


class LineForm(Form):
    """A change to one line of the roll."""

    who = person_field()
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Everybody reads it on the page of the round. Do not name the person."),
        filters=[trimmed],
        validators=[DataRequired(_l(planning.REASON_MISSING)), at_most(planning.LONGEST_REASON)],
    )
