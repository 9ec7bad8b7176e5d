"""Examples for the pattern page: every part of the face in each of its states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app import clock
from app.charter.rounds import RoundKind, RoundState
from app.web.bars import Bars
from app.web.forms import Form


class ExampleForm(Form):
    """One field of each kind. Nothing it is sent goes anywhere."""

    title = StringField(
        _l("What should the city do?"),
        description=_l("One sentence, for example: Plant trees on Mill Street."),
        validators=[InputRequired(_l("Enter what the city should do"))],
    )
    body = TextAreaField(
        _l("Why, and for whom?"),
        description=_l("You can use Markdown."),
        validators=[InputRequired(_l("Enter your reasons")), Length(max=600)],
    )
    contact = StringField(_l("Telephone"))
    password = PasswordField(
        _l("Password"),
        render_kw={"autocomplete": "new-password"},
        validators=[InputRequired(_l("Enter a password"))],
    )
    district = SelectField(
        _l("District"),
        choices=[
            SelectChoice("", _l("All districts")),
            SelectChoice("north", _l("North")),
            SelectChoice("harbour", _l("Harbour")),
        ],
        validators=[InputRequired(_l("Choose a district"))],
    )
    stance = RadioField(
        _l("What do you think of it?"),
        choices=[
            SelectChoice("for", _l("For")),
            SelectChoice("against", _l("Against")),
            SelectChoice("neutral", _l("Neutral")),
        ],
        validators=[InputRequired(_l("Choose for, against or neutral"))],
    )
    affected = SelectMultipleField(
        _l("Who is affected?"),
        description=_l("Choose as many as apply."),
        choices=[
            SelectChoice("children", _l("Children")),
            SelectChoice("disabled", _l("People with disabilities")),
            SelectChoice("migrants", _l("Migrants")),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    plan = FileField(_l("Plan or photo"))
    agree = BooleanField(
        _l("I have read the charter of this round"),
        validators=[InputRequired(_l("Say that you have read the charter"))],
    )


@dataclass(frozen=True)
class ExampleRound:
    """A round as pages get it."""

    kind: RoundKind
    state: RoundState
    title: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def rounds() -> list[ExampleRound]:
    """One round in each state."""
    now = clock.now()
    return [
        ExampleRound(RoundKind.INFORM, RoundState.CLOSED, closes_at=now - timedelta(days=30)),
        ExampleRound(RoundKind.PROPOSE, RoundState.OPEN, closes_at=now + timedelta(days=6, hours=4)),
        ExampleRound(RoundKind.DISCUSS, RoundState.CANCELLED),
        ExampleRound(RoundKind.REVIEW, RoundState.PAUSED),
        ExampleRound(RoundKind.VOTE, RoundState.PLANNED, opens_at=now + timedelta(days=21)),
        ExampleRound(RoundKind.RESPOND, RoundState.PLANNED),
    ]


def chart() -> Bars:
    """Three counts and a threshold of one half."""
    return Bars.of([("Yes", 1412), ("No", 873), ("Abstain", 96)], kinds=(None, None, "plain"), mark=0.5)
