"""`flask demo …`: one believable city to try Folkmoot with. Its accounts share a password that everybody knows."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from app.charter.roles import ROLE_WORDS
from app.cli.demo import load as loading
from app.cli.demo import story
from app.cli.demo.story import Person, Story
from app.config import Settings

cli = AppGroup("demo", help="A city to try Folkmoot with: its people, three deliberations, and what they said.")


@cli.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing if there is anybody in the database.")
def load(if_empty: bool) -> None:
    """Play the story of the demo city into an empty database, through acts."""
    settings: Settings = current_app.config["FOLKMOOT"]
    told = story.read()
    if loading.half_loaded(settings):
        raise click.ClickException(
            "The demo city is here only in part: loading it was broken off. `make fresh` begins anew."
        )
    if if_empty and not loading.is_empty():
        return
    if not settings.development:
        raise click.ClickException(
            "The demo's accounts have a password that everybody knows, an administrator's among them. "
            "It is loaded in development only (FOLKMOOT_ENV=development)."
        )
    try:
        scenes = _load(told, settings)
    except loading.NotEmpty:
        raise click.ClickException(
            "There is somebody in this database already. The demo needs an empty one: `make fresh` makes one."
        ) from None
    click.echo(f"{told.city.name}: {told.city.tagline}.")
    click.echo(f"{len(told.people)} people, {len(told.deliberations)} deliberations.")
    click.echo(f"{scenes} scenes were played. {told.city.notice}")


def _load(told: Story, settings: Settings) -> int:
    label = f"Loading {told.city.name}"
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def progress(over: int, of: int) -> None:
            bar.length = of
            bar.update(1)

        return loading.load(told, settings, progress=progress)


@cli.command("accounts")
def accounts() -> None:
    """Print whom to sign in as, and the password."""
    told = story.read()
    people = loading.people_here(told)
    if not people:
        click.echo("The demo city is not loaded. `flask demo load` loads it into an empty database.")
        return
    widest = max(len(person.email) for person in people)
    click.echo(f"Sign in as anybody of {told.city.name}. Everybody's password: {told.city.password}\n")
    for person in sorted(people, key=lambda person: not told.offices_of(person.handle)):
        click.echo(f"  {person.email:<{widest}}  {_who(told, person)}")


def _who(told: Story, person: Person) -> str:
    offices = [ROLE_WORDS[role] for role in sorted(told.offices_of(person.handle))]
    resident = "Verified resident" if person.verified else "Not verified yet: can read and comment"
    return f"{person.name}. {', '.join(offices) or resident}"
