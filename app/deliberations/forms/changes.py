"""The words officials meet when they change a round that is planned or under way."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from app import clock
from app.charter import planning
from app.charter.actions import Action
from app.charter.rounds import RoundFacts
from app.charter.words import Words
from app.web.citytime import CityTimeField
from app.web.formats import in_words
from app.web.forms import Form, at_most, trimmed

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
