"""The words clerks meet when they keep the adoption register, and the limits."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError

from app.adoptions.acts import Said
from app.adoptions.models import (
    FACT_WORDS,
    IN_FORCE,
    MEASURE_WORDS,
    STATE_WORDS,
    Adoption,
    AdoptionState,
    Fact,
    Measure,
)
from app.proposals.forms import LANGUAGE_CHOICES
from app.rights.forms import BoxesField, localized
from app.rights.instruments import Article, Instrument
from app.web.forms import Form, at_most, trimmed

BINDING = (
    SelectChoice("yes", _l("Yes, it is law here")),
    SelectChoice("no", _l("No, it says what the city means to do")),
)
SOURCE = "source_{}"


def _line(label: Any, most: int, hint: Any = "", *rules: Any) -> StringField:
    return StringField(
        label, description=hint, filters=[trimmed], validators=[*(rules or (Optional(),)), at_most(most)]
    )


def _notes(label: Any, hint: Any = "") -> TextAreaField:
    return TextAreaField(label, description=hint, filters=[trimmed], validators=[Optional(), at_most(2_000)])


def _day(label: Any) -> DateField:
    return DateField(label, validators=[Optional()])


class AdoptionForm(Form):
    """What the register says of one local measure. `for_instrument` makes it."""

    measure = RadioField(
        _l("What kind of measure is it?"),
        choices=[SelectChoice(one.value, _l(words)) for one, words in MEASURE_WORDS.items()],
        validators=[InputRequired(_l("Choose what kind of measure it is."))],
    )
    title = _line(_l("Title"), 300, _l("As the measure itself has it."), InputRequired(_l("Write the title.")))
    number = _line(_l("Number"), 80, _l("Such as “Ordinance 2024-17” or a chapter of the code."))
    lang = SelectField(_l("Language of title and notes"), choices=LANGUAGE_CHOICES, validators=[InputRequired()])
    articles = BoxesField(
        _l("Which articles does it adopt?"),
        description=_l("Leave all empty where it adopts the whole instrument."),
        validate_choice=False,
    )
    binding = RadioField(
        _l("Does it bind the city?"), choices=BINDING, validators=[InputRequired(_l("Choose yes or no."))]
    )
    state = RadioField(
        _l("How does it stand?"),
        choices=[SelectChoice(one.value, _l(words)) for one, words in STATE_WORDS.items()],
        validators=[InputRequired(_l("Choose how it stands."))],
    )
    introduced_on = _day(_l("Introduced on"))
    adopted_on = _day(_l("Adopted on"))
    effective_on = _day(_l("In effect since"))
    sunset_on = _day(_l("Ends on, unless renewed"))
    oversight = _notes(_l("Who watches over it?"), _l("A commission, an office, a task force."))
    funding = _notes(_l("What money does it have?"))
    reports_due = _notes(_l("When are reports due, and to whom?"))
    url = _line(
        _l("Address of the full text"),
        500,
        "",
        Optional(),
        Regexp(r"https?://\S+\.\S+", message=_l("Write a whole address, which begins with https://.")),
    )
    text_sha256 = _line(
        _l("SHA-256 of the file with the full text"),
        64,
        _l("64 signs from 0 to 9 and a to f. With it anybody can check that the text was not changed since."),
        Optional(),
        Regexp(r"(?i)[0-9a-f]{64}$", message=_l("A SHA-256 has exactly 64 signs, from 0 to 9 and a to f.")),
    )
    reason = _line(
        _l("Why do you correct it?"),
        500,
        _l("Public. Both versions stay readable."),
        InputRequired(_l("Say why you correct it.")),
    )
    known: tuple[str, ...] = ()
    """Ids of the articles of the instrument."""

    def validate_articles(self, field: Field) -> None:
        """Only articles of this instrument."""
        if set(field.data or ()) - set(self.known):
            raise ValidationError(_("Choose articles of this instrument."))

    def validate_adopted_on(self, field: Field) -> None:
        """What is adopted was adopted on a day, and nothing is adopted before it was introduced."""
        if field.data and self.introduced_on.data and field.data < self.introduced_on.data:
            raise ValidationError(_("It cannot be adopted before it was introduced. Compare the two days."))

    def validate_sunset_on(self, field: Field) -> None:
        """It ends after it began."""
        began = self.effective_on.data or self.adopted_on.data
        if field.data and began and field.data < began:
            raise ValidationError(_("It cannot end before it begins. Compare the two days."))

    def validate_state(self, field: Field) -> None:
        """A measure in force was adopted on some day.

        `adopted_on` is optional, so this stands where it is asked for.
        """
        if field.data in IN_FORCE and not self.adopted_on.data:
            raise ValidationError(_("Write below on which day it was adopted, or choose “proposed”."))

    def said(self, instrument_id: str) -> Said:
        """What the form says. Only after it has been validated."""
        texts = ("title", "number", "oversight", "funding", "reports_due", "url")
        days = ("introduced_on", "adopted_on", "effective_on", "sunset_on")
        typed: dict[str, Any] = {name: self[name].data or "" for name in texts}
        typed |= {name: self[name].data for name in days}
        return Said(
            instrument=instrument_id,
            measure=Measure(self.measure.data),
            binding=self.binding.data == "yes",
            state=AdoptionState(self.state.data),
            articles=tuple(id_ for id_ in self.known if id_ in (self.articles.data or ())),
            lang=self.lang.data,
            text_sha256=(self.text_sha256.data or "").lower(),
            sources=self._sources(),
            **typed,
        )

    @property
    def source_fields(self) -> list[Field]:
        return [self[SOURCE.format(fact.value)] for fact in Fact]

    def _sources(self) -> dict[str, str]:
        """The source of each fact that is stated: its own, or that of the measure."""
        of_measure = self[SOURCE.format(Fact.MEASURE.value)].data
        return {fact.value: self[SOURCE.format(fact.value)].data or of_measure for fact in Fact if self._states(fact)}

    def _states(self, fact: Fact) -> bool:
        days = (self.introduced_on, self.adopted_on, self.effective_on, self.sunset_on)
        stated = {
            Fact.DATES: any(day.data for day in days),
            Fact.OVERSIGHT: self.oversight.data,
            Fact.FUNDING: self.funding.data,
            Fact.REPORTS: self.reports_due.data,
        }
        return bool(stated.get(fact, True))


def _source(fact: Fact) -> StringField:
    if fact is Fact.MEASURE:
        needed = InputRequired(_l("Say where this was found: the code, the minutes, a page of the city."))
        return _line(_l(FACT_WORDS[fact]), 500, _l("Such as “Municipal code, chapter 33A, seen 3 May”."), needed)
    return _line(_l(FACT_WORDS[fact]), 500, _l("Empty: the same source as for the measure."))


for _fact in Fact:
    setattr(AdoptionForm, SOURCE.format(_fact.value), _source(_fact))


def for_instrument(instrument: Instrument, articles: list[Article], entry: Adoption | None, lang: str) -> AdoptionForm:
    """A form for a measure that adopts this instrument; it begins with what `entry` says, if given."""
    form = AdoptionForm(data=_begun(entry) if entry else {"lang": lang})
    form.known = tuple(article.id for article in articles)
    numbered = [(article.id, localized(article.citation), localized(article.heading)) for article in articles]
    form.articles.choices = [SelectChoice(id_, f"{cited}: {heading}") for id_, cited, heading in numbered]
    if entry is None:
        del form.reason
    return form


def _begun(entry: Adoption) -> dict[str, Any]:
    data = {name: getattr(entry, name) for name in AdoptionForm.__dict__ if hasattr(entry, name)}
    sources = {SOURCE.format(fact): said for fact, said in entry.sources.items()}
    return {**data, **sources, "binding": "yes" if entry.binding else "no", "reason": ""}
