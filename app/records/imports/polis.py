"""A Polis conversation as Polis exports it: statements, and who agreed with which (PURE).

The totals in `comments.csv` count every row of `votes.csv`, also votes that somebody changed later; so they are passed
over, and each person's last vote on a statement counts.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from app.records.imports.files import DamagedFile, Line, Progress, cells, csv_rows, digest, find
from app.records.imports.language import guess
from app.records.imports.material import Material, ProposalIn, VoteIn

LANGUAGES = ("en", "es", "fr", "pt", "de", "zh")
LONGEST_SLUG = 60
TRUE = frozenset({"true", "t", "1", "yes"})
VALUES = {"1": 1, "-1": -1, "0": 0}
MODERATION = {"1": None, "0": None, "-1": "Rejected by the moderators of the conversation it was imported from."}
PROMISE = "Imported from Polis: what became of the outcome is not part of the export."


def read(folder: Path, progress: Progress | None = None) -> Material:
    """Read and check the conversation. Raises DamagedFile at the first line that cannot be used."""
    paths = [find(folder, name) for name in ("summary.csv", "comments.csv", "votes.csv")]
    told = _summary(paths[0], progress)
    topic = " ".join(told.get("topic", "").split()) or folder.name
    material = Material(
        source="polis",
        came_from=f"Polis: {told.get('url') or topic}"[:80],
        slug=f"polis-{_slug(topic) or _slug(folder.name) or 'conversation'}",
        question=topic[:200],
        background=_background(told),
        promise=PROMISE,
        lang=guess(topic, LANGUAGES, "en"),
        files={path.name: digest(path) for path in paths},
    )
    seen: set[str] = set()
    for line in csv_rows(paths[1], ("timestamp", "comment-id", "comment-body"), progress):
        material.proposals.append(_statement(line, seen, material))
    if not material.proposals:
        raise DamagedFile(paths[1].name, None, "it holds no statement")
    material.proposals.sort(key=lambda statement: int(statement.external_id))  # exports come in any order
    for line in csv_rows(paths[2], ("timestamp", "comment-id", "voter-id", "vote"), progress):
        _vote(line, seen, material)
    return material


def _summary(path: Path, progress: Progress | None) -> dict[str, str]:
    """The pairs of `summary.csv`, which has no first row of names. What is not a pair is passed over."""
    told = {}
    for number, row in cells(path, progress):
        if len(row) == 2:
            line = Line(path.name, number, {"key": row[0].strip(), "value": row[1].strip()})
            told[line.text("key")] = line.text("value")
    return told


def _background(told: dict[str, str]) -> str:
    parts = [told.get("conversation-description", "")]
    counted = [f"{told[name]} {name}" for name in ("voters", "commenters", "views") if told.get(name)]
    if counted:
        parts.append(f"Imported from Polis, which reports {', '.join(counted)}.")
    if told.get("url"):
        parts.append(f"The conversation was at <{told['url']}>.")
    parts.append(
        "The data was gathered with Polis and is licensed under CC BY 4.0, with attribution to The Computational "
        "Democracy Project."
    )
    return "\n\n".join(part for part in parts if part)


def _statement(line: Line, seen: set[str], material: Material) -> ProposalIn:
    number = str(line.whole("comment-id"))
    if number in seen:
        raise line.wrong(f"“comment-id” {number} stands in the file twice")
    seen.add(number)
    text = " ".join(line.text("comment-body", empty=False, longest=10_000).split())
    moderated = str(line.values.get("moderated", "1")).strip() or "1"
    if moderated not in MODERATION:
        raise line.wrong(f"“moderated” is {moderated!r}; it must be 1, 0 or -1")
    if moderated == "-1":
        material.note("statements that moderators there had rejected: kept in the record, hidden from view")
    return ProposalIn(
        external_id=number,
        title=text,
        body="",
        lang=guess(text, LANGUAGES, material.lang),
        author=f"participant {line.whole('author-id')}" if line.values.get("author-id") else None,
        created_at=line.stamp("timestamp"),
        statement=True,
        facts=_facts(line, int(moderated)),
        hidden=MODERATION[moderated],
    )


def _facts(line: Line, moderated: int) -> dict[str, Any]:
    """How it was moderated, and what newer exports say of it besides: whether it is about the conversation itself, and
    whether its hosts put it there to begin with."""
    said = {name.replace("-", "_"): line.optional_text(name, longest=20) for name in ("is-meta", "is-seed")}
    known = {name: value.casefold() in TRUE for name, value in said.items() if value is not None}
    return {"moderated": moderated, **known}


def _vote(line: Line, known: set[str], material: Material) -> None:
    statement = str(line.whole("comment-id"))
    value = line.one_of("vote", VALUES)
    vote = VoteIn(statement, f"participant {line.whole('voter-id')}", value, line.stamp("timestamp"))
    if statement in known:
        material.votes.append(vote)
    else:
        material.note("votes on a statement that comments.csv does not hold: left out")


def _slug(text: str) -> str:
    """Words for an address, whole ones only."""
    words = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    return words if len(words) <= LONGEST_SLUG else words[: LONGEST_SLUG + 1].rpartition("-")[0] or words[:LONGEST_SLUG]
