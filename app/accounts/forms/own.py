"""The words people meet when they register, sign in and look after their account."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    PasswordField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.accounts import credentials, names, passwords
from app.charter.words import Words
from app.web.formats import in_words
from app.web.forms import Form, trimmed

LONGEST_EMAIL = 254
FULL_ADDRESS = _l("Enter an e-mail address with everything before and after the @, such as name@example.org.")


class StrongEnough:
    """Holds a new password against what is guessed first, such as what others know of the person."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    def __call__(self, form: Any, field: Field) -> None:
        about = [current_app.config["FOLKMOOT"].city_name, "folkmoot"]
        about += [form[name].data or "" for name in self.fields] + list(getattr(form, "about", ()))
        found = passwords.problem(field.data or "", about)
        if found:
            raise ValidationError(" ".join(in_words(one) for one in found))


def allowed_name(form: Any, field: Field) -> None:
    """A name that nobody could take for an office, and that shows as it is."""
    found = names.problem(field.data or "")
    if found is not None:
        raise ValidationError(in_words(found))


def possible_address(form: Any, field: Field) -> None:
    """An address that could exist; keeps it in the one form in which addresses are compared."""
    found = credentials.normal(field.data or "")
    if found is None:
        raise ValidationError(str(FULL_ADDRESS))
    field.data = found


def tidy(value: str | None) -> str | None:
    """A filter: a name or a place without what nobody means to type."""
    return names.trimmed(value) if value else value


def _email_field(label: Any, description: Any = "") -> EmailField:
    return EmailField(
        label,
        description=description,
        filters=[trimmed],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
        validators=[DataRequired(_l("Enter your e-mail address.")), possible_address],
    )


def _name_field() -> StringField:
    return StringField(
        _l("Name that others see"),
        description=_l("Everybody can read it beside what you write. It need not be your legal name."),
        filters=[tidy],
        render_kw={"autocomplete": "name", "spellcheck": "false"},
        validators=[DataRequired(_l("Enter a name.")), allowed_name],
    )


def _new_password_field(*about: str) -> PasswordField:
    return PasswordField(
        _l("New password"),
        description=_l("At least 10 characters. Three or four uncommon words make a good one."),
        render_kw={"autocomplete": "new-password", "spellcheck": "false"},
        validators=[InputRequired(_l("Enter a password.")), StrongEnough(*about)],
    )


def _present_password_field() -> PasswordField:
    return PasswordField(
        _l("Your present password"),
        render_kw={"autocomplete": "current-password"},
        validators=[InputRequired(_l("Enter your present password.")), Length(max=passwords.LONGEST)],
    )


class AccountForm(Form):
    """A form of this domain, that can also be told what is wrong after it was read."""

    def said(self, name: str) -> str:
        """What was typed into a field."""
        return self[name].data or ""

    def blame(self, name: str, said: Words | str) -> None:
        """Put a mistake beside a field."""
        self[name].errors = [*self[name].errors, in_words(said) if isinstance(said, Words) else said]


class RegisterForm(AccountForm):
    """Opening an account."""

    name = _name_field()
    email = _email_field(
        _l("E-mail address"), _l("Only you and the city clerks see it. We send you a link to confirm it.")
    )
    password = _new_password_field("name", "email")


class SignInForm(AccountForm):
    """Signing in. What is wrong with it is said once, and not by whose fault."""

    email = EmailField(
        _l("E-mail address"),
        filters=[trimmed],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
        validators=[DataRequired(_l("Enter your e-mail address.")), Length(max=LONGEST_EMAIL, message=FULL_ADDRESS)],
    )
    password = PasswordField(
        _l("Password"),
        render_kw={"autocomplete": "current-password"},
        validators=[InputRequired(_l("Enter your password.")), Length(max=passwords.LONGEST)],
    )
    keep = BooleanField(
        _l("Keep me signed in on this device for 30 days"),
        description=_l("Leave this off on a computer that others use too."),
    )


class AddressForm(AccountForm):
    """Asking for a mailed link."""

    email = _email_field(_l("E-mail address"))


class NewPasswordForm(AccountForm):
    """Setting a password by a mailed link. `about` is what others know of the person."""

    password = _new_password_field()

    def __init__(self, about: tuple[str, ...] = ()) -> None:
        self.about = about
        super().__init__()


class ChangePasswordForm(AccountForm):
    """Changing one's password while signed in."""

    present = _present_password_field()
    password = _new_password_field()

    def __init__(self, about: tuple[str, ...] = ()) -> None:
        self.about = about
        super().__init__()


class NameForm(AccountForm):
    """Changing the name that others see."""

    name = _name_field()


class NewAddressForm(AccountForm):
    """Changing one's e-mail address."""

    email = _email_field(_l("New e-mail address"), _l("It counts once you follow the link that we send there."))
    present = _present_password_field()


class EraseForm(AccountForm):
    """Erasing one's account."""

    understood = BooleanField(
        _l("I understand that this cannot be undone"),
        validators=[InputRequired(_l("Tick the box to show that you understand."))],
    )
    present = _present_password_field()
