"""The words of officials who look somebody up, verify where they live, or give them a role."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from app import clock
from app.accounts.forms.own import AccountForm, tidy
from app.accounts.models import EVIDENCE_WORDS
from app.accounts.register import Noted, RegisterNumberError, normal, register
from app.charter.electorate import OLDEST
from app.charter.roles import ROLE_WORDS
from app.config import Settings
from app.web.forms import at_most, trimmed


class FindPersonForm(AccountForm):
    """Looking somebody up, for officials."""

    who = StringField(
        _l("E-mail address, or address of their page"),
        description=_l("Ask for the address they registered with. It is written on their own page too."),
        filters=[trimmed],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
        validators=[DataRequired(_l("Enter an e-mail address, or the address of a person’s page."))],
    )


def _register_number() -> StringField:
    return StringField(
        _l("Register number"),
        description=_l(
            "Only if votes are held by a list: the number under which the city’s register knows them. "
            "Nobody can read it again afterwards, you included."
        ),
        filters=[trimmed],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def _birth_year() -> IntegerField:
    return IntegerField(
        _l("Year of birth"),
        description=_l("Only if votes are held by age. Nobody can read it again afterwards, you included."),
        render_kw={"autocomplete": "off"},
        validators=[Optional()],
    )


class NotedForm(AccountForm):
    """What a clerk may note so that rolls can be drawn. Fields that the city does not allow are not there."""

    register_number = _register_number()
    birth_year = _birth_year()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settings: Settings = current_app.config["FOLKMOOT"]
        if not settings.birth_years:
            del self.birth_year

    def validate_register_number(self, field: Field) -> None:
        if field.data:
            try:
                normal(field.data)
            except RegisterNumberError:
                raise ValidationError(_("Enter letters and digits only, at most 40.")) from None

    def validate_birth_year(self, field: Field) -> None:
        year = clock.now().year
        if field.data is not None and not year - OLDEST <= field.data <= year:
            raise ValidationError(_("Enter the year with four digits, such as 1984."))

    def noted(self) -> Noted | None:
        """What was typed, as acts take it; None where nothing was."""
        number = self.register_number.data
        year = self.birth_year.data if "birth_year" in self else None
        if not number and year is None:
            return None
        return Noted(register().mark(number) if number else None, year)


class VerifyForm(NotedForm):
    """A clerk's finding that somebody lives in the city."""

    evidence = RadioField(
        _l("What did you see?"),
        description=_l("Nothing of it is copied or kept, only which kind it was."),
        choices=[SelectChoice(kind.value, _l(words)) for kind, words in EVIDENCE_WORDS.items()],
        validators=[InputRequired(_l("Choose what you saw."))],
    )
    district = StringField(
        _l("District"),
        description=_l("Only if the city’s rounds are held by district."),
        filters=[tidy],
        validators=[at_most(80)],
    )

    def validate_district(self, field: Field) -> None:
        known = current_app.config["FOLKMOOT"].district_names
        if field.data and known and field.data not in known:
            raise ValidationError(_("Write the district as the city does: %(names)s.", names=", ".join(known)))

    register_number = _register_number()
    birth_year = _birth_year()
    in_person = BooleanField(
        _l("The person is here with me, and I saw it myself"),
        validators=[InputRequired(_l("Verification is done in person. Tick the box if it was."))],
    )


class EndResidencyForm(AccountForm):
    """A clerk ends a verification."""

    reason = TextAreaField(
        _l("Why does the verification end?"),
        description=_l("The person can read this."),
        filters=[trimmed],
        validators=[
            DataRequired(_l("Give the reason, so that the person can object.")),
            at_most(2000),
        ],
    )


class GrantForm(AccountForm):
    """An administrator gives somebody a role. The deliberations to choose from are set by the view."""

    who = StringField(
        _l("E-mail address, or address of their page"),
        filters=[trimmed],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
        validators=[DataRequired(_l("Enter an e-mail address, or the address of a person’s page."))],
    )
    role = RadioField(
        _l("Role"),
        choices=[SelectChoice(role.value, _l(words)) for role, words in ROLE_WORDS.items()],
        validators=[InputRequired(_l("Choose a role."))],
    )
    deliberation = SelectField(
        _l("Where"),
        description=_l("Facilitators can be named for one deliberation. All other roles hold everywhere."),
        coerce=int,
        validators=[InputRequired(_l("Choose where the role holds."))],
    )

    def offer(self, deliberations: list[tuple[int, str]]) -> None:
        """Set the deliberations to choose from; 0 stands for everywhere."""
        everywhere = SelectChoice("0", _("Everywhere"))
        self.deliberation.choices = [everywhere, *(SelectChoice(str(key), words) for key, words in deliberations)]
