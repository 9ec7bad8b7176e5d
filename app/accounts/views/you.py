"""One's own pages: what the city knows of somebody, and what they can change, take back or have erased."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _

from app.accounts import acts, credentials, queries, sessions
from app.accounts.forms.own import ChangePasswordForm, EraseForm, NameForm, NewAddressForm
from app.accounts.models import EVIDENCE_WORDS, Account, Credential
from app.accounts.views.blueprint import bp
from app.accounts.views.entry import mail_confirmation
from app.accounts.views.people import places_of
from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.database import db
from app.discussion import queries as discussion
from app.extensions import limiter
from app.notifications import mail
from app.notifications import queries as notices
from app.proposals import queries as proposals
from app.web import rates
from app.web.answers import Answer, status_of
from app.web.entrance import oneself, signed_in
from app.web.forms import ButtonForm


def _credential(account: Account) -> Credential:
    return queries.credential_of(db.session(), account.id)


@bp.get("/you")
@signed_in
def me() -> str:
    """Everything one has here, on one page."""
    account, reading = oneself(), db.session()
    offices = [row for row in queries.roles_of(reading, account.id) if row.revoked_at is None]
    return render_template(
        "accounts/me.html",
        account=account,
        credential=_credential(account),
        residencies=queries.residencies(reading, account.id),
        evidence_words={kind.value: words for kind, words in EVIDENCE_WORDS.items()},
        offices=offices,
        held_in=places_of(offices),
        drafts=proposals.drafts_of(reading, account.id),
        proposed=proposals.by_author(reading, account.id),
        endorsed=notices.endorsed_by(reading, account.id),
        comments=discussion.by_author(reading, account.id),
        can_verify=may(account, Action.VERIFY_RESIDENT),
        can_grant=may(account, Action.GRANT_ROLE),
    )


@bp.route("/you/name", methods=["GET", "POST"])
@signed_in
def rename() -> Answer:
    """Change the name that others see."""
    account = oneself()
    require(account, Action.RENAME_ACCOUNT, account)
    form = NameForm(data={"name": account.display_name})
    if form.validate_on_submit():
        acts.rename(account, account, name=form.said("name"))
        flash(_("From now on you are shown as %(name)s.", name=form.said("name")))
        return redirect(url_for(".me"), 303)
    return render_template("accounts/rename.html", form=form), status_of(form)


@bp.route("/you/email", methods=["GET", "POST"])
@signed_in
@limiter.limit(rates.registration_rate, methods=["POST"], deduct_when=rates.accepted)
def change_email() -> Answer:
    """Ask for another e-mail address. It counts once the link that is sent there has been followed."""
    account = oneself()
    credential = _credential(account)
    form = NewAddressForm()
    if form.validate_on_submit() and _knows_password(account, form):
        left = _ask_for_new_address(account, credential, form.said("email"))
        flash(_("We sent a link to the new address. Follow it, and the change is made."))
        if not left:
            flash(_("The mail could not be sent just now. It is kept, and we try again until it leaves."), "warn")
        return redirect(url_for(".me"), 303)
    return render_template("accounts/change_email.html", form=form, credential=credential), status_of(form)


def _ask_for_new_address(account: Account, credential: Credential, email: str) -> bool:
    """Mail the link to the new address; or tell its owner, if it is somebody else's here. Whether the mail left."""
    known = queries.credential_by_email(db.session(), email)
    if known is not None:
        name, reset = known.account.display_name, mail.link("accounts.forgot")
        return mail.post("known", to=email, locale=known.locale, account_id=known.account_id, name=name, reset=reset)
    credentials.ask_for_new_email(credential, email)
    return mail_confirmation(account, credential)


@bp.route("/you/password", methods=["GET", "POST"])
@signed_in
@limiter.limit(rates.sign_in_rate, methods=["POST"], deduct_when=rates.refused)
def change_password() -> Answer:
    """Change the password, and sign every other browser out."""
    account = oneself()
    credential = _credential(account)
    form = ChangePasswordForm(about=(account.display_name, credential.email))
    if form.validate_on_submit() and _knows_password(account, form):
        credentials.set_password(credential, form.said("password"), keep=sessions.current_id())
        mail.post(
            "password_changed",
            to=credential.email,
            locale=credential.locale,
            account_id=account.id,
            name=account.display_name,
            reset=mail.link("accounts.forgot"),
        )
        flash(_("Your password is changed. Every other browser was signed out."))
        return redirect(url_for(".me"), 303)
    return render_template("accounts/change_password.html", form=form), status_of(form)


def _knows_password(account: Account, form: ChangePasswordForm | EraseForm | NewAddressForm) -> bool:
    known = credentials.owns(account, form.said("present"))
    if not known:
        form.blame("present", _("This is not your present password."))
    return known


@bp.get("/you/sign-ins")
@signed_in
def sign_ins() -> str:
    """The browsers that are signed in."""
    return render_template(
        "accounts/sign_ins.html", sign_ins=sessions.living(oneself()), this_one=sessions.current_id()
    )


@bp.post("/you/sign-ins/<int:sign_in_id>")
@signed_in
def end_sign_in(sign_in_id: int) -> Answer:
    """Sign one browser out."""
    if not ButtonForm().validate_on_submit():
        abort(400)
    sessions.end(oneself(), sign_in_id)
    flash(_("That browser is signed out."))
    return redirect(url_for(".sign_ins"), 303)


@bp.post("/you/sign-ins")
@signed_in
def end_other_sign_ins() -> Answer:
    """Sign every browser out but this one."""
    if not ButtonForm().validate_on_submit():
        abort(400)
    sessions.end_all(oneself().id, but=sessions.current_id())
    flash(_("Every other browser is signed out."))
    return redirect(url_for(".sign_ins"), 303)


@bp.route("/you/erase", methods=["GET", "POST"])
@signed_in
@limiter.limit(rates.sign_in_rate, methods=["POST"], deduct_when=rates.refused)
def erase() -> Answer:
    """Erase one's account."""
    account = oneself()
    require(account, Action.ERASE_ACCOUNT, account)
    form = EraseForm()
    if form.validate_on_submit() and _knows_password(account, form) and _erased(account, form):
        session.clear()
        flash(_("Your account is erased. Thank you for what you gave to the city’s discussions."))
        return redirect(url_for("civic.home"), 303)
    return render_template("accounts/erase.html", form=form), status_of(form)


def _erased(account: Account, form: EraseForm) -> bool:
    try:
        acts.erase(account, account)
    except Conflict as conflict:
        form.blame("understood", conflict.words)
        return False
    return True
