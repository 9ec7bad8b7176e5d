"""An outcome as the result page draws it: the order of the options, the chart, what other methods say, the files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flask import Response, abort
from flask_babel import gettext as _

from app.charter.words import N_, Words
from app.database import db
from app.records.exports import safe
from app.voting import queries, recounting
from app.voting.counting.compare import IN_PAIRS
from app.voting.counting.limits import Threshold
from app.voting.counting.methods import METHOD_WORDS, Marking, Method
from app.voting.counting.outcome import Comparison, Decision, OptionResult, Outcome, Step
from app.voting.queries import Option, Result
from app.voting.rule import VoteRule
from app.voting.views.blueprint import bp, option_lang, option_title, place_or_404
from app.web.bars import Bar, Bars
from app.web.formats import in_words

LINES = {Threshold.SIMPLE: 0.5, Threshold.ABSOLUTE: 0.5, Threshold.TWO_THIRDS: 2 / 3}
"""Where the chart draws a threshold. The count itself never uses these."""
KINDS = {"carried": "good", "rejected": "plain", "tied": "accent", "no-quorum": "plain", "opinion": "accent"}
FIRST = (Decision.CARRIED, Decision.TIED)
"""What stands at the top of the page, in this order."""
HIGHEST_SCORE = 5

_SHARE_WORDS = {
    Marking.APPROVE: N_("Share of the ballots that approve"),
    Marking.ANSWER: N_("Share of yes"),
    Marking.SCORE: N_("Share of the most points possible"),
    Marking.POINTS: N_("Share of all points"),
    Marking.RANK: N_("Share of first places"),
    Marking.OPINION: N_("Share of those who agree"),
}
_SHARE_WON = N_("Share of comparisons won")


def in_order(outcome: Outcome) -> list[OptionResult]:
    """Who is carried first, then who is tied, then the others; among them by place."""

    def rank(one: OptionResult) -> tuple[int, int, int]:
        decided = FIRST.index(one.decision) if one.decision in FIRST else len(FIRST)
        return decided if one.place is None or one.decision in FIRST else len(FIRST), one.place or 0, one.option

    return sorted(outcome.results, key=rank)


def share_words(rule: VoteRule, outcome: Outcome) -> str:
    """What the bars of the chart are shares of."""
    return _SHARE_WON if "wins" in outcome.results[0].counts else _SHARE_WORDS[rule.marking]


def chart_of(rule: VoteRule, outcome: Outcome, ranked: Sequence[OptionResult], options: Mapping[int, Option]) -> Bars:
    """One bar a proposal, of what its method goes by."""
    bars: list[Bar] = []
    for one in ranked:
        value, whole = _measured(rule, outcome, one)
        option = options[one.option]
        drawn = Bars.of(
            [(option_title(option), value)], whole=whole, kinds=[KINDS[one.decision]], langs=[option_lang(option)]
        )
        bars.extend(drawn.rows)
    answers = rule.marking is Marking.ANSWER
    return Bars(rows=tuple(bars), mark_at=round(100 * LINES[rule.threshold], 2) if answers else None)


def _measured(rule: VoteRule, outcome: Outcome, one: OptionResult) -> tuple[int, int]:
    """How long a bar is, and how long it could be."""
    counts = one.counts
    if rule.marking is Marking.ANSWER:
        absolute = rule.threshold is Threshold.ABSOLUTE
        return counts["yes"], outcome.ballots if absolute else counts["yes"] + counts["no"]
    if rule.marking is Marking.SCORE:
        return counts["points"], HIGHEST_SCORE * outcome.ballots
    if rule.marking is Marking.POINTS:
        return counts["points"], sum(other.counts["points"] for other in outcome.results)
    if rule.marking is Marking.OPINION:
        return counts["agree"], counts["agree"] + counts["disagree"]
    if "wins" in counts:
        return counts["wins"], len(outcome.results) - 1
    if "first" in counts:
        return counts["first"], sum(other.counts["first"] for other in outcome.results)
    return counts["approve"], outcome.ballots


@bp.app_template_global()
def step_words(step: Step, options: Mapping[int, Option]) -> str:
    """A sentence of the account; a second option that it speaks of by its title."""
    values = dict(step.said.values)
    if isinstance(other := values.get("other"), int):
        values["other"] = option_title(options[other])
    return in_words(Words(step.said.text, values))


@bp.app_template_global()
def compared(other: Comparison, options: Mapping[int, Option]) -> str:
    """What another method makes of the same ballots, in one plain sentence."""
    names = ", ".join(option_title(options[one]) for one in other.carried)
    tied = ", ".join(option_title(options[one]) for one in other.tied)
    if other.method == IN_PAIRS:
        if names:
            return str(_("%(names)s would beat every other proposal, two by two.", names=names))
        return str(_("No proposal would beat every other, two by two."))
    method = _(METHOD_WORDS[Method(other.method)])
    if names and tied:
        return str(_("By “%(method)s”: %(names)s. Tied: %(tied)s.", method=method, names=names, tied=tied))
    if names:
        return str(_("By “%(method)s”: %(names)s.", method=method, names=names))
    if tied:
        return str(_("By “%(method)s” there is a tie: %(tied)s.", method=method, tied=tied))
    return str(_("By “%(method)s” nothing is carried.", method=method))


@bp.get("/result.json")
def result_json(slug: str, round_id: int) -> Response:
    """The outcome whole, with its account, as the log's row has it."""
    rule, question, options, result = _told(slug, round_id)
    told = {
        "question": question,
        "rule": rule.to_settings(),
        "box_sha256": result.cvr_sha256,
        "options": [
            {"option": one.proposal_id, "revision": one.revision, "title": option_title(one)} for one in options
        ],
        "outcome": result.outcome.as_data(),
    }
    return Response(json.dumps(told, ensure_ascii=False, indent=1), mimetype="application/json")


@bp.get("/result.csv")
def result_csv(slug: str, round_id: int) -> Response:
    """A line for each option: its counts and what became of it."""
    _rule, _question, options, result = _told(slug, round_id)
    outcome = result.outcome
    titles = {one.proposal_id: option_title(one) for one in options}
    names = ["option", "title", *outcome.results[0].counts, "place", "decision"]
    rows = [
        [one.option, titles[one.option], *one.counts.values(), one.place, one.decision.value]
        for one in in_order(outcome)
    ]
    return Response(b"".join(safe.csv_bytes(names, rows)), mimetype="text/csv")


@bp.get("/recount.py")
def recount(slug: str, round_id: int) -> Response:
    """The program that counts the box again; the same bytes beside every vote."""
    place_or_404(slug, round_id)
    answer = Response(recounting.program(), mimetype="text/x-python")
    answer.headers["Content-Disposition"] = f"attachment; filename={recounting.NAME}"
    return answer


def _told(slug: str, round_id: int) -> tuple[VoteRule, str, list[Option], Result]:
    vote, result = place_or_404(slug, round_id).vote, queries.result(db.session(), round_id)
    if vote.paper is None or result is None:
        abort(404)
    return vote.rule, vote.paper.question, queries.options(db.session(), vote.paper), result
