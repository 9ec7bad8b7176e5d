"""Something to import: Barcelona's real proposals and comments where they are at hand, else as many made-up ones.

The real ones may be used for testing and not passed on, so they are no part of the project. FOLKMOOT_DATA says where
they lie; without it `../shared/data` is looked at.
"""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROPOSALS, COMMENTS, ANSWERING = 10_860, 18_192, 1_975
WORDS = (
    "el la els les un una de del per amb que no més carrer barri ciutat parc bicicleta escola veïns espai públic verd "
    "cal fer millorar posar obrir tancar soroll trànsit autobús metro habitatge lloguer turisme gent gran joves infants"
).split()


def barcelona(folder: Path) -> Path:
    """A folder with the two files: the real one, or else `folder`, filled with material of the same size."""
    beside = Path(__file__).parents[1].parent / "shared" / "data"
    real = Path(os.environ.get("FOLKMOOT_DATA", beside)) / "barcelona-2016"
    if real.is_dir():
        return real
    chance = random.Random(2016)
    _write(folder / "proposals.jsonl.gz", _proposals(chance))
    _write(folder / "comments.jsonl.gz", _comments(chance))
    return folder


def _write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _text(chance: random.Random, letters: int) -> str:
    words = chance.choices(WORDS, k=max(2, letters // 6))
    return " ".join(words).capitalize() + "."


def _proposals(chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(1, PROPOSALS + 1):
        accepted = number % 4 != 0
        yield {
            "id": number,
            "code": f"BCN-2016-{number}",
            "title": _text(chance, 60),
            "summary": _text(chance, chance.randrange(40, 400)),
            "category": chance.choice(WORDS),
            "subcategory": chance.choice(WORDS),
            "scope": "city",
            "district": None,
            "source": "citizen",
            "author": f"resident-{chance.randrange(3792)}",
            "created_at": f"2016-02-{1 + number % 28:02}",
            "supports": chance.randrange(30),
            "comments_for": 0,
            "comments_neutral": 0,
            "comments_against": 0,
            "accepted": accepted,
            "reply": None if accepted else _text(chance, 160),
        }


def _comments(chance: random.Random) -> Iterator[dict[str, Any]]:
    above: list[tuple[int, int]] = []
    for number in range(1, COMMENTS + 1):
        answers = above and number % (COMMENTS // ANSWERING) == 0
        parent, proposal = chance.choice(above) if answers else (None, chance.randrange(1, PROPOSALS + 1))
        above.append((number, proposal))
        yield {
            "id": number,
            "proposal_id": proposal,
            "parent_id": parent,
            "author": f"resident-{chance.randrange(3792)}",
            "created_at": f"2016-03-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00",
            "alignment": None if answers else chance.choice([1, 1, 0, -1]),
            "body": _text(chance, chance.randrange(20, 340)),
            "likes": chance.randrange(12),
            "dislikes": chance.randrange(3),
            "hidden": False,
        }
