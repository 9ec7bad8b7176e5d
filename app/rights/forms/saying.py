"""The words people meet when reviewers are asked, concerns raised, and concerns and findings answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from app.charter import planning
from app.database import AnyRow
from app.proposals.forms import LANGUAGE_CHOICES
from app.rights import catalogue, tags
from app.rights.acts import Raised
from app.rights.findings import FINDING_ANSWER_WORDS, FindingAnswerKind
from app.rights.forms import DIRECTIONS, BoxesField, localized
from app.rights.models import ConcernKind
from app.rights.tags import MITIGATION_MOST, Direction
from app.web.forms import Form, at_most, trimmed
from app.web.visitor import locale

LONGEST = MITIGATION_MOST


def _groups() -> list[SelectChoice]:
    return [SelectChoice(group.id, localized(group.label)) for group in tags.groups()]


def _lang() -> SelectField:
    return SelectField(_l("Language of what you wrote"), choices=LANGUAGE_CHOICES, validators=[InputRequired()])


def _text(label: Any, description: Any = "", required: Any = _l("Write something here.")) -> TextAreaField:
    validators = [DataRequired(required), at_most(LONGEST)]
    return TextAreaField(label, description=description, filters=[trimmed], validators=validators)


class AssignForm(Form):
    """Which reviewer is asked."""

    reviewer = SelectField(_l("Reviewer"), validators=[InputRequired(_l("Choose a reviewer."))])

    def __init__(self, offered: Sequence[AnyRow], **more: Any) -> None:
        super().__init__(**more)
        self.reviewer.choices = [SelectChoice(one.public_id, one.display_name) for one in offered]


class ReasonForm(Form):
    """A public reason."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("Public: everybody can read it."),
        filters=[trimmed],
        validators=[DataRequired(_l("Give a reason.")), at_most(planning.LONGEST_REASON)],
    )


class ConcernForm(Form):
    """What a resident says beside an assessment."""

    kind = RadioField(
        _l("What do you want to say?"),
        choices=[
            SelectChoice(ConcernKind.AFFECTED.value, _l("This affects me, and how")),
            SelectChoice(ConcernKind.CHALLENGE.value, _l("The assessment is wrong, or leaves out a right")),
        ],
        default=ConcernKind.AFFECTED.value,
        validators=[InputRequired(_l("Choose what you want to say."))],
    )
    body = _text(_l("Say it in your own words"))
    article = StringField(
        _l("Which right? (If the assessment is wrong)"),
        description=_l("Its name, such as ICESCR 11. The catalogue has them all."),
        filters=[trimmed],
        validators=[Optional(), at_most(60)],
    )
    direction = RadioField(
        _l("How does the proposal work on it? (If the assessment is wrong)"),
        choices=DIRECTIONS,
        validators=[Optional()],
    )
    groups = BoxesField(_l("Who is affected?"), choices=_groups, validators=[Optional()])
    lang = _lang()
    unnamed = BooleanField(
        _l("Do not show my name"),
        description=_l("Neither this page nor the log tells who you are. The operators of this server could find out."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields, and that a challenge says how the proposal works on the right."""
        sound: bool = super().validate(extra_validators)
        if self.kind.data != ConcernKind.CHALLENGE:
            return sound
        if self.article_id is None and not self.article.errors:
            self.article.errors = [_l("Name the right by its short name, such as ICESCR 11.")]
        if not self.direction.data:
            self.direction.errors = [_l("Choose how the proposal works on this right.")]
        return not self.errors

    @property
    def article_id(self) -> str | None:
        """The article that was named: as its id, or as people cite it."""
        said = (self.article.data or "").strip()
        rights = catalogue.load()
        if said in rights:
            return said
        found = rights.search(said, locale())[:1] if said else []
        return next((one.id for one in found if said.casefold() == one.citation.in_(locale()).casefold()), None)

    @property
    def said(self) -> Raised:
        """What was raised. Only after it has been validated."""
        kind = ConcernKind(self.kind.data)
        challenge = kind is ConcernKind.CHALLENGE
        return Raised(
            kind,
            self.body.data,
            self.lang.data,
            self.article_id if challenge else None,
            Direction(self.direction.data) if challenge else None,
            tuple(self.groups.data or ()),
        )


class ConcernAnswerForm(Form):
    """What is said to a concern."""

    upheld = RadioField(
        _l("Is the challenge right?"),
        choices=[
            SelectChoice("yes", _l("Yes: the right is tied to the proposal, as residents say")),
            SelectChoice("no", _l("No, for the reason below")),
        ],
        validators=[InputRequired(_l("Choose whether the challenge is right."))],
    )
    text = _text(_l("Your answer"), _l("It stays beside the concern, which stays too."))
    lang = _lang()


class FindingForm(Form):
    """What is said to a finding."""

    kind = RadioField(_l("Your answer"), validators=[InputRequired(_l("Choose an answer."))])
    text = _text(_l("Why, or how?"), _l("Say which words of the proposal changed, or give your reason."))
    lang = _lang()

    def __init__(self, kinds: Sequence[FindingAnswerKind], **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices = [SelectChoice(kind.value, _l(FINDING_ANSWER_WORDS[kind])) for kind in kinds]
