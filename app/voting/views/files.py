"""The published ballots in the formats of PrefLib and Pabulib, so that programs nobody here wrote can count them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from flask import Response, abort

from app.charter.words import N_
from app.database import db
from app.records.formats import pabulib, preflib
from app.records.formats.election import Cast, Election, Kind
from app.records.formats.election import Option as Alternative
from app.voting import queries
from app.voting.counting.methods import Marking
from app.voting.counting.outcome import Choices
from app.voting.counting.profile import Profile
from app.voting.publishing import Published
from app.voting.queries import BallotPaper, Option, Result
from app.voting.views.blueprint import bp, option_title, place_or_404

RULES_OF_PABULIB = {"greedy": "greedy", "greedy-cost": "greedy", "equal-shares": "equalshares"}
"""What Pabulib calls our methods in the line `rule` of a file."""


@dataclass(frozen=True)
class File:
    """Something to download beside the page."""

    endpoint: str
    name: str


OUTCOMES = (
    File("voting.result_csv", N_("The result as a table (CSV)")),
    File("voting.result_json", N_("The result with its account (JSON)")),
)
RANKINGS = File("voting.ballots_preflib", N_("The ballots as PrefLib has them"))
BUDGETS = File("voting.ballots_pabulib", N_("The ballots and costs as Pabulib has them (.pb)"))
RECOUNT = File("voting.recount", N_("A program that counts the published ballots again (recount.py)"))


def files_of(paper: BallotPaper, result: Result) -> list[File]:
    """The files of this result; of the ballots only where they are published."""
    files = list(OUTCOMES)
    if result.published is not Published.TOTALS:
        files.append(RECOUNT)
        files += [RANKINGS] if paper.rule.marking is Marking.RANK else []
        files += [BUDGETS] if paper.rule.costs else []
    return files


@bp.get("/ballots.preflib")
def ballots_preflib(slug: str, round_id: int) -> Response:
    """Rankings: `.soi`, or `.toi` where somebody ranked two options equal. Alternatives in the order of the ballot."""
    paper, options, ballots = _published(slug, round_id, lambda paper: paper.rule.marking is Marking.RANK)
    number = {one.proposal_id: at for at, one in enumerate(options, 1)}
    casts = [_ranking(choices, number, times) for choices, times in ballots]
    suffix = ".toi" if any(len(place) > 1 for cast in casts for place in cast.places) else ".soi"
    name = f"folkmoot-round-{round_id}{suffix}"
    found = _election(name, Kind.RANKINGS, options)
    found.options = {at: one._replace(id=str(at)) for at, one in found.options.items()}
    found.meta = {
        "FILE NAME": name,
        "TITLE": paper.question,
        "NUMBER ALTERNATIVES": str(len(options)),
        "NUMBER VOTERS": str(sum(cast.times for cast in casts)),
        "NUMBER UNIQUE ORDERS": str(len(casts)),
    }
    return _sent(name, preflib.write(found, casts, suffix))


@bp.get("/ballots.pb")
def ballots_pabulib(slug: str, round_id: int) -> Response:
    """Approvals with costs and budget. Projects by the numbers of the proposals."""
    paper, options, ballots = _published(slug, round_id, lambda paper: bool(paper.rule.costs))
    number = {one.proposal_id: at for at, one in enumerate(options, 1)}
    casts = [Cast(0, (tuple(number[one] for one in choices["approve"]),), None, times) for choices, times in ballots]
    name = f"folkmoot-round-{round_id}.pb"
    found = _election(name, Kind.APPROVALS, options, dict(paper.rule.costs))
    found.budget = Fraction(paper.rule.budget)
    found.meta = {
        "description": paper.question,
        "num_projects": str(len(options)),
        "num_votes": str(sum(cast.times for cast in casts)),
        "rule": RULES_OF_PABULIB[paper.rule.method],
    }
    return _sent(name, pabulib.write(found, casts))


def _published(
    slug: str, round_id: int, fits: Callable[[BallotPaper], bool]
) -> tuple[BallotPaper, list[Option], Profile]:
    """The published ballots, equal ones together; 404 where none are, or where they are of another kind."""
    paper = place_or_404(slug, round_id).vote.paper
    slips = queries.slips(db.session(), round_id) if paper is not None and fits(paper) else []
    if paper is None or not slips:
        abort(404)
    texts, times = [slip.choices for slip in slips], [slip.ballots for slip in slips]
    return paper, queries.options(db.session(), paper), Profile.of_texts(texts, times)


def _election(name: str, kind: Kind, options: list[Option], costs: dict[int, int] | None = None) -> Election:
    alternatives = {
        at: Alternative(
            str(one.proposal_id), option_title(one), None if costs is None else Fraction(costs[one.proposal_id])
        )
        for at, one in enumerate(options, 1)
    }
    return Election(Path(name), "", kind, alternatives, {})


def _ranking(choices: Choices, number: dict[int, int], times: int) -> Cast:
    places = (tuple(number[one] for one in choices[str(place)]) for place in range(1, len(choices) + 1))
    return Cast(0, tuple(places), None, times)


def _sent(name: str, lines: Iterator[str]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("".join(lines), mimetype="text/plain", headers=headers)
