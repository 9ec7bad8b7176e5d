"""The words officials meet when they keep the roll of a vote, and at the desk where people vote on paper."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange

from app.charter import planning
from app.voting.acts.desk import MOST_AT_ONCE
from app.voting.paper.serials import CHANNEL_WORDS, Channel
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


CHANNELS = tuple(SelectChoice(one.value, _l(words)) for one, words in CHANNEL_WORDS.items())


def _channel() -> RadioField:
    return RadioField(
        _l("Which kind of ballot?"),
        choices=CHANNELS,
        default=Channel.PAPER.value,
        validators=[InputRequired(_l("Choose the kind of ballot."))],
    )


def _number(label: Any, description: Any, most: int) -> IntegerField:
    message = _l("Enter a whole number from %(min)s to %(max)s.")
    return IntegerField(
        label,
        description=description,
        validators=[InputRequired(_l("Enter a number.")), NumberRange(min=1, max=most, message=message)],
    )


class IssueForm(Form):
    """Paper ballots to be made."""

    channel = _channel()
    how_many = _number(_l("How many ballots?"), _l("Each gets a serial of its own."), MOST_AT_ONCE)


class CheckInForm(Form):
    """Somebody who wants to vote on paper."""

    who = person_field()
    channel = _channel()


class BatchForm(Form):
    """A bundle of paper ballots."""

    channel = _channel()
    size = _number(_l("How many ballots lie in the bundle?"), _l("Count them by hand first."), MOST_AT_ONCE)


class SampleForm(Form):
    """A comparison of paper ballots with the count."""

    seed = StringField(
        _l("Seed"),
        description=_l("10 to 40 digits, thrown with dice in front of everybody. The log keeps them before you look."),
        filters=[trimmed],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
        validators=[DataRequired(_l("Enter the digits that were thrown."))],
    )
    size = _number(_l("How many ballots are to be drawn?"), "", MOST_AT_ONCE)
