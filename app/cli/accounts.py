"""`flask accounts …`: the operator's way to make accounts, the first administrator above all."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from app.accounts import acts, credentials, names, passwords, queries
from app.accounts.models import Account, Evidence
from app.acts import CITY, OPERATOR, Conflict
from app.charter.roles import Role
from app.charter.rules import Refused
from app.config import Settings
from app.database import db

cli = AppGroup("accounts", help="Make accounts and list them.")


@cli.command()
@click.option("--email", required=True, help="Where their mail goes, and what they sign in with.")
@click.option("--name", required=True, help="The name that everybody sees.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), help="A role to give."
)
@click.option("--verified", is_flag=True, help="Also verify that they live in the city; needs --by.")
@click.option("--by", metavar="EMAIL", help="The clerk who saw them in person and in whose name they are verified.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
def create(email: str, name: str, roles: tuple[str, ...], verified: bool, by: str | None, password_stdin: bool) -> None:
    """Open an account whose address counts as confirmed. Asks for its password."""
    address, name = credentials.normal(email), names.trimmed(name)
    if address is None:
        raise click.ClickException(f"“{email}” cannot be an e-mail address.")
    clerk = _clerk(by) if verified else None
    secret = passwords.hashed(_password(password_stdin, (name, address)))
    try:
        account = acts.register(
            OPERATOR, CITY, name=name, email=address, password_hash=secret, locale=_locale(), confirmed=True
        )
        for role in roles:
            acts.grant_role(OPERATOR, account, role=Role(role))
        if clerk is not None:
            acts.verify_resident(clerk, account, evidence=Evidence.PHOTO_ID)
    except acts.EmailTaken:
        raise click.ClickException(f"There is an account with {address} already.") from None
    except Conflict as conflict:
        raise click.ClickException(str(conflict.words)) from None
    except Refused as refused:
        raise click.ClickException(f"The account was made, but: {refused.verdict.reason}") from None
    click.echo(f"{account.display_name} <{address}> can sign in. Public id: {account.public_id}")


@cli.command("list")
def list_all() -> None:
    """List all accounts: public id, what they are, name and address."""
    held: dict[str, list[str]] = {}
    for row in queries.current_officials(db.session()):
        held.setdefault(row.public_id, []).append(row.role)
    for one in queries.everybody(db.session()):
        marks = [
            *held.get(one.public_id, []),
            *(["verified"] if one.verified_at else []),
            *(["unconfirmed"] if one.email and not one.email_confirmed_at else []),
            *(["suspended"] if one.suspended_at else []),
            *(["erased"] if one.erased_at else []),
        ]
        click.echo(f"{one.public_id}  {','.join(marks) or '-':<28}  {one.display_name}  <{one.email or ''}>")


def _clerk(email: str | None) -> Account:
    if email is None:
        raise click.ClickException(
            "Residents are verified by a clerk, in person. Name the clerk who did: --by clerk@example.org"
        )
    clerk = queries.find_person(db.session(), email)
    if clerk is None:
        raise click.ClickException(f"There is no account with {email}.")
    return clerk


def _password(from_input: bool, about: tuple[str, ...]) -> str:
    said = sys.stdin.readline().rstrip("\n") if from_input else click.prompt("Password", hide_input=True)
    found = passwords.problem(said, about)
    if found:
        raise click.ClickException(" ".join(str(words) for words in found))
    if not from_input and click.prompt("The same once more", hide_input=True) != said:
        raise click.ClickException("The two were not the same. Nothing was made.")
    return str(said)


def _locale() -> str:
    settings: Settings = current_app.config["FOLKMOOT"]
    return settings.default_locale
