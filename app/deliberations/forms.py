"""The words officials meet when they start a deliberation and run its rounds, and the limits."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from app import clock
from app.charter import planning
from app.charter.actions import Action
from app.charter.opening import ELECTORATE_WORDS
from app.charter.rounds import Eligibility, RoundFacts, RoundKind
from app.charter.words import N_, Words
from app.deliberations.acts import Plan
from app.voting.counting.limits import THRESHOLD_WORDS, Threshold
from app.voting.counting.methods import COUNTERS, METHOD_PURPOSE, Method
from app.voting.rule import ReceiptMode, RuleError, VoteRule
from app.web.citytime import CityTimeField
from app.web.formats import LANGUAGES, in_words
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
        description=_l("Who decides, by when, and that each proposal is answered. The log keeps it word for word."),
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


_REASON_HINT = _l("Public: everybody reads it on the page of the round, with your name and role.")


def _reason(*required: Any) -> TextAreaField:
    validators = [*required, at_most(planning.LONGEST_REASON)]
    return TextAreaField(_l("Reason"), description=_REASON_HINT, filters=[trimmed], validators=validators)


class ChangeForm(Form):
    """A change that may be explained."""

    reason = _reason()
    plan: RoundFacts

    def said(self) -> dict[str, Any]:
        """What was typed, as the act takes it."""
        typed = {"reason": self.reason.data or ""}
        return {**typed, "closes_at": self["closes_at"].data} if "closes_at" in self else typed


class ReasonedForm(ChangeForm):
    """A change that must be explained."""

    reason = _reason(DataRequired(_l(planning.REASON_MISSING)))


class ExtendForm(ReasonedForm):
    """A later closing time."""

    closes_at = CityTimeField(_l("New closing time"), validators=[InputRequired(_l("Enter the new closing time."))])

    def validate_closes_at(self, field: Field) -> None:
        if field.data is not None:
            _must_be_sound(planning.fault_of_extension(self.plan, field.data, clock.now()))


class ReopenForm(ReasonedForm):
    """Until when a round is open once more."""

    closes_at = CityTimeField(_l("New closing time"), description=_l("Leave it empty for an open end."))

    def validate_closes_at(self, field: Field) -> None:
        _must_be_sound(planning.fault_of_reopening(field.data, clock.now()))


def _must_be_sound(fault: Words | None) -> None:
    if fault is not None:
        raise ValidationError(in_words(fault))


def change_form(action: Action, plan: RoundFacts) -> ChangeForm:
    """The form for a change to this round: with a reason where the public is owed one."""
    special = {Action.EXTEND_ROUND: ExtendForm, Action.REOPEN_ROUND: ReopenForm}
    reasoned = ReasonedForm if planning.needs_reason(action, plan, clock.now()) else ChangeForm
    form: ChangeForm = special.get(action, reasoned)()
    form.plan = plan
    return form


QUORUMS = (
    SelectChoice("none", _l("None: the result stands however many take part")),
    SelectChoice("share", _l("A percentage of the roll")),
    SelectChoice("number", _l("A number of people")),
)
RECEIPTS = (
    SelectChoice("", _l("As fits: by tracker, or by inclusion only where few people vote or the ballot is long")),
    SelectChoice(ReceiptMode.TRACKED.value, _l("By tracker: people find their ballot as they cast it")),
    SelectChoice(
        ReceiptMode.INCLUSION.value, _l("By inclusion: people see that their ballot is in the box, not what it says")
    ),
)


def _number(label: Any, description: Any, most: int = 10_000, least: int = 1) -> IntegerField:
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
        choices=[SelectChoice(one.value, _l(words)) for one, words in ELECTORATE_WORDS.items()],
        default=Eligibility.VERIFIED.value,
        validators=[InputRequired(_l("Choose who may take part."))],
    )


class ReviseRoundForm(OpenRoundForm):
    """A round in which proposals are written anew."""

    longest_text = _number(_l("How many letters may a proposal have?"), _l("Empty: 20,000."), 20_000, least=200)


class ProposeRoundForm(ReviseRoundForm):
    """A round in which proposals are made."""

    proposals_per_resident = _number(_l("How many proposals may one resident make?"), _l("Empty: any number."), 100)


class VoteRoundForm(OpenRoundForm):
    """A vote: its question and its rule."""

    question = TextAreaField(
        _l("The exact question of the vote"),
        description=_l("It is frozen when the round opens and stands on the ballot."),
        filters=[trimmed],
        validators=[DataRequired(_l("Enter the question.")), at_most(300)],
    )
    ballot = StringField(
        _l("Proposals on the ballot"),
        description=_l("Their numbers (listed below), with commas. Empty: all that are public when the round opens."),
        filters=[trimmed],
    )
    method = RadioField(
        _l("How do people vote?"),
        choices=[SelectChoice(one.value, _l(METHOD_PURPOSE[one])) for one in COUNTERS],
        default=Method.YES_NO.value,
        validators=[InputRequired(_l("Choose how people vote."))],
    )
    threshold = RadioField(
        _l("When is a proposal carried? (Yes, no or abstain only)"),
        choices=[SelectChoice(one.value, _l(THRESHOLD_WORDS[one])) for one in Threshold],
        default=Threshold.SIMPLE.value,
        validators=[InputRequired(_l("Choose when a proposal is carried."))],
    )
    seats = _number(_l("How many proposals can win? (Approval only)"), _l("Empty: one proposal."), 150)
    max_choices = _number(_l("How many proposals may one person mark? (Approval only)"), _l("Empty: any number."), 150)
    quorum = RadioField(_l("Quorum"), choices=QUORUMS, default="none")
    quorum_value = _number(_l("How much is the quorum?"), _l("A percentage from 1 to 100, or a number of people."))
    receipts = RadioField(_l("Receipts"), choices=RECEIPTS, default="", validators=[Optional()])

    def validate_ballot(self, field: Field) -> None:
        if not all(part.isascii() and part.isdigit() for part in _parts(field.data)):
            raise ValidationError(_("Write numbers only, with commas between them, such as 12, 15, 31."))

    def faults(self) -> Mapping[str, Words]:
        amount, kind = self.quorum_value.data, self.quorum.data
        if kind != "none" and (amount is None or (kind == "share" and amount > 100)):
            return {"quorum_value": Words(N_("Enter a percentage from 1 to 100, or a number of people."))}
        try:
            VoteRule.from_settings(self._rule())
        except RuleError as error:
            fields = {"quorum": "quorum_value", "proposals": "ballot"}
            return {fields.get(name, name): words for name, words in error.problems.items()}
        return {}

    def settings(self) -> dict[str, object]:
        return super().settings() | VoteRule.from_settings(self._rule()).to_settings()

    def ballot_numbers(self) -> list[int]:
        """The proposals named for the ballot, empty for all."""
        return [int(part) for part in _parts(self.ballot.data)]

    def _rule(self) -> dict[str, object]:
        names = ("method", "threshold", "seats", "max_choices", "receipts")
        rule = {name: self[name].data for name in names}
        return {**rule, "quorum": self._quorum(), "proposals": self.ballot_numbers() or None}

    def _quorum(self) -> dict[str, object] | None:
        amount = self.quorum_value.data
        if amount is None or self.quorum.data == "none":
            return None
        return {"share": str(Fraction(amount, 100))} if self.quorum.data == "share" else {"number": amount}


def _parts(typed: str | None) -> list[str]:
    return [part.strip().lstrip("#") for part in (typed or "").split(",") if part.strip()]


ROUND_FORMS: dict[RoundKind, type[RoundForm]] = {
    RoundKind.INFORM: RoundForm,
    RoundKind.PROPOSE: ProposeRoundForm,
    RoundKind.DISCUSS: OpenRoundForm,
    RoundKind.REVIEW: RoundForm,
    RoundKind.REVISE: ReviseRoundForm,
    RoundKind.VOTE: VoteRoundForm,
    RoundKind.RESPOND: RoundForm,
}
