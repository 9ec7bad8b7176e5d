"""The words officials meet when they plan a vote: its question, its rule, and who may vote."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from app.charter.words import N_, Words
from app.deliberations.forms.electorate import ElectorateForm
from app.deliberations.forms.rounds import number_field
from app.voting.counting.limits import THRESHOLD_WORDS, Threshold
from app.voting.counting.methods import METHOD_PURPOSE, Method
from app.voting.rule import ReceiptMode, RuleError, VoteRule
from app.web.forms import at_most, trimmed

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


class VoteRoundForm(ElectorateForm):
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
        choices=[SelectChoice(one.value, _l(METHOD_PURPOSE[one])) for one in Method],
        default=Method.YES_NO.value,
        validators=[InputRequired(_l("Choose how people vote."))],
    )
    threshold = RadioField(
        _l("When is a proposal carried? (Yes, no or abstain only)"),
        choices=[SelectChoice(one.value, _l(THRESHOLD_WORDS[one])) for one in Threshold],
        default=Threshold.SIMPLE.value,
        validators=[InputRequired(_l("Choose when a proposal is carried."))],
    )
    seats = number_field(_l("How many proposals can win? (Approval only)"), _l("Empty: one proposal."), 150)
    max_choices = number_field(
        _l("How many proposals may one person mark? (Approval only)"), _l("Empty: any number."), 150
    )
    quorum = RadioField(_l("Quorum"), choices=QUORUMS, default="none")
    quorum_value = number_field(_l("How much is the quorum?"), _l("A percentage from 1 to 100, or a number of people."))
    receipts = RadioField(_l("Receipts"), choices=RECEIPTS, default="", validators=[Optional()])

    def validate_ballot(self, field: Field) -> None:
        if not all(part.isascii() and part.isdigit() for part in _parts(field.data)):
            raise ValidationError(_("Write numbers only, with commas between them, such as 12, 15, 31."))

    def faults(self) -> Mapping[str, Words]:
        if found := super().faults():
            return found
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
