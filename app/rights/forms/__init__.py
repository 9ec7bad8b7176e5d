"""The words people meet when they answer a checklist or weigh articles, and the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import (
    Field,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.proposals.forms import LANGUAGE_CHOICES
from app.rights import catalogue, tags
from app.rights.checklist import AnswerKind, Answers, Checklist, Question
from app.rights.tags import MITIGATION_MOST, Direction, Tag
from app.rights.text import Text
from app.rights.weighing import NOT_RELEVANT, Weighed
from app.web.formats import in_words
from app.web.forms import Form, at_most, trimmed
from app.web.visitor import locale

DIRECTIONS = [SelectChoice(direction.value, _l(direction.label)) for direction in Direction]


def localized(text: Text) -> str | Markup:
    """Words of the catalogue in the page's language; marked with their own where it does not have them."""
    words, language = text.in_(locale()), text.language_in(locale())
    return words if language == locale() else Markup('<span lang="{}">{}</span>').format(language, words)


class BoxesField(SelectMultipleField):  # type: ignore[misc]  # it ships no types
    """Several choices, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


# ---------------------------------------------------------------- the checklist


class _Sound:
    """What is wrong with an answer, as the checklist itself says it."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def __call__(self, form: Form, field: Field) -> None:
        problems = list(self.question.problems(_given(field), required=True))
        if problems:
            raise ValidationError(" ".join(in_words(words) for words in problems))


class ChecklistForm(Form):
    """The questions of one checklist; `asking` makes it."""

    checklist: ClassVar[Checklist]

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        for question in self.checklist.questions:
            flags = self[question.id].flags  # set here, so that not each box of a group says that it is required
            flags.required = question.required
            if question.kind is AnswerKind.TEXT:
                flags.maxlength = question.most

    @property
    def answers(self) -> Answers:
        """What was answered so far."""
        return Answers.of({question.id: _given(self[question.id]) for question in self.checklist.questions})


def asking(checklist: Checklist, answers: Answers) -> ChecklistForm:
    """A form of the checklist's questions that begins with these answers."""
    fields = {question.id: _field(question) for question in checklist.questions}
    made = type("AskedForm", (ChecklistForm,), {"checklist": checklist, **fields})
    form: ChecklistForm = made(data={question.id: _start(question, answers) for question in checklist.questions})
    return form


def _field(question: Question) -> Any:
    said: dict[str, Any] = {
        "label": localized(question.text),
        "description": localized(question.help) if question.help else "",
        "validators": [_Sound(question)],
    }
    if question.kind is AnswerKind.TEXT:
        return TextAreaField(filters=[trimmed], **said)
    kind = RadioField if question.kind is AnswerKind.ONE else BoxesField
    options = [SelectChoice(option.value, localized(option.label)) for option in question.options]
    return kind(choices=options, validate_choice=False, **said)


def _given(field: Field) -> list[str]:
    if isinstance(field, SelectMultipleField):
        return list(field.data or ())
    return [field.data] if field.data else []


def _start(question: Question, answers: Answers) -> Any:
    given = answers.to(question.id)
    return list(given) if question.kind is AnswerKind.MANY else next(iter(given), None)


# ---------------------------------------------------------------- articles


def _groups() -> list[SelectChoice]:
    return [SelectChoice(group.id, localized(group.label)) for group in tags.groups()]


class WeighedForm(wtforms.Form):  # type: ignore[misc]  # it ships no types
    """One article: how the proposal works on it, on whom, and what would lessen the harm."""

    direction = RadioField(choices=[*DIRECTIONS, SelectChoice(NOT_RELEVANT, _l("Not relevant"))], validate_choice=False)
    groups = BoxesField(_l("Who is affected?"), choices=_groups, validate_choice=False)
    mitigation = TextAreaField(
        _l("What would lessen the harm?"),
        description=_l("A limit, a safeguard, help for those it hits."),
        filters=[trimmed],
        validators=[Optional(), at_most(MITIGATION_MOST)],
    )

    def validate_direction(self, field: Field) -> None:
        """Where something was written, it must be said what about."""
        if field.data and field.data not in {*Direction, NOT_RELEVANT}:
            raise ValidationError(_("Choose how your proposal works here, or “Not relevant”."))
        if self.mitigation.data and not field.data:
            raise ValidationError(_("You wrote what would lessen the harm. Choose how your proposal works here."))


class WeighingForm(Form):
    """Several articles; `weighing` makes it."""

    q = StringField(
        _l("Find another article"),
        description=_l("By what it is about (“eviction”, “interpreter”) or by its name (“ICCPR 17”)."),
        filters=[trimmed],
    )
    on_it: ClassVar[Sequence[Weighed]]

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        for one in self.on_it:
            name = catalogue.load().article(one.article_id).citation.in_(locale())
            label = self[one.article_id].form.direction.label
            label.text = _("How does your proposal work on %(article)s?", article=name)

    @property
    def weighed(self) -> list[Weighed]:
        """What was made of each article so far."""
        return [
            Weighed(
                one.article_id,
                self[one.article_id].form.direction.data or "",
                tuple(self[one.article_id].form.groups.data or ()),
                self[one.article_id].form.mitigation.data or "",
                one.added,
            )
            for one in self.on_it
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields, and what the rules of tags say of them together."""
        sound: bool = super().validate(extra_validators)
        wrong = tags.errors([tag for one in self.weighed if (tag := one.tag)], catalogue.load())
        self.form_errors.extend(in_words(words) for words in wrong if sound)
        return sound and not wrong


def weighing(on_it: Iterable[Weighed]) -> WeighingForm:
    """A form of these articles that begins with what was made of them before."""
    shown = list(on_it)
    fields = {one.article_id: FormField(WeighedForm) for one in shown}
    made = type("WeighedArticlesForm", (WeighingForm,), {"on_it": shown, **fields})
    before = {
        one.article_id: {"direction": one.direction or None, "groups": list(one.groups), "mitigation": one.mitigation}
        for one in shown
    }
    form: WeighingForm = made(data=before)
    return form


class TagForm(Form):
    """One article for a proposal that is public already."""

    direction = RadioField(
        _l("How does the proposal work on this right?"),
        choices=DIRECTIONS,
        validators=[InputRequired(_l("Choose how the proposal works on this right."))],
        validate_choice=False,
    )
    groups = BoxesField(_l("Who is affected?"), choices=_groups, validate_choice=False)
    explanation = TextAreaField(
        _l("In what way?"),
        filters=[trimmed],
        validators=[Optional(), at_most(MITIGATION_MOST)],
    )
    mitigation = TextAreaField(
        _l("If it endangers the right: what would lessen the harm?"),
        description=_l("A limit, a safeguard, help for those it hits."),
        filters=[trimmed],
        validators=[Optional(), at_most(MITIGATION_MOST)],
    )
    lang = SelectField(_l("Language of what you wrote"), choices=LANGUAGE_CHOICES, validators=[InputRequired()])

    def tag(self, article_id: str) -> Tag:
        """What the form says of an article. Only after it has been validated."""
        direction = Direction(self.direction.data)
        mitigation = self.mitigation.data if direction.harms else ""
        return Tag(article_id, direction, tuple(self.groups.data or ()), mitigation or "")

    def validate_groups(self, field: Field) -> None:
        """Only groups that there are."""
        known = {group.id for group in tags.groups()}
        if set(field.data or ()) - known:
            raise ValidationError(_("Choose groups from the list."))

    def validate_direction(self, field: Field) -> None:
        """Only directions that there are."""
        if field.data not in {*Direction}:
            raise ValidationError(_("Choose how the proposal works on this right."))
