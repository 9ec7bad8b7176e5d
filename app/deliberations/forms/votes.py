"""The words officials meet when they plan a vote: its question, its rule, and who may vote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from app.charter.words import N_, Words
from app.deliberations.forms.electorate import ElectorateForm
from app.deliberations.forms.rounds import number_field
from app.voting.counting.limits import THRESHOLD_WORDS, Threshold
from app.voting.counting.methods import BUDGETS, COUNTERS, METHOD_PURPOSE, METHOD_WORDS, Method
from app.voting.counting.ties import TIE_WORDS, TieRule
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

RULE_FIELDS = (
    "method", "threshold", "seats", "max_choices", "receipts", "points", "ties", "budget", "within_budget", "completion"
)  # fmt: skip
MOST_MONEY = 10**12
LONGEST_COSTS = 4000
COMPLETION_CHOICES = (
    SelectChoice("add1u", _l("Raise everybody’s share little by little, then spend the rest by number of votes")),
    SelectChoice("add1", _l("Raise everybody’s share little by little, and leave the rest")),
    SelectChoice("greedy", _l("Spend the rest by number of votes")),
    SelectChoice("none", _l("Leave the rest")),
)
_COST = re.compile(r"#?([0-9]{1,12})\s*[:=]\s*([0-9]{1,12})")


def _named(method: Method) -> object:
    """A method by its name and what it does."""
    return _l("%(method)s: %(purpose)s", method=_l(METHOD_WORDS[method]), purpose=_l(METHOD_PURPOSE[method]))


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
        choices=[SelectChoice(one.value, _named(one)) for one in COUNTERS],
        default=Method.YES_NO.value,
        validators=[InputRequired(_l("Choose how people vote."))],
    )
    threshold = RadioField(
        _l("When is a proposal carried? (Yes, no or abstain only)"),
        choices=[SelectChoice(one.value, _l(THRESHOLD_WORDS[one])) for one in Threshold],
        default=Threshold.SIMPLE.value,
        validators=[InputRequired(_l("Choose when a proposal is carried."))],
    )
    seats = number_field(
        _l("How many proposals can win?"),
        _l("For approval, scores, points to share out, and the single transferable vote. Empty: one proposal."),
        150,
    )
    max_choices = number_field(
        _l("How many proposals may one person mark or rank?"),
        _l("For approval, budgets and rankings. Empty: any number."),
        150,
    )
    points = number_field(
        _l("How many points does each person share out?"), _l("For points to share out only, such as 10."), 1000
    )
    ties = RadioField(
        _l("What becomes of a tie?"),
        choices=[SelectChoice(one.value, _l(TIE_WORDS[one])) for one in TieRule],
        default=TieRule.REPORT.value,
        validators=[InputRequired(_l("Choose what becomes of a tie."))],
    )
    budget = number_field(
        _l("How much is there to spend?"), _l("For budgets only: a whole amount, in the city’s money."), MOST_MONEY
    )
    costs = TextAreaField(
        _l("What does each proposal cost?"),
        description=_l("For budgets only. One line for each: its number, a colon, the cost. For example: 12: 45000"),
        filters=[trimmed],
        validators=[at_most(LONGEST_COSTS)],
    )
    within_budget = BooleanField(
        _l("What one person marks must be affordable together"), description=_l("For budgets only.")
    )
    completion = SelectField(
        _l("When nothing more can be paid for by equal shares, but money is left"),
        description=_l("For budgets by equal shares only."),
        choices=COMPLETION_CHOICES,
        default=COMPLETION_CHOICES[0].value,
        validators=[Optional()],
    )
    quorum = RadioField(_l("Quorum"), choices=QUORUMS, default="none")
    quorum_value = number_field(_l("How much is the quorum?"), _l("A percentage from 1 to 100, or a number of people."))
    receipts = RadioField(_l("Receipts"), choices=RECEIPTS, default="", validators=[Optional()])

    def validate_ballot(self, field: Field) -> None:
        if not all(part.isascii() and part.isdigit() for part in _parts(field.data)):
            raise ValidationError(_("Write numbers only, with commas between them, such as 12, 15, 31."))

    def validate_costs(self, field: Field) -> None:
        if not all(_COST.fullmatch(line) for line in _lines(field.data)):
            raise ValidationError(
                _("Write a line for each proposal: its number, a colon, the cost, such as 12: 45000.")
            )

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
        """The proposals named for the ballot, of a budget those with a cost; empty for all."""
        named = [int(part) for part in _parts(self.ballot.data)]
        return named or [proposal for proposal, _cost in self._costs() if self.method.data in BUDGETS]

    def _rule(self) -> dict[str, object]:
        rule = {name: self[name].data for name in RULE_FIELDS}
        return {**rule, "quorum": self._quorum(), "proposals": self.ballot_numbers() or None, "costs": self._costs()}

    def _costs(self) -> list[list[int]]:
        typed = [_COST.fullmatch(line) for line in _lines(self.costs.data)]
        return [[int(found[1]), int(found[2])] for found in typed if found]

    def _quorum(self) -> dict[str, object] | None:
        amount = self.quorum_value.data
        if amount is None or self.quorum.data == "none":
            return None
        return {"share": str(Fraction(amount, 100))} if self.quorum.data == "share" else {"number": amount}


def costs_text(costs: object) -> str:
    """Costs as they are typed: a line for each proposal."""
    if not isinstance(costs, list):
        return ""
    return "\n".join(f"{proposal}: {cost}" for proposal, cost in costs)


def _lines(typed: str | None) -> list[str]:
    return [line.strip() for line in (typed or "").splitlines() if line.strip()]


def _parts(typed: str | None) -> list[str]:
    return [part.strip().lstrip("#") for part in (typed or "").split(",") if part.strip()]
