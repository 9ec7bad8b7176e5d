"""A section of the full assessment as a form: a field for each question that is asked, filled from what was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.rights import catalogue, tags
from app.rights.assessing import Asked, Assessing
from app.rights.checklist import Checklist
from app.rights.forms import BoxesField, localized
from app.rights.instruments import Article
from app.rights.questions import AnswerKind, Answers, Each, Question
from app.web.formats import in_words
from app.web.forms import Form

SHOWN = "shown"
"""The hidden inputs that name the questions on the page, so that what was unticked is known from what was not asked."""
LONGEST_KEPT = 20_000
MOST_KEPT = 400


@dataclass(frozen=True)
class Block:
    """Questions that belong together: those asked once, or those about one group, right or row."""

    title: str | Markup
    summary: str | Markup
    fields: Sequence[Field]


class SectionForm(Form):
    """The questions of a section; `section_form` makes it."""

    shown: ClassVar[Sequence[Asked]]

    @property
    def blocks(self) -> list[Block]:
        """Questions asked once stand each for itself; those about one thing stand together under its name."""
        by_thing: dict[str, list[Asked]] = {}
        for one in self.shown:
            by_thing.setdefault(one.of, []).append(one)
        return [Block(*_named(asked[0]), [self[one.key] for one in asked]) for asked in by_thing.values()]

    def blame(self, errors: Mapping[str, Sequence[Any]]) -> None:
        """Put what is wrong at each field."""
        for key, problems in errors.items():
            if key in self:
                self[key].errors = [in_words(words) for words in problems]


def section_form(so_far: Assessing, section: str, offered: Iterable[Article]) -> SectionForm:
    """A form of what is asked in this section now. `offered`: the articles to choose from, beside those chosen."""
    shown = so_far.asked(section)
    fields = {one.key: _field(one, so_far, offered) for one in shown}
    made = type("AskedSectionForm", (SectionForm,), {"shown": shown, **fields})
    form: SectionForm = made(formdata=None, data={one.key: _start(one, so_far.given) for one in shown})
    for one in shown:
        form[one.key].flags.required = one.question.required
        if one.question.kind is AnswerKind.TEXT:
            form[one.key].flags.maxlength = one.question.most
    return form


def sent(checklist: Checklist, section: str, form: MultiDict[str, str]) -> dict[str, list[str]]:
    """What a page of this section sent, by question and instance; an empty list where all was unticked.

    Only the size is bounded here: what is not sound is kept as it was typed, and explained.
    """
    found = {}
    for key in dict.fromkeys(form.getlist(SHOWN)[:MOST_KEPT]):
        question = checklist.question(key.partition(".")[0])
        if question is not None and question.section == section:
            found[key] = [value[:LONGEST_KEPT] for value in form.getlist(key)[:MOST_KEPT]]
    return found


def _named(one: Asked) -> tuple[str | Markup, str | Markup]:
    """What the questions are about, and in a sentence what that is; nothing where they are asked once."""
    match one.question.each:
        case Each.GROUP:
            label = next((group.label for group in tags.groups() if group.id == one.of), None)
            return (one.of if label is None else localized(label)), ""
        case Each.RIGHT | Each.HARM:
            article = catalogue.load().article(one.of)
            return Markup("{}: {}").format(localized(article.citation), localized(article.heading)), localized(
                article.summary
            )
        case Each.ROW:
            return _("Source %(number)s", number=one.of), ""
        case None:
            return "", ""


def _field(one: Asked, so_far: Assessing, offered: Iterable[Article]) -> Any:
    label = localized(one.question.text)
    if one.of:
        label = Markup('{} <span class="visually-hidden">({})</span>').format(label, _named(one)[0])
    said: dict[str, Any] = {"label": label, "description": localized(one.question.help) if one.question.help else ""}
    if one.question.kind is AnswerKind.TEXT:
        return TextAreaField(**said)
    kind = RadioField if one.question.kind is AnswerKind.ONE else BoxesField
    return kind(choices=_choices(one.question, so_far, offered), validate_choice=False, **said)


def _choices(question: Question, so_far: Assessing, offered: Iterable[Article]) -> list[SelectChoice]:
    if question.kind is not AnswerKind.RIGHTS:
        return [SelectChoice(option.value, localized(option.label)) for option in question.options]
    rights = catalogue.load()
    every = dict.fromkeys([*(rights.article(one) for one in so_far.rights), *offered])
    return [
        SelectChoice(one.id, Markup("{}: {}").format(localized(one.citation), localized(one.heading))) for one in every
    ]


def _start(one: Asked, answers: Answers) -> Any:
    given = answers.to(one.key)
    return list(given) if one.question.kind in (AnswerKind.MANY, AnswerKind.RIGHTS) else next(iter(given), None)
