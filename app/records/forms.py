"""The words clerks meet when they answer proposals, and the limits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from app.proposals.forms import LANGUAGE_CHOICES
from app.records.models import GROUND_WORDS, VERDICT_WORDS, AnswerGround, AnswerVerdict
from app.web.forms import Form, at_most, trimmed


class CityAnswerForm(Form):
    """What the city answers to a proposal."""

    verdict = RadioField(
        _l("What does the city do with this proposal?"),
        choices=[SelectChoice(verdict.value, _l(words)) for verdict, words in VERDICT_WORDS.items()],
        validators=[InputRequired(_l("Choose what the city does."))],
    )
    ground = RadioField(
        _l("If it is rejected: on what ground?"),
        choices=[SelectChoice(ground.value, _l(words)) for ground, words in GROUND_WORDS.items()],
        validators=[Optional()],
    )
    text = TextAreaField(
        _l("Reasons"),
        description=_l("Public. Say what the city will do, by when and which office; or why it will not."),
        filters=[trimmed],
        validators=[Optional(), at_most(10_000)],
    )
    lang = SelectField(_l("Language of the answer"), choices=LANGUAGE_CHOICES, validators=[InputRequired()])

    def validate_verdict(self, field: RadioField) -> None:
        """Anything but a full yes needs reasons, and a rejection its ground.

        :raises ValidationError: naming what is missing.
        """
        if field.data != AnswerVerdict.ACCEPTED and not self.text.data:
            raise ValidationError(_l("Give reasons: residents are owed them for anything but a full yes."))
        if field.data == AnswerVerdict.REJECTED and not self.ground.data:
            raise ValidationError(_l("Say on what ground the proposal is rejected."))

    @property
    def chosen_ground(self) -> AnswerGround | None:
        """The ground, where the verdict is a rejection."""
        rejected = self.verdict.data == AnswerVerdict.REJECTED
        return AnswerGround(self.ground.data) if rejected and self.ground.data else None
