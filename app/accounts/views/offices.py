"""What clerks and administrators do about people: verify where they live, and give and take roles."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.accounts import acts, queries
from app.accounts.forms.officials import EndResidencyForm, FindPersonForm, GrantForm, NotedForm, VerifyForm
from app.accounts.forms.own import AccountForm
from app.accounts.models import EVIDENCE_WORDS, Account, Evidence
from app.accounts.views.blueprint import bp, person_or_404
from app.accounts.views.people import places_of
from app.acts import Conflict, may, require
from app.charter.actions import Action
from app.charter.roles import Role
from app.charter.words import N_
from app.database import db
from app.deliberations import queries as deliberations
from app.web.answers import Answer, status_of
from app.web.entrance import oneself
from app.web.formats import in_words
from app.web.forms import ButtonForm
from app.web.visitor import actor

NOBODY = N_("Nobody is registered with this. Check the spelling, or ask the person to register first.")


def _found(form: AccountForm) -> Account | None:
    """The person whom an official means; if there is none, the form says so."""
    person = queries.find_person(db.session(), form.said("who"))
    if person is None or person.erased_at is not None:
        form.blame("who", _(NOBODY))
        return None
    return person


@bp.route("/residency", methods=["GET", "POST"])
def residency() -> Answer:
    """A clerk looks somebody up. By POST, so that no address of theirs ends up in a log or history."""
    require(actor(), Action.VERIFY_RESIDENT)
    form = FindPersonForm()
    if form.validate_on_submit():
        person = _found(form)
        if person is not None:
            return redirect(url_for(".residency_of", public_id=person.public_id), 303)
    latest = queries.latest_residencies(db.session())
    return render_template("accounts/residency.html", form=form, latest=latest), status_of(form)


@bp.route("/residency/<public_id>", methods=["GET", "POST"])
def residency_of(public_id: str) -> Answer:
    """A clerk verifies where somebody lives."""
    person = person_or_404(public_id)
    require(actor(), Action.VERIFY_RESIDENT)
    form = VerifyForm()
    if form.validate_on_submit() and _verified(person, form):
        flash(
            _("%(name)s is now a verified resident. The log shows that a clerk verified it.", name=person.display_name)
        )
        return redirect(url_for(".residency"), 303)
    return _residency_page(person, form), status_of(form)


def _verified(person: Account, form: VerifyForm) -> bool:
    try:
        evidence = Evidence(form.evidence.data)
        acts.verify_resident(oneself(), person, evidence=evidence, district=form.said("district"), noted=form.noted())
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict.words))
        return False
    return True


@bp.post("/residency/<public_id>/end")
def end_residency(public_id: str) -> Answer:
    """A clerk ends a verification, with a reason."""
    person = person_or_404(public_id)
    require(actor(), Action.END_RESIDENCY, person)
    form = EndResidencyForm()
    if form.validate_on_submit() and _ended(person, form):
        flash(_("The verification of %(name)s has ended.", name=person.display_name))
        return redirect(url_for(".residency"), 303)
    return _residency_page(person, form), 422


def _ended(person: Account, form: EndResidencyForm) -> bool:
    try:
        acts.end_residency(oneself(), person, reason=form.said("reason"))
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict.words))
        return False
    return True


@bp.post("/residency/<public_id>/note")
def note_register(public_id: str) -> Answer:
    """A clerk notes the register number, or the year of birth, of somebody who is verified."""
    person = person_or_404(public_id)
    require(actor(), Action.NOTE_REGISTER, person)
    form = NotedForm()
    if form.validate_on_submit() and _noted(person, form):
        flash(_("It is noted. Nobody can read it again."))
        return redirect(url_for(".residency_of", public_id=public_id), 303)
    return _residency_page(person, form), 422


def _noted(person: Account, form: NotedForm) -> bool:
    noted = form.noted()
    if noted is None:
        form.blame("register_number", _("Enter what is to be noted."))
        return False
    try:
        acts.note_register(oneself(), person, noted=noted)
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict.words))
        return False
    return True


def _residency_page(person: Account, form: AccountForm) -> str:
    """The page with its three forms, of which `form` is the one that was sent."""
    forms = {kind: kind(formdata=None) for kind in (VerifyForm, NotedForm, EndResidencyForm)} | {type(form): form}
    number, birth_year = queries.registered(db.session(), person.id)
    return render_template(
        "accounts/residency_of.html",
        person=person,
        form=form,
        verify_form=forms[VerifyForm],
        noted_form=forms[NotedForm],
        end_form=forms[EndResidencyForm],
        has_number=number,
        has_birth_year=birth_year,
        history=queries.residencies(db.session(), person.id),
        evidence_words={kind.value: words for kind, words in EVIDENCE_WORDS.items()},
        verdict=may(actor(), Action.VERIFY_RESIDENT, person),
    )


@bp.route("/roles", methods=["GET", "POST"])
def roles() -> Answer:
    """An administrator gives roles, and sees who holds one."""
    require(actor(), Action.GRANT_ROLE)
    reading = db.session()
    form = GrantForm()
    form.offer([(one.id, one.question) for one in deliberations.listed(reading)])
    if form.validate_on_submit():
        person = _found(form)
        if person is not None and _granted(person, form):
            flash(
                _("%(name)s holds the role now. The log and the page of officials show it.", name=person.display_name)
            )
            return redirect(url_for(".roles"), 303)
    grants = queries.current_officials(reading)
    page = render_template("accounts/roles.html", form=form, grants=grants, held_in=places_of(grants))
    return page, status_of(form)


def _granted(person: Account, form: GrantForm) -> bool:
    try:
        where = form.deliberation.data or None
        acts.grant_role(oneself(), person, role=Role(form.role.data), deliberation_id=where)
    except Conflict as conflict:
        form.blame("role", conflict.words)
        return False
    return True


@bp.post("/roles/<public_id>/<int:grant_id>/revoke")
def revoke_role(public_id: str, grant_id: int) -> Answer:
    """An administrator takes a role back."""
    person = person_or_404(public_id)
    require(actor(), Action.REVOKE_ROLE, person)
    if not ButtonForm().validate_on_submit():
        abort(400)
    try:
        acts.revoke_role(oneself(), person, grant_id=grant_id)
        flash(_("The role is taken back. Who held it, and until when, stays public."))
    except Conflict as conflict:
        flash(in_words(conflict.words), "warn")
    return redirect(url_for(".roles"), 303)
