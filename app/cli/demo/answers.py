"""The words of the city's answers: reasons, who is responsible, what was promised until when, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from babel.dates import format_date

from app.cli.demo.moments import Moment
from app.cli.demo.play import Play
from app.cli.demo.voices import Commitment, Progress, Response, Status

Wording = Callable[[Play, Response], str]

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "office": "Responsible",
        "follows": "What follows",
        "stands": "Where it stands",
        "due": "by",
        Status.PLANNED: "Planned",
        Status.ON_TRACK: "On track",
        Status.LATE: "Late",
        Status.DONE: "Done",
    },
    "es": {
        "office": "Responsable",
        "follows": "Qué sigue",
        "stands": "Cómo va",
        "due": "hasta el",
        Status.PLANNED: "Previsto",
        Status.ON_TRACK: "En plazo",
        Status.LATE: "Con retraso",
        Status.DONE: "Hecho",
    },
}
"""Part of the demo's texts, which stay in the language they were written in."""


def first(play: Play, response: Response) -> str:
    """The answer as given: Markdown, with the commitments and their dates."""
    words = _WORDS[response.language]
    due = [f"- {_commitment(play, response, one)}" for one in response.commitments]
    return "\n\n".join([_head(response), f"**{words['follows']}**", "\n".join(due)])


def latest(play: Play, response: Response) -> str:
    """The answer as it stands after the last report, which replaces the first."""
    words = _WORDS[response.language]
    lines = []
    for one in response.commitments:
        lines.append(f"- **{words[one.status]}:** {_commitment(play, response, one)}")
        lines += [f"  - {_date(play, said.at, response)}: {said.text}" for said in one.progress]
    return "\n\n".join([_head(response), f"**{words['stands']}**", "\n".join(lines)])


def last_report(response: Response) -> Progress | None:
    """The newest word on any of its commitments."""
    said = [one for commitment in response.commitments for one in commitment.progress]
    return max(said, key=lambda one: one.at, default=None)


def _head(response: Response) -> str:
    return f"{response.text}\n\n**{_WORDS[response.language]['office']}:** {response.office}"


def _commitment(play: Play, response: Response, one: Commitment) -> str:
    due = play.today + timedelta(days=one.due)
    shown = format_date(due, "long", locale=response.language)
    return f"{one.text}. {one.office}, {_WORDS[response.language]['due']} {shown}."


def _date(play: Play, moment: Moment, response: Response) -> str:
    return format_date(play.today + timedelta(days=moment.day), "long", locale=response.language)
