"""`flask rounds …`: for cron, so that rounds are opened and closed in the log on time even while nobody visits."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.charter.rounds import RoundFacts, RoundState
from app.deliberations import schedule

cli = AppGroup("rounds", help="The rounds of deliberations.")

_DONE = {RoundState.OPEN: "opened", RoundState.CLOSED: "closed"}


@cli.command("tick")
def tick() -> None:
    """Enter what the schedule has done: once a minute is plenty, and it can be done twice without harm.

    Ends with status 1 if a round could not open, and says why.
    """
    kept = schedule.tick()
    for one in kept:
        for plan, move in one.moved:
            click.echo(f"{one.slug}: {_name(plan)} {_DONE[move]}")
        for plan, why in one.stuck:
            click.echo(f"{one.slug}: {_name(plan)} could not open. {why}", err=True)
    if any(one.stuck for one in kept):
        raise SystemExit(1)


def _name(plan: RoundFacts) -> str:
    return f"round {plan.id} ({plan.kind.value})"
