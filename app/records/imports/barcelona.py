"""Barcelona's municipal action plan of 2016, as published: proposals and comments, one JSON object a line (PURE)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from app.records.imports.files import DamagedFile, Line, Progress, digest, find, json_objects
from app.records.imports.language import guess
from app.records.imports.material import CommentIn, Material, ProposalIn

_Thing = TypeVar("_Thing", ProposalIn, CommentIn)
LANGUAGES = ("ca", "es")
POSITIONS = {1: "for", 0: "neutral", -1: "against", None: None}
TOLD = ("code", "source", "scope", "subcategory")
COUNTED = ("comments_for", "comments_neutral", "comments_against")
BIGGEST_ID = 2**53
QUESTION = "Quina ciutat volem? Pla d'Actuació Municipal de Barcelona 2016–2019"
BACKGROUND = (
    "Proposals and comments that residents, organisations, neighbourhood meetings and the city of Barcelona made in "
    "2016 for the city's plan of action. They were imported; the supports were counted by the platform they came "
    "from, and nobody here can check them."
)
PROMISE = "The city accepted or rejected each proposal. Where it rejected one, its reasons are shown."


def read(folder: Path, progress: Progress | None = None) -> Material:
    """Read and check both files. Raises DamagedFile at the first line that cannot be used."""
    proposals = find(folder, "proposals.jsonl.gz", "proposals.jsonl")
    comments = find(folder, "comments.jsonl.gz", "comments.jsonl")
    material = Material(
        source="barcelona",
        came_from="Decidim Barcelona 2016",
        slug="barcelona-2016",
        question=QUESTION,
        background=BACKGROUND,
        promise=PROMISE,
        lang="ca",
        files={path.name: digest(path) for path in (proposals, comments)},
    )
    seen: set[str] = set()
    for line in json_objects(proposals, progress):
        material.proposals.append(_new(_proposal(line), line, seen))
    if not material.proposals:
        raise DamagedFile(proposals.name, None, "it holds no proposal")
    known, said = seen, set[str]()
    for line in json_objects(comments, progress):
        comment = _new(_comment(line), line, said)
        if comment.proposal not in known:
            raise line.wrong(f"it comments on proposal {comment.proposal}, which {proposals.name} does not hold")
        material.comments.append(comment)
    _settle_parents(material)
    return material


def _new(thing: _Thing, line: Line, seen: set[str]) -> _Thing:
    if thing.external_id in seen:
        raise line.wrong(f"“id” {thing.external_id} stands in the file twice")
    seen.add(thing.external_id)
    return thing


def _proposal(line: Line) -> ProposalIn:
    title = line.text("title", longest=1000, empty=False).strip()
    body = (line.optional_text("summary") or "").strip()
    accepted = None if line.get("accepted") is None else line.truth("accepted")
    reply = line.optional_text("reply") or ""
    return ProposalIn(
        external_id=str(line.whole("id", most=BIGGEST_ID)),
        title=title,
        body=body,
        lang=guess(f"{title} {body}", LANGUAGES, "ca"),
        author=line.optional_text("author", longest=80),
        created_at=line.moment("created_at"),
        supports=line.whole("supports"),
        category=line.optional_text("category", longest=80),
        district=line.optional_text("district", longest=80),
        facts=_facts(line),
        verdict=None if accepted is None else "accepted" if accepted else "rejected",
        reply=reply,
        reply_lang=guess(reply, LANGUAGES, "ca"),
    )


def _facts(line: Line) -> dict[str, str | int]:
    """What else is told of a proposal, without what is empty."""
    said = {name: line.optional_text(name, longest=200) for name in TOLD}
    counted = {name: line.whole(name) for name in COUNTED if line.values.get(name) is not None}
    return {**{name: value for name, value in said.items() if value is not None}, **counted}


def _comment(line: Line) -> CommentIn:
    body = line.text("body", empty=False)
    parent = None if line.get("parent_id") is None else str(line.whole("parent_id", most=BIGGEST_ID))
    position = line.one_of("alignment", POSITIONS)
    return CommentIn(
        external_id=str(line.whole("id", most=BIGGEST_ID)),
        proposal=str(line.whole("proposal_id", most=BIGGEST_ID)),
        parent=parent,
        author=line.optional_text("author", longest=80),
        created_at=line.moment("created_at"),
        position=position if parent is None else None,
        body=body.strip(),
        lang=guess(body, LANGUAGES, "ca"),
        helpful=line.whole("likes"),
        unhelpful=line.whole("dislikes"),
        hidden=line.truth("hidden"),
    )


def _settle_parents(material: Material) -> None:
    """What cannot stand where it says goes to the top of its proposal's thread: its parent is missing, or on another
    proposal, or answers it in turn."""
    place = {comment.external_id: comment.proposal for comment in material.comments}
    parents = {comment.external_id: comment.parent for comment in material.comments}
    for at, comment in enumerate(material.comments):
        if comment.parent is None:
            continue
        if comment.parent not in place:
            material.note("answers to a comment that the file does not hold: kept, at the top of their thread")
        elif place[comment.parent] != comment.proposal:
            material.note("answers to a comment on another proposal: kept, at the top of their own proposal's thread")
        elif _in_a_ring(comment.external_id, parents):
            material.note("answers that answer themselves in turn: kept, at the top of their thread")
        else:
            continue
        parents[comment.external_id] = None
        material.comments[at] = comment._replace(parent=None)


def _in_a_ring(key: str, parents: Mapping[str, str | None]) -> bool:
    seen, at = {key}, parents.get(key)
    while at is not None and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return at == key
