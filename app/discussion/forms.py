"""The words people meet when they comment, report, moderate or appeal, and the limits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from app.discussion.models import Position
from app.discussion.words import POSITION_WORDS, REASON_WORDS
from app.proposals.forms import LANGUAGE_CHOICES
from app.web.forms import Form, at_most, trimmed

LONGEST = 4_000


class CommentForm(Form):
    """A comment at the top of a thread."""

    position = RadioField(
        _l("Where do you stand?"),
        choices=[SelectChoice(position.value, _l(words)) for position, words in POSITION_WORDS.items()],
        validators=[Optional()],
    )
    body = TextAreaField(
        _l("Your comment"),
        description=_l("Argue with the proposal, not with the person."),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Write your comment.")),
            at_most(LONGEST),
        ],
    )
    lang = SelectField(_l("Language of your comment"), choices=LANGUAGE_CHOICES, validators=[InputRequired()])

    @property
    def stance(self) -> Position | None:
        """The position chosen, if any."""
        return Position(self.position.data) if self.position.data else None


class AnswerForm(Form):
    """An answer to a comment, or new words for one."""

    body = CommentForm.body
    lang = CommentForm.lang


class ReportForm(Form):
    """What is wrong with a comment."""

    reason = RadioField(
        _l("What is wrong with it?"),
        choices=[SelectChoice(reason.value, _l(words)) for reason, words in REASON_WORDS.items()],
        validators=[InputRequired(_l("Choose what is wrong with it."))],
    )
    detail = TextAreaField(
        _l("Anything a moderator should know"),
        filters=[trimmed],
        validators=[Optional(), at_most(1000)],
    )


class HideForm(Form):
    """Why a comment is hidden."""

    reason = RadioField(
        _l("Which rule does it break?"),
        choices=[SelectChoice(reason.value, _l(words)) for reason, words in REASON_WORDS.items()],
        validators=[InputRequired(_l("Choose the rule it breaks."))],
    )
    explanation = TextAreaField(
        _l("Explanation"),
        description=_l("Public: it stands in place of the comment. Do not repeat what you hide."),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Explain, for the author and everybody else.")),
            at_most(1000),
        ],
    )


class AppealForm(Form):
    """Why a comment should be readable again."""

    text = TextAreaField(
        _l("Why should your comment be readable again?"),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Say why.")),
            at_most(2000),
        ],
    )


class DecisionForm(Form):
    """What becomes of an appeal."""

    decision = RadioField(
        _l("Your decision"),
        choices=[
            SelectChoice("upheld", _l("The author is right: make the comment readable again")),
            SelectChoice("dismissed", _l("It stays hidden")),
        ],
        validators=[InputRequired(_l("Choose one of the two."))],
    )
    answer = TextAreaField(
        _l("Your answer to the author"),
        filters=[trimmed],
        validators=[
            DataRequired(_l("The author is owed an answer.")),
            at_most(2000),
        ],
    )
