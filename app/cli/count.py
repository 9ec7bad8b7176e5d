"""`flask count`: counting a file that another house wrote, without a database."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from app.records.formats import pabulib, preflib, tally
from app.records.formats.election import ElectionFile, number
from app.records.imports.files import DamagedFile, digest
from app.voting.counting.methods import BUDGETS, METHOD_WORDS, Method
from app.voting.counting.outcome import Outcome
from app.voting.counting.payments import Utility
from app.voting.counting.ties import TieRule, Ties

READERS = {".pb": pabulib.read, **dict.fromkeys(preflib.SUFFIXES, preflib.read)}


@click.command("count")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--method", required=True, type=click.Choice([one.value for one in tally.NAMES]), help="How to count.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, winners by the file's own identifiers.")
@click.option("--seats", type=click.IntRange(min=1), default=1, show_default=True, help="Places to fill.")
@click.option("--budget", help="Spend this, and not what the file says.")
@click.option(
    "--completion",
    help="How equal shares goes on: none, greedy (or utilitarian), add1, add1u, each also with -comparison behind it. "
    "As the file's rule says unless given.",
)
@click.option(
    "--utility",
    type=click.Choice([one.value for one in Utility]),
    help="What a project is worth to who supports it: its cost, or the points alone. Cost for approvals unless given.",
)
@click.option("--step", type=click.IntRange(min=1), default=1, show_default=True, help="What add1 adds each time.")
@click.option("--until-full", is_flag=True, help="add1 ends as soon as nothing more would fit.")
@click.option("--exact-shares", is_flag=True, help="add1 begins with exact shares, not with whole ones.")
@click.option("--no-skip", is_flag=True, help="greedy ends at the first project that cannot be paid.")
@click.option(
    "--ties",
    type=click.Choice([one.value for one in TieRule]),
    default=TieRule.REPORT.value,
    show_default=True,
    help="Tie rule.",
)
@click.option("--seed", default="", help="The public seed of the lot.")
def cli(file: Path, method: str, as_json: bool, **wanted: Any) -> None:
    """Count FILE: a budget as Pabulib writes it (.pb), or rankings or approvals as PrefLib does.

    Needs neither a database nor a key. The account of the count says how the result came about.
    """
    try:
        found = read(file)
        result = tally.tally(found, _wish(Method(method), wanted))
    except DamagedFile as damage:
        raise click.ClickException(f"{damage}.") from damage
    except ValueError as refused:
        raise click.ClickException(str(refused)) from refused
    told = as_data(found, result)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _tell(told)


def read(file: Path) -> ElectionFile:
    """Read a file by its name's end. Raises DamagedFile when there is none such, or it cannot be used."""
    suffix = Path(file.name.removesuffix(".gz")).suffix.lower()
    if suffix not in READERS:
        raise DamagedFile(file.name, None, f"its name must end in one of: {', '.join(READERS)}")
    if not file.is_file():
        raise DamagedFile(str(file), None, "there is no such file")
    return READERS[suffix](file)


def _wish(method: Method, wanted: dict[str, Any]) -> tally.Wish:
    budget: Fraction | None = None
    if wanted["budget"] is not None:
        budget = number(wanted["budget"])
        if budget is None or budget < 0:
            raise ValueError(f"“{wanted['budget']}” is no amount of money.")
    return tally.Wish(
        method,
        seats=wanted["seats"],
        budget=budget,
        completion=wanted["completion"],
        utility=Utility(wanted["utility"]) if wanted["utility"] else None,
        step=wanted["step"],
        whole=not wanted["exact_shares"],
        until_full=wanted["until_full"],
        no_skip=wanted["no_skip"],
        ties=Ties(TieRule(wanted["ties"]), wanted["seed"]),
    )


def as_data(found: ElectionFile, result: tally.Tallied) -> dict[str, Any]:
    """The result as plain data, options by the file's own identifiers."""
    outcome = result.outcome
    ids = {at: option.id for at, option in found.options.items()}
    results = sorted(outcome.results, key=lambda one: one.place or 0)
    return {
        "file": found.path.name,
        "sha256": digest(found.path),
        "format": found.format,
        "method": outcome.method,
        "settings": {**result.settings},
        "ballots": outcome.ballots,
        "winners": [ids[one.option] for one in results if one.option in outcome.carried],
        "tied": [ids[one.option] for one in results if one.option in outcome.tied],
        **_money(found, result),
        "names": {option.id: option.name for option in found.options.values()},
        "results": [
            {"id": ids[one.option], "counts": {**one.counts}, "decision": one.decision.value, "place": one.place}
            for one in results
        ],
        "account": [_said(outcome, step, found) for step in range(len(outcome.steps))],
        "notes": {**result.notes},
    }


def _money(found: ElectionFile, result: tally.Tallied) -> dict[str, Any]:
    if found.budget is None or Method(result.outcome.method) not in BUDGETS:
        return {}
    spent = sum((found.options[at].cost or Fraction(0) for at in result.outcome.carried), Fraction(0))
    return {"budget": pabulib.plain(found.budget), "spent": pabulib.plain(spent)}


def _said(outcome: Outcome, at: int, found: ElectionFile) -> str:
    step = outcome.steps[at]
    said = str(step.said)
    return said if step.option is None else f"{found.options[step.option].name}: {said}"


def _tell(told: dict[str, Any]) -> None:
    click.echo(f"{told['file']}, {told['ballots']:,} ballots, {METHOD_WORDS[Method(told['method'])].lower()}")
    for sentence, times in told["notes"].items():
        click.echo(f"  note: {sentence}" + (f" ({times:,})" if times > 1 else ""))
    for sentence in told["account"]:
        click.echo(f"  {sentence}")
    for what in ("winners", "tied"):
        for key in told[what]:
            click.echo(f"{what.removesuffix('s')}: {key} {told['names'][key]}")
