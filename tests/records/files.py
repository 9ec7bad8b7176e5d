"""Small made-up files as platforms export them, to be imported whole or damaged first."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def proposal(number: int, **changes: Any) -> dict[str, Any]:
    """A proposal as Barcelona's file has it."""
    return {
        "id": number,
        "code": f"BCN-2016-{number}",
        "title": f"Més arbres al carrer {number}",
        "summary": "Per als dies de molta calor.",
        "category": "Ciutat verda",
        "subcategory": "Arbres",
        "scope": "district",
        "district": "Gràcia",
        "source": "citizen",
        "author": "resident-4bab8d3da6",
        "created_at": "2016-01-22",
        "supports": 10 + number,
        "comments_for": 1,
        "comments_neutral": 0,
        "comments_against": 0,
        "accepted": True,
        "reply": None,
        **changes,
    }


def comment(number: int, on: int = 1, **changes: Any) -> dict[str, Any]:
    """A comment as Barcelona's file has it."""
    return {
        "id": number,
        "proposal_id": on,
        "parent_id": None,
        "author": "resident-f7eb21a3e0",
        "created_at": "2016-02-01T11:27:33",
        "alignment": 1,
        "body": "Hi estic d'acord.",
        "likes": 3,
        "dislikes": 1,
        "hidden": False,
        **changes,
    }


PROPOSALS = [
    proposal(1),
    proposal(2, accepted=False, reply="No és competència municipal."),
    proposal(3, accepted=None, district=None, summary=None, author=None),
]
COMMENTS = [
    comment(1),
    comment(2, parent_id=1, alignment=None, body="I jo també."),
    comment(3, parent_id=2, alignment=None, body="=SUM(A1:A9)"),
    comment(4, on=2, alignment=-1, body="Molt car.", hidden=True),
]


def barcelona(
    folder: Path,
    proposals: Sequence[Mapping[str, Any]] = PROPOSALS,
    comments: Sequence[Mapping[str, Any]] = COMMENTS,
    *,
    zipped: bool = True,
) -> Path:
    """A folder with both files, one JSON object a line."""
    folder.mkdir(exist_ok=True)
    for name, rows in (("proposals", proposals), ("comments", comments)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        put(folder / f"{name}.jsonl{'.gz' if zipped else ''}", text)
    return folder


def put(path: Path, text: str | bytes) -> None:
    """Write a file, gzipped if its name says so."""
    raw = text.encode() if isinstance(text, str) else text
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


def text_of(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()


SUMMARY = {
    "topic": "Night buses",
    "url": "https://polis.example/2abc",
    "voters": "3",
    "conversation-description": "Why?",
}
STATEMENT_NAMES = (
    "timestamp",
    "datetime",
    "comment-id",
    "author-id",
    "agrees",
    "disagrees",
    "moderated",
    "comment-body",
)
VOTE_NAMES = ("timestamp", "datetime", "comment-id", "voter-id", "vote")
DAY = "Wed Jun 18 08:16:54 WIB 2014"
STATEMENTS = [
    (1403067224363, DAY, 1, 7, 1, 1, 1, "Buses should run all night."),
    (1403054214196, DAY, 0, 0, 9, 9, 0, "A bus stop is no place to wait\nalone, at night."),
    (1542406176584, DAY, 2, 8, 0, 0, -1, "Buy my shoes!"),
]
VOTES = [
    (1403054214196, DAY, 0, 0, 1),
    (1403057082753, DAY, 0, 1, 1),
    (1403057082800, DAY, 1, 1, 0),
    (1403057082900, DAY, 0, 1, -1),
    (1403057083000, DAY, 2, 2, 1),
]


def polis(
    folder: Path,
    *,
    summary: Mapping[str, str] = SUMMARY,
    statements: Sequence[Sequence[Any]] = STATEMENTS,
    votes: Sequence[Sequence[Any]] = VOTES,
    statement_names: Sequence[str] = STATEMENT_NAMES,
    vote_names: Sequence[str] = VOTE_NAMES,
    line_end: str = "\n",
    encoding: str = "utf-8",
) -> Path:
    """A folder with the three files of a conversation."""
    folder.mkdir(exist_ok=True)
    tables = {
        "summary.csv": list(summary.items()),
        "comments.csv": [statement_names, *statements],
        "votes.csv": [vote_names, *votes],
    }
    for name, rows in tables.items():
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator=line_end).writerows(rows)
        (folder / name).write_bytes(buffer.getvalue().encode(encoding))
    return folder


VILLAGE = """META
key;value
description;A village shares its money
country;Nowhere
unit;Mill
instance;2024
num_projects;3
num_votes;6
budget;120
vote_type;approval
rule;equalshares/add1
date_begin;01.03.2024
date_end;15.03.2024
PROJECTS
project_id;cost;name;selected;description
well;60;A well;1;Water for all
B-2;40;A bench;1;
3;90;A wall;0;
VOTES
voter_id;vote
a;well,B-2
b;well,B-2
c;well
d;B-2,3
e;well
f;3
"""


def village(folder: Path) -> Path:
    """A small budget as Pabulib has them."""
    path = folder / "village.pb"
    path.write_text(VILLAGE)
    return path
