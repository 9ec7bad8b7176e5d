"""Count a published box again, and hold the count against what was published.

    python3 recount.py FOLDER              an unpacked export of a deliberation: every vote in it
    python3 recount.py result.json [box.jsonl]   the two files beside a result

One file that needs Python 3.11 or later and nothing else. It holds the very modules by which the house counts, put
together by `app/voting/recounting.py`, so there is no second way of counting that could differ by mistake. Whoever
trusts none of it counts the box by another program: the ballots are plain JSON, one on a line.

Ends with status 0 when every count came out as published, 1 when one did not, 2 when there was nothing to count.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.voting.counting.outcome import Outcome
from app.voting.counting.profile import Profile
from app.voting.rule import VoteRule


class Unusable(Exception):
    """A file is not there, or is not what it should be."""


@dataclass(frozen=True)
class Vote:
    """One sealed vote as published."""

    name: str
    rule: VoteRule
    options: tuple[int, ...]
    titles: Mapping[int, str]
    published: Outcome
    box: Profile
    box_sha256: str | None = None
    """Of the box as it lies here, where that is a file of its own."""
    said_sha256: str | None = None


def recount(vote: Vote) -> Outcome:
    """The outcome of the box."""
    return vote.rule.count(vote.box, options=vote.options, roll=vote.published.roll)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns its status."""
    parser = argparse.ArgumentParser(prog="recount.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", type=Path, metavar="FOLDER or result.json")
    parser.add_argument("box", type=Path, nargs="?", metavar="box.jsonl")
    parser.add_argument("--json", action="store_true", help="the recounted outcomes, as the log has them")
    given = parser.parse_args(arguments)
    try:
        votes = list(_of_folder(given.path) if given.path.is_dir() else [_of_files(given.path, given.box)])
        found = [(vote, recount(vote)) for vote in votes]
    except (Unusable, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"recount.py: {error}\n")
        return 2
    if not found:
        sys.stderr.write("recount.py: no vote here has published its box, so there is nothing to count\n")
        return 2
    if given.json:
        json.dump({vote.name: outcome.as_data() for vote, outcome in found}, sys.stdout, ensure_ascii=False, indent=1)
    else:
        for vote, outcome in found:
            sys.stdout.writelines(f"{line}\n" for line in told(vote, outcome))
    return 0 if all(fits(vote, outcome) for vote, outcome in found) else 1


def fits(vote: Vote, outcome: Outcome) -> bool:
    """Whether the count is as published, and the box the one whose digest is known."""
    return outcome == vote.published and (vote.said_sha256 is None or vote.box_sha256 in (None, vote.said_sha256))


def told(vote: Vote, outcome: Outcome) -> Iterator[str]:
    """The result for people: who carried it, how the count went, and whether that is what was published."""
    yield f"{vote.name}: {outcome.method}, {outcome.ballots} ballots in the box"
    for step in outcome.steps:
        about = "" if step.option is None else f"{vote.titles.get(step.option, step.option)}: "
        yield f"  {about}{step.said}"
    yield f"  carried: {_listed(vote, outcome.carried)}"
    if outcome.tied:
        yield f"  tied: {_listed(vote, outcome.tied)}"
    for other in outcome.others:
        tied = f"; tied: {_listed(vote, other.tied)}" if other.tied else ""
        yield f"  by {other.method} it would be: {_listed(vote, other.carried)}{tied}"
    if vote.box_sha256 is not None:
        known = vote.said_sha256 in (None, vote.box_sha256)
        yield f"  SHA-256 of the box: {vote.box_sha256}" + ("" if known else " IS NOT WHAT WAS PUBLISHED")
    yield "  this is the published result" if outcome == vote.published else "  THIS IS NOT THE PUBLISHED RESULT"


def _listed(vote: Vote, options: Iterable[int]) -> str:
    return ", ".join(str(vote.titles.get(option, option)) for option in options) or "nothing"


def _of_files(result: Path, box: Path | None) -> Vote:
    """The two files beside a result; the box is looked for next to the result."""
    told = _json(result)
    lines = _bytes(box or result.with_name("box.jsonl"))
    rows = [json.loads(line) for line in lines.splitlines()]
    options = [one["option"] for one in told["options"]]
    return Vote(
        told.get("question") or result.name,
        VoteRule.from_settings(told["rule"]),
        tuple(options),
        {one["option"]: one.get("title") or str(one["option"]) for one in told["options"]},
        Outcome.from_data(told["outcome"]),
        _profile(rows),
        sha256(lines).hexdigest(),
        told.get("box_sha256"),
    )


def _of_folder(folder: Path) -> Iterator[Vote]:
    """Every vote of an unpacked export that has published its box."""
    ballots = _json(folder / "json" / "ballots.json")
    titles = {one["id"]: one.get("title") or str(one["id"]) for one in _json(folder / "json" / "proposals.json")}
    for told in _json(folder / "json" / "results.json"):
        rows = [row for row in ballots if row["round"] == told["round"]]
        if not rows:
            continue
        yield Vote(
            f"round {told['round']}: {told['question']}",
            VoteRule.from_settings(_plain(told["rule"])),
            tuple(option for option, _revision in _plain(told["options"])),
            titles,
            Outcome.from_data(_plain(told["outcome"])),
            _profile(rows),
        )


def _profile(rows: Iterable[Mapping[str, Any]]) -> Profile:
    known = list(rows)
    texts = (json.dumps(_plain(row["choices"])).encode() for row in known)
    return Profile.of_texts(texts, (row.get("ballots") or 1 for row in known))


def _plain(value: Any) -> Any:
    """JSON that stands as text in a cell, read."""
    return json.loads(value) if isinstance(value, str) else value


def _json(path: Path) -> Any:
    try:
        return json.loads(_bytes(path))
    except ValueError as error:
        raise Unusable(f"{path} is not JSON: {error}") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from error


if __name__ == "__main__":
    sys.exit(main())
