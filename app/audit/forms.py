"""What somebody may ask of the log, as they type it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField
from wtforms.validators import Regexp, ValidationError

from app.audit.entries import CITY
from app.charter.words import N_
from app.web.forms import Form, trimmed

MISTYPED_DAY: Final = N_("Enter the day as year, month and day, such as 2026-11-23.")
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9998, 12, 31)
"""Days that can be moved by one and into any time zone and are still days."""

RANDOM_NAME: Final = re.compile("(?:p:)?([0-9a-f]{12})")
REFERENCE: Final = re.compile(r"(?:^|/)(city|[a-z_]{1,60}/[0-9a-z]{1,39})/?\Z")
PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}

Choice = tuple[str, str, dict[str, str]]
"""The value of an option, its words, and its attributes, such as the language of the words."""


def _fits(pattern: str, message: Any) -> Regexp:
    return Regexp(rf"(?:{pattern})?\Z", message=message)


class EntryFilter(Form):
    """Which entries somebody wants to see. An address with these in it can be kept and passed on."""

    class Meta:
        csrf = False  # it changes nothing

    where = SelectField(
        _l("Deliberation"),
        name="process",
        validate_choice=False,
        default="",
        validators=[_fits(rf"{CITY}|[a-z_]{{1,60}}/[0-9]{{1,18}}", _l("The log knows no such deliberation."))],
    )
    act = SelectField(
        _l("What was done"),
        validate_choice=False,
        default="",
        validators=[_fits(r"[a-z_.]{1,60}", _l("The log knows no act of this name."))],
    )
    role = SelectField(
        _l("In which office"),
        validate_choice=False,
        default="",
        validators=[_fits("[a-z_]{1,20}", _l("The log knows no such office."))],
    )
    since = StringField(_l("From the day"), filters=[trimmed], default="", render_kw={"type": "date"})
    until = StringField(_l("To the day"), filters=[trimmed], default="", render_kw={"type": "date"})
    by = StringField(
        _l("By whom"),
        description=_l("A random name from an entry, such as p:4f1c9a2b77d0. It is another one in each deliberation."),
        filters=[trimmed],
        default="",
        render_kw=PLAIN,
    )
    about = StringField(
        _l("About what"),
        description=_l("As entries write it, such as proposals/12; or the address of the proposal’s page."),
        filters=[trimmed],
        default="",
        render_kw=PLAIN,
    )

    def offer(
        self, processes: Iterable[Choice], acts: Iterable[tuple[str, str]], roles: Iterable[tuple[str, str]]
    ) -> None:
        """Fill the lists. What was asked for stays in them, even if nobody offers it any more."""
        self.where.choices = _with(self.where, [("", _("All"), {}), (CITY, _("None: the whole city"), {}), *processes])
        self.act.choices = _with(self.act, [("", _("All"), {}), *((*one, {}) for one in acts)])
        self.role.choices = _with(self.role, [("", _("All"), {}), *((*one, {}) for one in roles)])

    def validate_since(self, field: Field) -> None:
        if field.data and self.first_day is None:
            raise ValidationError(_(MISTYPED_DAY))

    def validate_until(self, field: Field) -> None:
        if field.data and self.last_day is None:
            raise ValidationError(_(MISTYPED_DAY))
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError(_("The last day comes before the first. Change one of them."))

    def validate_by(self, field: Field) -> None:
        if field.data and not self.actor:
            raise ValidationError(_("A random name is p: and twelve digits or letters, such as p:4f1c9a2b77d0."))

    def validate_about(self, field: Field) -> None:
        if field.data and not self.object:
            raise ValidationError(_("Write it as entries do: a word, a slash and a number, such as proposals/12."))

    @property
    def actor(self) -> str:
        """The random name, which people also write without its `p:`; empty for anything else."""
        found = RANDOM_NAME.fullmatch(self.by.data.lower())
        return f"p:{found[1]}" if found else ""

    @property
    def object(self) -> str:
        """The reference, also out of the address of a page, of which it is the end; empty for anything else."""
        found = REFERENCE.search(self.about.data.lower())
        return found[1] if found else ""

    @property
    def first_day(self) -> date | None:
        return _day(self.since.data)

    @property
    def last_day(self) -> date | None:
        return _day(self.until.data)

    @property
    def asked(self) -> dict[str, str]:
        """Everything that narrows the list, as it stands in an address."""
        return {str(field.name): str(field.data) for field in self if field.data}

    @property
    def far_out(self) -> bool:
        """Whether one of the fields is used that few people need."""
        return any(field.data or field.errors for field in (self.by, self.about, self.role))


def _with(field: Field, offered: Sequence[Choice]) -> list[Choice]:
    known = {value for value, _words, _attributes in offered}
    asked: list[Choice] = [] if (field.data or "") in known else [(field.data, field.data, {})]
    return [*offered, *asked]


def _day(said: str | None) -> date | None:
    try:
        day = date.fromisoformat(said or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
