"""Pages for the world outside: drafts of civil society reports, and what became of each right here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for

from app import clock
from app.charter.words import N_, Words
from app.database import db
from app.outward import queries, report, shapes
from app.outward.report import Report
from app.outward.shapes import Shape
from app.outward.told import Told
from app.outward.word import docx
from app.records.models import VERDICT_WORDS, AnswerVerdict
from app.rights import catalogue
from app.rights.instruments import Cluster
from app.rights.text import Text
from app.voting.counting.methods import MARK_WORDS
from app.voting.counting.outcome import DECISION_WORDS
from app.web.answers import Answer
from app.web.formats import fmt_date, fmt_number, in_words
from app.web.templates import gettext
from app.web.visitor import locale

bp = Blueprint("outward", __name__, url_prefix="/rights")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Spoken:
    """Says things in the language of this page."""

    def say(self, words: Words) -> str:
        return in_words(words)

    def text(self, text: Text) -> str:
        return text.in_(locale())

    def day(self, moment: datetime) -> str:
        return str(fmt_date(moment))

    def number(self, number: int) -> str:
        return str(fmt_number(number))

    def verdict(self, verdict: str) -> str:
        return str(gettext(VERDICT_WORDS[AnswerVerdict(verdict)]))

    def ballots(self, told: Told) -> str:
        vote = told.vote
        if vote is None:
            return ""
        counts = ", ".join(f"{gettext(MARK_WORDS.get(mark, mark))} {fmt_number(count)}" for mark, count in vote.counts)
        said = {
            "decision": gettext(DECISION_WORDS[vote.decision]),
            "counts": counts,
            "ballots": fmt_number(vote.ballots),
            "roll": fmt_number(vote.roll),
        }
        return self.say(
            Words(N_("Vote: %(decision)s (%(counts)s; %(ballots)s ballots, %(roll)s people on the roll)."), said)
        )

    def address(self, told: Told) -> str:
        base = current_app.config["FOLKMOOT"].base_url
        path = url_for("proposals.show", slug=told.deliberation, proposal_id=told.id)
        return f"{base}{path}"


@bp.get("/reports")
def reports() -> Answer:
    """Choose a shape, and the deliberations that the report draws on."""
    return render_template(
        "outward/reports.html", shapes=shapes.load(), finished=queries.finished(db.session()), missing=False
    )


@bp.get("/reports/draft")
def draft() -> Answer:
    """The draft as a page, with its count of words beside the limits."""
    if not request.args:
        return redirect(url_for(".reports"), 303)
    shape, chosen = _chosen()
    if not chosen:
        session = db.session()
        page = {"shapes": shapes.load(), "finished": queries.finished(session), "missing": True}
        return render_template("outward/reports.html", **page), 422
    made = _draft(shape, chosen)
    return render_template("outward/draft.html", shape=shape, report=made, chosen=chosen)


@bp.get("/reports/draft.docx")
def file() -> Answer:
    """The same as a file for word processors."""
    shape, chosen = _chosen()
    if not chosen:
        return redirect(url_for(".reports"), 303)
    made = _draft(shape, chosen)
    body = docx(made, language=locale(), made_at=clock.now(), notes=_notes(shape, made))
    name = f"{shape.id}-draft-{clock.now():%Y-%m-%d}.docx"
    return Response(body, mimetype=DOCX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _chosen() -> tuple[Shape, list[Any]]:
    """The shape and the finished deliberations that the address names."""
    shape = shapes.shape(request.args.get("shape", "")) or abort(404)
    asked = set(request.args.getlist("of"))
    return shape, [one for one in queries.finished(db.session()) if one.slug in asked]


def _draft(shape: Shape, chosen: Sequence[Any]) -> Report:
    told = queries.of_deliberations(db.session(), [one.id for one in chosen])
    city = current_app.config["FOLKMOOT"].city_name
    return report.draft(shape, told, catalogue.load(), Spoken(), city=city)


def _notes(shape: Shape, made: Report) -> tuple[str, ...]:
    """What whoever finishes the file must know: it is a draft, and how long it may get."""
    say = Spoken().say
    written = {"words": fmt_number(made.words)}
    notes = [say(Words(N_("A draft made from the public record. It has %(words)s words so far."), written))]
    for limit in shape.limits:
        if limit.words is not None:
            said = {"most": fmt_number(limit.words), "who": limit.who.in_(locale())}
            notes.append(say(Words(N_("Limit: %(most)s words for %(who)s. Compare it with the call."), said)))
    return tuple(notes)


@bp.get("/here/<cluster_id>")
def here(cluster_id: str) -> Answer:
    """One right: what residents here proposed, what was decided, what the city answered."""
    cluster = _cluster(cluster_id)
    articles = frozenset(article.id for article in cluster.articles)
    told = queries.of_articles(db.session(), articles)
    return render_template(
        "outward/right.html",
        cluster=cluster,
        told=told,
        works={one.id: one.works(articles) for one in told},
        spoken=Spoken(),
        most=queries.MOST,
    )


def _cluster(cluster_id: str) -> Cluster:
    return next((one for one in catalogue.load().clusters if one.id == cluster_id), None) or abort(404)
