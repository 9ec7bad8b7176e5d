"""Whom a vote is for: residents of some districts, of some ages, on a list, or everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import queries as people
from app.charter.electorate import OLDEST, Electorate, ElectorateError
from app.charter.opening import ELECTORATE_WORDS
from app.charter.rounds import Eligibility
from app.charter.words import Words
from app.config import Settings
from app.database import db
from app.deliberations.forms.rounds import OpenRoundForm, number_field


class ElectorateForm(OpenRoundForm):
    """A round with a roll, which can be for a part of the residents."""

    eligibility = RadioField(
        _l("Who may vote?"),
        choices=[SelectChoice(one.value, _l(words)) for one, words in ELECTORATE_WORDS.items()],
        default=Eligibility.VERIFIED.value,
        validators=[InputRequired(_l("Choose who may vote."))],
    )
    districts = SelectMultipleField(
        _l("Which districts? (Certain districts only)"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[Optional()],
    )
    age_from = number_field(
        _l("Youngest age (A certain age only)"),
        _l("As reached in the year in which the round opens. Empty: no lower limit."),
        OLDEST,
    )
    age_to = number_field(_l("Oldest age (A certain age only)"), _l("Empty: no upper limit."), OLDEST)

    by_name = BooleanField(
        _l("Open vote: everybody’s ballot is published with their name"),
        description=_l(
            "Only for juries, delegates and others who answer to somebody for their vote. "
            "Leave it unticked for every vote of residents: theirs is secret."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what this city knows: its districts, and ages where clerks may note a year of birth."""
        super().__init__(*args, **kwargs)
        settings: Settings = current_app.config["FOLKMOOT"]
        known = [*settings.district_names, *people.districts(db.session()), *(self.districts.data or ())]
        self.districts.choices = [SelectChoice(name, name) for name in dict.fromkeys(known)]
        offered = set(Eligibility) - ({Eligibility.DISTRICTS} if not known else set())
        offered -= set() if settings.birth_years else {Eligibility.AGES}
        self.eligibility.choices = [
            SelectChoice(one.value, _l(words)) for one, words in ELECTORATE_WORDS.items() if one in offered
        ]
        if not known:
            del self.districts
        if not settings.birth_years:
            del self.age_from, self.age_to

    def faults(self) -> Mapping[str, Words]:
        try:
            Electorate.from_settings(self._electorate())
        except ElectorateError as error:
            return {error.setting if error.setting in self else "eligibility": error.words}
        return super().faults()

    def settings(self) -> dict[str, object]:
        openly = {"by_name": True} if self.by_name.data else {}
        return super().settings() | Electorate.from_settings(self._electorate()).to_settings() | openly

    def _electorate(self) -> dict[str, object]:
        return {name: self[name].data for name in ("eligibility", "districts", "age_from", "age_to") if name in self}
