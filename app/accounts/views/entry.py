"""Coming in: registering, confirming an address, signing in and out, setting a forgotten password anew.

No page tells whether an e-mail address is registered here: both cases answer alike, and the mail tells its owner.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.accounts import acts, credentials, links, passwords, queries, sessions
from app.accounts.forms.own import AddressForm, NewPasswordForm, RegisterForm, SignInForm
from app.accounts.links import Purpose
from app.accounts.models import Account, Credential
from app.accounts.views.blueprint import bp
from app.acts import CITY, require
from app.charter.actions import Action
from app.database import db
from app.extensions import limiter
from app.notifications import mail
from app.web import rates
from app.web.addresses import local
from app.web.answers import Answer, status_of
from app.web.entrance import oneself, signed_in
from app.web.forms import ButtonForm
from app.web.visitor import actor, locale


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit(rates.registration_rate, methods=["POST"], deduct_when=rates.accepted)
@limiter.limit(rates.registration_rate, methods=["POST"], deduct_when=rates.accepted, key_func=rates.typed_email)
def register() -> Answer:
    """Open an account."""
    if actor() is not None:
        return redirect(url_for(".me"))
    require(None, Action.REGISTER)
    form = RegisterForm()
    if form.validate_on_submit():
        _tell_of_mail(_register(form))
        return redirect(url_for(".look_at_mail"), 303)
    return render_template("accounts/register.html", form=form), status_of(form)


def _register(form: RegisterForm) -> bool:
    """Open the account and mail a link to it, or tell the owner of an address that is known. Whether the mail left."""
    email, secret = form.said("email"), passwords.hashed(form.said("password"))
    try:
        account = acts.register(
            acts.NEWCOMER, CITY, name=form.said("name"), email=email, password_hash=secret, locale=locale()
        )
    except (acts.EmailTaken, IntegrityError):  # the second, when two registered with it at the same moment
        known = queries.credential_by_email(db.session(), email)
        return known is None or _mail_to(known, "known", reset=mail.link("accounts.forgot"))
    return mail_confirmation(account, queries.credential_of(db.session(), account.id))


@bp.get("/register/mail")
def look_at_mail() -> str:
    """What to do next, whoever one is."""
    return render_template("accounts/look_at_mail.html")


@bp.post("/confirm")
@signed_in
@limiter.limit(rates.registration_rate, deduct_when=rates.accepted)
def resend() -> Answer:
    """Send the link once more."""
    account = oneself()
    credential = queries.credential_of(db.session(), account.id)
    if credential.email_confirmed_at is None or credential.new_email is not None:
        _tell_of_mail(mail_confirmation(account, credential))
        flash(_("We sent you the link again. Earlier links work too, until you follow one."))
    return redirect(url_for(".me"), 303)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Answer:
    """Confirm an address. Only the button does it: programs that look into mails follow links."""
    credential = links.read(Purpose.CONFIRM, token)
    if credential is None:
        return _dead_link()
    if not ButtonForm().validate_on_submit():
        email = credential.new_email or credential.email
        return render_template("accounts/confirm.html", name=credential.account.display_name, email=email)
    before = credential.email
    if not credentials.confirm(credential):
        return _dead_link()
    if before != credential.email:
        mail.post("email_changed", to=before, locale=credential.locale, account_id=credential.account_id)
    flash(_("Your e-mail address is confirmed."))
    return redirect(url_for(".me" if actor() is not None else ".sign_in"), 303)


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(rates.sign_in_rate, methods=["POST"], deduct_when=rates.refused)
@limiter.limit(rates.sign_in_rate, methods=["POST"], deduct_when=rates.refused, key_func=rates.typed_email)
def sign_in() -> Answer:
    """Sign in."""
    towards = local(request.args.get("next"), url_for(".me"))
    if actor() is not None:
        return redirect(towards)
    form = SignInForm()
    if form.validate_on_submit():
        account = credentials.checked(form.said("email"), form.said("password"))
        if account is not None:
            sessions.begin(account, kept=form.keep.data, user_agent=request.user_agent.string)
            flash(_("You are signed in."))
            return redirect(towards, 303)
        form.form_errors.append(_("This e-mail address and this password do not belong together. Check both."))
    to = url_for(".sign_in", next=request.args.get("next"))
    return render_template("accounts/sign_in.html", form=form, to=to), status_of(form)


@bp.post("/sign-out")
def sign_out() -> Response:
    """Sign this browser out."""
    sessions.end_this()
    flash(_("You are signed out."))
    return redirect(url_for("civic.home"), 303)


@bp.route("/reset", methods=["GET", "POST"])
@limiter.limit(rates.registration_rate, methods=["POST"], deduct_when=rates.accepted)
@limiter.limit(rates.registration_rate, methods=["POST"], deduct_when=rates.accepted, key_func=rates.typed_email)
def forgot() -> Answer:
    """Ask for a link with which to set a new password."""
    form = AddressForm()
    if form.validate_on_submit():
        _tell_of_mail(_mail_reset(form.said("email")))
        return redirect(url_for(".look_at_mail"), 303)
    return render_template("accounts/forgot.html", form=form), status_of(form)


def _mail_reset(email: str) -> bool:
    """Mail the link, or tell whoever reads mail there that nobody is registered with it. Whether the mail left."""
    credential = queries.credential_by_email(db.session(), email)
    if credential is None:
        return mail.post("reset_unknown", to=email, locale=locale(), address=mail.link("accounts.register"))
    token = links.make(Purpose.RESET, credential, credential.account.public_id)
    return _mail_to(credential, "reset", address=mail.link("accounts.reset", token=token))


@bp.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> Answer:
    """Set a new password by a mailed link."""
    credential = links.read(Purpose.RESET, token)
    if credential is None:
        return _dead_link()
    form = NewPasswordForm(about=(credential.account.display_name, credential.email))
    if form.validate_on_submit():
        credentials.reset_password(credential, form.said("password"))
        _mail_to(credential, "password_changed", reset=mail.link("accounts.forgot"))
        flash(_("Your new password is set. Sign in with it."))
        return redirect(url_for(".sign_in"), 303)
    return render_template("accounts/reset.html", form=form, email=credential.email), status_of(form)


def mail_confirmation(account: Account, credential: Credential) -> bool:
    """Mail the link that confirms an address (a new one, if there is one). Whether it left.

    Without the name they chose: until it is confirmed, the address may be that of somebody who never asked for mail.
    """
    return mail.post(
        "confirm",
        to=credential.new_email or credential.email,
        locale=credential.locale,
        account_id=account.id,
        address=mail.link("accounts.confirm", token=links.make(Purpose.CONFIRM, credential, account.public_id)),
    )


def _mail_to(credential: Credential, template: str, **values: str) -> bool:
    account = credential.account
    return mail.post(
        template,
        to=credential.email,
        locale=credential.locale,
        account_id=account.id,
        name=account.display_name,
        **values,
    )


def _tell_of_mail(left: bool) -> None:
    if not left:
        flash(_("The mail could not be sent just now. It is kept, and we try again until it leaves."), "warn")


def _dead_link() -> tuple[str, int]:
    return render_template("accounts/dead_link.html"), 404
