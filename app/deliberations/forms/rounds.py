"""The words officials meet when they plan a round, whatever it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from app import clock
from app.charter import planning
from app.charter.electorate import ALL_ROUNDS
from app.charter.opening import ELECTORATE_WORDS
from app.charter.rounds import Eligibility
from app.charter.words import Words
from app.deliberations.acts import Plan
from app.rights.reviewing import INDEPENDENT, MOST_REVIEWERS
from app.web.citytime import CityTimeField
from app.web.formats import in_words
from app.web.forms import Form, at_most, trimmed


def number_field(label: Any, description: Any, most: int = 10_000, least: int = 1) -> IntegerField:
    """A whole number that may be left out."""
    message = _l("Enter a whole number from %(min)s to %(max)s.")
    return IntegerField(
        label, description=description, validators=[Optional(), NumberRange(min=least, max=most, message=message)]
    )


class RoundForm(Form):
    """What a planned round is to be. Each kind adds what concerns it (see `ROUND_FORMS`)."""

    title = StringField(
        _l("Name of the round"),
        description=_l("Leave it empty to call it by its kind."),
        filters=[trimmed],
        validators=[at_most(120)],
    )
    opens_at = CityTimeField(_l("Opens"), description=_l("Leave it empty to open the round by hand."))
    closes_at = CityTimeField(_l("Closes"), description=_l("Leave it empty for an open end."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then what they say together."""
        if super().validate(extra_validators):
            self.blame(planning.faults_of_times(self.opens_at.data, self.closes_at.data, clock.now()))
            self.blame(self.faults())
        return not self.errors

    def blame(self, faults: Mapping[str, Words]) -> None:
        """Put a sentence at each of these fields."""
        for name, words in faults.items():
            self[name].errors = [in_words(words)]

    def faults(self) -> Mapping[str, Words]:
        """What is wrong with the settings as a whole, by field."""
        return {}

    def settings(self) -> dict[str, object]:
        """What the round narrows; empty fields narrow nothing."""
        names = ("eligibility", "proposals_per_resident", "longest_text")
        return {name: self[name].data for name in names if name in self and self[name].data is not None}

    def plan(self) -> Plan:
        """What was typed, as the act takes it."""
        question = self["question"].data if "question" in self else ""
        return Plan(self.title.data or "", question, self.opens_at.data, self.closes_at.data, self.settings())


class OpenRoundForm(RoundForm):
    """A round with an electorate."""

    eligibility = RadioField(
        _l("Who may take part?"),
        choices=[SelectChoice(one.value, _l(ELECTORATE_WORDS[one])) for one in ALL_ROUNDS],
        default=Eligibility.VERIFIED.value,
        validators=[InputRequired(_l("Choose who may take part."))],
    )


class ReviseRoundForm(OpenRoundForm):
    """A round in which proposals are written anew."""

    longest_text = number_field(_l("How many letters may a proposal have?"), _l("Empty: 20,000."), 20_000, least=200)


class ProposeRoundForm(ReviseRoundForm):
    """A round in which proposals are made."""

    proposals_per_resident = number_field(
        _l("How many proposals may one resident make?"), _l("Empty: any number."), 100
    )


class ReviewRoundForm(RoundForm):
    """A round in which reviewers assess the proposals."""

    independent_reviews = number_field(
        _l("How many reviewers assess each proposal, without seeing one another’s answers?"),
        _l("Empty: one. With two or more, nobody reads a review before the last is handed in."),
        MOST_REVIEWERS,
    )

    def settings(self) -> dict[str, object]:
        said = self.independent_reviews.data
        return super().settings() | ({} if said is None else {INDEPENDENT: said})
